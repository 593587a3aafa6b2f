from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from ks212_community import permissions
from ks212_community.api import validate
from ks212_community.constants import SALE
from ks212_community.stock_exchange import exchange, loans, posting
from ks212_community.stock_exchange.posting import settled_loan
from ks212_community.stock_exchange.ranking import is_whole

PRECISION = 2
MAX_PRICE = 1_000_000_000
PARTIES = ("loan", "lender", "borrower")


class LoanSettlement(Document):
	"""Ends what is owed of a loan in kind, or a part of it, without the goods: the borrower pays for them, or
	the lender lets them go. For head office, and accountants who may see both companies."""

	def validate(self):
		self.set_parties()
		if self.is_new() and not self.items:
			self.fill()
		self.validate_items()
		self.set_values()
		self.validate_price()
		settled_loan.validate_accounts(self)
		self.validate_date()

	def _validate_links(self):
		if self.docstatus == 0:
			# Frappe copies even what is not to be copied into an amendment: documents that are cancelled.
			self.update(dict.fromkeys(settled_loan.DOCUMENTS))
		super()._validate_links()

	def check_if_latest(self):
		if self.docstatus:
			# Before this document's own row, which is locked here.
			self.lock_loan(frappe.db.get_value(self.doctype, self.name, "loan") if self.name else None)
		super().check_if_latest()

	def before_submit(self):
		# A field is read-only in the form alone: what was posted is not for the caller to say.
		self.update(dict.fromkeys(settled_loan.DOCUMENTS))
		settled_loan.check_accounts(self)

	def on_submit(self):
		transfer = self.lock_loan()
		settled_loan.post_settlement(self, transfer)
		self.db_set({field: self.get(field) for field in settled_loan.DOCUMENTS}, update_modified=False)
		loans.settle(transfer, "loan_sold" if self.way == SALE else "loan_waived", self.reason)

	def before_cancel(self):
		before = self.get_doc_before_save()
		self.update({field: before.get(field) for field in (*settled_loan.DOCUMENTS, *PARTIES)})
		settled_loan.check_cancel(self)

	def on_cancel(self):
		transfer = self.lock_loan()
		settled_loan.cancel_settlement(self)
		loans.settle(transfer, "loan_reopened", self.reason)

	def lock_loan(self, loan: str | None = None):
		"""Lock the loan (default: the document's) as whoever gives back does, its request first, and return
		it as it is now. Unlike `exchange.lock_transfer` it does not begin again where somebody was faster:
		what is decided here is read under the lock, and the desk repeats nothing."""
		loan = loan or validate.name_of("Outlet Transfer", self.loan, _("Loan in Kind"))
		exchange.lock_request(frappe.db.get_value("Outlet Transfer", loan, "request"))
		return frappe.get_doc("Outlet Transfer", loan, for_update=True)

	def set_parties(self):
		"""Take who lent to whom from the loan; refuse a caller who may not see the books of both."""
		self.loan = validate.name_of("Outlet Transfer", self.loan, _("Loan in Kind"))
		loan = frappe.db.get_value(
			"Outlet Transfer",
			self.loan,
			["source_company", "company", "source_name", "target_name", "return_of"],
			as_dict=True,
		)
		if loan.return_of:
			frappe.throw(
				_("{0} gives goods of a loan back. Choose the loan itself: {1}.").format(
					frappe.bold(self.loan), frappe.bold(loan.return_of)
				)
			)
		self.update(
			{
				"lender": loan.source_company,
				"borrower": loan.company,
				"source_name": loan.source_name,
				"target_name": loan.target_name,
			}
		)
		for company in (self.lender, self.borrower):
			permissions.require_company(company, self.doctype)

	def fill(self):
		"""List all that is owed and not on its way back, at what it stands at in the books."""
		rates = posting.loan_rates([self.loan])
		lines = loans.owed_items(self.loan, loans.standing([self.loan]))
		self.set("items", [])
		for line in lines:
			if line["left"]:
				rate = flt(rates[(self.loan, line["item_code"])], PRECISION)
				self.append("items", {"item_code": line["item_code"], "qty": line["left"], "price": rate})
		if not self.items and any(line["coming"] for line in lines):
			frappe.throw(_("All that is owed is on its way back. Count it in, or withdraw it, first."))
		if not self.items:
			frappe.throw(_("Nothing of this transfer is on loan."))

	def validate_items(self):
		"""Refuse what is not owed, by row."""
		lines = loans.standing([self.loan], for_update=self.docstatus == 1)
		rates = posting.loan_rates([self.loan])
		seen = set()
		for row in self.items:
			line = lines.get((self.loan, row.item_code))
			if not line:
				frappe.throw(
					_("Row {0}: {1} is not owed on this loan. Remove the row.").format(
						row.idx, frappe.bold(row.item_code)
					)
				)
			if row.item_code in seen:
				frappe.throw(
					_("Row {0}: this line is given twice. Put the quantities together.").format(row.idx)
				)
			seen.add(row.item_code)
			label = _("Row {0}: {1}")
			row.qty = validate.qty(row.qty, label.format(row.idx, _("Quantity")), is_whole(line.stock_uom))
			row.owed_qty = line.left
			if flt(row.qty - row.owed_qty, 6) > 0:
				frappe.throw(
					_("Row {0}: {1} of {2} are owed and not on their way back. Enter that or less.").format(
						row.idx, f"{row.owed_qty:g}", frappe.bold(line.item_name)
					)
				)
			row.price = self.validate_price_of(row, label.format(row.idx, _("Price per Unit")))
			row.update({"item_name": line.item_name, "stock_uom": line.stock_uom})
			row.value_rate = rates[(self.loan, row.item_code)]

	def validate_price_of(self, row, label: str) -> float:
		price = flt(validate.number(row.price or 0, label), PRECISION)
		if price < 0:
			frappe.throw(_("Row {0}: the price must not be below zero.").format(row.idx))
		if price > MAX_PRICE:
			frappe.throw(_("{0} is too large.").format(label))
		return price

	def set_values(self):
		"""Reckon value and price (IDR, before tax), and choose the accounts that nobody chose."""
		for row in self.items:
			if self.way != SALE:
				row.price = 0
			row.value = flt(row.qty * row.value_rate, PRECISION)
			row.amount = flt(row.qty * row.price, PRECISION)
		self.value = flt(sum(row.value for row in self.items), PRECISION)
		self.price = flt(sum(row.amount for row in self.items), PRECISION)
		for field, account in settled_loan.default_accounts(self).items():
			if not self.get(field):
				self.set(field, account)

	def validate_price(self):
		if self.way == SALE and not self.price:
			frappe.throw(_("A sale has a price. Enter it, or choose Waiver."))

	def validate_date(self):
		entry = frappe.db.get_value("Outlet Transfer", self.loan, "loan_in_entry")
		counted_on = entry and frappe.db.get_value("Stock Entry", entry, "posting_date")
		if counted_on and getdate(self.posting_date) < getdate(counted_on):
			frappe.throw(_("The loan was counted in after the Posting Date. Choose a later day."))


@frappe.whitelist()
def make_loan_settlement(source_name: Any = None) -> Document:
	"""Return a new Loan Settlement of all that is owed of a loan and not on its way back, not saved. For who
	may make one and see the books of both companies."""
	if not frappe.has_permission("Loan Settlement", "create"):
		frappe.throw(_("Only an accountant or head office can do this."), frappe.PermissionError)
	doc = frappe.new_doc("Loan Settlement")
	doc.loan = source_name
	doc.set_parties()
	doc.fill()
	doc.validate_items()
	doc.set_values()
	return doc
