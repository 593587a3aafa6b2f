"""Leave the site as it was; mirrors install.py. Posted documents and core's shared records stay."""

import frappe

from ks212_community.constants import (
	APPROVAL_WORKFLOW,
	CUSTOM_FIELDS,
	KANBAN_BOARD,
	LEDGER_USER,
	OUTLET_SALE,
	ROLES,
)


def before_uninstall():
	remove_scheduled_jobs()
	remove_workflow()
	remove_kanban_board()
	remove_custom_fields()
	remove_stock_entry_type()
	remove_ledger_user()
	remove_roles()


def remove_scheduled_jobs():
	"""Frappe itself prunes them at the next migrate only."""
	for name in frappe.get_all(
		"Scheduled Job Type", filters={"method": ["like", "ks212_community.%"]}, pluck="name"
	):
		frappe.delete_doc("Scheduled Job Type", name, force=True)


def remove_workflow():
	frappe.delete_doc_if_exists("Workflow", APPROVAL_WORKFLOW, force=True)


def remove_kanban_board():
	frappe.delete_doc_if_exists("Kanban Board", KANBAN_BOARD, force=True)


def remove_custom_fields():
	# Frappe keeps the column of a removed field: a second install must not find promises that no transfer holds.
	Bin = frappe.qb.DocType("Bin")
	frappe.qb.update(Bin).set(Bin.ks212_promised_qty, 0).where(Bin.ks212_promised_qty != 0).run()
	for doctype, fields in CUSTOM_FIELDS.items():
		for field in fields:
			frappe.delete_doc_if_exists("Custom Field", f"{doctype}-{field['fieldname']}", force=True)
		frappe.clear_cache(doctype=doctype)


def remove_stock_entry_type():
	"""Posted sales keep their type; an unused one goes."""
	if not frappe.db.exists("Stock Entry", {"stock_entry_type": OUTLET_SALE}):
		frappe.delete_doc_if_exists("Stock Entry Type", OUTLET_SALE, force=True)


def remove_ledger_user():
	"""Documents it made keep its name as their owner: there it stays, disabled and without a role."""
	if not frappe.db.exists("User", LEDGER_USER):
		return
	if frappe.db.exists("Stock Entry", {"owner": LEDGER_USER}) or frappe.db.exists(
		"Material Request", {"owner": LEDGER_USER}
	):
		user = frappe.get_doc("User", LEDGER_USER)
		user.flags.ignore_permissions = True
		user.set("roles", [])
		user.save()
	else:
		frappe.delete_doc("User", LEDGER_USER, force=True, ignore_permissions=True)


def remove_roles():
	for role in ROLES:
		frappe.db.delete("Has Role", {"role": role})
		frappe.delete_doc_if_exists("Role", role, force=True)
	frappe.clear_cache()
