from frappe.model.document import Document


class OutletItemSnapshot(Document):
	"""What an outlet sells of an item a day, renewed every night. See network_planning/snapshot.py."""
