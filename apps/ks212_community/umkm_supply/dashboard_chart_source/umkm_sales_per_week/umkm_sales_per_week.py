"""What outlets sold of members' enterprises' goods per week, for the workspace's chart. Values in IDR."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate, today

from ks212_community.permissions import companies_of, sees_everything
from ks212_community.stock_exchange.dashboard_chart_source.transfers_per_week.transfers_per_week import (
	WEEKS,
	week_of,
)
from ks212_community.umkm_supply.report.umkm_sales import umkm_sales

# what a week's sales consist of -> the sum of the report UMKM Sales
PARTS = {"To the Owner": "owner_value", "Margin": "margin"}


@frappe.whitelist()
def get(filters: str | dict | None = None) -> dict:
	"""Return labels and datasets of the last WEEKS weeks (from Monday); pusat and accountants only, who may
	be limited to companies."""
	if not sees_everything():
		frappe.throw(_("This chart is for head office."), frappe.PermissionError)
	day = getdate(today())
	weeks = [week_of(day) - timedelta(weeks=back) for back in reversed(range(WEEKS))]
	days = [
		row
		for company in companies_of("Consignment Agreement") or [None]
		for row in umkm_sales.find(frappe._dict(from_date=weeks[0], to_date=day, company=company), "Day")
	]
	sums = by_week(umkm_sales.complete(row) for row in days)
	return {
		"labels": [formatdate(week, "d MMM") for week in weeks],
		"datasets": [
			{"name": _(part), "values": [sums.get((week, field), 0.0) for week in weeks]}
			for part, field in PARTS.items()
		],
	}


def by_week(days) -> dict[tuple[date, str], float]:
	"""Return {(Monday of the week, field of PARTS): its sum} of the report's rows by day."""
	result: dict[tuple[date, str], float] = {}
	for row in days:
		for field in PARTS.values():
			key = (week_of(getdate(row.posting_date)), field)
			result[key] = flt(result.get(key, 0.0) + flt(row[field]), 2)
	return result
