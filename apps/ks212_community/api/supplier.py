"""What a UMKM sees of its goods and money; for its people, its community's managers, head office and
accountants.

Types, units and errors in docs/api.md. Nothing here tells of another UMKM's goods, or of what outlets sell
besides.
"""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate, today

from ks212_community import permissions
from ks212_community.api import parties, validate
from ks212_community.umkm_supply import on_hand, sold

SALES_DAYS = 30
MAX_SALES_DAYS = 366
NEAR_EXPIRY_DAYS = 30


@frappe.whitelist()
def overview(supplier: Any = None) -> dict:
	"""Return in figures where `supplier` stands: what lies in the outlets, what sold lately, what waits for
	it."""
	supplier = parties.seen_supplier_everywhere(supplier)
	stock_rows = [row for row in on_hand.stock(supplier=supplier) if row.qty > 0]
	lately = sold.summary(supplier, SALES_DAYS, getdate(today()))
	last_week = lately["by_day"][-7:]
	return {
		**frappe.db.get_value(
			"Supplier",
			supplier,
			["name as supplier", "supplier_name", "ks212_community as community"],
			as_dict=True,
		),
		"stock": {
			"value": sum(row.value for row in stock_rows),
			"products": len({row.item_code for row in stock_rows}),
			"outlets": len({row.outlet for row in stock_rows if row.outlet}),
			"near_expiry": sum(
				row.days_to_expiry is not None and row.days_to_expiry <= NEAR_EXPIRY_DAYS
				for row in stock_rows
			),
		},
		"sold_in_7_days": {key: sum(day[key] for day in last_week) for key in ("qty", "value")},
		"sold_in_30_days": {key: lately[key] for key in ("qty", "value")},
		"announced": frappe.db.count(
			"Consignment Delivery", {"supplier": supplier, "status": "Announced", "docstatus": ["<", 2]}
		),
		"products_to_correct": frappe.db.count(
			"UMKM Product", {"supplier": supplier, "status": "Needs Correction"}
		),
		"may_act": permissions.acts_for_supplier(supplier),
	}


@frappe.whitelist()
def stock(supplier: Any = None) -> list:
	"""Return what of `supplier`'s goods lies where: a row for each product and outlet; goods on the road
	between two outlets are a row without `outlet`. Values at the owner's price of today."""
	supplier = parties.seen_supplier_everywhere(supplier)
	fields = (
		"outlet",
		"outlet_name",
		"item_code",
		"item_name",
		"stock_uom",
		"qty",
		"age_days",
		"nearest_expiry",
		"days_to_expiry",
		"owner_price",
		"value",
	)
	return [{field: row.get(field) for field in fields} for row in on_hand.stock(supplier=supplier)]


@frappe.whitelist()
def sales(supplier: Any = None, days: Any = None) -> dict:
	"""Return what sold of `supplier`'s goods in the last `days` days (30, if not given), today included:
	`by_day`, `by_outlet`, `by_item`. Values at the owner's price in force on the day of the sale."""
	supplier = parties.seen_supplier_everywhere(supplier)
	days = SALES_DAYS if days in (None, "") else validate.qty(days, _("Days"), whole=True)
	if days > MAX_SALES_DAYS:
		frappe.throw(_("Days: at most {0}.").format(MAX_SALES_DAYS))
	return sold.summary(supplier, cint(days), getdate(today()))
