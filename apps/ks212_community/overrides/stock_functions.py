"""ERPNext answers these four for any warehouse to whoever is logged in; people of the portal get their own
outlets only.

Wrapped by `override_whitelisted_methods`. Desk users keep ERPNext's own behaviour; website users may give an
item and one of their warehouses and nothing else, since some of ERPNext's further arguments reach other
outlets' stock.
"""

import frappe
from frappe import _

from ks212_community.api import validate
from ks212_community.permissions import outlets_of
from ks212_community.stock_exchange.posting import as_ledger_user


def _answer(method: str, arguments: dict):
	"""Answer a call of ERPNext's `method`, after a look at who calls."""
	if frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User":
		return frappe.call(frappe.get_attr(method), **arguments)
	warehouse = validate.text(arguments.get("warehouse"), _("Warehouse"))
	outlets = outlets_of()
	if not outlets or not frappe.db.exists("Outlet", {"name": ["in", outlets], "warehouse": warehouse}):
		frappe.throw(_("You may look at the stock of your own outlets only."), frappe.PermissionError)
	item_code = validate.name_of("Item", arguments.get("item_code"), _("Item"))
	# Later releases of ERPNext ask for a right to read Items, which people of the portal do not have.
	with as_ledger_user():
		return frappe.get_attr(method)(item_code, warehouse)


@frappe.whitelist()
def get_stock_balance(**kwargs):
	"""ERPNext's stock balance of an item, for a warehouse the caller may see."""
	return _answer("erpnext.stock.utils.get_stock_balance", kwargs)


@frappe.whitelist()
def get_latest_stock_qty(**kwargs):
	"""ERPNext's latest stock quantity of an item, for a warehouse the caller may see."""
	return _answer("erpnext.stock.utils.get_latest_stock_qty", kwargs)


@frappe.whitelist()
def get_stock_availability(**kwargs):
	"""ERPNext's availability of an item at the till, for a warehouse the caller may see."""
	return _answer("erpnext.accounts.doctype.pos_invoice.pos_invoice.get_stock_availability", kwargs)


@frappe.whitelist()
def get_bin_details(**kwargs):
	"""ERPNext's Bin figures of an item, for a warehouse the caller may see."""
	return _answer("erpnext.stock.get_item_details.get_bin_details", kwargs)
