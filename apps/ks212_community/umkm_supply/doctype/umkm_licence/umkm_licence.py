import frappe
from frappe.model.document import Document

from ks212_community.umkm_supply import files, licences


class UMKMLicence(Document):
	"""A licence of a supplier, with the day it ends; see umkm_supply/licences.py for what an ended one
	blocks."""

	def validate(self):
		licences.validate(self)

	def on_update(self):
		before = self.get_doc_before_save()
		if before and self.checked and not before.checked:
			# What was checked stays as it was checked.
			files.hand_over(self.doctype, self.name, frappe.session.user)
			licences.tell(self, "confirm")
		if licences.is_exception_new(self, before):
			licences.tell(self, "allow")
