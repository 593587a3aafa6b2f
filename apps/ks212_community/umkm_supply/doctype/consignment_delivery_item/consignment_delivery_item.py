from frappe.model.document import Document


class ConsignmentDeliveryItem(Document):
	"""One product of a delivery, as announced and as counted. Quantities in the stock UOM."""
