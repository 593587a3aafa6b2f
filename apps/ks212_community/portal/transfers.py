"""One transfer on a page: what it shows, the forms for the next step, and what a sent form does."""

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.api import exchange
from ks212_community.portal import forms, page, slip, words
from ks212_community.stock_exchange.batches import unexpired_batches
from ks212_community.stock_exchange.ranking import is_whole
from ks212_community.stock_exchange.states import ENDED


def stages() -> dict[str, str]:
	"""Return the quantities of a line in the order of their life, with their words."""
	return {
		"asked_qty": _("Asked"),
		"promised_qty": _("Promised"),
		"refused_qty": _("Refused"),
		"sent_qty": _("Sent"),
		"received_qty": _("Received"),
		"missing_qty": _("Missing"),
		"damaged_qty": _("Damaged"),
		"surplus_qty": _("Surplus"),
		"returned_qty": _("Returned"),
		"written_off_qty": _("Written Off"),
	}


def decline_reasons() -> list[str]:
	"""Return why a source may say no."""
	return [
		_("Sold out"),
		_("We need it ourselves"),
		_("Damaged or nearly expired"),
		_("Nobody can deliver it"),
	]


def source_withdraw_reasons() -> list[str]:
	"""Return why a source may take a promise back."""
	return [
		wrong_tap(),
		_("Sold in the meantime"),
		_("Damaged or nearly expired"),
		_("Nobody can deliver it"),
	]


def target_withdraw_reasons() -> list[str]:
	"""Return why a requester may take an ask back."""
	return [wrong_tap(), _("No longer needed"), _("Found it elsewhere")]


def wrong_tap() -> str:
	"""Return the reason that an undo gives."""
	return _("Tapped by mistake")


# -- showing ------------------------------------------------------------------------------------------------


def show(context, frame, transfer) -> None:
	"""Fill the page with a transfer of `exchange.get_transfer`."""
	own_side = {"source": transfer.source, "target": transfer.target}.get(transfer.side, transfer.source)
	zone = frappe.get_cached_value("Outlet", own_side["outlet"], "time_zone")
	transfer.lines = [_line(frappe._dict(row), idx, transfer) for idx, row in enumerate(transfer["items"], 1)]
	transfer.pill = page.pill(transfer.status, transfer.approval_status)
	transfer.next_step = words.next_step(transfer, zone)
	transfer.is_late = words.is_past(transfer.deadline) and transfer.status in (
		"Asked",
		"Promised",
		"In Transit",
	)
	transfer.needed = words.day(transfer.needed_by)
	transfer.goods = words.goods(transfer.lines[0].item_name if transfer.lines else "", len(transfer.lines))
	transfer.course = [
		{
			"what": words.event(row),
			"who": row["user_name"],
			"at": words.moment(row["at"], zone),
			"why": row["reason"],
		}
		for row in transfer.events
	]
	transfer.has_slip = transfer.status in slip.HAS_SLIP
	transfer.is_source = transfer.side in ("source", "both")
	transfer.is_target = transfer.side in ("target", "both")
	transfer.is_ended = transfer.status in ENDED
	# Before the promise the lines alone have a price.
	transfer.cost = transfer.goods_price and words.cost(
		"Sale", transfer.goods_price, None, transfer.transport_paid_by
	)
	transfer.back_by = words.day(transfer.return_by) if transfer.return_by else ""
	for line in transfer.loan:
		line["left_typed"] = words.typed(line["left"])
		line["stages"] = [
			{"label": label, "qty": words.qty(line[field], line["stock_uom"]), "kind": kind}
			for field, label, kind in (
				("lent", _("Borrowed"), "info"),
				("given_back", _("Given Back"), "good"),
				("settled", _("Paid or Waived"), "good"),
				("coming", _("On Its Way Back"), "move"),
				("owed", _("Owed"), "wait"),
			)
			if line[field]
		]
	transfer.value = transfer.get("transfer_value") and words.qty(transfer.transfer_value)
	for name in ("answer", "withdraw", "approve", "reject", "dispatch", "receive", "settle", "give_back"):
		transfer[f"can_{name}"] = name in transfer.actions
	# A source that has promised nothing yet says no instead.
	if transfer.status == "Asked" and transfer.side == "source":
		transfer.can_withdraw = False
	transfer.decline_reasons = decline_reasons()
	transfer.withdraw_reasons = target_withdraw_reasons() if transfer.is_target else source_withdraw_reasons()
	transfer.wrong_tap = wrong_tap()
	if transfer.can_dispatch:
		_add_batches(transfer)
	frame.transfer = transfer
	frame.time_zone = zone


def _line(row, idx: int, transfer) -> frappe._dict:
	row.idx = idx
	row.asked = words.asked(row)
	row.cost = words.cost(row.terms, row.price, transfer.loan_days, uom=row.stock_uom)
	# What is damaged is missing too; people read the two apart.
	shown = {**row, "missing_qty": flt(row.missing_qty) - flt(row.damaged_qty)}
	row.stages = [
		{"label": label, "qty": words.qty(shown[field], row.stock_uom), "field": field}
		for field, label in stages().items()
		if flt(shown[field], 6) > 0
	]
	# A line that others have filled is asked no more; what has ended is taken up again as it was asked.
	row.can_give = flt(row.asked_qty if transfer.status in ENDED else row.open_qty)
	if row.get("free_qty") is not None:
		row.free = words.qty(max(0.0, row.free_qty), row.stock_uom)
		row.can_give = max(0.0, min(row.can_give, flt(row.free_qty)))
	row.give_typed = words.typed(row.can_give)
	row.promised_typed = words.typed(row.promised_qty)
	row.sent = words.qty(row.sent_qty, row.stock_uom)
	row.sent_typed = words.typed(row.sent_qty)
	row.expiry = words.date(row.expiry_date) if row.expiry_date else ""
	row.whole = is_whole(row.stock_uom)
	return row


def _add_batches(transfer) -> None:
	"""Offer the source its own batches; without a choice the earliest expiry goes first."""
	warehouse = frappe.db.get_value("Outlet", transfer.source["outlet"], "warehouse")
	for row in transfer.lines:
		row.batches = []
		if row.has_batch_no and not row.has_serial_no:
			row.batches = [
				{
					"name": batch.batch_no,
					"text": " · ".join(
						filter(
							None,
							(
								batch.batch_no,
								batch.expiry_date and _("until {0}").format(words.date(batch.expiry_date)),
								words.qty(batch.qty, row.stock_uom),
							),
						)
					),
				}
				for batch in unexpired_batches(row.item_code, warehouse)
				if flt(batch.qty) > 0
			]


# -- doing --------------------------------------------------------------------------------------------------


def act(context, frame, transfer) -> None:
	"""Do what the sent form asks, then go to the transfer's page; stay, with the reason, where it is refused.

	What cannot be taken back (goods that move) is shown once more before it is done.
	"""
	do = forms.text("do")
	if do == "change":
		return
	action = ACTIONS.get(do)
	if not action:
		frappe.throw(_("Open the page again and repeat."))
	forms.attempt(context, lambda: action(frame, transfer))
	if not frame.error and not frame.confirm:
		page.go(page.url("transfer", name=transfer.name, ok=do))


def _answer(frame, transfer):
	rows = [
		{"row": row.row, "qty": forms.quantity(row.qty, row.idx)}
		for row in forms.numbered("row", "qty", at_most=200)
	]
	return exchange.answer(transfer=transfer.name, items=rows, reason=forms.text("note"), key=frame.key)


def _decline(frame, transfer):
	reason = forms.reason(decline_reasons())
	return exchange.answer(transfer=transfer.name, items=None, reason=reason, key=frame.key)


def _withdraw(frame, transfer):
	reason = forms.reason(source_withdraw_reasons() + target_withdraw_reasons())
	return exchange.withdraw(transfer=transfer.name, reason=reason, key=frame.key)


def _approve(frame, transfer):
	return exchange.approve(transfer=transfer.name, key=frame.key)


def _reject(frame, transfer):
	return exchange.reject(transfer=transfer.name, reason=forms.text("reason"), key=frame.key)


def _settle(frame, transfer):
	return exchange.settle(
		transfer=transfer.name, action=forms.text("action"), reason=forms.text("reason"), key=frame.key
	)


def _dispatch(frame, transfer):
	rows = forms.numbered("row", "qty", "batch_no", "serial_no", at_most=200)
	given = [
		{
			"row": row.row,
			"qty": forms.quantity(row.qty, row.idx),
			"batch_no": row.batch_no,
			"serial_no": row.serial_no,
		}
		for row in rows
	]
	if not forms.text("confirm"):
		return _ask_again(frame, transfer, "dispatch", _sums(transfer, rows, given, "qty"))
	return exchange.dispatch(
		transfer=transfer.name,
		items=given,
		key=frame.key,
		handover=forms.text("handover"),
		driver_name=forms.text("driver_name"),
		driver_phone=forms.text("driver_phone"),
		vehicle_no=forms.text("vehicle_no"),
	)


def _receive(frame, transfer):
	rows = forms.numbered("row", "received", "damaged", "serial_no", at_most=200)
	given = [
		{
			"row": row.row,
			"received_qty": forms.quantity(row.received, row.idx),
			"damaged_qty": forms.quantity(row.damaged, row.idx) or 0,
			"serial_no": row.serial_no,
		}
		for row in rows
	]
	if not forms.text("confirm"):
		return _ask_again(frame, transfer, "receive", _differences(transfer, rows, given))
	return exchange.receive(transfer=transfer.name, items=given, key=frame.key)


def _ask_again(frame, transfer, do: str, lines: list[dict]) -> None:
	frame.confirm = {
		"do": do,
		"lines": lines,
		"differs": any(line.get("differs") for line in lines),
		"fields": forms.typed(),
	}


def _sums(transfer, rows, given, field: str) -> list[dict]:
	lines = {row["row"]: frappe._dict(row) for row in transfer["items"]}
	result = []
	for row, values in zip(rows, given, strict=True):
		line = lines.get(row.row)
		if line and (sent := forms.counted(values[field], row.idx, _("Quantity"))):
			result.append({"item_name": line.item_name, "qty": words.qty(sent, line.stock_uom)})
	if not result:
		frappe.throw(_("Nothing would be sent. Enter a quantity, or withdraw the promise."))
	return result


def _differences(transfer, rows, given) -> list[dict]:
	"""Return a count line by line beside the slip, and whether they differ."""
	lines = {row["row"]: frappe._dict(row) for row in transfer["items"]}
	result = []
	for row, values in zip(rows, given, strict=True):
		line = lines.get(row.row)
		if not line or not line.sent_qty:
			continue
		good = forms.counted(values["received_qty"], row.idx, _("Counted, good"))
		damaged = forms.counted(str(values["damaged_qty"]), row.idx, _("Damaged"))
		difference = flt(good + damaged - line.sent_qty, 3)
		result.append(
			{
				"item_name": line.item_name,
				"qty": words.qty(good, line.stock_uom),
				"sent": words.qty(line.sent_qty, line.stock_uom),
				"damaged": words.qty(damaged, line.stock_uom) if damaged else "",
				"missing": words.qty(-difference, line.stock_uom) if difference < 0 else "",
				"surplus": words.qty(difference, line.stock_uom) if difference > 0 else "",
				"differs": bool(difference or damaged),
			}
		)
	return result


def _give_back(frame, transfer):
	given = [
		{"item_code": row.item, "qty": forms.quantity(row.qty, row.idx)}
		for row in forms.numbered("item", "qty", at_most=200)
	]
	back = exchange.give_back(transfer=transfer.name, items=given, key=frame.key)
	# The goods are sent from the page of the new transfer.
	page.go(page.url("transfer", name=back.name, ok="give_back"))


ACTIONS = {
	"answer": _answer,
	"decline": _decline,
	"withdraw": _withdraw,
	"approve": _approve,
	"reject": _reject,
	"dispatch": _dispatch,
	"receive": _receive,
	"settle": _settle,
	"give_back": _give_back,
}


def done(transfer) -> dict[str, str]:
	"""Return what is said after each step."""
	return {
		"answer": _("Promised. The outlet that asked has been told."),
		"decline": _("Declined. Other outlets are asked instead."),
		"withdraw": _("Taken back."),
		"approve": _("Approved."),
		"reject": _("Rejected."),
		"dispatch": _("Sent. Give the driver the delivery slip, on paper or on the phone."),
		"receive": _("Received and in your stock.")
		if transfer.status != "Discrepancy"
		else _("Received as counted. Head office settles the difference."),
		"settle": _("Settled."),
		"give_back": _("Set aside for giving back. Send it here when it leaves."),
	}
