import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_link_to_form, getdate

from ks212_community.umkm_supply import billing, settlement

# What nobody types: the pass over the ledger writes it.
COMPUTED = (
	*("supplier", "company", "agreement", "previous", "from_date", "to_date", "charge", "amount"),
	*("brought_forward", "payable", *settlement.TOTALS, *(f"bill_{field}" for field in settlement.BILLED)),
)
TABLES = ("sales", "items")


class ConsignmentSettlement(Document):
	"""What one supplier is owed by one company for a period; see umkm_supply/settlement.py."""

	def before_insert(self):
		frappe.throw(
			_("A settlement is computed, not typed in. Choose Make Settlements in the list of settlements.")
		)

	def validate(self):
		self.validate_computed()

	def _submit(self):
		# The agreements' rows before this document's own, as make_settlements locks them.
		settlement.lock_supplier(self.company, self.supplier)
		return super()._submit()

	def _cancel(self):
		settlement.lock_supplier(self.company, self.supplier)
		return super()._cancel()

	def _validate_links(self):
		# A previous settlement that was cancelled meanwhile is a reason to rebuild, not a wrong link.
		if self.docstatus == 1:
			self.validate_previous()
		super()._validate_links()

	def before_submit(self):
		settlement.lock_supplier(self.company, self.supplier)
		self.validate_previous()
		self.validate_carried()
		self.validate_terms()
		self.purchase_invoice = None
		self.status = "Unpaid" if flt(self.payable) > 0 else "Carried Forward"

	def on_submit(self):
		settlement.take_over(self)
		if self.status == "Unpaid":
			invoice = billing.make_invoice(self)
			self.db_set(
				{
					"purchase_invoice": invoice,
					"due_date": frappe.db.get_value("Purchase Invoice", invoice, "due_date"),
				}
			)

	def before_cancel(self):
		# Fields are read-only in the form alone: which invoice is cancelled is not for the caller to say.
		before = self.get_doc_before_save()
		self.update({field: before.get(field) for field in ("supplier", "company", "purchase_invoice")})
		settlement.lock_supplier(self.company, self.supplier)
		self.validate_last()
		billing.refuse_paid(self)
		self.status = "Cancelled"

	def on_cancel(self):
		settlement.give_back(self)
		billing.cancel_invoice(self)

	def validate_computed(self):
		"""Refuse figures that are not those of the pass over the ledger."""
		before = self.get_doc_before_save()
		if not before:
			return
		changed = [field for field in COMPUTED if self.has_value_changed(field)]
		for table in TABLES:
			rows = [_values(row) for row in self.get(table)]
			if rows != [_values(row) for row in before.get(table)]:
				changed.append(table)
		if changed:
			frappe.throw(
				_(
					"{0} cannot be changed by hand. Correct what it comes from (sales, counts, prices, the agreement), then choose Rebuild."
				).format(frappe.bold(_(self.meta.get_label(changed[0]))))
			)

	def validate_previous(self):
		"""Refuse a draft that was computed before another settlement was submitted or cancelled."""
		last = settlement.last_settlements(self.company, [self.supplier]).get(self.supplier)
		if (self.previous or None) != (last.name if last else None):
			frappe.throw(
				_("{0} was submitted or cancelled after this draft was made. Choose Rebuild.").format(
					get_link_to_form(self.doctype, last.name if last else self.previous)
				)
			)
		if last and getdate(last.to_date) >= getdate(self.to_date):
			frappe.throw(
				_("{0} settles to a later day. Choose Make Settlements with a day after it.").format(
					get_link_to_form(self.doctype, last.name)
				)
			)

	def validate_carried(self):
		carried = settlement.carried_forward(self.company, [self.supplier]).get(self.supplier)
		if flt(self.brought_forward - flt(carried.payable if carried else 0), self.precision("payable")):
			frappe.throw(_("What is carried forward changed after this draft was made. Choose Rebuild."))

	def validate_terms(self):
		"""Refuse goods that moved on days for which nobody agreed on a price or on terms."""
		for row in self.sales:
			if row.price and row.agreement:
				continue
			if not (flt(row.sold_qty) or flt(row.invoiced_value) or flt(row.expired) or flt(row.shrinkage)):
				continue
			missing = (
				_("an approved price of the product")
				if not row.price
				else _("an agreement with the supplier")
			)
			frappe.throw(
				_(
					"Row {0}: {1} was sold or lost at {2} on a day without {3}. Add one that covers the day, then choose Rebuild."
				).format(
					row.idx, frappe.bold(row.item_code), frappe.bold(row.outlet or row.warehouse), missing
				)
			)

	def validate_last(self):
		"""Settlements are cancelled from the last one back: later ones rest on it."""
		last = settlement.last_settlements(self.company, [self.supplier]).get(self.supplier)
		if last and last.name != self.name:
			frappe.throw(
				_("{0} was made after this settlement. Cancel it first.").format(
					get_link_to_form(self.doctype, last.name)
				)
			)


def _values(row) -> tuple:
	return tuple(
		flt(row.get(df.fieldname), 9)
		if df.fieldtype in ("Float", "Currency")
		else str(row.get(df.fieldname) or "")
		for df in row.meta.fields
		if df.fieldtype not in ("Column Break", "Section Break")
	)
