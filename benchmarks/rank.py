"""Who can give an item: one call of ours against ERPNext's get_stock_balance warehouse by warehouse."""

import frappe

from benchmarks import measure, peak, plan
from benchmarks.measure import Ratio, Report

RUNS = 20
TARGET_RATIO = 1 / 10
TARGET_GROWTH = 5.0  # five times the outlets: at most five times the time


def rank_sources(item_code: str):
	"""The whitelisted call, as the clerk of the asking outlet."""
	from ks212_community.api import exchange

	return exchange.rank_sources(plan.TARGET, item_code, 5, plan.days_ahead(3))


def ask_erpnext(item_code: str, warehouses: list[str]) -> dict[str, float]:
	"""What ERPNext's own helper says each warehouse has now."""
	from erpnext.stock.utils import get_stock_balance

	return {warehouse: get_stock_balance(item_code, warehouse) for warehouse in warehouses}


def warehouses_of(count: int) -> list[str]:
	"""The warehouses of the first `count` outlets but the asking one."""
	return [plan.warehouse(code) for code in plan.all_outlets()[:count] if code != plan.TARGET]


def check_same_stock(item_code: str, warehouses: list[str]) -> str:
	"""Raise AssertionError unless every candidate's stock is what get_stock_balance says, and everyone else
	has none free."""
	from ks212_community.stock_exchange import ranking

	balances = ask_erpnext(item_code, warehouses)
	found = ranking.candidates(frappe.get_doc("Outlet", plan.TARGET), item_code, 5)
	for row in found:
		assert row.actual_qty == balances[row.warehouse], (
			row.warehouse,
			row.actual_qty,
			balances[row.warehouse],
		)
	assert [row.name for row in found] == [row["outlet"] for row in rank_sources(item_code)]
	stocked = sum(qty > 0 for qty in balances.values())
	assert found and len(found) <= stocked
	return f"{len(found)} of {len(warehouses)} outlets can give, {stocked} have some; their stock equals get_stock_balance's"


def run() -> Report:
	frappe.set_user(plan.clerk(plan.TARGET))
	few, many = warehouses_of(plan.OUTLETS), warehouses_of(plan.OUTLETS + plan.MORE_OUTLETS)
	report = Report(f"1. rank_sources, one line, median of {RUNS} interleaved calls")
	for kind, item, wide in (
		("plain item", plan.PLAIN_ITEM, plan.WIDE_PLAIN_ITEM),
		("batch item", plan.BATCH_ITEM, plan.WIDE_BATCH_ITEM),
	):
		same = check_same_stock(item, few)
		check_same_stock(wide, many)
		times = measure.medians(
			measure.interleaved(
				{
					"ours": lambda item=item: rank_sources(item),
					"erpnext": lambda item=item: ask_erpnext(item, few),
					"wide": lambda wide=wide: rank_sources(wide),
				},
				RUNS,
			)
		)
		report.ratios.append(
			Ratio(
				f"{kind}: rank_sources over {plan.OUTLETS} outlets / get_stock_balance of each",
				times["ours"] / times["erpnext"],
				TARGET_RATIO,
				f"{measure.ms(times['ours'])} / {measure.ms(times['erpnext'])}",
			)
		)
		report.ratios.append(
			Ratio(
				f"{kind}: from {plan.OUTLETS} to {plan.OUTLETS + plan.MORE_OUTLETS} outlets",
				times["wide"] / times["ours"],
				TARGET_GROWTH,
				f"{measure.ms(times['wide'])} / {measure.ms(times['ours'])}",
			)
		)
		report.notes.append(f"{kind}: {same}")
	report.notes.append(peak.compare("rank_sources", "get_stock_balance"))
	return report
