"""Consigned goods that move, sell and are settled, for tests: what people do, and what must hold after it.

Builds on tests/story.py and tests/umkm_story.py. The expected figures are worked out here in plain Python,
row by row, from the ledger and the invoices: another way than the app's.
"""

from collections import defaultdict
from itertools import pairwise
from types import SimpleNamespace

import frappe
from frappe.utils import add_days, flt, getdate, nowdate

from ks212_community.umkm_supply import ledger, settlement
from tests import story

CUSTOMER = "Pembeli Gerai"
KINDS = ledger.KINDS


def day(back: int) -> str:
	"""The date of so many days ago."""
	return str(add_days(nowdate(), -back))


# ---- what people do --------------------------------------------------------------------------------------
def receive(outlet, quantities, back=0, time="06:00:00"):
	"""Goods come in from their owner; with `time=None` at this very moment."""
	return _entry("Consignment Receipt", outlet, quantities, back, "t_warehouse", time)


def sell(outlet, quantities, back=0, time="21:00:00"):
	"""Sales of a day that have no invoice here; with `time=None` at this very moment."""
	return _entry("Outlet Sale", outlet, quantities, back, "s_warehouse", time)


def remove(kind, outlet, quantities, back=0, removal=None):
	"""Goods go back ("Return"), are past their date ("Expiry") or are missing ("Shrinkage")."""
	return _entry(f"Consignment {kind}", outlet, quantities, back, "s_warehouse", "20:00:00", removal)


def issue(outlet, quantities, back=0):
	"""Goods leave by an entry that says nothing of consignment."""
	return _entry("Material Issue", outlet, quantities, back, "s_warehouse", "20:30:00")


def move(source, target, quantities, back=0):
	"""Goods go to another outlet."""
	entry = _draft("Material Transfer", source, quantities, back, "s_warehouse", "12:00:00")
	for row in entry.items:
		row.t_warehouse = story.warehouse_of(target)
	return _post(entry)


def _entry(stock_entry_type, outlet, quantities, back, side, time, removal=None):
	entry = _draft(stock_entry_type, outlet, quantities, back, side, time)
	entry.ks212_consignment_removal = removal
	return _post(entry)


def _draft(stock_entry_type, outlet, quantities, back, side, time):
	company, cost_center = frappe.db.get_value("Outlet", outlet, ["company", "cost_center"])
	return frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": stock_entry_type,
			"company": company,
			"set_posting_time": int(time is not None),
			"posting_date": day(back),
			"posting_time": time,
			"items": [
				{
					"item_code": item_code,
					"qty": qty,
					"uom": frappe.get_cached_value("Item", item_code, "stock_uom"),
					"stock_uom": frappe.get_cached_value("Item", item_code, "stock_uom"),
					"conversion_factor": 1,
					"allow_zero_valuation_rate": 1,
					"cost_center": cost_center,
					side: story.warehouse_of(outlet),
				}
				for item_code, qty in quantities.items()
			],
		}
	)


def _post(doc):
	doc.flags.ignore_permissions = True
	doc.flags.ks212_posting = True
	doc.insert()
	doc.submit()
	return doc


def count(outlet, quantities, back=0):
	"""The shelf is counted; ERPNext only."""
	return _post(
		frappe.get_doc(
			{
				"doctype": "Stock Reconciliation",
				"purpose": "Stock Reconciliation",
				"company": story.COMPANY,
				"set_posting_time": 1,
				"posting_date": day(back),
				"posting_time": "22:00:00",
				"items": [
					{
						"item_code": item_code,
						"warehouse": story.warehouse_of(outlet),
						"qty": qty,
						"valuation_rate": 0,
						"allow_zero_valuation_rate": 1,
					}
					for item_code, qty in quantities.items()
				],
			}
		)
	)


def invoice(outlet, lines, back=0, return_against=None, update_stock=1, **values):
	"""A Sales Invoice of [(item, qty, rate)]; ERPNext only. With `return_against` it takes goods back."""
	make_customer()
	sign = -1 if return_against else 1
	return _post(
		frappe.get_doc(
			{
				"doctype": "Sales Invoice",
				"company": story.COMPANY,
				"customer": CUSTOMER,
				"currency": "IDR",
				"selling_price_list": "Standard Selling",
				"ignore_pricing_rule": 1,
				"set_posting_time": 1,
				"posting_date": day(back),
				"posting_time": "21:00:00",
				"due_date": day(back),
				"update_stock": update_stock,
				"is_return": int(bool(return_against)),
				"return_against": return_against,
				"disable_rounded_total": 1,
				"cost_center": frappe.db.get_value("Outlet", outlet, "cost_center"),
				"items": [
					{
						"item_code": item_code,
						"qty": sign * qty,
						"rate": rate,
						"price_list_rate": rate,
						"warehouse": story.warehouse_of(outlet),
						"cost_center": frappe.db.get_value("Outlet", outlet, "cost_center"),
					}
					for item_code, qty, rate in lines
				],
				**values,
			}
		)
	)


def make_customer():
	story.ensure(
		"Customer Group", "All Customer Groups", customer_group_name="All Customer Groups", is_group=1
	)
	story.ensure(
		"Customer",
		CUSTOMER,
		customer_name=CUSTOMER,
		customer_type="Individual",
		customer_group="All Customer Groups",
		territory="All Territories",
	)


def change_price(item_code, owner_price, retail_price, back):
	"""Another approved price from a day on, as curation leaves it."""
	product, supplier = frappe.db.get_value("Item", item_code, ["ks212_product", "ks212_owner"])
	price = frappe.get_doc(
		{
			"doctype": "UMKM Product Price",
			"product": product,
			"supplier": supplier,
			"item_code": item_code,
			"owner_price": owner_price,
			"retail_price": retail_price,
			"valid_from": day(back),
		}
	)
	price.name = f"{item_code}-{frappe.generate_hash(length=8)}"
	price.set_parent_in_children()
	price.docstatus = 0
	price.status = "Approved"
	price.db_insert()
	prices = frappe.get_all(
		"UMKM Product Price",
		filters={"item_code": item_code, "status": "Approved"},
		fields=["name", "valid_from"],
		order_by="valid_from, name",
	)
	for one, following in pairwise(prices):
		frappe.db.set_value("UMKM Product Price", one.name, "valid_to", add_days(following.valid_from, -1))
	return price.name


def settle(supplier, back=0, company=story.COMPANY):
	"""The draft of a supplier to so many days ago, or None."""
	names = settlement.make_settlements(company, day(back), supplier)
	return frappe.get_doc(settlement.SETTLEMENT, names[0]) if names else None


# ---- what must hold --------------------------------------------------------------------------------------
def movements(supplier, to_date=None, company=None):
	"""Every standing ledger row of a supplier's goods with its `kind`, and its `qty` in the direction of
	that."""
	items = frappe.get_all("Item", filters={"ks212_owner": supplier, "ks212_consigned": 1}, pluck="name")
	rows = frappe.get_all(
		"Stock Ledger Entry",
		filters={"item_code": ["in", items], "is_cancelled": 0},
		fields=[
			*("item_code", "warehouse", "company", "posting_date", "voucher_type", "voucher_no"),
			*("actual_qty", "qty_after_transaction"),
		],
		order_by="posting_datetime, creation",
	)
	on_hand = defaultdict(float)
	found = []
	for row in rows:
		place = row.item_code, row.warehouse
		change = flt(row.actual_qty)
		if row.voucher_type == "Stock Reconciliation" and not change:
			change = flt(row.qty_after_transaction) - on_hand[place]
		on_hand[place] = flt(row.qty_after_transaction)
		row.kind = _kind(row, change)
		row.qty = change if row.kind in ("received", "moved_in") else -change
		if (not to_date or getdate(row.posting_date) <= getdate(to_date)) and company in (None, row.company):
			found.append(row)
	return found


def _kind(row, change):
	"""What docs/consignment.md says a ledger row counts as."""
	if row.voucher_type in ("Sales Invoice", "Delivery Note"):
		return "sold"
	if row.voucher_type in ("Purchase Receipt", "Purchase Invoice"):
		return "received" if change > 0 else "returned"
	if row.voucher_type != "Stock Entry":
		return "shrinkage"
	kind, purpose = frappe.db.get_value("Stock Entry", row.voucher_no, ["stock_entry_type", "purpose"])
	named = {
		"Outlet Sale": "sold",
		"Consignment Return": "returned",
		"Consignment Expiry": "expired",
		"Consignment Handover": "moved_out",
		"Consignment Takeover": "moved_in",
	}
	if kind in named:
		return named[kind]
	if purpose == "Material Transfer":
		return "moved_in" if change > 0 else "moved_out"
	return "received" if purpose == "Material Receipt" else "shrinkage"


def expected(supplier, to_date, company=story.COMPANY):
	"""{(item, warehouse): {kind: qty}} and the money of a supplier to a day, from single rows of ledger and
	invoices."""
	goods = defaultdict(lambda: dict.fromkeys(KINDS, 0.0))
	buckets = defaultdict(lambda: defaultdict(float))
	for row in movements(supplier, to_date, company):
		goods[row.item_code, row.warehouse][row.kind] += flt(row.qty)
		bucket = buckets[_terms_of(row.item_code, row.warehouse, row.posting_date, supplier, company)]
		bucket[row.kind] += flt(row.qty)
		if row.kind in ("expired", "shrinkage") and _is_negligent(row):
			bucket[f"negligent_{row.kind}"] += flt(row.qty)
	for row in _invoice_lines(supplier, to_date, company):
		bucket = buckets[_terms_of(row.item_code, row.warehouse, row.posting_date, supplier, company)]
		bucket["invoiced_qty"] += flt(row.stock_qty)
		bucket["invoiced_value"] += flt(row.base_net_amount)
		bucket["invoiced_amount"] += flt(row.base_amount)
	money = defaultdict(float)
	for (_item, _warehouse, price, agreement), bucket in buckets.items():
		for field, value in _money(bucket, price, agreement).items():
			money[field] += value
	return SimpleNamespace(goods=dict(goods), money=dict(money))


def _terms_of(item_code, warehouse, posting_date, supplier, company):
	on = getdate(posting_date)
	prices = frappe.get_all(
		"UMKM Product Price",
		filters={"item_code": item_code, "status": "Approved"},
		fields=["name", "valid_from"],
		order_by="valid_from, name",
	)
	price = ([row.name for row in prices if getdate(row.valid_from) <= on] or [prices[0].name])[-1]
	agreements = frappe.get_all(
		"Consignment Agreement",
		filters={"supplier": supplier, "company": company, "docstatus": 1},
		fields=["name", "valid_from"],
		order_by="valid_from, name",
	)
	agreement = [row.name for row in agreements if getdate(row.valid_from) <= on][-1]
	return item_code, warehouse, price, agreement


def _is_negligent(row) -> bool:
	removal = row.voucher_type == "Stock Entry" and frappe.db.get_value(
		"Stock Entry", row.voucher_no, "ks212_consignment_removal"
	)
	return bool(removal and frappe.db.get_value("Consignment Removal", removal, "negligence"))


def _invoice_lines(supplier, to_date, company):
	Invoice = frappe.qb.DocType("Sales Invoice")
	Line = frappe.qb.DocType("Sales Invoice Item")
	Item = frappe.qb.DocType("Item")
	return (
		frappe.qb.from_(Line)
		.inner_join(Invoice)
		.on(Invoice.name == Line.parent)
		.inner_join(Item)
		.on(Item.name == Line.item_code)
		.select(
			*(Line.item_code, Line.warehouse, Invoice.posting_date, Line.stock_qty),
			*(Line.base_net_amount, Line.base_amount),
		)
		.where(
			(Invoice.docstatus == 1)
			& (Invoice.company == company)
			& (Invoice.posting_date <= getdate(to_date))
			& (Item.ks212_owner == supplier)
			& (Item.ks212_consigned == 1)
		)
		.run(as_dict=True)
	)


def _money(bucket, price, agreement):
	price = frappe.db.get_value("UMKM Product Price", price, ["owner_price", "retail_price"], as_dict=True)
	terms = frappe.get_doc("Consignment Agreement", agreement)
	sold = bucket["sold"]
	margin = terms.fee_basis.startswith("Margin")
	gross = sold * (price.owner_price if margin else price.retail_price)
	fee = 0.0
	if terms.fee_basis.startswith("Per Cent"):
		fee = gross * terms.fee_percent / 100
	elif terms.fee_basis.startswith("Amount"):
		fee = sold * terms.fee_per_unit
	discount = 0.0
	if terms.promotions_borne_by == "Owner":
		discount = max(0.0, bucket["invoiced_qty"] * price.retail_price - bucket["invoiced_amount"])
	lost = 0.0
	for kind, borne_by in (("expired", terms.expiry_borne_by), ("shrinkage", terms.shrinkage_borne_by)):
		lost += bucket[kind] if borne_by == "Outlet" else bucket[f"negligent_{kind}"]
	return {
		"gross": gross,
		"fee": fee,
		"discount": discount,
		"invoiced_value": bucket["invoiced_value"],
		"other_value": (sold - bucket["invoiced_qty"]) * price.retail_price,
		"loss_value": lost * price.owner_price,
		"amount": gross - fee - discount + lost * price.owner_price,
	}


def check(supplier, to_date, draft=None, company=story.COMPANY):
	"""Assert that the submitted settlements of a supplier, with `draft` to `to_date`, hold every movement and
	every sale to that day exactly once, that each line sums up, and that what each line closes with is what
	the ledger says."""
	documents = [
		frappe.get_doc(settlement.SETTLEMENT, name)
		for name in frappe.get_all(
			settlement.SETTLEMENT,
			filters={"supplier": supplier, "company": company, "docstatus": 1},
			order_by="to_date, name",
			pluck="name",
		)
	]
	if draft:
		documents.append(draft)
	wanted = expected(supplier, to_date, company)
	held = defaultdict(lambda: dict.fromkeys(KINDS, 0.0))
	money = defaultdict(float)
	closed = defaultdict(float)
	for doc in documents:
		for row in doc.get("items"):
			key = row.item_code, row.warehouse
			assert flt(row.opening, 6) == flt(closed[key], 6), f"{doc.name} {key}: opens {row.opening}"
			came = row.opening + row.received + row.moved_in
			went = row.moved_out + row.sold + row.returned + row.expired + row.shrinkage
			assert flt(came - went - row.closing, 6) == 0, (
				f"{doc.name} {key}: {came} - {went} is not {row.closing}"
			)
			closed[key] = row.closing
			for kind in KINDS:
				held[key][kind] += row.get(kind)
		for row in doc.sales:
			for field in wanted.money or ("gross", "fee", "discount", "amount"):
				money[field] += flt(row.get(field))
		sold = defaultdict(float)
		for row in doc.sales:
			sold[row.item_code, row.warehouse] += row.sold_qty
		for row in doc.get("items"):
			assert flt(sold[row.item_code, row.warehouse] - row.sold, 6) == 0, f"{doc.name}: {row.item_code}"
	for key in {*wanted.goods, *held}:
		for kind in KINDS:
			there = wanted.goods.get(key, {}).get(kind, 0.0)
			assert flt(held[key][kind] - there, 6) == 0, (
				f"{key} {kind}: settled {held[key][kind]}, ledger {there}"
			)
	for field in {*wanted.money, *money}:
		difference = flt(money[field] - wanted.money.get(field, 0.0), 4)
		assert difference == 0, f"{field}: settled {money[field]}, owed {wanted.money.get(field)}"


def check_books(as_of, company=story.COMPANY):
	"""Assert that what the report calls unsettled and invoiced is the balance of "Utang Titip Jual"; ERPNext
	only."""
	from ks212_community.umkm_supply.report.consignment_balance import consignment_balance

	_columns, _rows, message, _chart, summary = consignment_balance.execute(
		{"company": company, "as_of": as_of}
	)
	assert summary[-1]["value"] == 0, f"as of {as_of}: {[(row['label'], row['value']) for row in summary]}"
	assert message is None
