from frappe.model.document import Document


class OutletUser(Document):
	"""A person who may act for an outlet in the portal."""
