"""Templates. As in Frappe nothing is escaped by itself: a template says `| e`."""

from jinja2 import DebugUndefined, FileSystemLoader, PrefixLoader
from jinja2.sandbox import SandboxedEnvironment

import frappe


def get_jenv():
	loaders = {app: FileSystemLoader(frappe.get_app_path(app)) for app in frappe.get_installed_apps()}
	jenv = SandboxedEnvironment(loader=PrefixLoader(loaders), undefined=DebugUndefined)
	jenv.globals.update(_=frappe._, frappe={"lang": frappe.local.lang, "session": frappe.session})
	return jenv


def render_template(template, context):
	return get_jenv().get_template(f"frappe/{template}").render(context)
