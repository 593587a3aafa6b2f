import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet


class Warehouse(NestedSet):
	def autoname(self):
		abbr = frappe.get_cached_value("Company", self.company, "abbr")
		self.name = f"{self.warehouse_name} - {abbr}"

	def on_trash(self):
		if frappe.db.exists("Stock Ledger Entry", {"warehouse": self.name}):
			frappe.throw(_("Warehouse can not be deleted as stock ledger entry exists for this warehouse."))
		frappe.db.delete("Bin", {"warehouse": self.name})
