"""ERPNext answers these four for any warehouse to whoever is logged in; people of the portal get their own outlets only.

Wrapped by `override_whitelisted_methods`. Desk users keep ERPNext's own behaviour.
"""

import frappe
from frappe import _

from ks212_community.permissions import outlets_of


def _check_warehouse(warehouse) -> None:
	if frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User":
		return
	outlets = outlets_of()
	if not isinstance(warehouse, str) or not outlets:
		allowed = False
	else:
		allowed = bool(frappe.db.exists("Outlet", {"name": ["in", outlets], "warehouse": warehouse}))
	if not allowed:
		frappe.throw(_("You may look at the stock of your own outlets only."), frappe.PermissionError)


@frappe.whitelist()
def get_stock_balance(**kwargs):
	"""`erpnext.stock.utils.get_stock_balance`, for a warehouse the caller may see."""
	from erpnext.stock.utils import get_stock_balance as original

	_check_warehouse(kwargs.get("warehouse"))
	return frappe.call(original, **kwargs)


@frappe.whitelist()
def get_latest_stock_qty(**kwargs):
	"""`erpnext.stock.utils.get_latest_stock_qty`, for a warehouse the caller may see."""
	from erpnext.stock.utils import get_latest_stock_qty as original

	_check_warehouse(kwargs.get("warehouse"))
	return frappe.call(original, **kwargs)


@frappe.whitelist()
def get_stock_availability(**kwargs):
	"""`erpnext.accounts.doctype.pos_invoice.pos_invoice.get_stock_availability`, for a warehouse the caller may see."""
	from erpnext.accounts.doctype.pos_invoice.pos_invoice import get_stock_availability as original

	_check_warehouse(kwargs.get("warehouse"))
	return frappe.call(original, **kwargs)


@frappe.whitelist()
def get_bin_details(**kwargs):
	"""`erpnext.stock.get_item_details.get_bin_details`, for a warehouse the caller may see."""
	from erpnext.stock.get_item_details import get_bin_details as original

	_check_warehouse(kwargs.get("warehouse"))
	return frappe.call(original, **kwargs)
