"""The nightly row per outlet and item: what is on hand, what sells a day, how many days it lasts, what
expires.

Demand is what the ledger shows as sold out of the outlet's own warehouse within the window of the settings:
Sales Invoices and Delivery Notes (returns subtract), and Stock Entries of the type "Outlet Sale" (one an
outlet and day where the till is not ERPNext's). Transfers, counts, write-offs and other issues are not
demand; POS Invoices count once they are consolidated.
"""

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.custom import ConstantColumn
from frappe.query_builder.functions import Coalesce, Concat, Max, Sum
from frappe.utils import add_days, getdate, now_datetime, today

from ks212_community import locks
from ks212_community.constants import OUTLET_SALE
from ks212_community.permissions import require_pusat
from ks212_community.stock_exchange.batches import near_expiry

SALES_VOUCHERS = ("Sales Invoice", "Delivery Note")
ROWS_A_STATEMENT = 200


def renew() -> None:
	"""Renew all rows while tills go on selling; run by the scheduler every night."""
	with locks.reading_unlocked():
		refresh()


def refresh() -> None:
	"""Renew all rows in one delete and one INSERT ... SELECT, then note what is past its date or near it."""
	Snapshot = frappe.qb.DocType("Outlet Item Snapshot")
	Outlet = frappe.qb.DocType("Outlet")
	Bin = frappe.qb.DocType("Bin")
	days = int(frappe.get_cached_doc("KS212 Settings").demand_days or 1)
	sales = _sales_since(add_days(today(), -days))
	user, now = ConstantColumn(frappe.session.user), ConstantColumn(str(now_datetime()))
	daily_demand = Case().when(sales.sold > 0, sales.sold / days).else_(0)
	frappe.qb.from_(Snapshot).delete().run()
	(
		frappe.qb.into(Snapshot)
		.columns(
			"name",
			"owner",
			"modified_by",
			"creation",
			"modified",
			"outlet",
			"warehouse",
			"item_code",
			"on_hand",
			"daily_demand",
			"last_sale",
			"days_of_cover",
			"computed_at",
		)
		.from_(Bin)
		.inner_join(Outlet)
		.on(Outlet.warehouse == Bin.warehouse)
		.left_join(sales)
		.on((sales.warehouse == Bin.warehouse) & (sales.item_code == Bin.item_code))
		.select(
			Concat(Outlet.name, "/", Bin.item_code),
			user,
			user,
			now,
			now,
			Outlet.name,
			Bin.warehouse,
			Bin.item_code,
			Bin.actual_qty,
			Coalesce(daily_demand, 0),
			sales.last_sale,
			Case().when((sales.sold > 0) & (Bin.actual_qty > 0), Bin.actual_qty * days / sales.sold).else_(0),
			now,
		)
		.run()
	)
	_add_expiry(int(frappe.get_cached_doc("KS212 Settings").near_expiry_days or 0))


def _add_expiry(within: int) -> None:
	"""Write expired_qty and nearest_expiry on the rows that have either, many rows a statement."""
	Snapshot = frappe.qb.DocType("Outlet Item Snapshot")
	outlets = dict(
		frappe.get_all(
			"Outlet", filters={"warehouse": ["is", "set"]}, fields=["warehouse", "name"], as_list=True
		)
	)
	rows = [
		(f"{outlets[warehouse]}/{item_code}", expired, nearest)
		for (warehouse, item_code), (expired, nearest) in near_expiry(within).items()
		if warehouse in outlets
	]
	for start in range(0, len(rows), ROWS_A_STATEMENT):
		part = rows[start : start + ROWS_A_STATEMENT]
		expired_qty, nearest_expiry = Case(), Case()
		for name, expired, nearest in part:
			expired_qty = expired_qty.when(Snapshot.name == name, expired)
			nearest_expiry = nearest_expiry.when(Snapshot.name == name, nearest)
		(
			frappe.qb.update(Snapshot)
			.set(Snapshot.expired_qty, expired_qty)
			.set(Snapshot.nearest_expiry, nearest_expiry)
			.where(Snapshot.name.isin([name for name, _expired, _nearest in part]))
			.run()
		)


def _sales_since(day):
	"""Return the subquery of (warehouse, item_code, sold, last_sale) from `day` on; sold in the stock UOM."""
	Ledger = frappe.qb.DocType("Stock Ledger Entry")
	StockEntry = frappe.qb.DocType("Stock Entry")
	outlet_sales = (
		frappe.qb.from_(StockEntry)
		.select(StockEntry.name)
		.where(
			(StockEntry.stock_entry_type == OUTLET_SALE)
			& (StockEntry.docstatus == 1)
			& (StockEntry.posting_date >= getdate(day))
		)
	)
	# A sale to another company of the network is a transfer: it says nothing of what customers want.
	DeliveryNote = frappe.qb.DocType("Delivery Note")
	transfers = (
		frappe.qb.from_(DeliveryNote)
		.select(DeliveryNote.name)
		.where((DeliveryNote.ks212_outlet_transfer != "") & (DeliveryNote.posting_date >= getdate(day)))
	)
	return (
		frappe.qb.from_(Ledger)
		.select(
			Ledger.warehouse,
			Ledger.item_code,
			Sum(Ledger.actual_qty * -1).as_("sold"),
			Max(Ledger.posting_date).as_("last_sale"),
		)
		.where(
			(Ledger.is_cancelled == 0)
			& (Ledger.posting_date >= getdate(day))
			& (
				Ledger.voucher_type.isin(SALES_VOUCHERS)
				| ((Ledger.voucher_type == "Stock Entry") & Ledger.voucher_no.isin(outlet_sales))
			)
			& ((Ledger.voucher_type != "Delivery Note") | Ledger.voucher_no.notin(transfers))
		)
		.groupby(Ledger.warehouse, Ledger.item_code)
	).as_("sales")


@frappe.whitelist(methods=["POST"])
def refresh_now() -> None:
	"""Renew the snapshot on demand; pusat only."""
	require_pusat()
	frappe.enqueue(
		"ks212_community.network_planning.snapshot.renew",
		queue="long",
		enqueue_after_commit=True,
		job_id="ks212_snapshot",
		deduplicate=True,
	)
	frappe.msgprint(_("The snapshot is being renewed."), alert=True)
