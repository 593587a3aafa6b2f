import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from ks212_community.constants import LOAN_IN_KIND


class TransferPricePolicy(Document):
	"""What goods cost that go from one legal entity to another: for a pair of companies, a region or the
	network."""

	def validate(self):
		self.validate_scope()
		self.validate_figures()
		if self.valid_to and str(self.valid_to) < str(self.valid_from):
			frappe.throw(_("Valid To must not be before Valid From."))

	def validate_scope(self):
		if bool(self.source_company) != bool(self.target_company):
			frappe.throw(_("Name both companies for a pair, or neither of them."))
		if self.source_company and self.source_company == self.target_company:
			frappe.throw(_("Inside a company goods have no price. Name two companies."))
		if self.source_company and self.region:
			frappe.throw(_("A policy holds for a pair of companies or for a region, not for both."))

	def validate_figures(self):
		if self.basis in ("At Cost", LOAN_IN_KIND):
			self.percent = 0
		if self.basis == LOAN_IN_KIND:
			self.ceiling_percent, self.retail_price_list = 0, None
			if not self.source_company:
				frappe.throw(_("A loan in kind is agreed by two companies. Name both."))
			if int(self.loan_days or 0) < 1:
				frappe.throw(_("Say within how many days a loan is given back."))
		else:
			self.loan_days = 0
		if flt(self.percent) < 0 or (self.basis == "Retail Less" and flt(self.percent) > 100):
			frappe.throw(_("Per Cent runs from 0, and for Retail Less to 100."))
		if flt(self.ceiling_percent) < 0:
			frappe.throw(_("Ceiling must not be below 0."))
		if (self.basis == "Retail Less" or self.ceiling_percent) and not self.retail_price_list:
			frappe.throw(_("Choose the Retail Price List that the price is reckoned from."))
