import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, now_datetime

from ks212_community.umkm_supply import prices, products


class UMKMProduct(Document):
	"""What a micro-enterprise offers, from the proposal through curation to the Item.

	Whoever moves `status`, by the API or by the desk's Workflow, the effects are here: a product that becomes
	Approved gets its Item and its first price in the same transaction.
	"""

	def before_insert(self):
		self.proposed_at = now_datetime()

	def validate(self):
		before = self.get_doc_before_save()
		products.write_decision(self)
		if before and before.status in (products.APPROVED, products.REJECTED):
			self.validate_unchanged(before)
			return
		self.shelf_life_days = cint(self.shelf_life_days)
		self.validate_texts()
		self.validate_goods()
		prices.check_amounts(self.owner_price, self.retail_price)
		if not before:
			products.check_supplier(self.supplier)
		products.set_barcode(self, before)
		products.check_barcode_is_free(self)
		products.fill_checks(self)
		if self.is_decided():
			self.validate_decision()

	def validate_texts(self):
		for field in ("product_name", "composition", "net_weight"):
			self.set(field, cstr(self.get(field)).strip())

	def validate_goods(self):
		if frappe.db.get_value("Item Group", self.item_group, "is_group"):
			frappe.throw(
				_("{0} is a group of Item Groups. Choose one of those in it.").format(
					frappe.bold(self.item_group)
				)
			)
		if not 0 <= self.shelf_life_days <= products.MAX_SHELF_LIFE:
			frappe.throw(
				_("Shelf Life (days) must be between 0 (does not expire) and {0}.").format(
					products.MAX_SHELF_LIFE
				)
			)

	def is_decided(self) -> bool:
		"""Whether this save moves the product to where head office wants it."""
		before = self.get_doc_before_save()
		return self.status != (before.status if before else products.PENDING) and (
			self.status != products.PENDING
		)

	def validate_decision(self):
		if self.status == products.APPROVED:
			products.require_curated(self)
		elif not cstr(self.reason).strip():
			frappe.throw(
				_("Say in the field {0} what to correct, or why not, so that the owner knows.").format(
					frappe.bold(_("What to Correct, or Why Not"))
				)
			)
		self.curated_by, self.curated_at = frappe.session.user, now_datetime()

	def validate_unchanged(self, before):
		"""What head office has decided on stays as it was decided."""
		for field in products.PROPOSED:
			if prices.differs(before.get(field), self.get(field)):
				frappe.throw(
					_(
						"{0} stays as it was decided. Prices change by a new price, the rest in the Item."
					).format(frappe.bold(_(self.meta.get_label(field))))
				)

	def validate_workflow(self):
		# The owner's own step is taken by the service, which has checked who it is: portal users have no
		# DocPerm.
		if not self.flags.ks212_service:
			super().validate_workflow()

	def before_save(self):
		if self.status == products.APPROVED and self.is_decided():
			self.item_code = products.make_item(self)

	def on_update(self):
		if self.status == products.APPROVED and self.is_decided():
			prices.make_first(self)
