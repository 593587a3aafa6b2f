"""Making one document from another."""

import frappe
from frappe.model import table_fields


def get_mapped_doc(from_doctype, from_docname, table_maps, target_doc=None, postprocess=None):
	"""Refused without the caller's own right to create the target and to read the source."""
	target = target_doc or frappe.new_doc(table_maps[from_doctype]["doctype"])
	target.check_permission("create")
	source = frappe.get_doc(from_doctype, from_docname)
	source.check_permission("read")
	if source.docstatus != 1:
		frappe.throw(frappe._("Cannot map because following condition fails:") + " docstatus=1")
	map_fields(source, target, table_maps[from_doctype])
	for df in source.meta.get_table_fields():
		for row in filter(table_maps[df.options]["condition"], source.get(df.fieldname)):
			child = frappe.new_doc(table_maps[df.options]["doctype"])
			map_fields(row, child, table_maps[df.options], source)
			target.append("items", child)
	if postprocess:
		postprocess(source, target)
	return target


def map_fields(source, target, table_map, source_parent=None):
	"""Fields of the same name, but those that say `no_copy`; then those that `field_map` names; then
	`postprocess`."""
	skip = {
		df.fieldname
		for df in (*source.meta.fields, *target.meta.fields)
		if df.no_copy or df.fieldtype in table_fields
	}
	for df in target.meta.fields:
		value = source.get(df.fieldname)
		if df.fieldname not in skip and value not in (None, ""):
			target.set(df.fieldname, value)
	for source_key, target_key in table_map.get("field_map", {}).items():
		target.set(target_key, source.get(source_key))
	if "postprocess" in table_map:
		table_map["postprocess"](source, target, source_parent)
