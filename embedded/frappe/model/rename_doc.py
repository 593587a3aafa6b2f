"""Another name for a document that may have one; what links to it follows."""

import frappe
from frappe import _
from frappe.model.delete_doc import links_to


def rename_doc(doctype, old, new, **kwargs):
	meta = frappe.get_meta(doctype)
	if not meta.allow_rename:
		frappe.throw(_("{0} not allowed to be renamed").format(_(doctype)))
	for linking, fieldname in links_to(doctype):
		frappe.db.set_value(linking, {fieldname: old}, fieldname, new, update_modified=False)
	for df in meta.get_table_fields():
		rows = {"parent": old, "parenttype": doctype}
		frappe.db.set_value(df.options, rows, "parent", new, update_modified=False)
	frappe.db.set_value(doctype, old, {"name": new, meta.autoname.removeprefix("field:"): new})
	frappe.clear_cache()
	return new
