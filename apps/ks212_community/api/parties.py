"""The outlet or supplier that a call names, once the caller is found to be of it, or to be allowed a look."""

import frappe
from frappe import _

from ks212_community import permissions
from ks212_community.api import validate


def own_outlet(value):
	"""Return the Outlet that the caller works for; one without a warehouse is refused."""
	outlet = validate.name_of("Outlet", value, _("Outlet"))
	permissions.require_outlet(outlet)
	doc = frappe.get_cached_doc("Outlet", outlet)
	if not doc.warehouse:
		frappe.throw(
			_("Outlet {0} has no warehouse yet. Ask head office to make it.").format(frappe.bold(outlet))
		)
	return doc


def own_supplier(value) -> str:
	"""Return the name of the supplier that the caller speaks for."""
	supplier = validate.name_of("Supplier", value, _("Supplier"))
	permissions.require_supplier(supplier)
	return supplier


def seen_supplier(value) -> str:
	"""Return the name of the supplier that the caller may look at."""
	supplier = validate.name_of("Supplier", value, _("Supplier"))
	require_sight_of(supplier)
	return supplier


def seen_supplier_everywhere(value) -> str:
	"""Return the name of the supplier whose goods and sales in all companies the caller may look at."""
	supplier = seen_supplier(value)
	if permissions.sees_everything() and permissions.companies_of("Supplier") is not None:
		frappe.throw(
			_("You see the books of some companies only. Read the reports of consignment instead."),
			frappe.PermissionError,
		)
	return supplier


def require_sight_of(supplier: str) -> None:
	"""Raise `frappe.PermissionError` unless the caller may look at `supplier`."""
	if not permissions.sees_supplier(supplier):
		frappe.throw(
			_("You may not look at the UMKM {0}.").format(frappe.bold(supplier)), frappe.PermissionError
		)


def check_supplier(supplier, **_rest) -> dict:
	"""The check of writers (see once.py) that a supplier's own people call."""
	return {"supplier": own_supplier(supplier)}
