"""What the app sets up on a site. Install and patches share these functions; uninstall.py mirrors them."""

import frappe
from frappe import _
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.utils import cast

from ks212_community.constants import (
	CURATION_POINTS,
	CURATION_TEMPLATE,
	CUSTOM_FIELDS,
	KANBAN_BOARD,
	LEDGER_ROLES,
	LEDGER_USER,
	MINIMUM_VERSIONS,
	OPENING_HOURS,
	PUSAT,
	ROLES,
	STOCK_ENTRY_TYPES,
	UMKM_GROUP,
	WORKFLOWS,
)
from ks212_community.stock_exchange.states import INDICATORS


def before_install():
	check_versions()
	# Before the doctypes come: for a role that a doctype names and that is missing, Frappe makes one that
	# opens the desk.
	make_roles()


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
	make_stock_entry_types()
	make_supplier_group()
	make_curation_template()
	make_settings()
	make_workflows()
	make_kanban_board()


def check_versions():
	"""Refuse a Frappe or ERPNext that is older than what the app was built on, or of another major
	version."""
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
	"""The technical user of the posting seam: disabled, without a password, with ERPNext's own roles for what
	it posts."""
	if frappe.db.exists("User", LEDGER_USER):
		user = frappe.get_doc("User", LEDGER_USER)
	else:
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
		user.flags.no_welcome_mail = True
	user.flags.ignore_permissions = True
	user.append_roles(*LEDGER_ROLES)
	user.save()


def make_stock_entry_types():
	for name, purpose in STOCK_ENTRY_TYPES.items():
		if not frappe.db.exists("Stock Entry Type", name):
			frappe.get_doc({"doctype": "Stock Entry Type", "name": name, "purpose": purpose}).insert(
				ignore_permissions=True
			)


def make_supplier_group():
	if not frappe.db.exists("Supplier Group", UMKM_GROUP):
		frappe.get_doc({"doctype": "Supplier Group", "supplier_group_name": UMKM_GROUP}).insert(
			ignore_permissions=True
		)


def make_curation_template():
	"""The checklist of curation, as a template of ERPNext's quality inspections: head office may change its
	points."""
	if frappe.db.exists("Quality Inspection Template", CURATION_TEMPLATE):
		return
	for point in CURATION_POINTS:
		if not frappe.db.exists("Quality Inspection Parameter", point):
			frappe.get_doc({"doctype": "Quality Inspection Parameter", "parameter": point}).insert(
				ignore_permissions=True
			)
	frappe.get_doc(
		{
			"doctype": "Quality Inspection Template",
			"quality_inspection_template_name": CURATION_TEMPLATE,
			"item_quality_inspection_parameter": [
				{"specification": point, "value": asked} for point, asked in CURATION_POINTS.items()
			],
		}
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


def make_workflows():
	"""The approvals of WORKFLOWS, with core's shared Workflow States and Actions as far as they are missing.

	One that is there gets the states it lacks; its transitions are head office's to arrange.
	"""
	for name, workflow in WORKFLOWS.items():
		for state, style in workflow["states"].items():
			if not frappe.db.exists("Workflow State", state):
				frappe.get_doc(
					{"doctype": "Workflow State", "workflow_state_name": state, "style": style}
				).insert(ignore_permissions=True)
		for action in dict.fromkeys(move["action"] for move in workflow["transitions"]):
			if not frappe.db.exists("Workflow Action Master", action):
				frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": action}).insert(
					ignore_permissions=True
				)
		if frappe.db.exists("Workflow", name):
			_add_states(name, workflow)
		else:
			_make_workflow(name, workflow)


def _make_workflow(name: str, workflow: dict) -> None:
	frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": name,
			"document_type": workflow["document_type"],
			"workflow_state_field": workflow["field"],
			"is_active": 1,
			"override_status": 1,
			"send_email_alert": 0,
			"states": _states(workflow),
			"transitions": [{**move, "allow_self_approval": 1} for move in workflow["transitions"]],
		}
	).insert(ignore_permissions=True)


def _add_states(name: str, workflow: dict) -> None:
	doc = frappe.get_doc("Workflow", name)
	known = {row.state for row in doc.states}
	missing = [row for row in _states(workflow) if row["state"] not in known]
	if missing:
		doc.extend("states", missing)
		doc.save(ignore_permissions=True)


def _states(workflow: dict) -> list[dict]:
	return [
		{"state": state, "doc_status": workflow["doc_status"], "allow_edit": PUSAT}
		for state in workflow["states"]
	]


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
