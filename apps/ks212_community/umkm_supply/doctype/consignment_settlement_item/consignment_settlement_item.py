from frappe.model.document import Document


class ConsignmentSettlementItem(Document):
	"""The goods of a product at an outlet over the period; opening to closing always sums up."""
