from frappe import _
from frappe.model.document import Document


class Address(Document):
	def autoname(self):
		self.name = f"{self.address_title}-{_(self.address_type)}"
