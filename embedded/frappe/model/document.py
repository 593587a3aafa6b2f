"""A document's life: insert, save, submit, cancel, delete, with the hooks in Frappe's order."""

from itertools import chain

import frappe
from frappe import _
from frappe.model.base_document import BaseDocument
from frappe.model.delete_doc import check_if_doc_is_linked
from frappe.model.naming import set_new_name
from frappe.model.workflow import validate_workflow
from frappe.utils import cstr, now, now_datetime, nowdate, nowtime


class Document(BaseDocument):
	def __init__(self, *args, **kwargs):
		self.flags = frappe._dict()
		self._doc_before_save = None
		if args and isinstance(args[0], str):
			self.doctype, self.name = args[0], args[-1]
			self.load_from_db()
		else:
			super().__init__(args[0] if args else kwargs)
			self.init_valid_columns()

	def load_from_db(self):
		if self.meta.issingle:
			values = {
				**get_new_doc(self.doctype),
				**frappe.db.get_singles_dict(self.doctype),
				"name": self.doctype,
			}
		else:
			values = frappe.db.get_value(self.doctype, self.name, "*", as_dict=True, order_by=None)
		if not values:
			frappe.throw(_("{0} {1} not found").format(_(self.doctype), self.name), frappe.DoesNotExistError)
		super().__init__({**values, "doctype": self.doctype, "__islocal": 0})
		self.init_valid_columns()
		self._fix_numeric_types()
		for df in self.meta.get_table_fields():
			filters = {"parent": self.name, "parenttype": self.doctype, "parentfield": df.fieldname}
			self.set(df.fieldname, frappe.get_all(df.options, filters, ["*"], order_by="idx"))
		return self

	def reload(self):
		return self.load_from_db()

	# permissions

	def has_permission(self, permtype="read", *, debug=False, user=None):
		return bool(
			self.flags.ignore_permissions or frappe.has_permission(self.doctype, permtype, self, user)
		)

	def check_permission(self, permtype="read"):
		if not self.has_permission(permtype):
			raise frappe.PermissionError

	# insert and save

	def insert(
		self, ignore_permissions=None, ignore_links=None, ignore_if_duplicate=False, ignore_mandatory=None
	):
		flags = {"permissions": ignore_permissions, "links": ignore_links, "mandatory": ignore_mandatory}
		self.flags.update({f"ignore_{key}": value for key, value in flags.items() if value is not None})
		self.set("__islocal", 1)
		self._begin()
		self._validate_links()
		self.check_permission("create")
		self.run_method("before_insert")
		for doc in self._and_children():
			set_new_name(doc)
		self.set_parent_in_children()
		self._run_before_save_methods()
		self._validate()
		self.db_insert(ignore_if_duplicate)
		for row in self.get_all_children():
			row.docstatus = self.docstatus
			row.db_insert()
		self.run_method("after_insert")
		self._run_post_save_methods()
		self.set("__islocal", 0)
		return self

	def save(self, ignore_permissions=None):
		if ignore_permissions is not None:
			self.flags.ignore_permissions = ignore_permissions
		if self.is_new() or not self.name:
			return self.insert()
		self.check_permission("write")
		self._begin()
		self.set_parent_in_children()
		self._validate_links()
		self._run_before_save_methods()
		if self._action != "cancel":
			self._validate()
		if self._action == "update_after_submit":
			self._check_update_after_submit()
		if self.meta.issingle:
			frappe.db.set_single_value(self.doctype, self.get_valid_dict())
		else:
			self.db_update()
		self._update_children()
		self._run_post_save_methods()
		return self

	def submit(self):
		self.docstatus = 1
		return self.save()

	def cancel(self):
		self.docstatus = 2
		return self.save()

	def delete(self, ignore_permissions=False, force=False):
		frappe.delete_doc(
			self.doctype, self.name, force, ignore_permissions=ignore_permissions, flags=self.flags
		)

	def _update_children(self):
		for df in self.meta.get_table_fields():
			rows = self.get(df.fieldname)
			kept = [row.name for row in rows if row.name and not row.is_new()]
			mine = {"parent": self.name, "parenttype": self.doctype, "parentfield": df.fieldname}
			frappe.db.delete(df.options, {**mine, "name": ("not in", kept)})
			for row in rows:
				row.docstatus = self.docstatus
				row.db_update()

	def get_all_children(self):
		return [row for df in self.meta.get_table_fields() for row in self.get(df.fieldname)]

	def _and_children(self):
		return [self, *self.get_all_children()]

	# the steps

	def _begin(self):
		"""Defaults, who and when; then what this save is, from what is stored."""
		for doc in self._and_children():
			if doc.is_new():
				doc.update({k: v for k, v in get_new_doc(doc.doctype).items() if doc.get(k) is None})
		opened, self.modified, self.modified_by = self.modified, now(), frappe.session.user
		if self.is_new():
			self.creation, self.owner = self.modified, self.modified_by
		for row in self.get_all_children():
			row.modified, row.modified_by = self.modified, self.modified_by
			row.owner, row.creation = row.owner or self.owner, row.creation or self.creation
		frappe.flags.currently_saving.append((self.doctype, self.name))
		previous = self._doc_before_save = None if self.is_new() else frappe.get_doc(self.doctype, self.name)
		if previous and cstr(previous.modified) != cstr(opened):
			message = _("Error: Document has been modified after you have opened it")
			frappe.throw(
				f"{message}. {_('Please refresh to get the latest document.')}", frappe.TimestampMismatchError
			)
		self._action = self._transition(previous.docstatus if previous else 0)
		if self._action != "save":
			self.check_permission("submit" if self._action == "update_after_submit" else self._action)

	def _transition(self, before):
		moves = {(0, 0): "save", (0, 1): "submit", (1, 1): "update_after_submit", (1, 2): "cancel"}
		action = moves.get((before, self.docstatus))
		if not action and before == 2:
			raise frappe.ValidationError(_("Cannot edit cancelled document"))
		if not action:
			message = _("Cannot change docstatus from {0} to {1}").format(before, self.docstatus)
			raise frappe.DocstatusTransitionError(message)
		return action

	def get_doc_before_save(self):
		return self._doc_before_save

	def has_value_changed(self, fieldname):
		previous = self.get_doc_before_save()
		return not previous or cstr(previous.get(fieldname)) != cstr(self.get(fieldname))

	def set_parent_in_children(self):
		for row in self.get_all_children():
			row.parent, row.parenttype = self.name, self.doctype

	def set_name_in_children(self):
		for row in self.get_all_children():
			if not row.name:
				set_new_name(row)

	def validate_workflow(self):
		validate_workflow(self)

	def _validate_links(self):
		if self.flags.ignore_links or self._action == "cancel":
			return
		found = [doc.get_invalid_links(self.meta.is_submittable) for doc in self._and_children()]
		invalid, cancelled = (", ".join(chain.from_iterable(messages)) for messages in zip(*found))
		if invalid:
			frappe.throw(_("Could not find {0}").format(invalid), frappe.LinkValidationError)
		if cancelled:
			frappe.throw(
				_("Cannot link cancelled document: {0}").format(cancelled), frappe.CancelledLinkError
			)

	def _run_before_save_methods(self):
		if self._action in ("save", "submit"):
			self.run_method("before_validate")
			self.run_method("validate")
		self.run_method(f"before_{self._action}")

	def _validate(self):
		missing = [field for doc in self._and_children() for field in doc.get_missing_mandatory_fields()]
		if missing and not self.flags.ignore_mandatory:
			for _fieldname, message in missing:
				frappe.msgprint(message)
			fields = ", ".join(fieldname for fieldname, _message in missing)
			raise frappe.MandatoryError(f"[{self.doctype}, {self.name}]: {fields}")
		for doc in self._and_children():
			doc.validate_fields()
		self.validate_workflow()
		for df in self.meta.with_flag("set_only_once") if self._doc_before_save else ():
			if self.has_value_changed(df.fieldname):
				message = _("Value cannot be changed for {0}").format(frappe.bold(_(df.label)))
				frappe.throw(message, frappe.CannotChangeConstantError)

	def _check_update_after_submit(self):
		if self.flags.ignore_validate_update_after_submit:
			return
		self.validate_update_after_submit(self._doc_before_save)
		before = {row.name: row for row in self._doc_before_save.get_all_children()}
		for row in self.get_all_children():
			if not (row.is_new() and self.meta.get_field(row.parentfield).allow_on_submit):
				row.validate_update_after_submit(before.get(row.name))

	def _run_post_save_methods(self):
		if self._action in ("save", "submit"):
			self.run_method("on_update")
		if self._action != "save":
			self.run_method(f"on_{self._action}")
		if self._action == "cancel" and not self.flags.ignore_links:
			check_if_doc_is_linked(self, method="Cancel")
		self.clear_cache()
		self.run_method("on_change")
		saving = frappe.flags.currently_saving
		saving[:] = [key for key in saving if key != (self.doctype, self.name)]

	def run_method(self, method, *args, **kwargs):
		"""Call the controller's method, then the apps' handlers of the event."""
		own = getattr(self, method, None)
		out = own(*args, **kwargs) if own else None
		for handler in frappe.get_hooks("doc_events", {}).get(self.doctype, {}).get(method, ()):
			frappe.get_attr(handler)(self, method, *args, **kwargs)
		return out

	# small writes

	def db_set(self, fieldname, value=None, update_modified=True):
		values = fieldname if isinstance(fieldname, dict) else {fieldname: value}
		if update_modified and (self.doctype, self.name) not in frappe.flags.currently_saving:
			values = {**values, "modified": now(), "modified_by": frappe.session.user}
		self.update(values)
		frappe.db.set_value(self.doctype, self.name, values, update_modified=False)
		self.run_method("on_change")

	def clear_cache(self):
		frappe.clear_document_cache(self.doctype, self.name)

	def notify_update(self):
		"""Frappe tells open browsers here."""

	def add_comment(self, comment_type="Comment", text=None):
		comment = {"doctype": "Comment", "comment_type": comment_type, "comment_email": frappe.session.user}
		comment.update(reference_doctype=self.doctype, reference_name=self.name, content=text)
		return frappe.get_doc(comment).insert(ignore_permissions=True)


def get_new_doc(doctype):
	"""The values of a new document: the defaults of its fields."""
	values = frappe._dict(doctype=doctype, __islocal=1)
	for df in frappe.get_meta(doctype).fields:
		default = df.default
		if default in ("Today", "now", "Now"):
			default = nowdate() if default == "Today" else now_datetime()
		elif not default and df.fieldtype == "Select" and df.options:
			default = df.options.split("\n", 1)[0]
		elif not default and df.fieldtype == "Time":
			default = nowtime()
		if default not in (None, "") and not cstr(default).startswith(":"):
			values[df.fieldname] = default
	return values
