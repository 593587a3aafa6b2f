from frappe.model.document import Document


class RequestKey(Document):
	"""One row per (user, method, key): the memory that makes a repeated call harmless. See api/once.py."""
