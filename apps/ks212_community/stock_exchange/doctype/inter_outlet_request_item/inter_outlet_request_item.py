from frappe.model.document import Document


class InterOutletRequestItem(Document):
	"""One item an outlet lacks, as asked and in the stock UOM."""
