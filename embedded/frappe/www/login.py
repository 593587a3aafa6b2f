"""A plain form for the demo; Frappe's own page logs in with a script."""

import frappe
from frappe import _


def get_context(context):
	context.redirect_to = frappe.form_dict.get("redirect-to") or ""
	if frappe.request.method == "POST":
		try:
			frappe.local.login_manager.login()
		except frappe.AuthenticationError:
			return context.update(failed=_("Incorrect User or Password"), http_status_code=401)
		is_local = context.redirect_to.startswith("/") and not context.redirect_to.startswith("//")
		frappe.flags.redirect_location = context.redirect_to if is_local else frappe.response.home_page
		raise frappe.Redirect(303)
	return context
