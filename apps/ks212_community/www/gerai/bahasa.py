"""Choose the language: kept in the user's profile, for a guest in a cookie."""

import frappe
from frappe import _

from ks212_community.portal import page

no_cache = 1


@page.portal_page(guests=True, subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = None, _("Language")
	back = page.safe_path(frappe.form_dict.get("back")) or frame.home
	language = frappe.form_dict.get("language")
	if not page.is_post() or language not in page.LANGUAGES:
		page.go(back)
	if frappe.session.user == "Guest":
		frappe.local.cookie_manager.set_cookie("preferred_language", language, max_age=page.COOKIE_SECONDS)
	else:
		frappe.db.set_value("User", frappe.session.user, "language", language)
		frappe.clear_document_cache("User", frappe.session.user)
	page.go(back)
