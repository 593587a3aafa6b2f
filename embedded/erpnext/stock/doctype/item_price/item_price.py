import frappe
from frappe.model.document import Document


class ItemPrice(Document):
	def validate(self):
		price_list = frappe.get_cached_doc("Price List", self.price_list)
		self.update({field: price_list.get(field) for field in ("buying", "selling", "currency")})
		self.item_name = frappe.db.get_value("Item", self.item_code, "item_name")
