"""The UMKM's licences: what ends when, and the form to send a new one."""

import frappe
from frappe import _

from ks212_community.api import registration
from ks212_community.portal import forms, page, words
from ks212_community.umkm_supply import licences

no_cache = 1


@page.portal_page
def get_context(context, frame):
	frame.tab, frame.title = "licences", _("Licences")
	supplier = frame.supplier.name
	frame.labels = labels()
	if page.is_post():
		page.need_to_act(frame)
		frame.files_lost = forms.sent_file("file")
		if forms.attempt(context, lambda: _send(frame, supplier)) is not None:
			page.go(page.supply_url("izin", supplier=supplier, ok="sent"))
		frame.error_field = forms.field_named_in(frame.error, frame.labels)
	frame.kinds = [(kind, kind) for kind in licences.KINDS]
	frame.kind = forms.text("kind")
	frame.licences = [row(found) for found in registration.list_licences(supplier=supplier)]
	frame.blocked = any(found["blocks"] for found in frame.licences)
	page.notice(frame, sent=_("Sent. It counts when head office has looked at it."))


def labels() -> dict[str, str]:
	"""Return the form's labels, as refusals name them."""
	meta = frappe.get_meta("UMKM Licence")
	return {field: _(meta.get_field(field).label) for field in ("kind", "licence_no", "valid_until", "file")}


def _send(frame, supplier: str):
	return registration.renew_licence(
		supplier=supplier,
		kind=forms.text("kind"),
		licence_no=forms.text("licence_no"),
		valid_until=forms.text("valid_until"),
		key=frame.key,
	)


def row(licence) -> dict:
	"""Return a licence for the page; `blocks` where it keeps its owner from new deliveries."""
	until = ""
	if licence.valid_until:
		until = _("until {0} ({1})").format(
			words.date(licence.valid_until), words.days_left(licence.days_left)
		)
	return {
		"kind": licence.kind,
		"licence_no": licence.licence_no,
		"until": until or _("without an end"),
		"pill": words.state("UMKM Licence", licence.state),
		"state": licence.state,
		"can_renew": licence.state in (licences.SOON, licences.EXPIRED, licences.EXCEPTION),
		"blocks": licence.state == licences.EXPIRED and licence.kind in licences.BLOCKING,
		"exception": _("Head office lets you deliver until {0}.").format(words.date(licence.exception_until))
		if licence.state == licences.EXCEPTION
		else "",
	}
