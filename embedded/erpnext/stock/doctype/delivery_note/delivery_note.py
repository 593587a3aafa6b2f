import frappe
from frappe import _
from frappe.model.document import Document


class DeliveryNote(Document):
	def validate(self):
		frappe.throw(
			_("There is no general ledger here: goods go from one company to another on a bench only.")
		)
