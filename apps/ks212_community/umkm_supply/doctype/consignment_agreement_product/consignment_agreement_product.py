from frappe.model.document import Document


class ConsignmentAgreementProduct(Document):
	"""A product the agreement covers."""
