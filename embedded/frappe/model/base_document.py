"""Fields, child rows, their values and their checks."""

import sqlite3

import frappe
from frappe import _
from frappe.database import to_text
from frappe.model import child_table_fields, default_fields, number_fields, table_fields
from frappe.model.docstatus import DocStatus
from frappe.model.meta import get_controller
from frappe.model.naming import set_new_name
from frappe.utils import (
	cint,
	cstr,
	flt,
	get_datetime,
	get_timedelta,
	getdate,
	now,
	strip_html,
	validate_email_address,
)

FROM_INPUT = {"Datetime": get_datetime, "Date": getdate, "Time": get_timedelta}


class BaseDocument:
	def __init__(self, d):
		self.doctype, self.name = d["doctype"], d.get("name")
		self._table_fieldnames = {df.fieldname for df in self.meta.get_table_fields()}
		self.update(d)

	@property
	def meta(self):
		return frappe.get_meta(self.doctype)

	# values

	def update(self, d):
		for key, value in d.items():
			self.set(key, value)
		return self

	def get(self, key, filters=None):
		value = self.__dict__.get(key, filters)
		if not isinstance(filters, dict):
			return value
		return [row for row in value if all(row.get(k) == v for k, v in filters.items())]

	def set(self, key, value):
		if key in self._table_fieldnames:
			self.__dict__[key] = []
			self.extend(key, value or [])
		elif key == "docstatus":
			self.docstatus = value
		elif key not in ("doctype", "flags"):
			self.__dict__[key] = value

	def extend(self, key, values):
		for value in values:
			self.append(key, value)

	def append(self, key, value=None):
		table = self.__dict__.setdefault(key, [])
		row = value
		if not isinstance(row, BaseDocument):
			doctype = self.meta.get_field(key).options
			row = get_controller(doctype)({**(value or {}), "doctype": doctype})
		row.parent, row.parenttype, row.parentfield = self.name, self.doctype, key
		row.idx = row.idx or len(table) + 1
		row.__dict__.setdefault("__islocal", int(not row.name))
		table.append(row)
		return row

	def remove(self, doc):
		rows = self.get(doc.parentfield)
		rows.remove(doc)
		for i, row in enumerate(rows, 1):
			row.idx = i

	@property
	def docstatus(self):
		return DocStatus(cint(self.__dict__.get("docstatus")))

	@docstatus.setter
	def docstatus(self, value):
		self.__dict__["docstatus"] = DocStatus(cint(value))

	def is_new(self):
		return self.get("__islocal")

	def precision(self, fieldname, parentfield=None):
		df = self.meta.get_field(fieldname)
		return cint(df.precision) or (2 if df.fieldtype == "Currency" else 3)

	def init_valid_columns(self):
		self.docstatus = self.docstatus
		for key in self.meta.get_valid_columns():
			self.__dict__.setdefault(key, 0 if key == "idx" else None)
		for key in self._table_fieldnames:
			self.__dict__.setdefault(key, [])

	def _fix_numeric_types(self):
		for df in self.meta.of_type(*number_fields):
			if self.get(df.fieldname) is not None or df.fieldtype == "Check":
				self.set(df.fieldname, self._typed(df, self.get(df.fieldname)))

	def get_valid_dict(self):
		"""The columns of this document's table, each value of its field's type."""
		fields = (
			(name, self.__dict__.get(name), self.meta.get_field(name))
			for name in self.meta.get_valid_columns()
		)
		return frappe._dict((name, self._typed(df, value) if df else value) for name, value, df in fields)

	@staticmethod
	def _typed(df, value):
		if isinstance(value, list):
			frappe.throw(_("Value for {0} cannot be a list").format(_(df.label)))
		if df.fieldtype == "Check":
			return 1 if cint(value) else 0
		if df.fieldtype in number_fields:
			return cint(value) if df.fieldtype == "Int" else flt(value)
		return None if value == "" and (df.unique or df.fieldtype in FROM_INPUT) else value

	def as_dict(self, no_nulls=False, no_default_fields=False):
		values = self.get_valid_dict()
		values["doctype"] = self.doctype
		for fieldname in self._table_fieldnames:
			values[fieldname] = [row.as_dict(no_nulls, no_default_fields) for row in self.get(fieldname)]
		hidden = (*default_fields, *child_table_fields) if no_default_fields else ()
		return frappe._dict(
			(k, v) for k, v in values.items() if k not in hidden and not (no_nulls and v is None)
		)

	def as_json(self):
		return frappe.as_json(self.as_dict())

	# the table

	def db_insert(self, ignore_if_duplicate=False):
		if not self.name:
			set_new_name(self)
		if not self.creation:
			self.creation = self.modified = now()
			self.owner = self.modified_by = frappe.session.user
		values = self._column_values()
		columns, marks = ", ".join(f"`{column}`" for column in values), ", ".join("?" * len(values))
		try:
			frappe.db.sql(
				f"INSERT INTO `tab{self.doctype}` ({columns}) VALUES ({marks})", list(values.values())
			)
		except sqlite3.IntegrityError as e:
			if not frappe.db.exists(self.doctype, self.name):
				self._refuse_duplicate(e)
			if self.meta.autoname == "hash":  # a collision, Frappe thinks, and takes another name
				self.name = None
				return self.db_insert()
			if not ignore_if_duplicate:
				message = _("{0} {1} already exists").format(_(self.doctype), frappe.bold(self.name))
				frappe.msgprint(message, title=_("Duplicate Name"), indicator="red")
				raise frappe.DuplicateEntryError(self.doctype, self.name, e) from e
		self.set("__islocal", 0)

	def db_update(self):
		if self.is_new() or not self.name:
			return self.db_insert()
		values = self._column_values()
		columns = ", ".join(f"`{column}` = ?" for column in values)
		try:
			sql = f"UPDATE `tab{self.doctype}` SET {columns} WHERE `name` = ?"
			frappe.db.sql(sql, [*values.values(), self.name])
		except sqlite3.IntegrityError as e:
			self._refuse_duplicate(e)

	def _column_values(self):
		"""What a column keeps: dates as text of one form, so that they compare."""
		values = self.get_valid_dict()
		for name, value in values.items():
			df = self.meta.get_field(name)
			fieldtype = df.fieldtype if df else "Datetime" if name in ("creation", "modified") else None
			values[name] = to_text(
				FROM_INPUT[fieldtype](value) if value and fieldtype in FROM_INPUT else value
			)
		return values

	def _refuse_duplicate(self, e):
		frappe.msgprint(_("{0} must be unique").format(self.meta.get_label(cstr(e).rpartition(".")[2])))
		raise frappe.UniqueValidationError(self.doctype, self.name, e) from e

	# checks

	def get_missing_mandatory_fields(self):
		missing = []
		for df in self.meta.with_flag("reqd"):
			value, row = self.get(df.fieldname), f" {_('Row')} #{self.idx}" if self.get("parentfield") else ""
			if value in (None, []) or not strip_html(cstr(value)).strip():
				message = _("Error: Value missing for {0}: {1}").format(_(self.doctype) + row, _(df.label))
				missing.append((df.fieldname, message))
		return missing

	def get_invalid_links(self, is_submittable):
		"""Links to what is not there, and to what is cancelled; fetches what `fetch_from` asks for."""
		invalid, cancelled = [], []
		for df in self.meta.of_type("Link", "Dynamic Link"):
			docname, doctype = (
				self.get(df.fieldname),
				df.options if df.fieldtype == "Link" else self.get(df.options),
			)
			if not docname:
				continue
			fetch = [
				f
				for f in self.meta.with_flag("fetch_from")
				if f.fetch_from.startswith(f"{df.fieldname}.")
				and not (f.fetch_if_empty and self.get(f.fieldname))
			]
			columns = ["name", *(f.fetch_from.split(".")[-1] for f in fetch)]
			values = frappe.db.get_value(doctype, docname, columns, as_dict=True)
			row = f"{_('Row')} #{self.idx}: " if self.get("parentfield") else ""
			if not values:
				invalid.append(f"{row}{_(df.label)}: {docname}")
				continue
			for f in fetch:
				if not self.docstatus.is_submitted() or f.allow_on_submit or self.is_new():
					self.set(f.fieldname, values[f.fetch_from.split(".")[-1]])
			may_be_cancelled = not is_submittable or df.fieldname == "amended_from"
			if not may_be_cancelled and frappe.get_meta(doctype).is_submittable:
				if frappe.db.get_value(doctype, docname, "docstatus") == 2:
					cancelled.append(f"{row}{_(df.label)}: {docname}")
		return invalid, cancelled

	def validate_fields(self):
		for df in self.meta.fields:
			value = self.get(df.fieldname)
			if df.fieldtype == "Data" and df.options == "Email" and value:
				validate_email_address(value, throw=True)
			elif df.fieldtype == "Select" and value and df.options and df.fieldname != "naming_series":
				self._validate_select(df, value)
			elif df.non_negative and flt(value) < 0:
				message = _("Value cannot be negative for {0}: {1}").format(
					_(df.parent), frappe.bold(_(df.label))
				)
				frappe.throw(message, frappe.NonNegativeError, title=_("Negative Value"))
			if df.fieldtype in ("Data", "Link", "Select") and len(cstr(value)) > (cint(df.length) or 140):
				message = _("{0}: '{1}' ({3}) will get truncated, as max characters allowed is {2}")
				message = message.format(
					self.doctype, frappe.bold(_(df.label)), cint(df.length) or 140, value
				)
				frappe.throw(message, frappe.CharacterLengthExceededError, title=_("Value too big"))
		if (self.meta.autoname or "").startswith("field:"):
			self.set(self.meta.autoname[6:], self.name)

	def _validate_select(self, df, value):
		options = df.options.split("\n")
		if value not in options:
			row = _("Row #{0}:").format(self.idx) if self.get("parentfield") else ""
			choices = '", "'.join(_(option) for option in options)
			message = _('{0} {1} cannot be "{2}". It should be one of "{3}"')
			frappe.throw(message.format(row, _(df.label), value, choices))

	def validate_update_after_submit(self, before):
		for df in self.meta.fields:
			ours, theirs = self.get(df.fieldname), before and before.get(df.fieldname)
			if df.allow_on_submit or not (ours or theirs):
				continue
			if df.fieldtype in table_fields:
				ours, theirs = len(ours), len(theirs)
			elif df.fieldtype in number_fields:
				ours, theirs = (round(flt(value), 9) for value in (ours, theirs))
			if cstr(ours) != cstr(theirs):
				row = f"Row #{self.idx}:" if self.get("parent") else ""
				message = _("{0} Not allowed to change {1} after submission from {2} to {3}")
				message = message.format(
					row, frappe.bold(_(df.label)), frappe.bold(theirs), frappe.bold(ours)
				)
				frappe.throw(message, frappe.UpdateAfterSubmitError, title=_("Cannot Update After Submit"))
