import frappe
from frappe import _
from frappe.model.document import Document


class Batch(Document):
	def validate(self):
		self.use_batchwise_valuation = 1
		if frappe.db.get_value("Item", self.item, "has_expiry_date") and not self.expiry_date:
			frappe.throw(_("Expiry date is mandatory for selected item"), title=_("Missing Values"))
