"""Receive: what the QR code on a delivery slip opens."""

from frappe import _

from ks212_community.api import exchange
from ks212_community.portal import forms, page, transfers

no_cache = 1


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "requests", _("Receive")
	frame.action = page.url("terima")
	name = forms.text("name")
	transfer = exchange.get_transfer(transfer=name)
	if page.is_post():
		transfers.act(context, frame, transfer)
		transfer = exchange.get_transfer(transfer=name)
	transfers.show(context, frame, transfer)
