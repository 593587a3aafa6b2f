import frappe
from frappe.utils.nestedset import NestedSet


class CostCenter(NestedSet):
	def autoname(self):
		abbr = frappe.get_cached_value("Company", self.company, "abbr")
		self.name = f"{self.cost_center_name} - {abbr}"
