"""Fields that an app adds to another's DocType."""

import frappe
from frappe.model.document import Document


class CustomField(Document):
	def autoname(self):
		self.name = f"{self.dt}-{self.fieldname}"

	def on_update(self):
		frappe.clear_cache(doctype=self.dt)
		frappe.db.updatedb(self.dt)

	def after_delete(self):
		frappe.clear_cache(doctype=self.dt)


def create_custom_fields(custom_fields, ignore_validate=False, update=True):
	"""`custom_fields`: {doctype: [field, …]}"""
	for doctype, fields in custom_fields.items():
		for df in fields:
			name = f"{doctype}-{df['fieldname']}"
			is_there = frappe.db.exists("Custom Field", name)
			field = (
				frappe.get_doc("Custom Field", name)
				if is_there
				else frappe.new_doc("Custom Field", dt=doctype)
			)
			field.update(df).save(ignore_permissions=True)
