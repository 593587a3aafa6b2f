"""Who may do what: roles on DocTypes, and the hooks that can only deny."""

import frappe
from frappe import _


def get_roles(user=None):
	user = user or frappe.session.user or "Guest"
	cache = frappe.local.cache.setdefault("roles", {})
	if user not in cache:
		cache[user] = _roles_of(user)
	return cache[user]


def _roles_of(user):
	if user == "Guest":
		return ["Guest"]
	if user == "Administrator":
		return frappe.get_all("Role", pluck="name")
	roles = frappe.get_all("Has Role", {"parent": user, "parenttype": "User"}, pluck="role")
	is_desk_user = frappe.db.get_value("User", user, "user_type") == "System User"
	return [*roles, "All", "Guest", *["Desk User"] * is_desk_user]


def has_permission(doctype, ptype="read", doc=None, user=None, throw=False):
	user = user or frappe.session.user
	doc = frappe.get_doc(doctype, doc) if isinstance(doc, str) else doc
	allowed = user == "Administrator" or (
		(doc is None or _hooks_permit(doc, ptype, user))
		and has_role_permission(frappe.get_meta(doctype), ptype, user, bool(doc) and doc.owner == user)
	)
	if throw and not allowed:
		raise frappe.PermissionError(_("Insufficient Permission for {0}").format(_(doctype)))
	return allowed


def _hooks_permit(doc, ptype, user):
	for method in reversed(frappe.get_hooks("has_permission", {}).get(doc.doctype, ())):
		permitted = frappe.call(method, doc=doc, ptype=ptype, user=user, debug=False)
		if permitted is not None:
			return bool(permitted)
	return True


def has_role_permission(meta, ptype, user, is_owner=False):
	"""Whether a role gives the right; `if_owner` gives it to the owner, and to read the list of what one
	owns."""
	roles = get_roles(user)
	if user == "Administrator":
		return True
	rows = [row for row in meta.permissions if row.role in roles and not row.permlevel and row.get(ptype)]
	return any(is_owner or not row.if_owner or ptype == "create" for row in rows)


def query_conditions(doctype, user=None):
	"""SQL that keeps a list to what its reader may see."""
	user, meta = user or frappe.session.user, frappe.get_meta(doctype)
	if not has_role_permission(meta, "read", user, is_owner=True):
		frappe.throw(_("No permission to read {0}").format(_(doctype)), frappe.PermissionError)
	own = f"`tab{doctype}`.`owner` = {frappe.db.escape(user)}"
	conditions = [] if has_role_permission(meta, "read", user) else [own]
	hooks = frappe.get_hooks("permission_query_conditions", {}).get(doctype, ())
	return conditions + [
		f"({sql})" for sql in (frappe.call(method, user, doctype=doctype) for method in hooks) if sql
	]
