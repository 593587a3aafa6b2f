from frappe.model.document import Document


class PusatContact(Document):
	"""Somebody at head office who is told of what no community's coordinator answers for."""
