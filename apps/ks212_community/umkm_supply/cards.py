"""Numbers of the workspace that a filter cannot count."""

import frappe
from frappe import _
from frappe.utils import add_days, today

from ks212_community.permissions import sees_everything
from ks212_community.umkm_supply import licences

DAYS = 30


@frappe.whitelist()
def licences_ending(filters: str | dict | None = None) -> dict:
	"""Return the number of licences that end within DAYS days, of those that decide (a renewed one does not);
	pusat and accountants only."""
	if not sees_everything():
		frappe.throw(_("This number is for head office."), frappe.PermissionError)
	left = [licences.days_until(licence.valid_until) for licence in licences.current().values()]
	return {
		"value": sum(days is not None and 0 <= days <= DAYS for days in left),
		"fieldtype": "Int",
		"route": ["List", "UMKM Licence", "List"],
		"route_options": {"checked": 1, "valid_until": ["between", [today(), add_days(today(), DAYS)]]},
	}
