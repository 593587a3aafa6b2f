"""Settling a month of 200 outlets x 500 UMKM products, 300,000 lines of sales, against one plain aggregate
over the same ledger rows; half the outlets sell by invoices, the others without."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, getdate, nowdate

from benchmarks import consignment, measure, peak
from benchmarks.measure import Ratio, Report
from tests import story

RUNS = 5
TARGET_RATIO = 3.0
TARGET_PEAK = 500.0  # MB


def to_date() -> str:
	return add_days(nowdate(), -1)


def settle() -> list[str]:
	"""Make the drafts of all suppliers and commit, as the background job does."""
	from ks212_community import locks
	from ks212_community.umkm_supply import settlement

	with locks.reading_unlocked():
		return settlement.make_settlements(story.COMPANY, to_date())


def aggregate() -> tuple:
	"""Sum the quantity by item and warehouse over the rows that are settled."""
	Ledger = frappe.qb.DocType("Stock Ledger Entry")
	Item = frappe.qb.DocType("Item")
	consigned = frappe.qb.from_(Item).select(Item.name).where(Item.ks212_consigned == 1)
	return (
		frappe.qb.from_(Ledger)
		.select(Ledger.item_code, Ledger.warehouse, Sum(Ledger.actual_qty))
		.where(
			(Ledger.company == story.COMPANY)
			& (Ledger.is_cancelled == 0)
			& (Ledger.posting_date <= getdate(to_date()))
			& Ledger.item_code.isin(consigned)
		)
		.groupby(Ledger.item_code, Ledger.warehouse)
		.run()
	)


def _timed_settle() -> float:
	"""Seconds of a settlement with its commit, where there is no draft yet."""
	import time

	_forget()
	start = time.perf_counter()
	settle()
	return time.perf_counter() - start


def _forget() -> None:
	from ks212_community.umkm_supply import settlement

	settlement._drop(
		frappe.get_all(
			settlement.SETTLEMENT, filters={"company": story.COMPANY, "docstatus": 0}, pluck="name"
		)
	)
	frappe.db.commit()


def check() -> str:
	"""Raise AssertionError unless the drafts hold what was written, line by line of the plan."""
	from ks212_community.umkm_supply import settlement

	names = settle()
	Settlement = frappe.qb.DocType(settlement.SETTLEMENT)
	payable, invoiced = (
		frappe.qb.from_(Settlement)
		.select(Sum(Settlement.payable), Sum(Settlement.invoiced_value))
		.where(Settlement.name.isin(names))
		.run()[0]
	)
	expected_payable, expected_invoiced = consignment.expected()
	assert len(names) == consignment.SUPPLIERS, len(names)
	assert abs(payable - expected_payable) < 1, (payable, expected_payable)
	assert abs(invoiced - expected_invoiced) < 1, (invoiced, expected_invoiced)
	rows = {doctype: frappe.db.count(doctype) for doctype in (settlement.GOODS, settlement.SALE)}
	return f"{len(names)} drafts of Rp {payable:,.0f} in all as the plan says, with " + " and ".join(
		f"{count:,} rows of {doctype}" for doctype, count in rows.items()
	)


def run() -> Report:
	consignment.ensure()
	same = check()
	times = measure.medians(
		measure.interleaved({"ours": _timed_settle, "aggregate": aggregate}, RUNS, warm_up=1)
	)
	report = Report(
		f"5. settling a month of consignment, median of {RUNS} interleaved runs",
		[
			Ratio(
				"make_settlements of all suppliers with its commit / one plain aggregate over the same ledger rows",
				times["ours"] / times["aggregate"],
				TARGET_RATIO,
				f"{measure.ms(times['ours'])} / {measure.ms(times['aggregate'])}",
			)
		],
		[f"{consignment.facts()}; {same}"],
	)
	high, grown = peak.measure("settle")
	report.ratios.append(
		Ratio("peak memory of that call, MB", high, TARGET_PEAK, f"+{grown:.1f} MB by the call")
	)
	_forget()
	return report
