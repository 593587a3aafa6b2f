"""Goods on consignment in ERPNext's own documents: never of value in our books, and their sale is owed, not
earned.

Called by the doc events of overrides/, before ERPNext's own validation, so that it calculates with these
values, and again after it, where it has looked a rate up by itself. Which items are on consignment is read
from the database each time: a cached answer that is out of date would book money.
"""

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.stock_exchange.ranking import is_whole

# doctype -> the fields of its rows that would give consigned goods a value
VALUES = {
	"Stock Entry": (
		"basic_rate",
		"basic_amount",
		"additional_cost",
		"amount",
		"valuation_rate",
		"set_basic_rate_manually",
	),
	"Stock Reconciliation": ("valuation_rate", "amount"),
	"Delivery Note": ("incoming_rate",),
	"Sales Invoice": ("incoming_rate",),
	"POS Invoice": (),
}


def consigned_items(item_codes) -> set[str]:
	"""Return those of `item_codes` that are on consignment."""
	wanted = sorted({item_code for item_code in item_codes if item_code})
	if not wanted:
		return set()
	return set(frappe.get_all("Item", filters={"name": ["in", wanted], "ks212_consigned": 1}, pluck="name"))


def consigned_rows(doc, table: str = "items") -> list:
	"""Return the rows of `doc` whose item is on consignment."""
	rows = doc.get(table) or []
	consigned = consigned_items(row.get("item_code") for row in rows)
	return [row for row in rows if row.get("item_code") in consigned]


def set_zero_value(doc, rows: list | None = None) -> bool:
	"""Take the value from each row of consigned goods (`rows`, where they are known); return whether any had
	one."""
	changed = False
	for row in consigned_rows(doc) if rows is None else rows:
		row.allow_zero_valuation_rate = 1
		for fieldname in VALUES[doc.doctype]:
			if row.get(fieldname) or row.get(fieldname) is None:
				changed = changed or bool(row.get(fieldname))
				row.set(fieldname, 0)
	return changed


def set_income_account(doc, rows: list | None = None) -> None:
	"""Let the sale of consigned goods (`rows`, where they are known) credit what we owe their owners ("Utang
	Titip Jual") instead of our revenue."""
	rows = consigned_rows(doc) if rows is None else rows
	if not rows:
		return
	from ks212_community.umkm_supply import books

	account = books.account(doc.company, "liability")
	for row in rows:
		row.income_account = account
		if row.get("discount_account"):
			# Where discounts are booked by themselves, this one lowers what is owed.
			row.discount_account = account


def set_up_sale(doc) -> None:
	"""Let consigned goods leave at no value and their sale be owed to their owners."""
	rows = consigned_rows(doc)
	set_zero_value(doc, rows)
	set_income_account(doc, rows)


def refuse_in_bundles(doc) -> None:
	"""Refuse a Product Bundle with consigned goods in it: its price could not be told apart from theirs."""
	for row in consigned_rows(doc, "packed_items"):
		frappe.throw(
			_("Row {0}: {1} is on consignment and cannot be sold as part of {2}. Sell it by itself.").format(
				row.idx, frappe.bold(row.item_name or row.item_code), frappe.bold(row.parent_item)
			)
		)


def refuse_buying(doc) -> None:
	"""Refuse to buy what is on consignment: it stays its owner's."""
	for row in consigned_rows(doc):
		frappe.throw(
			_(
				"Row {0}: {1} is on consignment and cannot be bought. Count it in by a Consignment Delivery; its sales are"
				" paid by a Consignment Settlement."
			).format(row.idx, frappe.bold(row.item_name or row.item_code))
		)


# -- rows of our own documents ------------------------------------------------------------------------------


def check_qty(row, qty, zero: bool = False) -> None:
	"""Refuse a quantity of a delivery's or removal's row that is not above zero (or zero, where `zero`), or
	not whole where its UOM wants it."""
	qty = flt(qty)
	if qty < 0 or (not qty and not zero):
		frappe.throw(_("Row {0}: the quantity must be more than zero.").format(row.idx))
	if is_whole(row.stock_uom) and abs(qty - round(qty)) > 1e-7:
		frappe.throw(
			_("Row {0}: {1} is counted in whole {2}.").format(
				row.idx, frappe.bold(row.item_name), row.stock_uom
			)
		)


def line(row, qty: float) -> dict:
	"""Return the fields of a row of ERPNext's that say how much of what moves, in the stock UOM."""
	return {
		"item_code": row.item_code,
		"qty": qty,
		"uom": row.stock_uom,
		"stock_uom": row.stock_uom,
		"conversion_factor": 1,
	}


def batch(row) -> dict:
	"""Return the fields of a row of ERPNext's that say which batch moves."""
	return {"batch_no": row.batch_no, "use_serial_batch_fields": 1} if row.batch_no else {}
