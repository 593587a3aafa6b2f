from frappe.model.document import Document


class OutletTransferEvent(Document):
	"""One step of a transfer: who, when and why."""
