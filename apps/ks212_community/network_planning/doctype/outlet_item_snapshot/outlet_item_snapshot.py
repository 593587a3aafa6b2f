import frappe
from frappe.model.document import Document


class OutletItemSnapshot(Document):
	"""What an outlet sells of an item a day, renewed every night. See network_planning/snapshot.py."""


def on_doctype_update():
	# Ranking looks an item up in all outlets' warehouses at once.
	frappe.db.add_index("Outlet Item Snapshot", ["item_code", "warehouse"])
