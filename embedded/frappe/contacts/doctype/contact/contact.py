from frappe.model.document import Document


class Contact(Document):
	def autoname(self):
		self.name = "-".join([self._get_full_name(), *(link.link_name for link in self.links[:1])])

	def validate(self):
		"""Take phone, mobile number and address from the rows that are marked so."""
		self.full_name = self._get_full_name()
		for field in ("phone", "mobile_no"):
			rows = self.get("phone_nos", {f"is_primary_{field}": 1})
			self.set(field, rows[0].phone if rows else "")
		rows = self.get("email_ids", {"is_primary": 1})
		self.email_id = rows[0].email_id if rows else ""

	def _get_full_name(self):
		return " ".join(filter(None, [self.first_name, self.last_name]))
