"""New sites, and apps on them."""

import itertools
import json
from pathlib import Path

import frappe
from frappe.model import meta
from frappe.utils.password import update_password

RECORDS = ("report", "print_format", "workspace", "number_card", "dashboard_chart", "dashboard_chart_source")


def _new_site(db_name, site, admin_password="admin", install_apps=()):
	"""Make the site's database, with Frappe's own tables and users, and install apps."""
	frappe.connect()
	sync_doctypes("frappe")
	set_installed_apps(["frappe"])
	for role in ("Administrator", "Guest", "All", "Desk User"):
		_insert("Role", role_name=role, desk_access=int(role not in ("Guest", "All")))
	sync_roles("frappe")
	for code, name in (("en", "English"), ("id", "Bahasa Indonesia")):
		_insert("Language", language_code=code, language_name=name)
	_insert("Currency", currency_name="IDR", symbol="Rp", enabled=1)
	for name in frappe.STANDARD_USERS:
		_insert("User", first_name=name, email=f"{name.lower()}@example.com")
	update_password("Administrator", admin_password)
	frappe.get_doc("System Settings").save()
	for app in install_apps:
		install_app(app)


def _insert(doctype, **values):
	if not frappe.db.exists(doctype, next(iter(values.values()))):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True, ignore_links=True)


def set_installed_apps(apps):
	frappe.db.delete("DefaultValue", {"defkey": "installed_apps"})
	frappe.get_doc(doctype="DefaultValue", defkey="installed_apps", defvalue=json.dumps(apps)).db_insert()
	frappe.db.commit()
	frappe.clear_cache()


def install_app(name, verbose=False, set_as_patched=True, force=False):
	if name in frappe.get_installed_apps():
		return
	hooks, folder = frappe.get_hooks(app_name=name), Path(frappe.get_app_path(name))
	for required in hooks.required_apps or []:
		install_app(required.split("/")[-1])
	_run(hooks.before_install)
	modules = (folder / "modules.txt").read_text().splitlines()
	for module in modules:
		_insert("Module Def", module_name=module, app_name=name)
	sync_doctypes(name)
	sync_roles(name)
	for module, kind in itertools.product(modules, RECORDS):
		for path in sorted((folder / frappe.scrub(module) / kind).glob("*/*.json")):
			import_record(json.loads(path.read_text()))
	set_installed_apps([*frappe.get_installed_apps(), name])
	_run(hooks.after_install)
	frappe.db.commit()


def _run(methods):
	for method in methods or []:
		frappe.get_attr(method)()


def sync_doctypes(app):
	for name, definition in meta.app_doctypes(app).items():
		if not definition.get("issingle"):
			frappe.db.updatedb(name)
	for name, definition in meta.app_doctypes(app).items():
		flags = {key: value for key, value in definition.items() if key not in ("fields", "doctype")}
		frappe.get_doc({"doctype": "DocType", **flags}).db_insert(ignore_if_duplicate=True)
		module = frappe.get_module(meta.get_controller(name).__module__)
		getattr(module, "on_doctype_update", lambda: None)()


def sync_roles(app):
	for definition in meta.app_doctypes(app).values():
		for perm in definition.get("permissions", []):
			_insert("Role", role_name=perm["role"], desk_access=1)


def import_record(record):
	"""Take over a record of the app's files as it stands, in the place of an older one."""
	if meta.definition(record["doctype"]):
		frappe.delete_doc_if_exists(record["doctype"], record["name"], force=True)
		doc = frappe.get_doc(record)
		doc.db_insert()
		for row in doc.get_all_children():
			row.db_insert()


def remove_app(app_name, dry_run=False, yes=False, no_backup=False, force=False):
	_run(frappe.get_hooks(app_name=app_name).before_uninstall)
	modules = frappe.get_all("Module Def", {"app_name": app_name}, pluck="name")
	doctypes = frappe.get_all("DocType", {"module": ("in", modules)}, ["name", "issingle"])
	for doctype in frappe.get_all("DocType", {"issingle": 0, "name": ("!=", "DocType")}, pluck="name"):
		if "module" in frappe.get_meta(doctype).field_map:
			frappe.db.delete(doctype, {"module": ("in", modules)})
	frappe.db.delete("DocType", {"module": ("in", modules)})
	frappe.db.delete("Singles", {"doctype": ("in", [doctype.name for doctype in doctypes])})
	for doctype in doctypes:
		frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `tab{doctype.name}`")
	frappe.db.delete("Module Def", {"app_name": app_name})
	set_installed_apps([app for app in frappe.get_installed_apps() if app != app_name])
