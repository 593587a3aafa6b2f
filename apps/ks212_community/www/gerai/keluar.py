"""Log out; on a shared phone the next one must not find this one's pages."""

import frappe
from frappe import _

from ks212_community.portal import page

no_cache = 1


@page.portal_page(guests=True)
def get_context(context, frame):
	frame.tab, frame.title = None, _("Log out")
	if frappe.session.user == "Guest":
		page.go(page.LOGIN)
	if page.is_post():
		frappe.local.login_manager.logout()
		page.go(page.url("masuk", ok="out"))
