from frappe.model.document import Document


class Item(Document):
	def validate(self):
		self.item_name = self.item_name or self.item_code
		if self.stock_uom not in [row.uom for row in self.uoms]:
			self.append("uoms", {"uom": self.stock_uom, "conversion_factor": 1})
