from frappe.model.document import Document


class CommunityManager(Document):
	"""A volunteer who manages a community, for a term."""
