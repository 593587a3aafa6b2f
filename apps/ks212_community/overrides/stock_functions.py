"""ERPNext answers these four for any warehouse to whoever is logged in; people of the portal get their own outlets only.

Wrapped by `override_whitelisted_methods`. Desk users keep ERPNext's own behaviour; website users may give an item and
one of their warehouses and nothing else, since some of ERPNext's further arguments reach other outlets' stock.
"""

import frappe
from frappe import _

from ks212_community.api import validate
from ks212_community.permissions import outlets_of


def _answer(original, arguments: dict):
	if frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User":
		return frappe.call(original, **arguments)
	warehouse = validate.text(arguments.get("warehouse"), _("Warehouse"))
	outlets = outlets_of()
	if not outlets or not frappe.db.exists("Outlet", {"name": ["in", outlets], "warehouse": warehouse}):
		frappe.throw(_("You may look at the stock of your own outlets only."), frappe.PermissionError)
	return original(validate.name_of("Item", arguments.get("item_code"), _("Item")), warehouse)


@frappe.whitelist()
def get_stock_balance(**kwargs):
	"""`erpnext.stock.utils.get_stock_balance`, for a warehouse the caller may see."""
	from erpnext.stock.utils import get_stock_balance as original

	return _answer(original, kwargs)


@frappe.whitelist()
def get_latest_stock_qty(**kwargs):
	"""`erpnext.stock.utils.get_latest_stock_qty`, for a warehouse the caller may see."""
	from erpnext.stock.utils import get_latest_stock_qty as original

	return _answer(original, kwargs)


@frappe.whitelist()
def get_stock_availability(**kwargs):
	"""`erpnext.accounts.doctype.pos_invoice.pos_invoice.get_stock_availability`, for a warehouse the caller may see."""
	from erpnext.accounts.doctype.pos_invoice.pos_invoice import get_stock_availability as original

	return _answer(original, kwargs)


@frappe.whitelist()
def get_bin_details(**kwargs):
	"""`erpnext.stock.get_item_details.get_bin_details`, for a warehouse the caller may see."""
	from erpnext.stock.get_item_details import get_bin_details as original

	return _answer(original, kwargs)
