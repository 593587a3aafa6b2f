from frappe.model.document import Document


class OutletTransferItem(Document):
	"""One line of what a source was asked for, and what became of it. Quantities in the stock UOM."""
