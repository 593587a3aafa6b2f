from frappe.model.document import Document


class OutletOpeningHours(Document):
	"""When an outlet is open on one day of the week."""
