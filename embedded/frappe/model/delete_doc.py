"""Deleting, and the links that forbid it."""

import frappe
from frappe import _
from frappe.model.naming import revert_series_if_last


def delete_doc(doctype, name, force=0, ignore_permissions=False, flags=None, ignore_missing=True):
	if not frappe.db.exists(doctype, name):
		if not ignore_missing:
			raise frappe.DoesNotExistError
		return
	doc = frappe.get_doc(doctype, name)
	doc.flags.update(flags or {}, **({"ignore_permissions": True} if ignore_permissions else {}))
	if not doc.has_permission("delete"):
		message = _("User not allowed to delete {0}: {1}").format(doctype, name)
		frappe.throw(message, frappe.PermissionError)
	if doc.docstatus.is_submitted():
		frappe.throw(_("{0} {1}: Submitted Record cannot be deleted.").format(_(doctype), name))
	doc.run_method("on_trash")
	doc.run_method("on_change")
	if not force:
		check_if_doc_is_linked(doc)
	if ".#" in (doc.meta.autoname or ""):
		revert_series_if_last(doc.meta.autoname, name, doc)
	frappe.db.delete(doctype, {"name": name})
	for df in doc.meta.get_table_fields():
		frappe.db.delete(df.options, {"parenttype": doctype, "parent": name})
	doc.run_method("after_delete")
	frappe.clear_document_cache(doctype, name)


def check_if_doc_is_linked(doc, method="Delete"):
	"""Refuse while a row (deleting) or a submitted row (cancelling) links to `doc`."""
	ignored = doc.get("ignore_linked_doctypes") or () if method == "Cancel" else ()
	for doctype, fieldname in links_to(doc.doctype):
		columns = [
			"name",
			"docstatus",
			*(["parent", "parenttype"] if frappe.get_meta(doctype).istable else []),
		]
		for row in frappe.get_all(doctype, {fieldname: doc.name}, columns):
			kind, name = row.parenttype or doctype, row.parent or row.name
			same = (kind, name) == (doc.doctype, doc.name)
			if same or kind in ignored or (method == "Cancel" and row.docstatus != 1):
				continue
			message = _("Cannot delete or cancel because {0} {1} is linked with {2} {3} {4}")
			frappe.throw(message.format(_(doc.doctype), doc.name, _(kind), name, ""), frappe.LinkExistsError)


def links_to(target):
	for doctype in frappe.get_all("DocType", {"issingle": 0}, pluck="name"):
		for df in frappe.get_meta(doctype).of_type("Link"):
			if df.options == target:
				yield doctype, df.fieldname
