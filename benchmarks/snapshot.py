"""The nightly snapshot against one plain aggregate over the same ledger rows."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, getdate, today

from benchmarks import measure, peak
from benchmarks.measure import Ratio, Report

RUNS = 5
TARGET_RATIO = 3.0


def refresh() -> None:
	from ks212_community.network_planning.snapshot import refresh as nightly

	nightly()


def aggregate() -> tuple:
	"""Sum the quantity by warehouse and item over the rows the snapshot reads: same window, same vouchers."""
	from ks212_community.constants import OUTLET_SALE
	from ks212_community.network_planning.snapshot import SALES_VOUCHERS

	Ledger = frappe.qb.DocType("Stock Ledger Entry")
	StockEntry = frappe.qb.DocType("Stock Entry")
	day = getdate(add_days(today(), -int(frappe.get_cached_doc("KS212 Settings").demand_days or 1)))
	outlet_sales = (
		frappe.qb.from_(StockEntry)
		.select(StockEntry.name)
		.where(
			(StockEntry.stock_entry_type == OUTLET_SALE)
			& (StockEntry.docstatus == 1)
			& (StockEntry.posting_date >= day)
		)
	)
	return (
		frappe.qb.from_(Ledger)
		.select(Ledger.warehouse, Ledger.item_code, Sum(Ledger.actual_qty))
		.where(
			(Ledger.is_cancelled == 0)
			& (Ledger.posting_date >= day)
			& (
				Ledger.voucher_type.isin(SALES_VOUCHERS)
				| ((Ledger.voucher_type == "Stock Entry") & Ledger.voucher_no.isin(outlet_sales))
			)
		)
		.groupby(Ledger.warehouse, Ledger.item_code)
		.run()
	)


def _refresh_and_commit() -> None:
	refresh()
	frappe.db.commit()


def run() -> Report:
	times = measure.medians(
		measure.interleaved({"ours": _refresh_and_commit, "aggregate": aggregate}, RUNS, warm_up=1)
	)
	groups = len(aggregate())
	report = Report(
		f"4. nightly snapshot, median of {RUNS} interleaved runs",
		[
			Ratio(
				"snapshot.refresh with its commit / one plain aggregate over the same ledger rows",
				times["ours"] / times["aggregate"],
				TARGET_RATIO,
				f"{measure.ms(times['ours'])} / {measure.ms(times['aggregate'])}",
			)
		],
		[f"{frappe.db.count('Outlet Item Snapshot'):,} rows written, {groups:,} groups of sales"],
	)
	report.notes.append(peak.compare("refresh", "aggregate"))
	return report
