"""What the app sets up on a site. Install and patches share these functions; uninstall.py mirrors them."""

import frappe
from frappe import _
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.utils import cast

from ks212_community.constants import (
	APPROVAL_WORKFLOW,
	CUSTOM_FIELDS,
	KANBAN_BOARD,
	LEDGER_ROLES,
	LEDGER_USER,
	MINIMUM_VERSIONS,
	OPENING_HOURS,
	OUTLET_SALE,
	PUSAT,
	ROLES,
)
from ks212_community.stock_exchange.states import INDICATORS


def before_install():
	check_versions()


def after_install():
	set_opening_hours()
	set_up()


def before_migrate():
	check_versions()


def set_up():
	"""Make everything the app needs outside its own doctypes; each step may run again."""
	make_roles()
	make_custom_fields()
	make_ledger_user()
	make_stock_entry_type()
	make_settings()
	make_approval_workflow()
	make_kanban_board()


def check_versions():
	"""Refuse a Frappe or ERPNext that is older than what the app was built on, or of another major version."""
	for app, minimum in MINIMUM_VERSIONS.items():
		version = frappe.get_attr(f"{app}.__version__")
		found, wanted = (
			tuple(int(part) for part in text.split("-")[0].split(".")[:3]) for text in (version, minimum)
		)
		if found < wanted or found[0] != wanted[0]:
			frappe.throw(
				_(
					"KS212 Community needs {0} {1} or later of version {2}; this bench has {3}. Run bench update first."
				).format(app, minimum, wanted[0], version)
			)


def make_roles():
	for role, desk_access in ROLES.items():
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": desk_access}).insert(
				ignore_permissions=True
			)


def make_custom_fields():
	create_custom_fields(CUSTOM_FIELDS, ignore_validate=True)


def make_ledger_user():
	"""The technical user of the posting seam: disabled, without a password, with ERPNext's own stock roles."""
	if not frappe.db.exists("User", LEDGER_USER):
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": LEDGER_USER,
				"first_name": "KS212 Ledger",
				"enabled": 0,
				"send_welcome_email": 0,
				"user_type": "System User",
			}
		)
		user.flags.ignore_permissions = True
		user.flags.no_welcome_mail = True
		user.append_roles(*LEDGER_ROLES)
		user.insert()


def make_stock_entry_type():
	if not frappe.db.exists("Stock Entry Type", OUTLET_SALE):
		frappe.get_doc(
			{"doctype": "Stock Entry Type", "name": OUTLET_SALE, "purpose": "Material Issue"}
		).insert(ignore_permissions=True)


def make_settings():
	"""Write the defaults of KS212 Settings where nobody has set anything yet."""
	settings = frappe.get_doc("KS212 Settings")
	kept = frappe.db.get_singles_dict(settings.doctype)
	for field in settings.meta.fields:
		if field.default and field.fieldname not in kept:
			settings.set(field.fieldname, cast(field.fieldtype, field.default))
	settings.flags.ignore_permissions = True
	settings.save()


def set_opening_hours():
	"""Write the network's hours. A new Single gets the time it is now for each Time field, default or not."""
	for field, hour in OPENING_HOURS.items():
		frappe.db.set_single_value("KS212 Settings", field, hour)


def make_approval_workflow():
	"""Pusat's approval, on `approval_status` alone: `status` is set by code from the table of moves."""
	for state, style in (("Pending", "Warning"), ("Approved", "Success"), ("Rejected", "Danger")):
		if not frappe.db.exists("Workflow State", state):
			frappe.get_doc(
				{"doctype": "Workflow State", "workflow_state_name": state, "style": style}
			).insert(ignore_permissions=True)
	for action in ("Approve", "Reject"):
		if not frappe.db.exists("Workflow Action Master", action):
			frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": action}).insert(
				ignore_permissions=True
			)
	if frappe.db.exists("Workflow", APPROVAL_WORKFLOW):
		return
	condition = "doc.status == 'Promised'"
	frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": APPROVAL_WORKFLOW,
			"document_type": "Outlet Transfer",
			"workflow_state_field": "approval_status",
			"is_active": 1,
			"override_status": 1,
			"send_email_alert": 0,
			"states": [
				{"state": "Pending", "doc_status": "1", "allow_edit": PUSAT},
				{"state": "Approved", "doc_status": "1", "allow_edit": PUSAT},
				{"state": "Rejected", "doc_status": "1", "allow_edit": PUSAT},
			],
			"transitions": [
				{
					"state": "Pending",
					"action": action,
					"next_state": state,
					"allowed": PUSAT,
					"allow_self_approval": 1,
					"condition": condition,
				}
				for action, state in (("Approve", "Approved"), ("Reject", "Rejected"))
			],
		}
	).insert(ignore_permissions=True)


def make_kanban_board():
	"""The board of transfers by state."""
	if frappe.db.exists("Kanban Board", KANBAN_BOARD):
		return
	colours = {"darkgrey": "Gray", "grey": "Gray"}
	frappe.get_doc(
		{
			"doctype": "Kanban Board",
			"kanban_board_name": KANBAN_BOARD,
			"reference_doctype": "Outlet Transfer",
			"field_name": "status",
			"private": 0,
			"show_labels": 1,
			"fields": frappe.as_json(["name", "source_name", "needed_by", "deadline"]),
			"filters": frappe.as_json([["Outlet Transfer", "status", "!=", "Closed"]]),
			"columns": [
				{
					"column_name": status,
					"indicator": colours.get(colour, colour.title()),
					"status": "Archived" if status in ("Declined", "Expired", "Withdrawn") else "Active",
				}
				for status, colour in INDICATORS.items()
			],
		}
	).insert(ignore_permissions=True)
