"""Portal roles follow membership: who is put on an Outlet or a Community gets the role, who is on none loses
it."""

import frappe

from ks212_community.constants import COMMUNITY_MANAGER, OUTLET_USER

OUTLET = ("Outlet User", OUTLET_USER)
COMMUNITY = ("Community Manager", COMMUNITY_MANAGER)


def sync(doc, table: str, kind: tuple[str, str], removed: bool = False) -> None:
	"""Give and take the role of `kind` after the rows of `doc`'s child table changed, or `doc` was
	removed."""
	child_doctype, role = kind
	before = doc.get_doc_before_save()
	was = {row.user for row in before.get(table) if row.user} if before else set()
	now = set() if removed else {row.user for row in doc.get(table) if row.user}
	if removed:
		was = {row.user for row in doc.get(table) if row.user}
	for user in sorted(now - was):
		_set_role(user, role, True)
	for user in sorted(was - now):
		elsewhere = frappe.db.exists(child_doctype, {"user": user, "parent": ["!=", doc.name]})
		if not elsewhere:
			_set_role(user, role, False)


def _set_role(user: str, role: str, has_role: bool) -> None:
	doc = frappe.get_doc("User", user)
	# Head office names people without being System Manager.
	doc.flags.ignore_permissions = True
	if has_role:
		doc.add_roles(role)
	else:
		doc.remove_roles(role)
