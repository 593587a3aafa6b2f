"""People who log in."""

from hashlib import sha256

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_url, validate_email_address
from frappe.utils.password import check_password, update_password


class User(Document):
	def autoname(self):
		self.email = self.email.strip().lower()
		self.name = self.first_name if self.first_name in frappe.STANDARD_USERS else self.email

	def validate(self):
		self._new_password, self.new_password = self.new_password, ""
		validate_email_address(self.email, throw=True)
		self.full_name = " ".join(filter(None, [self.first_name, self.last_name]))
		roles = [row.role for row in self.roles]
		is_desk_user = self.name == "Administrator" or frappe.get_all(
			"Role", {"name": ("in", roles), "desk_access": 1}
		)
		self.user_type = "System User" if is_desk_user else "Website User"

	def on_update(self):
		frappe.local.cache.clear()
		if self._new_password:
			update_password(self.name, self._new_password)

	def append_roles(self, *roles):
		present = [row.role for row in self.roles]
		self.extend("roles", [{"role": role} for role in roles if role not in present])

	def add_roles(self, *roles):
		self.append_roles(*roles)
		self.save()

	def reset_password(self):
		"""The address where the user chooses a password."""
		key = frappe.generate_hash()
		self.db_set("reset_password_key", sha256(key.encode()).hexdigest())
		return get_url(f"/update-password?key={key}")

	def remove_roles(self, *roles):
		self.set("roles", [row for row in self.roles if row.role not in roles])
		self.save()


def find_by_credentials(user_name, password):
	"""The enabled user with this name, or phone number or user name where these are allowed, and this
	password."""
	fields = {"name": True}
	fields["mobile_no"] = cint(frappe.get_system_settings("allow_login_using_mobile_number"))
	fields["username"] = cint(frappe.get_system_settings("allow_login_using_user_name"))
	names = (
		frappe.db.get_value("User", {field: user_name, "enabled": 1})
		for field, allowed in fields.items()
		if allowed
	)
	user = next(filter(None, names), None)
	return user if user and check_password(user, password) else None
