import frappe
from frappe.model.document import Document


class UserPermission(Document):
	pass


def get_user_permissions(user=None):
	"""{DocType: rules} of a user; here only the app itself asks for them."""
	permissions = frappe._dict()
	for row in frappe.get_all(
		"User Permission", {"user": user}, ["allow", "for_value as doc", "applicable_for"]
	):
		permissions.setdefault(row.allow, []).append(row)
	return permissions
