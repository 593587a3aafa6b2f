import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, now_datetime

from ks212_community.umkm_supply import prices

FIXED = ("product", "owner_price", "retail_price", "valid_from", "is_first")


class UMKMProductPrice(Document):
	"""The owner's price and the retail price of a product, from a day on.

	Whoever moves `status`, by the API or by the desk's Workflow, the effects are here: an approved price ends
	the one before it and is written to the price lists.
	"""

	def before_insert(self):
		self.proposed_by = self.proposed_by or frappe.session.user

	def validate(self):
		before = self.get_doc_before_save()
		self.reason = self.flags.pop("reason", None) or self.reason
		if before and before.status != prices.PENDING:
			self.validate_unchanged(before)
			return
		prices.check_amounts(self.owner_price, self.retail_price)
		if self.is_first:
			prices.check_is_first(self)
		elif self.status == prices.PENDING:
			prices.check_proposal(self)
		if self.is_decided():
			self.validate_decision()

	def is_decided(self) -> bool:
		"""Whether this save approves, rejects or withdraws the price."""
		before = self.get_doc_before_save()
		return self.status != prices.PENDING and (not before or before.status == prices.PENDING)

	def validate_decision(self):
		if self.status == prices.APPROVED:
			prices.settle_day(self)
		elif self.status == prices.REJECTED and not cstr(self.reason).strip():
			frappe.throw(
				_("Say in the field {0} why not, so that the owner knows.").format(frappe.bold(_("Reason")))
			)
		self.decided_by, self.decided_at = frappe.session.user, now_datetime()

	def validate_unchanged(self, before):
		"""What head office has decided on stays: sales are settled by it."""
		for field in FIXED:
			if prices.differs(before.get(field), self.get(field)):
				frappe.throw(_("A price that was decided on stays as it is. Propose a new one instead."))

	def validate_workflow(self):
		# A product's first price is approved with the product; withdrawing is the owner's, who has no
		# DocPerm.
		if not self.flags.ks212_service:
			super().validate_workflow()

	def on_update(self):
		if self.status == prices.APPROVED and self.is_decided():
			prices.take_effect(self)

	def on_trash(self):
		if self.status == prices.APPROVED:
			frappe.throw(_("Sales are settled by an approved price; it cannot be deleted."))
