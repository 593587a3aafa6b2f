"""The stock ledger: moving average, batches at their own rate, never below zero."""

import frappe
from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import (
	BatchNegativeStockError,
)
from erpnext.stock.utils import get_bin
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import flt


class NegativeStockError(frappe.ValidationError):
	pass


def make_sl_entries(sl_entries):
	"""Post rows in their order; rows of a cancelled document take back what it posted."""
	for entry in sl_entries:
		sle = frappe.get_doc({"doctype": "Stock Ledger Entry", **entry})
		if sle.is_cancelled:
			posted = {"voucher_detail_no": sle.voucher_detail_no, "warehouse": sle.warehouse}
			frappe.db.set_value("Stock Ledger Entry", posted, "is_cancelled", 1)
		sle.insert(ignore_permissions=True)
		repost(sle.item_code, sle.warehouse, sle.posting_datetime)
		if sle.batch_no and batch_balance(sle.item_code, sle.warehouse, sle.batch_no)[0] < 0:
			message = _("The Batch {0} of an item {1} has negative stock in the warehouse {2}")
			frappe.throw(message.format(sle.batch_no, sle.item_code, sle.warehouse), BatchNegativeStockError)


def get_previous_sle(item_code, warehouse, posting_datetime):
	"""(quantity, rate, value) of an item in a warehouse after its last entry of that time; zeros where it has
	none."""
	rows = _entries(item_code, warehouse, posting_datetime, "desc", limit=1)
	return (
		(rows[0].qty_after_transaction, rows[0].valuation_rate, rows[0].stock_value)
		if rows
		else (0.0, 0.0, 0.0)
	)


def _entries(item_code, warehouse, posting_datetime, direction, limit=None):
	filters = {
		"item_code": item_code,
		"warehouse": warehouse,
		"is_cancelled": 0,
		"posting_datetime": posting_datetime,
	}
	order = f"posting_datetime {direction}, creation {direction}"
	return frappe.get_all("Stock Ledger Entry", filters, ["*"], order_by=order, limit=limit)


def repost(item_code, warehouse, start):
	"""Compute balance and value of an item in a warehouse anew from a moment on, and its Bin from the last of
	it."""
	qty, rate, value = get_previous_sle(item_code, warehouse, ("<", start))
	for row in _entries(item_code, warehouse, (">=", start), "asc"):
		if row.actual_qty > 0:
			change = row.actual_qty * row.incoming_rate
		else:
			change = row.actual_qty * (
				batch_rate(item_code, warehouse, row.batch_no, row) if row.batch_no else rate
			)
		qty = flt(qty + row.actual_qty, 9)
		if qty < 0:
			message = _("{0} units of {1} needed in {2} on {3} {4} for {5} to complete this transaction.")
			message = message.format(
				-qty, item_code, warehouse, row.posting_date, row.posting_time, row.voucher_no
			)
			frappe.throw(message, NegativeStockError, title=_("Insufficient Stock"))
		value = flt(value + change, 9) if qty else 0.0
		rate = value / qty if qty else rate
		values = {"qty_after_transaction": qty, "stock_value": value, "valuation_rate": rate}
		values["stock_value_difference"] = change
		frappe.db.set_value("Stock Ledger Entry", row.name, values, update_modified=False)
	get_bin(item_code, warehouse).write(actual_qty=qty, stock_value=value, valuation_rate=rate)


def batch_balance(item_code, warehouse, batch_no, before=None):
	"""(quantity, value) of a batch in a warehouse, all of it or what came before an entry."""
	sle = frappe.qb.DocType("Stock Ledger Entry")
	query = frappe.qb.from_(sle).select(Sum(sle.actual_qty), Sum(sle.stock_value_difference))
	query = query.where(
		(sle.item_code == item_code) & (sle.warehouse == warehouse) & (sle.batch_no == batch_no)
	)
	if before:
		earlier = (sle.posting_datetime == before.posting_datetime) & (sle.creation < before.creation)
		query = query.where((sle.posting_datetime < before.posting_datetime) | earlier)
	qty, value = query.where(sle.is_cancelled == 0).run()[0]
	return flt(qty, 9), flt(value)


def batch_rate(item_code, warehouse, batch_no, before=None):
	"""A batch goes out at what it came in for."""
	qty, value = batch_balance(item_code, warehouse, batch_no, before)
	return value / qty if qty else 0.0


def get_valuation_rate(item_code, warehouse, company, voucher):
	"""A rate for goods that come in without one: the last there, else the item's, else the buying price."""
	rows = _entries(item_code, warehouse, ("<=", "9999-12-31"), "desc", limit=1)
	if rows:
		return rows[0].valuation_rate
	currency = frappe.get_cached_value("Company", company, "default_currency")
	price = {"item_code": item_code, "buying": 1, "currency": currency}
	rate = frappe.get_cached_value("Item", item_code, "valuation_rate")
	rate = rate or frappe.db.get_value("Item Price", price, "price_list_rate")
	if not rate and not voucher.is_new():
		message = _("Valuation Rate for the Item {0}, is required to do accounting entries for {1} {2}.")
		frappe.throw(
			message.format(item_code, voucher.doctype, voucher.name), title=_("Valuation Rate Missing")
		)
	return flt(rate)
