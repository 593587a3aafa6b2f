from frappe.model.document import Document


class ConsignmentAgreementOutlet(Document):
	"""An outlet or a region the agreement covers."""
