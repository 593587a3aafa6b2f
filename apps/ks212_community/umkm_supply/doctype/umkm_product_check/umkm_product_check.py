from frappe.model.document import Document


class UMKMProductCheck(Document):
	"""One point of the curation's checklist."""
