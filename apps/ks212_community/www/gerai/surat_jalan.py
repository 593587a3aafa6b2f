"""The delivery slip, to show, share or print from a phone."""

import frappe
from frappe import _

from ks212_community.api import exchange
from ks212_community.portal import forms, page, slip

no_cache = 1


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = None, _("Delivery slip")
	# The exchange checks that the caller is one of the two sides, or head office.
	transfer = exchange.get_transfer(transfer=forms.text("name"))
	if transfer.status not in slip.HAS_SLIP:
		frappe.throw(_("There is no slip yet: the goods of {0} have not been sent.").format(transfer.name))
	frame.slip = slip.delivery_slip(frappe.get_doc("Outlet Transfer", transfer.name))
	frame.pdf = page.pdf_url("Outlet Transfer", transfer.name, "Delivery Slip", frame.lang)
	frame.name = transfer.name
