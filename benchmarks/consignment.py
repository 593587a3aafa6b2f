"""A month of consignment in the measured network: UMKM products in every one of the 200 outlets, 300,000
lines of sales.

As with the other goods, masters go through Frappe and what must be many is written by bulk insert, as ERPNext
would have left it: ledger entries, their vouchers, and the invoice lines of the outlets that sell by
ERPNext's till. There are no bins, no batches and no General Ledger Entries behind them.
"""

import hashlib

import frappe
from frappe.utils import add_days, nowdate

from benchmarks import plan
from benchmarks.bulk import insert
from tests import story

SUPPLIERS = 100
PRODUCTS = 500  # five a supplier
SALES = 3  # lines a product and outlet, on as many days
DAYS = 28  # in which they fall
RECEIVED_DAYS_AGO = 30
PRICE_CHANGE_DAYS_AGO = 14  # of every tenth product


def row_name(*parts) -> str:
	"""As that of bulk.py, but long enough for as many rows as there are here."""
	return hashlib.sha1("/".join(map(str, parts)).encode()).hexdigest()[:16] + "bu"


def supplier(number: int) -> str:
	return f"UMKM Uji {number:03}"


def item_code(number: int) -> str:
	return f"BEU-{number:03}"


def retail_price(number: int) -> int:
	return 8000 + 100 * (number % 90)


def has_till(outlet: int) -> bool:
	"""Every second outlet sells by ERPNext's invoices, the others by one Stock Entry a day."""
	return outlet % 2 == 0


def sold(number: int, outlet: int) -> int:
	"""What one line sells."""
	return 1 + (number * 5 + outlet * 3) % 4


def sale_days(number: int, outlet: int):
	"""Yield how many days ago each line was sold."""
	for line in range(SALES):
		yield 1 + (number * 11 + outlet * 17 + line * 9) % DAYS


def bins():
	for outlet in range(1, plan.OUTLETS + 1):
		for number in range(1, PRODUCTS + 1):
			yield number, outlet


def ensure() -> None:
	"""Build what the site does not hold yet, in one transaction."""
	marker = "ks212_benchmark consignment"
	if frappe.db.get_default(marker):
		return
	print(
		f"Building {PRODUCTS} consigned products in {plan.OUTLETS} outlets: some minutes, once a site",
		flush=True,
	)
	write()
	frappe.db.set_default(marker, nowdate())
	frappe.db.commit()
	for doctype in (
		*("Stock Ledger Entry", "Stock Entry", "Sales Invoice", "Sales Invoice Item", "Item"),
		*("UMKM Product Price", "Consignment Agreement"),
	):
		frappe.db.sql_ddl(f"ANALYZE TABLE `tab{doctype}`")


def facts() -> str:
	"""One line that says what is settled, counted in the database."""
	entries = frappe.db.count("Stock Ledger Entry", {"item_code": ["like", "BEU-%"]})
	sales = frappe.db.count("Stock Ledger Entry", {"item_code": ["like", "BEU-%"], "actual_qty": ["<", 0]})
	lines = frappe.db.count("Sales Invoice Item", {"item_code": ["like", "BEU-%"]})
	return f"{entries:,} ledger entries, {sales:,} of them sales, {lines:,} of these on invoices"


def expected() -> tuple[float, float]:
	"""Return what the owners are owed and what invoices say, in all, worked out line by line of the plan."""
	payable = invoiced = 0.0
	for number, outlet in bins():
		owner = 1 + (number - 1) * SUPPLIERS // PRODUCTS
		qty, retail = sold(number, outlet), retail_price(number)
		charged = _charged_price(number)
		for days_ago in sale_days(number, outlet):
			if has_till(outlet):
				invoiced += qty * charged
			if owner % 3 == 0:
				changed = number % 10 == 0 and days_ago <= PRICE_CHANGE_DAYS_AGO
				payable += qty * retail * (0.8 if changed else 0.75)
			else:
				payable += qty * (retail * 0.8 if owner % 3 == 1 else retail - 1500)
			if owner % 4 == 0 and has_till(outlet):
				payable -= qty * (retail - charged)
	return payable, invoiced


def _charged_price(number: int) -> float:
	"""What a line is sold at: every fifth product at a discount of a tenth."""
	return retail_price(number) * (0.9 if number % 5 == 0 else 1)


def write() -> None:
	"""All of it; a transaction of the caller's."""
	from ks212_community.umkm_supply import books

	_write_masters()
	liability = books.account(story.COMPANY, "liability")
	insert("Stock Ledger Entry", _entries())
	insert("Stock Entry", _stock_entries())
	insert("Sales Invoice", _invoices())
	insert("Sales Invoice Item", _invoice_lines(liability))


def _write_masters() -> None:
	"""Suppliers with their agreements, products with their items and prices."""
	from ks212_community.constants import UMKM_GROUP

	item_group = frappe.db.get_value("Item", plan.item_code(1), "item_group")
	for number in range(1, SUPPLIERS + 1):
		name = supplier(number)
		if frappe.db.exists("Supplier", name):
			continue
		frappe.get_doc(
			{
				"doctype": "Supplier",
				"supplier_name": name,
				"supplier_group": UMKM_GROUP,
				"supplier_type": "Individual",
				"ks212_community": plan.community(plan.region_of(number)),
			}
		).insert()
	insert("Consignment Agreement", _agreements())
	insert("Item", _items(item_group))
	insert("UMKM Product", _products(item_group))
	insert("UMKM Product Price", _prices())


def _agreements():
	bases = ("Margin over the Owner's Price", "Per Cent of the Sale", "Amount per Unit")
	for number in range(1, SUPPLIERS + 1):
		yield {
			"name": f"BEU-CA-{number:03}",
			"docstatus": 1,
			"supplier": supplier(number),
			"supplier_name": supplier(number),
			"company": story.COMPANY,
			"supply": "Consignment",
			"akad": "Wakalah bil Ujrah",
			"valid_from": add_days(nowdate(), -60),
			"fee_basis": bases[number % 3],
			"fee_percent": 20 if number % 3 == 1 else 0,
			"fee_per_unit": 1500 if number % 3 == 2 else 0,
			"promotions_borne_by": "Owner" if number % 4 == 0 else "Outlet",
			"shrinkage_borne_by": "Owner",
			"expiry_borne_by": "Owner",
			"settlement_period": "Monthly",
			"days_to_pay": 7,
		}


def _owner(number: int) -> str:
	return supplier(1 + (number - 1) * SUPPLIERS // PRODUCTS)


def _items(item_group: str):
	for number in range(1, PRODUCTS + 1):
		yield {
			"name": item_code(number),
			"item_code": item_code(number),
			"item_name": f"Produk UMKM {number:03}",
			"item_group": item_group,
			"stock_uom": "Pcs",
			"is_stock_item": 1,
			"valuation_method": "Moving Average",
			"ks212_consigned": 1,
			"ks212_owner": _owner(number),
			"ks212_product": f"BEU-UP-{number:03}",
		}


def _products(item_group: str):
	for number in range(1, PRODUCTS + 1):
		yield {
			"name": f"BEU-UP-{number:03}",
			"product_name": f"Produk UMKM {number:03}",
			"supplier": _owner(number),
			"item_group": item_group,
			"stock_uom": "Pcs",
			"status": "Approved",
			"item_code": item_code(number),
			"owner_price": retail_price(number) * 0.75,
			"retail_price": retail_price(number),
		}


def _prices():
	change = add_days(nowdate(), -PRICE_CHANGE_DAYS_AGO)
	for number in range(1, PRODUCTS + 1):
		changes = number % 10 == 0
		price = {
			"product": f"BEU-UP-{number:03}",
			"product_name": f"Produk UMKM {number:03}",
			"supplier": _owner(number),
			"item_code": item_code(number),
			"status": "Approved",
			"owner_price": retail_price(number) * 0.75,
			"retail_price": retail_price(number),
		}
		yield {
			**price,
			"name": f"BEU-UPP-{number:03}-1",
			"valid_from": add_days(nowdate(), -60),
			"valid_to": add_days(change, -1) if changes else None,
			"is_first": 1,
		}
		if changes:
			yield {
				**price,
				"name": f"BEU-UPP-{number:03}-2",
				"owner_price": retail_price(number) * 0.8,
				"valid_from": change,
				"valid_to": None,
				"is_first": 0,
			}


def _sale(outlet: int, days_ago: int) -> tuple[str, str]:
	if has_till(outlet):
		return "Sales Invoice", f"BEU-SI-{outlet:04}-{days_ago:02}"
	return "Stock Entry", f"BEU-STE-{outlet:04}-{days_ago:02}"


def _receipt(outlet: int) -> str:
	return f"BEU-STE-{outlet:04}-R"


def _entries():
	dates = [add_days(nowdate(), -days) for days in range(RECEIVED_DAYS_AGO + 1)]
	for number, outlet in bins():
		on_hand = 10 + SALES * sold(number, outlet)
		common = {
			"docstatus": 1,
			"item_code": item_code(number),
			"warehouse": plan.warehouse(plan.outlet_code(outlet)),
			"company": story.COMPANY,
			"stock_uom": "Pcs",
			"to_rename": 0,
		}

		def entry(line, days_ago, voucher, qty, on_hand, time, common=common, number=number, outlet=outlet):
			date = dates[days_ago]
			return {
				**common,
				"name": row_name("umkm sle", number, outlet, line),
				"creation": f"{date} {time}",
				"modified": f"{date} {time}",
				"posting_date": date,
				"posting_time": time,
				"posting_datetime": f"{date} {time}",
				"fiscal_year": date[:4],
				"voucher_type": voucher[0],
				"voucher_no": voucher[1],
				"voucher_detail_no": row_name("umkm detail", number, outlet, line),
				"actual_qty": qty,
				"qty_after_transaction": on_hand,
			}

		yield entry("R", RECEIVED_DAYS_AGO, ("Stock Entry", _receipt(outlet)), on_hand, on_hand, "06:00:00")
		for line, days_ago in enumerate(sorted(sale_days(number, outlet), reverse=True)):
			on_hand -= sold(number, outlet)
			yield entry(
				line, days_ago, _sale(outlet, days_ago), -sold(number, outlet), on_hand, f"21:00:0{line}"
			)


def _stock_entries():
	def entry(name, days_ago, stock_entry_type, purpose):
		return {
			"name": name,
			"docstatus": 1,
			"company": story.COMPANY,
			"posting_date": add_days(nowdate(), -days_ago),
			"posting_time": "21:00:00",
			"stock_entry_type": stock_entry_type,
			"purpose": purpose,
		}

	for outlet in range(1, plan.OUTLETS + 1):
		yield entry(_receipt(outlet), RECEIVED_DAYS_AGO, "Consignment Receipt", "Material Receipt")
		if not has_till(outlet):
			for days_ago in range(1, DAYS + 1):
				yield entry(_sale(outlet, days_ago)[1], days_ago, "Outlet Sale", "Material Issue")


def _invoices():
	for outlet in range(1, plan.OUTLETS + 1):
		if has_till(outlet):
			for days_ago in range(1, DAYS + 1):
				yield {
					"name": _sale(outlet, days_ago)[1],
					"docstatus": 1,
					"company": story.COMPANY,
					"customer": plan.CUSTOMER,
					"posting_date": add_days(nowdate(), -days_ago),
					"posting_time": "21:00:00",
					"is_pos": 1,
					"update_stock": 1,
					"status": "Paid",
					"currency": "IDR",
				}


def _invoice_lines(liability: str):
	for number, outlet in bins():
		if not has_till(outlet):
			continue
		rate = _charged_price(number)
		for line, days_ago in enumerate(sorted(sale_days(number, outlet), reverse=True)):
			qty = sold(number, outlet)
			yield {
				"name": row_name("umkm detail", number, outlet, line),
				"docstatus": 1,
				"idx": line + 1,
				"parent": _sale(outlet, days_ago)[1],
				"parenttype": "Sales Invoice",
				"parentfield": "items",
				"item_code": item_code(number),
				"item_name": f"Produk UMKM {number:03}",
				"warehouse": plan.warehouse(plan.outlet_code(outlet)),
				"qty": qty,
				"stock_qty": qty,
				"uom": "Pcs",
				"stock_uom": "Pcs",
				"conversion_factor": 1,
				"rate": rate,
				"base_rate": rate,
				"amount": qty * rate,
				"base_amount": qty * rate,
				"net_amount": qty * rate,
				"base_net_amount": qty * rate,
				"income_account": liability,
			}
