"""One transfer: where it stands, who is behind it, and the form for the caller's next step."""

import frappe
from frappe import _

from ks212_community.api import exchange
from ks212_community.portal import forms, page, transfers

no_cache = 1


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.title = _("Transfer")
	name = forms.text("name")
	transfer = exchange.get_transfer(transfer=name)
	if page.is_post():
		transfers.act(context, frame, transfer)
		transfer = exchange.get_transfer(transfer=name)
	transfers.show(context, frame, transfer)
	frame.title = name
	frame.tab = "asked" if transfer.is_source else "requests"
	page.notice(frame, **transfers.done(transfer))
	frame.done = frappe.form_dict.get("ok") if frame.notice else None
