"""Transfers asked per week and what became of them, for the workspace's chart."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import formatdate, getdate, today

from ks212_community.permissions import companies_of, sees_everything
from ks212_community.stock_exchange.states import ENDED

WEEKS = 12
ARRIVED = ("Received", "Closed")
COURSES = ("Under Way", "Arrived", "Discrepancy", "Not Given")


@frappe.whitelist()
def get(filters: str | dict | None = None) -> dict:
	"""Return labels and datasets of the last WEEKS weeks (from Monday); pusat and accountants only, who may
	be limited to companies."""
	if not sees_everything():
		frappe.throw(_("This chart is for head office."), frappe.PermissionError)
	monday = week_of(getdate(today()))
	weeks = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
	counts = count(find(weeks[0], companies_of("Outlet Transfer")))
	return {
		"labels": [formatdate(week, "d MMM") for week in weeks],
		"datasets": [
			{"name": _(course), "values": [counts.get((week, course), 0) for week in weeks]}
			for course in COURSES
		],
	}


def find(since: date, companies: list[str] | None = None) -> list[frappe._dict]:
	"""Return (asked, status, transfers) of the transfers asked since a day, of sources of `companies` where
	they are given."""
	Transfer = frappe.qb.DocType("Outlet Transfer")
	query = (
		frappe.qb.from_(Transfer)
		.select(Transfer.creation.as_("asked"), Transfer.status, Count("*").as_("transfers"))
		.where(Transfer.creation >= since)
		.groupby(Transfer.creation, Transfer.status)
	)
	if companies is not None:
		query = query.where(Transfer.source_company.isin(companies))
	return query.run(as_dict=True)


def count(rows) -> dict[tuple[date, str], int]:
	"""Return {(Monday of the week, course): number of transfers}."""
	result: dict[tuple[date, str], int] = {}
	for row in rows:
		key = (week_of(getdate(row.asked)), course_of(row.status))
		result[key] = result.get(key, 0) + row.transfers
	return result


def week_of(day: date) -> date:
	"""Return the Monday of a day's week."""
	return day - timedelta(days=day.weekday())


def course_of(status: str) -> str:
	"""Return which of COURSES a state belongs to."""
	if status in ENDED:
		return "Not Given"
	if status in ARRIVED:
		return "Arrived"
	return "Discrepancy" if status == "Discrepancy" else "Under Way"
