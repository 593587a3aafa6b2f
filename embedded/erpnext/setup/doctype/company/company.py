import frappe
from frappe.utils.nestedset import NestedSet


class Company(NestedSet):
	def after_insert(self):
		"""The warehouses and cost centres that ERPNext makes for each company."""
		everything = self.make("Warehouse", warehouse_name="All Warehouses", is_group=1)
		for name in ("Stores", "Work In Progress", "Finished Goods", "Goods In Transit"):
			kind = "Transit" if name == "Goods In Transit" else None
			self.make("Warehouse", warehouse_name=name, parent_warehouse=everything, warehouse_type=kind)
		root = self.make("Cost Center", cost_center_name=self.name, is_group=1)
		main = self.make("Cost Center", cost_center_name="Main", parent_cost_center=root)
		self.db_set("cost_center", main)

	def make(self, doctype, **values):
		doc = frappe.new_doc(doctype, company=self.name, **values)
		return doc.insert(ignore_permissions=True, ignore_mandatory=True).name
