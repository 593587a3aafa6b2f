import frappe
from frappe import _
from frappe.model.document import Document

from ks212_community.umkm_supply import deliveries, notices


class ConsignmentDelivery(Document):
	"""Goods a supplier announces to an outlet, and what the outlet counted in."""

	def keep(self, submit: bool = False):
		"""Save a step in the name of whoever takes it: rights were checked at the door."""
		self.flags.kept = True
		self.flags.ignore_permissions = True
		if submit:
			self.submit()
		else:
			self.save()

	def validate(self):
		if self.flags.kept:
			return
		before = self.get_doc_before_save()
		if before and before.status != deliveries.ANNOUNCED:
			deliveries.next_status(before, "receive")
		deliveries.prepare(self)

	def after_insert(self):
		notices.delivery_announced(self)

	def before_submit(self):
		if not self.flags.kept:
			frappe.throw(_("A delivery is submitted by counting it in. Use its buttons."))
		deliveries.post(self)

	def before_cancel(self):
		self.status = deliveries.next_status(self, "undo")

	def on_cancel(self):
		deliveries.reverse(self)

	def on_trash(self):
		if self.status == deliveries.RECEIVED:
			frappe.throw(_("Goods of this delivery have been counted in; it is kept."))
