from frappe.model.document import Document


class ConsignmentRemovalItem(Document):
	"""One product of a removal. Quantity in the stock UOM."""
