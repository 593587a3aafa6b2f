"""How a document gets its name."""

import base64
from secrets import token_bytes

import frappe
from frappe import _
from frappe.utils import cint, cstr, now_datetime


def set_new_name(doc):
	autoname = doc.meta.autoname or "hash"
	if autoname.lower() != "prompt":
		doc.name = doc.doctype if doc.meta.issingle else None
		doc.run_method("autoname")
	doc.name = validate_name(doc.doctype, doc.name or _name_from_options(autoname, doc))


def _name_from_options(autoname, doc):
	if autoname.startswith("field:"):
		return cstr(doc.get(autoname[6:])).strip()
	if autoname.startswith("naming_series:"):
		doc.naming_series = doc.naming_series or doc.meta.get_field("naming_series").options
		return make_autoname(doc.naming_series + ".#####", doc=doc)
	return None if autoname.lower() == "prompt" else make_autoname(autoname, doc=doc)


def make_autoname(key, doctype="", doc=None):
	if key == "hash":
		return base64.b32hexencode(token_bytes(10)).decode()[:10].lower()
	return parse_naming_series(key.split("."), doc)


def parse_naming_series(parts, doc=None):
	name, today = "", now_datetime()
	for part in parts:
		if part.startswith("#"):
			name += getseries(name, len(part))
		elif part in ("YY", "MM", "YYYY"):
			name += today.strftime({"YY": "%y", "MM": "%m", "YYYY": "%Y"}[part])
		else:
			name += cstr(doc.get(part[1:-1])) if part.startswith("{") else part
	return name


def getseries(key, digits):
	sql = "INSERT INTO `tabSeries` VALUES (?, 1) ON CONFLICT DO UPDATE SET `current` = `current` + 1 RETURNING `current`"
	return f"{frappe.db.sql(sql, (key,)).fetchone()[0]:0{digits}}"


def revert_series_if_last(key, name, doc):
	"""Give a deleted document's number back, if it was the last."""
	prefix = parse_naming_series(key.rpartition(".#")[0].split("."), doc)
	sql = "UPDATE `tabSeries` SET `current` = `current` - 1 WHERE `name` = ? AND `current` = ?"
	frappe.db.sql(sql, (prefix, cint(name.replace(prefix, ""))))


def validate_name(doctype, name):
	if not name:
		frappe.throw(_("Please set the document name"))
	if name == doctype and not frappe.get_meta(doctype).issingle:
		frappe.throw(_("Name of {0} cannot be {1}").format(doctype, name), frappe.NameError)
	if "<" in name or ">" in name:
		frappe.throw(
			_("Name cannot contain special characters like {0}").format("'<', '>'"), frappe.NameError
		)
	return name.strip()
