import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from ks212_community.umkm_supply import agreements
from ks212_community.umkm_supply.agreements import CONSIGNMENT, OUTRIGHT, SALE_AKAD
from ks212_community.umkm_supply.terms import PER_CENT, PER_UNIT


class ConsignmentAgreement(Document):
	"""What a supplier and a company agreed: the akad, the fee, who bears what, when it is settled."""

	def validate(self):
		self.validate_supplier()
		self.validate_dates()
		self.validate_akad()
		self.validate_amounts()
		self.validate_fee()
		self.validate_taxes()
		self.validate_products()
		self.validate_outlets()

	def before_update_after_submit(self):
		self.validate_dates()
		agreements.refuse_overlap(self)

	def before_submit(self):
		agreements.refuse_overlap(self)
		agreements.set_supply(self)

	def before_cancel(self):
		agreements.refuse_cancel(self)

	def validate_supplier(self):
		if frappe.db.get_value("Supplier", self.supplier, "disabled"):
			frappe.throw(
				_("Supplier {0} is disabled. Enable it before making an agreement.").format(
					frappe.bold(self.supplier)
				)
			)

	def validate_dates(self):
		if self.valid_to and getdate(self.valid_to) < getdate(self.valid_from):
			frappe.throw(_("Valid To is before Valid From. Set it to that day or later."))

	def validate_akad(self):
		"""A sale (jual beli) is an outright purchase and the reverse; whoever sells for another has another
		akad."""
		if (self.akad == SALE_AKAD) != (self.supply == OUTRIGHT):
			frappe.throw(
				_("Akad {0} does not go with {1}. {2} goes with {3} alone.").format(
					frappe.bold(_(self.akad)), frappe.bold(_(self.supply)), _(SALE_AKAD), _(OUTRIGHT)
				)
			)

	def validate_amounts(self):
		for fieldname in ("fee_percent", "fee_per_unit", "period_charge", "days_to_pay", "min_shelf_share"):
			if flt(self.get(fieldname)) < 0:
				frappe.throw(_("{0} cannot be below zero.").format(_(self.meta.get_label(fieldname))))
		for fieldname in ("fee_percent", "min_shelf_share"):
			if flt(self.get(fieldname)) > 100:
				frappe.throw(_("{0} cannot be over 100 %.").format(_(self.meta.get_label(fieldname))))

	def validate_fee(self):
		"""Keep the one amount that the fee's basis needs, and refuse an empty one."""
		if self.supply != CONSIGNMENT:
			self.fee_percent = self.fee_per_unit = self.period_charge = 0
			return
		for basis, fieldname in ((PER_CENT, "fee_percent"), (PER_UNIT, "fee_per_unit")):
			if self.fee_basis != basis:
				self.set(fieldname, 0)
			elif not flt(self.get(fieldname)):
				frappe.throw(
					_("{0} is missing: the fee is {1}. Enter it, or choose another basis.").format(
						_(self.meta.get_label(fieldname)), frappe.bold(_(basis))
					)
				)

	def validate_taxes(self):
		if (
			self.taxes_template
			and frappe.db.get_value("Purchase Taxes and Charges Template", self.taxes_template, "company")
			!= self.company
		):
			frappe.throw(
				_("Taxes {0} belong to another company. Choose a template of {1}.").format(
					frappe.bold(self.taxes_template), frappe.bold(self.company)
				)
			)

	def validate_products(self):
		seen = set()
		for row in self.products:
			if frappe.db.get_value("Item", row.item_code, "ks212_owner") != self.supplier:
				frappe.throw(
					_("Row {0}: {1} is not a product of {2}. Take it out.").format(
						row.idx, frappe.bold(row.item_code), frappe.bold(self.supplier_name or self.supplier)
					)
				)
			if row.item_code in seen:
				frappe.throw(
					_("Row {0}: {1} is named twice. Take one out.").format(
						row.idx, frappe.bold(row.item_code)
					)
				)
			seen.add(row.item_code)

	def validate_outlets(self):
		for row in self.outlets:
			if bool(row.outlet) == bool(row.region):
				frappe.throw(_("Row {0}: name an outlet or a region, one of them.").format(row.idx))
			if row.outlet and frappe.get_cached_value("Outlet", row.outlet, "company") != self.company:
				frappe.throw(
					_("Row {0}: outlet {1} belongs to another company. Take it out.").format(
						row.idx, frappe.bold(row.outlet)
					)
				)
