"""Templates. As in Frappe nothing is escaped by itself: a template says `| e`."""

from jinja2 import ChoiceLoader, DebugUndefined, FileSystemLoader, PrefixLoader
from jinja2.sandbox import SandboxedEnvironment

import frappe


def get_jenv():
	if not getattr(frappe.local, "jenv", None):
		loaders = {
			app: FileSystemLoader(frappe.get_app_path(app)) for app in reversed(frappe.get_installed_apps())
		}
		loader = ChoiceLoader([PrefixLoader(loaders), *loaders.values()])
		frappe.local.jenv = jenv = SandboxedEnvironment(loader=loader, undefined=DebugUndefined)
		values = {"form_dict": frappe.form_dict, "lang": frappe.local.lang, "utils": frappe.utils}
		jenv.globals.update(_=frappe._, frappe=frappe._dict(values, session=frappe.session))
		for path in frappe.get_hooks("jinja", {}).get("methods", []):
			jenv.globals[path.rpartition(".")[2]] = frappe.get_attr(path)
	return frappe.local.jenv
