"""What the stock ledger says became of consigned goods: every row of a consigned item, under one of seven
kinds.

| kind | rows | sign of the quantity |
|---|---|---|
| received | Stock Entries that receive ("Consignment Receipt" above all), Purchase Receipts | in |
| moved_in, moved_out | the two legs of a transfer, by way of transit or of another company | in, out |
| sold | Sales Invoices, Delivery Notes, Stock Entries "Outlet Sale"; returns of customers subtract | out |
| returned | Stock Entries "Consignment Return", returns against a Purchase Receipt | out |
| expired | Stock Entries "Consignment Expiry" | out |
| shrinkage | "Consignment Shrinkage", counts (a surplus subtracts), any other issue | out |

received + moved_in - moved_out - sold - returned - expired - shrinkage of all rows to a day is what the
ledger says was there at its end. All quantities are in the stock UOM.
"""

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import getdate

from ks212_community.constants import (
	CONSIGNMENT_EXPIRY,
	CONSIGNMENT_HANDOVER,
	CONSIGNMENT_RETURN,
	CONSIGNMENT_TAKEOVER,
	OUTLET_SALE,
)
from ks212_community.network_planning.snapshot import SALES_VOUCHERS

KINDS = ("received", "moved_in", "moved_out", "sold", "returned", "expired", "shrinkage")
INWARD = ("received", "moved_in")
PURCHASE_VOUCHERS = ("Purchase Receipt", "Purchase Invoice")
COUNT = "Stock Reconciliation"


def kind(Ledger, StockEntry):
	"""Return the SQL expression of a ledger row's kind, as its place in KINDS: to find it once a row and to
	group by a number costs a fraction of seven sums that compare words each."""
	case = Case()
	for name, condition in conditions(Ledger, StockEntry).items():
		case = case.when(condition, KINDS.index(name))
	return case.else_(KINDS.index("shrinkage"))


def sums_of_kinds(rows) -> dict:
	"""Return {kind: SQL sum} of `rows`, which have a `kind` and the `qty` that they changed the stock by."""
	return {
		name: Sum(Case().when(rows.kind == place, rows.qty if name in INWARD else rows.qty * -1).else_(0))
		for place, name in enumerate(KINDS)
	}


def tables():
	"""Return the three tables that the functions here want."""
	return (
		frappe.qb.DocType("Stock Ledger Entry"),
		frappe.qb.DocType("Stock Entry"),
		frappe.qb.DocType("Item"),
	)


def consigned_rows(Ledger, StockEntry, Item, from_date=None, to_date=None, company=None, supplier=None):
	"""Return the query, without columns yet, of the standing ledger rows of items on consignment, each with
	its Item and, where it has one, its Stock Entry."""
	query = (
		frappe.qb.from_(Item)
		.inner_join(Ledger)
		.on(Ledger.item_code == Item.name)
		.left_join(StockEntry)
		.on((Ledger.voucher_type == "Stock Entry") & (StockEntry.name == Ledger.voucher_no))
		.where((Item.ks212_consigned == 1) & (Ledger.is_cancelled == 0))
	)
	if supplier:
		query = query.where(Item.ks212_owner == supplier)
	if company:
		query = query.where(Ledger.company == company)
	if from_date:
		query = query.where(Ledger.posting_date >= getdate(from_date))
	if to_date:
		query = query.where(Ledger.posting_date <= getdate(to_date))
	return query


def conditions(Ledger, StockEntry) -> dict:
	"""Return {kind: SQL condition of its ledger rows}; what meets none of them is shrinkage. No row meets
	two."""
	moves = StockEntry.purpose == "Material Transfer"
	handed_over = StockEntry.stock_entry_type == CONSIGNMENT_HANDOVER
	taken_over = StockEntry.stock_entry_type == CONSIGNMENT_TAKEOVER
	purchase = Ledger.voucher_type.isin(PURCHASE_VOUCHERS)
	return {
		"sold": Ledger.voucher_type.isin(SALES_VOUCHERS) | (StockEntry.stock_entry_type == OUTLET_SALE),
		"received": (
			(StockEntry.purpose == "Material Receipt") & (StockEntry.stock_entry_type != CONSIGNMENT_TAKEOVER)
		)
		| (purchase & (Ledger.actual_qty > 0)),
		"moved_in": (moves & (Ledger.actual_qty > 0)) | taken_over,
		"moved_out": (moves & (Ledger.actual_qty < 0)) | handed_over,
		"returned": (StockEntry.stock_entry_type == CONSIGNMENT_RETURN)
		| (purchase & (Ledger.actual_qty < 0)),
		"expired": StockEntry.stock_entry_type == CONSIGNMENT_EXPIRY,
	}


def change(Ledger):
	"""Return the SQL expression of what a ledger row changed.

	A count of an item without batches says only what is there after it (`actual_qty` is 0): its change is the
	difference to the row before it, in ERPNext's order of rows.
	"""
	Before = frappe.qb.DocType("Stock Ledger Entry").as_("before_count")
	before = (
		frappe.qb.from_(Before)
		.select(Before.qty_after_transaction)
		.where(
			(Before.item_code == Ledger.item_code)
			& (Before.warehouse == Ledger.warehouse)
			& (Before.is_cancelled == 0)
			& (
				(Before.posting_datetime < Ledger.posting_datetime)
				| ((Before.posting_datetime == Ledger.posting_datetime) & (Before.creation < Ledger.creation))
			)
		)
		.orderby(Before.posting_datetime, order=frappe.qb.desc)
		.orderby(Before.creation, order=frappe.qb.desc)
		.limit(1)
	)
	return (
		Case()
		.when(
			(Ledger.voucher_type == COUNT) & (Ledger.actual_qty == 0),
			Ledger.qty_after_transaction - Coalesce(before, 0),
		)
		.else_(Ledger.actual_qty)
	)
