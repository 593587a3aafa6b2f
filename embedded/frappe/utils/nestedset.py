"""Trees by `lft` and `rgt`."""

import frappe
from frappe.model.document import Document


class NestedSet(Document):
	def on_update(self):
		"""Number the whole tree anew; trees are small here."""
		parent_field, children = f"parent_{frappe.scrub(self.doctype)}", {}
		for row in frappe.get_all(self.doctype, fields=["name", parent_field], order_by="name"):
			children.setdefault(row[parent_field] or None, []).append(row.name)

		def number(name, lft):
			rgt = lft + 1
			for child in children.get(name, ()):
				rgt = number(child, rgt)
			if name:
				frappe.db.set_value(self.doctype, name, {"lft": lft, "rgt": rgt}, update_modified=False)
			return rgt + 1

		number(None, 0)

	def after_delete(self):
		NestedSet.on_update(self)
