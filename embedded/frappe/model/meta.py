"""DocType metadata: an app's own JSON files, and the hand-written lists of Frappe's and ERPNext's."""

import importlib
import json
import re
from functools import cache
from pathlib import Path

import frappe
from frappe.model import child_table_fields, default_fields, no_value_fields, table_fields

_metas = {}


@cache
def app_doctypes(app):
	"""{name: definition} of the DocTypes that `app` brings."""
	folder = Path(frappe.get_app_path(app))
	if (folder / "doctypes.txt").exists():
		return _read_list(app, (folder / "doctypes.txt").read_text())
	definitions = [json.loads(path.read_text()) for path in sorted(folder.glob("*/doctype/*/*.json"))]
	return {definition["name"]: {**definition, "app": app} for definition in definitions}


def _read_list(app, text):
	"""Parse `doctypes.txt`: a DocType a block, its attributes beside the name, a field or "@ Role: rights" a
	line."""
	found = {}
	for block in re.split(r"\n(?=\w)", re.sub(r"(?m)^#.*\n", "", text).strip()):
		head, *lines = block.rstrip().split("\n")
		name, *attributes = (part.strip() for part in head.split("|"))
		definition = found[name] = {"name": name, "app": app, "fields": [], "permissions": []}
		definition.update(_attribute(part) for part in attributes)
		for line in (line.strip() for line in lines):
			if line.startswith("@"):
				role, _colon, rights = line[1:].partition(":")
				definition["permissions"].append(
					{"role": role.strip(), **{right: 1 for right in rights.split()}}
				)
			else:
				definition["fields"].append(_field(line))
	return found


def _attribute(text):
	key, _equals, value = text.partition("=")
	return key.strip(), int(value) if value.isdigit() else value.strip() or 1


def _field(line):
	"""'company, Link:Company, reqd, default=x'"""
	fieldname, kind, *attributes = (part.strip() for part in line.split(","))
	fieldtype, _colon, options = kind.partition(":")
	field = {"fieldname": fieldname, "fieldtype": fieldtype, "options": options.replace("/", "\n") or None}
	return {
		**field,
		"label": fieldname.replace("_", " ").title(),
		**dict(_attribute(part) for part in attributes),
	}


def definition(doctype):
	found = (app_doctypes(app).get(doctype) for app in frappe.get_all_apps())
	return next(filter(None, found), None)


def get_fieldtype(doctype, fieldname):
	"""None for a column that no DocType describes."""
	if fieldname in ("creation", "modified"):
		return "Datetime"
	df = get_meta(doctype).get_field(fieldname) if definition(doctype) else None
	return df and df.fieldtype


def get_meta(doctype):
	key = (frappe.local.site_path, doctype)
	if key not in _metas:
		if not definition(doctype):
			frappe.throw(frappe._("DocType {0} not found").format(doctype), frappe.DoesNotExistError)
		_metas[key] = Meta(definition(doctype))
	return _metas[key]


def clear_meta(doctype=None):
	for key in [key for key in _metas if doctype in (None, key[1])]:
		del _metas[key]


class Meta(frappe._dict):
	def __init__(self, definition):
		super().__init__(definition)
		self.fields = [frappe._dict(df, parent=self.name) for df in definition["fields"]]
		self.permissions = [frappe._dict(perm) for perm in definition.get("permissions", ())]
		if self.name not in ("Custom Field", "DocType"):
			self.add_custom_fields()
		self.field_map = {df.fieldname: df for df in self.fields}

	def add_custom_fields(self):
		known = frappe.db.sql("SELECT 1 FROM sqlite_master WHERE name = 'tabCustom Field'").fetchone()
		for row in frappe.get_all("Custom Field", {"dt": self.name}, ["*"]) if known else ():
			self.fields.append(frappe._dict(row, parent=self.name))

	def get_field(self, fieldname):
		return self.field_map.get(fieldname)

	def get_label(self, fieldname):
		return self.field_map[fieldname].label

	def of_type(self, *fieldtypes):
		return [df for df in self.fields if df.fieldtype in fieldtypes]

	def with_flag(self, flag):
		return [df for df in self.fields if df.get(flag)]

	def get_table_fields(self):
		return self.of_type(*table_fields)

	def get_valid_columns(self):
		child = child_table_fields if self.istable else ()
		return [
			*default_fields[1:],
			*child,
			*(df.fieldname for df in self.fields if df.fieldtype not in no_value_fields),
		]


def get_controller(doctype):
	"""The class of `doctype` in its module; without one, of Frappe's and ERPNext's, Document."""
	from frappe.model.document import Document
	from frappe.utils.nestedset import NestedSet

	meta = get_meta(doctype)
	path = [frappe.scrub(meta.module), "doctype", frappe.scrub(doctype)]
	if not Path(frappe.get_app_path(meta.app, *path)).is_dir():
		return NestedSet if meta.is_tree else Document
	module = importlib.import_module(".".join([meta.app, *path, path[-1]]))
	return getattr(module, doctype.replace(" ", ""))
