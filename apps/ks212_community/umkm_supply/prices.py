"""What a product costs from which day on: the owner's price and the retail price, in IDR per stock UOM.

The contract for everyone who joins on it in SQL: of an item's UMKM Product Prices with status Approved, the
one in force on a day has `valid_from` <= day and `valid_to` empty or >= day. The item's first price
(`is_first`) also holds for all days before. Approved prices of an item never overlap and leave no day out.
"""

import frappe
from frappe import _
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, cstr, escape_html, flt, formatdate, getdate, today

FIELDS = ("name", "item_code", "product", "owner_price", "retail_price", "valid_from", "valid_to", "is_first")
MAX_PRICE = 1_000_000_000

PENDING, APPROVED, REJECTED, WITHDRAWN = "Pending", "Approved", "Rejected", "Withdrawn"


# -- reading ------------------------------------------------------------------------------------------------


def in_force(Price, day):
	"""Return the condition that a row of `Price` (the qb table of UMKM Product Price) is in force on `day`, a
	date or a column.

	Join the item besides: `.on((Price.item_code == Row.item_code) & in_force(Price, Row.posting_date))`.
	"""
	return (
		(Price.status == APPROVED)
		& ((Price.valid_from <= day) | (Price.is_first == 1))
		& (Price.valid_to.isnull() | (Price.valid_to >= day))
	)


def prices_at(item_codes, day) -> dict[str, frappe._dict]:
	"""Return {item_code: price in force on `day`} with the fields FIELDS; items without a price are left
	out."""
	if not item_codes:
		return {}
	Price = frappe.qb.DocType("UMKM Product Price")
	rows = (
		frappe.qb.from_(Price)
		.select(*(Price[field] for field in FIELDS))
		.where(Price.item_code.isin(list(item_codes)) & in_force(Price, getdate(day)))
		.run(as_dict=True)
	)
	return {row.item_code: row for row in rows}


def price_at(item_code: str, day) -> frappe._dict | None:
	"""Return the price of an item in force on `day` (see FIELDS), None where it has none."""
	return prices_at([item_code], day).get(item_code)


def history(product: str) -> list[frappe._dict]:
	"""Return the prices of a product, newest first, those too that were not approved."""
	return frappe.get_all(
		"UMKM Product Price",
		filters={"product": product},
		fields=["name", "status", *FIELDS[3:], "reason", "creation"],
		order_by="valid_from desc, creation desc",
	)


# -- checking -----------------------------------------------------------------------------------------------


def check_amounts(owner_price, retail_price) -> None:
	"""Refuse prices that are not above zero, and a retail price below the owner's."""
	for label, price in ((_("Owner's Price"), owner_price), (_("Retail Price"), retail_price)):
		if flt(price) <= 0:
			frappe.throw(_("{0} must be more than zero.").format(label))
		if flt(price) > MAX_PRICE:
			frappe.throw(_("{0} is too large.").format(label))
	if flt(retail_price) < flt(owner_price):
		frappe.throw(
			_("Retail Price {0} is below Owner's Price {1}. Raise the one or lower the other.").format(
				frappe.bold(rupiah(retail_price)), frappe.bold(rupiah(owner_price))
			)
		)


def rupiah(amount) -> str:
	"""Return an amount as it is written in Indonesia: "Rp 13.500" (with a blank that keeps it together), with
	sen only where there are any."""
	amount = flt(amount, 2)
	written = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
	return "Rp\N{NO-BREAK SPACE}" + written.translate(str.maketrans(",.", ".,"))


def check_proposal(doc) -> None:
	"""Refuse a pending price for a product that has no item yet, that has another pending one, or whose day
	is not one for a new price."""
	product = _locked_product(doc.product)
	if product.status != APPROVED or not product.item_code:
		frappe.throw(
			_("{0} is not approved yet. Correct the prices in the product itself.").format(
				frappe.bold(escape_html(product.product_name))
			)
		)
	other = _newest(doc.product, PENDING, doc.name)
	if other:
		frappe.throw(
			_("Price {0} of this product waits for head office already. Wait for the answer first.").format(
				frappe.bold(other.name)
			)
		)
	if getdate(doc.valid_from) < getdate(today()):
		frappe.throw(_("A new price cannot begin before today. Choose today or a later day."))
	_check_after_the_last(doc)


def check_is_first(doc) -> None:
	"""Refuse a first price where the product has an approved one."""
	if _newest(doc.product, APPROVED, doc.name):
		frappe.throw(_("This product has a first price already. Propose a new one."))


def _check_after_the_last(doc) -> None:
	last = _newest(doc.product, APPROVED, doc.name)
	if last and getdate(doc.valid_from) <= getdate(last.valid_from):
		frappe.throw(
			_("The present price is valid from {0}. Choose a later day for the new one.").format(
				frappe.bold(formatdate(last.valid_from))
			)
		)


def _locked_product(product: str) -> frappe._dict:
	return frappe.db.get_value(
		"UMKM Product",
		product,
		["name", "product_name", "supplier", "status", "item_code"],
		as_dict=True,
		for_update=True,
	)


def _newest(product: str, status: str, without: str | None) -> frappe._dict | None:
	"""The product's price of that status with the latest day; read past this transaction's snapshot, under a
	lock."""
	Price = frappe.qb.DocType("UMKM Product Price")
	found = (
		frappe.qb.from_(Price)
		.select(Price.name, Price.valid_from)
		.where((Price.product == product) & (Price.status == status) & (Price.name != (without or "")))
		.orderby(Price.valid_from, order=frappe.qb.desc)
		.limit(1)
		.for_update()
		.run(as_dict=True)
	)
	return found[0] if found else None


def differs(before, now) -> bool:
	"""Whether a field's value changed, whatever the form sent it as."""
	return flt(before) != flt(now) if isinstance(before, int | float) else cstr(before) != cstr(now)


# -- writing ------------------------------------------------------------------------------------------------


def propose(product: str, owner_price: float, retail_price: float, valid_from):
	"""Propose new prices of a product from a day on; return the pending UMKM Product Price."""
	return frappe.get_doc(
		{
			"doctype": "UMKM Product Price",
			"product": product,
			"owner_price": owner_price,
			"retail_price": retail_price,
			"valid_from": valid_from,
		}
	).insert(ignore_permissions=True)


def decide(price: str, action: str, reason: str | None = None):
	"""Take a step of the price's Workflow; return the UMKM Product Price. The controller does what
	follows."""
	doc = _locked_pending(price)
	doc.flags.reason = reason
	return apply_workflow(doc, action)


def withdraw(price: str):
	"""Take a pending price back for its owner; return the UMKM Product Price."""
	doc = _locked_pending(price)
	doc.status = WITHDRAWN
	doc.flags.ks212_service = True
	return doc.save(ignore_permissions=True)


def _locked_pending(price: str):
	doc = frappe.get_doc("UMKM Product Price", price, for_update=True)
	if doc.status != PENDING:
		frappe.throw(
			_("Price {0} is {1} already. Open it again.").format(frappe.bold(doc.name), _(doc.status))
		)
	return doc


def make_first(product):
	"""Make the first price of a UMKM Product that has just been approved, in force from today and for all
	days before."""
	doc = frappe.get_doc(
		{
			"doctype": "UMKM Product Price",
			"product": product.name,
			"owner_price": product.owner_price,
			"retail_price": product.retail_price,
			"valid_from": today(),
			"is_first": 1,
			"status": APPROVED,
		}
	)
	doc.proposed_by = product.owner
	doc.flags.ks212_service = True
	return doc.insert(ignore_permissions=True)


def settle_day(doc) -> None:
	"""Set the day from which a price that is being approved holds: not before the day of the approval."""
	_locked_product(doc.product)
	doc.valid_from = max(getdate(doc.valid_from), getdate(today()))
	_check_after_the_last(doc)


def take_effect(doc) -> None:
	"""End the price before an approved one, and write its Item Prices for buying and selling."""
	last = _newest(doc.product, APPROVED, doc.name)
	if last:
		frappe.db.set_value(
			"UMKM Product Price", last.name, "valid_to", add_days(getdate(doc.valid_from), -1)
		)
	_write_item_price(doc, _price_list("Buying"), doc.owner_price, doc.supplier)
	_write_item_price(doc, _price_list("Selling"), doc.retail_price, None)


def _price_list(side: str) -> str:
	price_list = frappe.db.get_single_value(
		f"{side} Settings", f"{side.lower()}_price_list"
	) or frappe.db.get_value("Price List", {"name": f"Standard {side}", "enabled": 1}, "name")
	if not price_list:
		frappe.throw(
			_("There is no price list. Choose the default one in {0} first.").format(_(f"{side} Settings"))
		)
	return price_list


def _write_item_price(doc, price_list: str, rate: float, supplier: str | None) -> None:
	key = {
		"item_code": doc.item_code,
		"price_list": price_list,
		"uom": frappe.get_cached_value("Item", doc.item_code, "stock_uom"),
		"supplier": supplier,
	}
	day = getdate(doc.valid_from)
	kept = None
	for name, valid_from in _open_item_prices(key, day):
		old = frappe.get_doc("Item Price", name)
		if valid_from and getdate(valid_from) == day:
			kept = old
			continue
		old.valid_upto = add_days(day, -1)
		old.save(ignore_permissions=True)
	price = kept or frappe.get_doc({"doctype": "Item Price", **key, "valid_from": day})
	price.update({"supplier": supplier, "price_list_rate": rate, "valid_upto": None})
	price.save(ignore_permissions=True)


def _open_item_prices(key: dict, day) -> list[tuple]:
	"""(name, valid_from) of the item's prices in a list that reach `day`; those of one customer or of a batch
	are other people's agreements and stay."""
	ItemPrice = frappe.qb.DocType("Item Price")
	supplier = ItemPrice.supplier
	return (
		frappe.qb.from_(ItemPrice)
		.select(ItemPrice.name, ItemPrice.valid_from)
		.where(
			(ItemPrice.item_code == key["item_code"])
			& (ItemPrice.price_list == key["price_list"])
			& (ItemPrice.uom == key["uom"])
			& (supplier.isnull() | supplier.isin(["", key["supplier"] or ""]))
			& (ItemPrice.customer.isnull() | (ItemPrice.customer == ""))
			& (ItemPrice.batch_no.isnull() | (ItemPrice.batch_no == ""))
			& (ItemPrice.valid_from.isnull() | (ItemPrice.valid_from <= day))
			& (ItemPrice.valid_upto.isnull() | (ItemPrice.valid_upto >= day))
		)
		.orderby(ItemPrice.creation)
		.run()
	)
