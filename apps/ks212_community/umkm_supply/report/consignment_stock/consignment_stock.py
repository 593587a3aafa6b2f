"""What members' enterprises have on the shelves of the network, for how long, until when, worth what to them.

Columns, one query for the stock and one for the dates of its batches, pure functions. Quantities in the stock
UOM, values in IDR at the owner's price in force today. Goods on the road between outlets are rows without an
outlet.
"""

import frappe
from frappe import _
from frappe.utils import cint

from ks212_community.columns import column, money, text
from ks212_community.permissions import report_company
from ks212_community.umkm_supply import on_hand

SOON_DAYS = 14
CHARTED_SUPPLIERS = 10


def execute(filters: dict | None = None):
	"""Return (columns, rows, message, chart, summary); `filters`: company, supplier, outlet, community,
	item_code, and expiring_within (days; 0 or missing: all)."""
	filters = frappe._dict(filters or {})
	filters.company = report_company(filters.company, "Consignment Agreement")
	rows = on_hand.stock(
		company=filters.company,
		supplier=filters.supplier,
		outlet=filters.outlet,
		community=filters.community,
	)
	rows = chosen(rows, filters.item_code, cint(filters.expiring_within))
	return columns(filters), rows, None, chart(rows), summary(rows)


def columns(filters) -> list[dict]:
	"""Return the report's columns. Quantities of different UOMs do not add up: they are totalled for one item
	only."""
	adds_up = {} if filters.item_code else {"disable_total": True}
	return [
		# No links, which the report's script draws: whoever reads this need not have rights on Supplier,
		# Item, UOM, Currency.
		text("supplier_name", _("Supplier"), 170),
		text("community", _("Community"), 100),
		text("item_code", _("Item"), 120),
		text("item_name", _("Item Name"), 200),
		text("place", _("Place"), 180),
		text("stock_uom", _("Stock UOM"), 110),
		column("qty", _("On Hand"), "Float", 140, **adds_up),
		column("age_days", _("Age (days)"), "Int", 115, disable_total=True),
		column("nearest_expiry", _("Nearest Expiry"), "Date", 170),
		column("days_to_expiry", _("Days to Expiry"), "Int", 170, disable_total=True),
		money("owner_price", _("Owner's Price"), 170, disable_total=True),
		money("value", _("Value at Owner's Price"), 170),
		text("supplier", _("Supplier"), 100, hidden=1),
		text("outlet", _("Outlet"), 100, hidden=1),
		text("currency", _("Currency"), 80, hidden=1),
	]


def chosen(rows, item_code: str | None, expiring_within: int) -> list:
	"""Return the rows of an item, or those that expire within so many days (what is past its date too)."""
	result = []
	for row in rows:
		soon = row.days_to_expiry is not None and row.days_to_expiry <= expiring_within
		if (not item_code or row.item_code == item_code) and (not expiring_within or soon):
			row.place = row.outlet_name or _("On the road: {0}").format(row.warehouse)
			result.append(row)
	return result


def summary(rows) -> list[dict]:
	"""Return the figures above the report."""
	expired = sum(row.days_to_expiry is not None and row.days_to_expiry < 0 for row in rows)
	soon = sum(row.days_to_expiry is not None and 0 <= row.days_to_expiry <= SOON_DAYS for row in rows)
	return [
		{
			"label": _("Value at Owner's Price"),
			"value": sum(row.value for row in rows),
			"datatype": "Currency",
			"currency": rows[0].currency if rows else None,
			"indicator": "Blue",
		},
		{
			"label": _("Suppliers"),
			"value": len({row.supplier for row in rows}),
			"datatype": "Int",
			"indicator": "Blue",
		},
		{
			"label": _("Expiring in {0} Days").format(SOON_DAYS),
			"value": soon,
			"datatype": "Int",
			"indicator": "Orange" if soon else "Green",
		},
		{
			"label": _("Past Their Date"),
			"value": expired,
			"datatype": "Int",
			"indicator": "Red" if expired else "Green",
		},
	]


def chart(rows) -> dict | None:
	"""Return a bar chart of the suppliers with most on the shelves, or None where there is nothing to
	compare."""
	totals: dict[str, float] = {}
	for row in rows:
		totals[row.supplier_name] = totals.get(row.supplier_name, 0.0) + row.value
	if len(totals) < 2:
		return None
	largest = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))[:CHARTED_SUPPLIERS]
	return {
		"data": {
			"labels": [name for name, _value in largest],
			"datasets": [
				{"name": _("Value at Owner's Price"), "values": [value for _name, value in largest]}
			],
		},
		"type": "bar",
		"colors": ["#48bb74"],
		"height": 160,
		"fieldtype": "Currency",
	}
