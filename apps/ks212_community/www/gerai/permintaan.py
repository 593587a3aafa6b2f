"""My requests; with ?name= one of them."""

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.api import exchange
from ks212_community.portal import forms, lists, page, transfers, words

no_cache = 1


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "requests", _("My requests")
	if forms.text("name"):
		_one(context, frame)
	else:
		_list(frame)


def _list(frame) -> None:
	if not frame.outlet:
		page.need_outlet(frame)
	requests = exchange.list_requests(outlet=frame.outlet.name)
	now = [row for row in requests if row.status in ("Draft", "Open", "Partly Filled", "Unmet")]
	frame.groups = [
		{"title": _("Running"), "rows": [lists.request_row(row) for row in now], "icon": "list"},
		{
			"title": _("Earlier"),
			"rows": [lists.request_row(row) for row in requests if row not in now],
			"icon": "clock",
		},
	]
	frame.count = len(requests)


def _one(context, frame) -> None:
	name = forms.text("name")
	request = exchange.get_request(request=name)
	if page.is_post():
		reason = forms.reason(cancel_reasons())
		if forms.attempt(
			context, lambda: exchange.cancel_request(request=name, reason=reason, key=frame.key)
		):
			page.go(page.url("permintaan", name=name, ok="cancel"))
		request = exchange.get_request(request=name)
	_show(frame, request)
	page.notice(
		frame,
		sent=_("Sent. The best sources are being asked; you see their answers here."),
		cancel=_("The request is taken back. Nobody is asked any more."),
	)
	frame.can_undo = frappe.form_dict.get("ok") == "sent" and request.can_cancel


def cancel_reasons() -> list[str]:
	return [transfers.wrong_tap(), _("No longer needed"), _("Found it elsewhere")]


def _show(frame, request) -> None:
	zone = frappe.get_cached_value("Outlet", request.outlet, "time_zone")
	frame.title = request.name
	request.pill = page.pill(request.status)
	request.needed = words.day(request.needed_by)
	request.asked_at = words.moment(request.requested_at, zone)
	holds_promise = any(row.status == "Promised" for row in request.transfers)
	request.lines = [_line(frappe._dict(row), holds_promise) for row in request["items"]]
	request.goods = words.goods(request.lines[0].item_name if request.lines else "", len(request.lines))
	request.can_cancel = "cancel" in request.actions
	request.cancel_reasons = cancel_reasons()
	request.wrong_tap = transfers.wrong_tap()
	for row in request.transfers:
		row.pill = page.pill(row.status, row.approval_status)
		row.far = words.far(row.distance_km, row.days)
		row.by = ""
		if row.deadline and row.status in ("Asked", "Promised", "In Transit"):
			row.by = _("by {0}").format(words.moment(row.deadline, zone))
		row.why = row.get("reason") if row.status in ("Declined", "Expired", "Withdrawn") else ""
		row.url = page.url("transfer", name=row.name)
	request.running = [row for row in request.transfers if row.status not in transfers.ENDED]
	request.ended = [row for row in request.transfers if row.status in transfers.ENDED]
	frame.request_doc = request


def _line(row, holds_promise: bool) -> frappe._dict:
	row.asked = words.asked(row)
	whole = flt(row.stock_qty) or 1
	received, on_the_road = flt(row.received_qty), flt(row.in_transit_qty)
	# Without a promise that is still to be sent, what is left of the promised went missing: its transfer
	# tells.
	promised = max(0.0, flt(row.promised_qty) - received - on_the_road) if holds_promise else 0.0
	left = 100.0
	row.bars = []
	for kind, quantity in (("good", received), ("move", on_the_road), ("info", promised)):
		share = min(left, 100 * quantity / whole)
		left -= share
		if share > 0:
			row.bars.append({"kind": kind, "share": round(share, 1)})
	row.facts = [
		{"kind": kind, "text": text.format(words.qty(quantity, row.stock_uom))}
		for kind, text, quantity in (
			("good", _("{0} received"), received),
			("move", _("{0} on the road"), on_the_road),
			("info", _("{0} promised"), promised),
			("bad", _("{0} nobody could give"), flt(row.unmet_qty)),
		)
		if quantity
	]
	if row.waiting:
		text = _("1 outlet is asked") if row.waiting == 1 else _("{0} outlets are asked").format(row.waiting)
		row.facts.append({"kind": "wait", "text": text})
	return row
