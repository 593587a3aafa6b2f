"""Leave the site as it was; mirrors install.py. Posted documents and core's shared records stay."""

import frappe

from ks212_community.constants import (
	CURATION_POINTS,
	CURATION_TEMPLATE,
	CUSTOM_FIELDS,
	KANBAN_BOARD,
	LEDGER_USER,
	NETWORK_PRICE_LIST,
	PARTNER_GROUP,
	ROLES,
	STOCK_ENTRY_TYPES,
	UMKM_GROUP,
	WORKFLOWS,
)


def before_uninstall():
	remove_scheduled_jobs()
	remove_workflows()
	remove_kanban_board()
	remove_custom_fields()
	remove_stock_entry_types()
	remove_curation_template()
	remove_supplier_group()
	remove_network_parties()
	remove_price_list()
	remove_ledger_user()
	remove_roles()


def remove_scheduled_jobs():
	"""Frappe itself prunes them at the next migrate only."""
	for name in frappe.get_all(
		"Scheduled Job Type", filters={"method": ["like", "ks212_community.%"]}, pluck="name"
	):
		frappe.delete_doc("Scheduled Job Type", name, force=True)


def remove_workflows():
	for name in WORKFLOWS:
		frappe.delete_doc_if_exists("Workflow", name, force=True)


def remove_kanban_board():
	frappe.delete_doc_if_exists("Kanban Board", KANBAN_BOARD, force=True)


def remove_custom_fields():
	# Frappe keeps the column of a removed field: a second install must not find promises that no transfer
	# holds.
	Bin = frappe.qb.DocType("Bin")
	frappe.qb.update(Bin).set(Bin.ks212_promised_qty, 0).where(Bin.ks212_promised_qty != 0).run()
	for doctype, fields in CUSTOM_FIELDS.items():
		for field in fields:
			frappe.delete_doc_if_exists("Custom Field", f"{doctype}-{field['fieldname']}", force=True)
		frappe.clear_cache(doctype=doctype)


def remove_stock_entry_types():
	"""Posted documents keep their type; an unused one goes."""
	for name in STOCK_ENTRY_TYPES:
		if not frappe.db.exists("Stock Entry", {"stock_entry_type": name}):
			frappe.delete_doc_if_exists("Stock Entry Type", name, force=True)


def remove_curation_template():
	"""The checklist goes unless an Item is inspected by it; so do those of its points that nobody else
	uses."""
	if frappe.db.exists("Item", {"quality_inspection_template": CURATION_TEMPLATE}):
		return
	frappe.delete_doc_if_exists("Quality Inspection Template", CURATION_TEMPLATE, force=True)
	for point in CURATION_POINTS:
		if not frappe.db.exists("Item Quality Inspection Parameter", {"specification": point}):
			frappe.delete_doc_if_exists("Quality Inspection Parameter", point, force=True)


def remove_supplier_group():
	if not frappe.db.exists("Supplier", {"supplier_group": UMKM_GROUP}):
		frappe.delete_doc_if_exists("Supplier Group", UMKM_GROUP, force=True)


def remove_network_parties():
	"""The groups of the network's own parties go where nobody is in them."""
	for doctype in ("Customer", "Supplier"):
		group = f"{doctype} Group"
		if not frappe.db.exists(doctype, {frappe.scrub(group): PARTNER_GROUP}):
			frappe.delete_doc_if_exists(group, PARTNER_GROUP, force=True)


def remove_price_list():
	"""The price list of documents between companies goes where none names it and nobody keeps prices in
	it."""
	named = (
		("Delivery Note", "selling_price_list"),
		("Sales Invoice", "selling_price_list"),
		("Purchase Receipt", "buying_price_list"),
		("Purchase Invoice", "buying_price_list"),
		("Item Price", "price_list"),
	)
	if not any(frappe.db.exists(doctype, {field: NETWORK_PRICE_LIST}) for doctype, field in named):
		frappe.delete_doc_if_exists("Price List", NETWORK_PRICE_LIST, force=True)


def remove_ledger_user():
	"""Documents it made keep its name as their owner: there it stays, disabled and without a role."""
	if not frappe.db.exists("User", LEDGER_USER):
		return
	# Whatever else it posted, it posted one of these first: all but a Bin are documents of its own.
	posted = [*(doctype for doctype in CUSTOM_FIELDS if doctype != "Bin"), "Journal Entry"]
	if any(frappe.db.exists(doctype, {"owner": LEDGER_USER}) for doctype in posted):
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
