"""Who may see and do what. Membership is data: users on the Outlet, managers on its Community."""

import frappe
from frappe import _
from frappe.utils import getdate, today

from ks212_community.constants import ACCOUNTANT, PUSAT


def is_pusat(user: str | None = None) -> bool:
	"""Whether `user` (default: the caller) is head office staff."""
	return PUSAT in frappe.get_roles(user)


def sees_everything(user: str | None = None) -> bool:
	"""Whether `user` reads the documents of all outlets."""
	return not {PUSAT, ACCOUNTANT, "System Manager"}.isdisjoint(frappe.get_roles(user))


def outlets_of(user: str | None = None) -> list[str]:
	"""Return the codes of the outlets that `user` acts for: as one of its users, or as its community's manager
	within the manager's term."""
	user = user or frappe.session.user
	if user == "Guest":
		return []
	Outlet = frappe.qb.DocType("Outlet")
	OutletUser = frappe.qb.DocType("Outlet User")
	Manager = frappe.qb.DocType("Community Manager")
	day = getdate(today())
	own = frappe.qb.from_(OutletUser).select(OutletUser.parent).where(OutletUser.user == user)
	managed = (
		frappe.qb.from_(Manager)
		.inner_join(Outlet)
		.on(Outlet.community == Manager.parent)
		.select(Outlet.name)
		.where(
			(Manager.user == user)
			& (Manager.term_from.isnull() | (Manager.term_from <= day))
			& (Manager.term_to.isnull() | (Manager.term_to >= day))
		)
	)
	return sorted(row[0] for row in (own + managed).run())


def acts_for(outlet: str, user: str | None = None) -> bool:
	"""Whether `user` may act for `outlet`; pusat may act for all."""
	return is_pusat(user) or outlet in outlets_of(user)


def require_outlet(outlet: str) -> None:
	"""Raise `frappe.PermissionError` unless the caller acts for `outlet`."""
	if not acts_for(outlet):
		frappe.throw(_("You do not work for outlet {0}.").format(frappe.bold(outlet)), frappe.PermissionError)


def require_pusat() -> None:
	"""Raise `frappe.PermissionError` unless the caller is head office staff."""
	if not is_pusat():
		frappe.throw(_("Only head office (pusat) can do this."), frappe.PermissionError)


# -- the hooks --------------------------------------------------------------------------------------------


def request_query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""permission_query_conditions of Inter Outlet Request."""
	return _conditions("Inter Outlet Request", ("outlet",), user)


def snapshot_query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""permission_query_conditions of Outlet Item Snapshot."""
	return _conditions("Outlet Item Snapshot", ("outlet",), user)


def transfer_query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""permission_query_conditions of Outlet Transfer: the source and the requester see it."""
	return _conditions("Outlet Transfer", ("source_outlet", "target_outlet"), user)


def _conditions(doctype: str, fields: tuple[str, ...], user: str | None) -> str:
	if sees_everything(user):
		return ""
	outlets = ", ".join(frappe.db.escape(outlet) for outlet in outlets_of(user)) or "''"
	return "(" + " or ".join(f"`tab{doctype}`.`{field}` in ({outlets})" for field in fields) + ")"


def has_request_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""has_permission of the documents of one outlet."""
	return sees_everything(user) or not doc.get("outlet") or doc.outlet in outlets_of(user)


def has_transfer_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""has_permission of Outlet Transfer: the source's and the requester's people."""
	if sees_everything(user) or not doc.get("source_outlet"):
		return True
	return not {doc.source_outlet, doc.target_outlet}.isdisjoint(outlets_of(user))


def has_website_permission(
	doc, ptype: str | None = None, user: str | None = None, verbose: bool = False
) -> bool:
	"""has_website_permission: lets an outlet's people print their own documents without a DocPerm."""
	if doc.doctype == "Outlet Transfer":
		return has_transfer_permission(doc, ptype, user)
	return has_request_permission(doc, ptype, user)
