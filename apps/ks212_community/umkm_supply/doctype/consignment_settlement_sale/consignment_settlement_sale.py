from frappe.model.document import Document


class ConsignmentSettlementSale(Document):
	"""What was sold of a product at an outlet at one price under one agreement, and what is owed for it."""
