"""Who may see and do what. Membership is data: users on the Outlet, managers on its Community."""

import frappe
from frappe import _
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.utils import getdate, today

from ks212_community.constants import ACCOUNTANT, PUSAT, UMKM_GROUP


def is_pusat(user: str | None = None) -> bool:
	"""Whether `user` (default: the caller) is head office staff."""
	return PUSAT in frappe.get_roles(user)


def sees_everything(user: str | None = None) -> bool:
	"""Whether `user` reads the documents of all outlets."""
	return not {PUSAT, ACCOUNTANT, "System Manager"}.isdisjoint(frappe.get_roles(user))


def outlets_of(user: str | None = None) -> list[str]:
	"""Return the codes of the outlets that `user` acts for: as one of its users, or as its community's
	manager within the manager's term."""
	user = user or frappe.session.user
	if user == "Guest":
		return []
	Outlet = frappe.qb.DocType("Outlet")
	OutletUser = frappe.qb.DocType("Outlet User")
	Manager = frappe.qb.DocType("Community Manager")
	own = frappe.qb.from_(OutletUser).select(OutletUser.parent).where(OutletUser.user == user)
	managed = (
		frappe.qb.from_(Manager)
		.inner_join(Outlet)
		.on(Outlet.community == Manager.parent)
		.select(Outlet.name)
		.where((Manager.user == user) & in_term(Manager))
	)
	return sorted(row[0] for row in (own + managed).run())


def in_term(Manager):
	"""Return the condition that a row of `Manager` (the qb table of Community Manager) is within its term
	today."""
	day = getdate(today())
	return (Manager.term_from.isnull() | (Manager.term_from <= day)) & (
		Manager.term_to.isnull() | (Manager.term_to >= day)
	)


def communities_of(user: str | None = None) -> list[str]:
	"""Return the communities that `user` manages today."""
	user = user or frappe.session.user
	Manager = frappe.qb.DocType("Community Manager")
	found = (
		frappe.qb.from_(Manager).select(Manager.parent).where((Manager.user == user) & in_term(Manager)).run()
	)
	return sorted({row[0] for row in found})


def suppliers_of(user: str | None = None) -> list[str]:
	"""Return the UMKM suppliers that `user` is a portal user of."""
	user = user or frappe.session.user
	if user == "Guest":
		return []
	PortalUser = frappe.qb.DocType("Portal User")
	Supplier = frappe.qb.DocType("Supplier")
	found = (
		frappe.qb.from_(PortalUser)
		.inner_join(Supplier)
		.on(Supplier.name == PortalUser.parent)
		.select(Supplier.name)
		.where(
			(PortalUser.parenttype == "Supplier")
			& (PortalUser.user == user)
			& (Supplier.supplier_group == UMKM_GROUP)
			& (Supplier.disabled == 0)
		)
		.run()
	)
	return sorted({row[0] for row in found})


def acts_for_supplier(supplier: str, user: str | None = None) -> bool:
	"""Whether `user` speaks for `supplier`: as its portal user, or as head office."""
	return is_pusat(user) or supplier in suppliers_of(user)


def require_supplier(supplier: str) -> None:
	"""Raise `frappe.PermissionError` unless the caller speaks for `supplier`."""
	if not acts_for_supplier(supplier):
		frappe.throw(
			_("You do not speak for supplier {0}.").format(frappe.bold(supplier)), frappe.PermissionError
		)


def sees_supplier(supplier: str, user: str | None = None) -> bool:
	"""Whether `user` may look at `supplier`: its people, its community's managers, head office,
	accountants."""
	if sees_everything(user) or supplier in suppliers_of(user):
		return True
	return frappe.db.get_value("Supplier", supplier, "ks212_community") in communities_of(user)


def acts_for(outlet: str, user: str | None = None) -> bool:
	"""Whether `user` may act for `outlet`; pusat may act for all."""
	return is_pusat(user) or outlet in outlets_of(user)


def require_outlet(outlet: str) -> None:
	"""Raise `frappe.PermissionError` unless the caller acts for `outlet`."""
	if not acts_for(outlet):
		frappe.throw(_("You do not work for outlet {0}.").format(frappe.bold(outlet)), frappe.PermissionError)


def settles(user: str | None = None) -> bool:
	"""Whether `user` may have settlements made: head office and accountants."""
	return not {PUSAT, ACCOUNTANT}.isdisjoint(frappe.get_roles(user))


def require_pusat() -> None:
	"""Raise `frappe.PermissionError` unless the caller is head office staff."""
	if not is_pusat():
		frappe.throw(_("Only head office (pusat) can do this."), frappe.PermissionError)


# -- the hooks --------------------------------------------------------------------------------------------


def request_query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""permission_query_conditions of Inter Outlet Request."""
	return _conditions("Inter Outlet Request", ("outlet",), user)


def snapshot_query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""permission_query_conditions of Outlet Item Snapshot: of desk users that are limited to companies, those
	of their outlets."""
	companies = companies_of("Outlet Item Snapshot", user)
	if companies is not None and sees_everything(user):
		return (
			"(`tabOutlet Item Snapshot`.`outlet` in"
			f" (select `name` from `tabOutlet` where `company` in ({_names(companies)})))"
		)
	return _conditions("Outlet Item Snapshot", ("outlet",), user)


def transfer_query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""permission_query_conditions of Outlet Transfer: the source and the requester see it; of desk users that
	are limited to companies, those of the company whose goods and costs are in it."""
	companies = companies_of("Outlet Transfer", user)
	if companies is not None and sees_everything(user):
		return f"(`tabOutlet Transfer`.`source_company` in ({_names(companies)}))"
	return _conditions("Outlet Transfer", ("source_outlet", "target_outlet"), user)


def companies_of(doctype: str, user: str | None = None) -> list[str] | None:
	"""Return the companies that User Permissions limit `user` to in documents of `doctype`; None where they
	do not."""
	rows = get_user_permissions(user or frappe.session.user).get("Company") or []
	names = {row.get("doc") for row in rows if row.get("applicable_for") in (None, "", doctype)}
	return sorted(names) if names else None


def may_see_company(company: str, doctype: str, user: str | None = None) -> bool:
	"""Whether User Permissions let `user` see documents of `doctype` of a company."""
	companies = companies_of(doctype, user)
	return companies is None or company in companies


def report_company(company: str | None, doctype: str) -> str | None:
	"""Return the company that a report on `doctype` is read for: the chosen one; for somebody limited to one
	company that, where none was chosen.

	Raises `frappe.PermissionError` for a company that User Permissions keep from the caller, and
	`frappe.ValidationError` where they leave several and none was chosen.
	"""
	companies = companies_of(doctype)
	if companies is None:
		return company
	if not company and len(companies) == 1:
		return companies[0]
	if not company:
		frappe.throw(_("Choose a company."))
	require_company(company, doctype)
	return company


def require_company(company: str, doctype: str) -> None:
	"""Raise `frappe.PermissionError` where User Permissions keep `company`'s documents of `doctype` from the
	caller."""
	if not may_see_company(company, doctype):
		frappe.throw(
			_("You may not see the books of {0}.").format(frappe.bold(company)), frappe.PermissionError
		)


def _names(values: list[str]) -> str:
	return ", ".join(frappe.db.escape(value) for value in values) or "''"


def _conditions(doctype: str, fields: tuple[str, ...], user: str | None) -> str:
	if sees_everything(user):
		return ""
	outlets = ", ".join(frappe.db.escape(outlet) for outlet in outlets_of(user)) or "''"
	return "(" + " or ".join(f"`tab{doctype}`.`{field}` in ({outlets})" for field in fields) + ")"


def supplier_query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""permission_query_conditions of the documents of one supplier."""
	if sees_everything(user):
		return ""
	seen = suppliers_of(user)
	if communities := communities_of(user):
		seen += frappe.get_all("Supplier", filters={"ks212_community": ["in", communities]}, pluck="name")
	suppliers = ", ".join(frappe.db.escape(supplier) for supplier in seen) or "''"
	return f"`tab{doctype}`.`supplier` in ({suppliers})"


def consignment_query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""permission_query_conditions of what goes between a supplier and an outlet: both see it."""
	if sees_everything(user):
		return ""
	return f"({supplier_query_conditions(user, doctype)} or {_conditions(doctype, ('outlet',), user)})"


def registration_query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""permission_query_conditions of UMKM Registration: managers see those of their own communities."""
	if sees_everything(user):
		return ""
	communities = ", ".join(frappe.db.escape(community) for community in communities_of(user)) or "''"
	return f"`tabUMKM Registration`.`community` in ({communities})"


def has_registration_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""has_permission of UMKM Registration."""
	return sees_everything(user) or not doc.get("community") or doc.community in communities_of(user)


def has_request_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""has_permission of the documents of one outlet."""
	if not doc.get("outlet"):
		return True
	if sees_everything(user):
		company = doc.get("company") or frappe.get_cached_value("Outlet", doc.outlet, "company")
		return may_see_company(company, doc.doctype, user)
	return doc.outlet in outlets_of(user)


def has_transfer_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""has_permission of Outlet Transfer: the source's and the requester's people."""
	if not doc.get("source_outlet"):
		return True
	if sees_everything(user):
		return may_see_company(doc.source_company or doc.company, "Outlet Transfer", user)
	return not {doc.source_outlet, doc.target_outlet}.isdisjoint(outlets_of(user))


def has_supplier_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""has_permission of the documents of one supplier; of desk users that are limited to companies, those of
	theirs."""
	if not doc.get("supplier"):
		return True
	if doc.get("company") and sees_everything(user):
		return may_see_company(doc.company, doc.doctype, user)
	return sees_supplier(doc.supplier, user)


def has_consignment_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""has_permission of what goes between a supplier and an outlet: those who see the supplier, and the
	outlet's people."""
	return has_supplier_permission(doc, ptype, user) or doc.outlet in outlets_of(user)


def has_consignment_website_permission(
	doc, ptype: str | None = None, user: str | None = None, verbose: bool = False
) -> bool:
	"""has_website_permission: lets both sides print their documents without a DocPerm."""
	return has_consignment_permission(doc, ptype, user)


def has_supplier_website_permission(
	doc, ptype: str | None = None, user: str | None = None, verbose: bool = False
) -> bool:
	"""has_website_permission: lets a supplier and its community's managers print its documents without a
	DocPerm."""
	return sees_supplier(doc.supplier, user)


def has_website_permission(
	doc, ptype: str | None = None, user: str | None = None, verbose: bool = False
) -> bool:
	"""has_website_permission: lets an outlet's people print their own documents without a DocPerm."""
	if doc.doctype == "Outlet Transfer":
		return has_transfer_permission(doc, ptype, user)
	return has_request_permission(doc, ptype, user)
