import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from ks212_community.umkm_supply import removals


class ConsignmentRemoval(Document):
	"""Consigned goods that leave the shelf unsold: back to the owner, expired, lost or damaged."""

	def validate(self):
		removals.prepare(self)

	def before_submit(self):
		self.removed_by, self.removed_at = frappe.session.user, now_datetime()

	def on_submit(self):
		removals.post(self)

	def on_cancel(self):
		removals.reverse(self)
