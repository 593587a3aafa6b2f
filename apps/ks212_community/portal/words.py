"""How the pages say things: states, quantities, moments and who has to act next."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import flt, get_datetime, get_system_timezone, getdate, now_datetime

from ks212_community.stock_exchange.states import INDICATORS

REQUEST_COLOURS = {
	"Draft": "grey",
	"Open": "orange",
	"Partly Filled": "blue",
	"Filled": "green",
	"Unmet": "red",
	"Cancelled": "grey",
}
ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def pill(status: str, approval_status: str | None = None) -> dict[str, str]:
	"""Return a state's word and colour; a promise that waits for head office says so."""
	if status == "Promised" and approval_status == "Pending":
		return {"text": _("Waits for head office"), "colour": "orange"}
	if status == "Promised" and approval_status == "Approved":
		return {"text": _("Ready to send"), "colour": "blue"}
	# Words of their own where the desk's general word for the state reads oddly on a phone.
	text = {"Open": _("Being asked"), "Closed": _("Finished")}.get(status) or _(status)
	return {"text": text, "colour": INDICATORS.get(status) or REQUEST_COLOURS.get(status, "grey")}


def state(doctype: str, status: str) -> dict[str, str]:
	"""Return the word and colour of the state of one of the UMKM's documents, as its people read it."""
	text, colour = {
		"Consignment Delivery": {
			"Announced": (_("On its way"), "orange"),
			"Received": (_("Counted in"), "green"),
			"Refused": (_("Sent back"), "red"),
			"Cancelled": (_("Called off"), "grey"),
		},
		"UMKM Product": {
			"Pending": (_("Being looked at"), "orange"),
			"Needs Correction": (_("To correct"), "red"),
			"Approved": (_("Approved"), "green"),
			"Rejected": (_("Not accepted"), "grey"),
		},
		"UMKM Product Price": {
			"Pending": (_("Waits for head office"), "orange"),
			"Approved": (_("Approved"), "green"),
			"Rejected": (_("Not accepted"), "grey"),
			"Withdrawn": (_("Withdrawn"), "grey"),
		},
		"UMKM Registration": {
			"Pending": (_("To verify"), "orange"),
			"Verified": (_("Waits for head office"), "blue"),
			"Approved": (_("Approved"), "green"),
			"Rejected": (_("Not accepted"), "grey"),
		},
		"UMKM Licence": {
			"valid": (_("Valid"), "green"),
			"soon": (_("Ends soon"), "orange"),
			"expired": (_("Ended"), "red"),
			"exception": (_("Allowed for now"), "blue"),
			"unchecked": (_("Being checked"), "purple"),
		},
		"Consignment Settlement": {
			"Draft": (_("Being made"), "grey"),
			"Unpaid": (_("Not yet paid"), "orange"),
			"Paid": (_("Paid"), "green"),
			"Carried Forward": (_("Carried forward"), "blue"),
			"Cancelled": (_("Cancelled"), "grey"),
		},
		"Consignment Removal": {
			"Return to Owner": (_("Returned"), "blue"),
			"Expired": (_("Past its date"), "orange"),
			"Shrinkage": (_("Lost or broken"), "red"),
		},
	}[doctype].get(status, (_(status), "grey"))
	return {"text": text, "colour": colour}


# -- quantities ---------------------------------------------------------------------------------------------


def qty(value, uom: str | None = None) -> str:
	"""Return a quantity as it is read in the page's language: "1.250,5 Kg"."""
	number = flt(value, 3)
	written = f"{number:,.3f}".rstrip("0").rstrip(".")
	if frappe.local.lang != "en":
		written = written.translate(str.maketrans(",.", ".,"))
	return f"{written} {_(uom)}" if uom else written


def money(value) -> str:
	"""Return an amount in whole rupiah: "Rp 1.250.000"."""
	number = int(flt(value, 0))
	return f"{'-' if number < 0 else ''}Rp\N{NO-BREAK SPACE}{qty(abs(number))}"


def days_left(count: int) -> str:
	"""Return how far away a day is: "today", "in 3 days", "5 days ago"."""
	if count == 0:
		return _("today")
	if count < 0:
		return _("1 day ago") if count == -1 else _("{0} days ago").format(-count)
	return _("in 1 day") if count == 1 else _("in {0} days").format(count)


def age(days: int | None) -> str:
	"""Return for how long goods have lain there: "12 days"."""
	if days is None:
		return ""
	return {0: _("since today"), 1: _("1 day")}.get(days) or _("{0} days").format(days)


def cost(
	terms: str | None,
	price,
	loan_days: int | None = None,
	transport_paid_by: str | None = None,
	uom: str | None = None,
) -> str:
	"""Return what goods of another company cost: a price in rupiah, for one `uom` where it is given, that
	they are lent or on consignment, and who pays the transport where it is told; nothing inside a company."""
	paid_by = {"Source": _("transport paid by the source"), "Requester": _("transport paid by the requester")}
	text = {
		"Sale": _("{0} per {1}").format(money(price), _(uom)) if uom else money(price),
		"Consignment": _("on consignment: costs nothing"),
		"Loan": _("on loan: the same goods back in {0} days").format(loan_days)
		if loan_days
		else _("goods on loan, given back"),
	}.get(terms or "", "")
	return " · ".join(filter(None, (text, terms and paid_by.get(transport_paid_by))))


def typed(value) -> str:
	"""Return a quantity as it is typed into a field, without separators of thousands."""
	written = f"{flt(value, 3):.3f}".rstrip("0").rstrip(".")
	return written if frappe.local.lang == "en" else written.replace(".", ",")


def asked(line) -> str:
	"""Return a line's quantity as it was asked for, with the stock UOM beside it where that differs."""
	whole = qty(line.stock_qty if line.get("stock_qty") is not None else line.asked_qty, line.stock_uom)
	if line.uom == line.stock_uom or not flt(line.conversion_factor):
		return whole
	in_uom = flt((line.get("stock_qty") or line.get("asked_qty")) / flt(line.conversion_factor), 3)
	return f"{qty(in_uom, line.uom)} ({whole})"


# -- moments ------------------------------------------------------------------------------------------------


def moment(value, zone: str | None = None, on_paper: bool = False) -> str:
	"""Return a moment of the site's clock as an outlet's people read it: "today 17:00 WIB"; `on_paper` with
	its date."""
	if not value:
		return ""
	local, now = _in_zone(get_datetime(value), zone), _in_zone(now_datetime(), zone)
	written = date(local) if on_paper else _day(local.date(), now.date())
	return f"{written} {local:%H:%M} {ZONE_NAMES.get(zone or '', '')}".strip()


def day(value) -> str:
	"""Return a calendar day: "tomorrow", "Fri 27 Nov"."""
	return _day(getdate(value), getdate()) if value else ""


def date(value) -> str:
	"""Return a calendar day that is read another day, too: "27 Nov 2026"."""
	value = getdate(value)
	return frappe.utils.format_datetime(datetime(value.year, value.month, value.day), "d MMM yyyy")


def _in_zone(value: datetime, zone: str | None) -> datetime:
	site = ZoneInfo(get_system_timezone())
	return value.replace(tzinfo=site).astimezone(ZoneInfo(zone) if zone else site).replace(tzinfo=None)


def _day(value, today) -> str:
	if value == today:
		return _("today")
	if value == today + timedelta(days=1):
		return _("tomorrow")
	if value == today - timedelta(days=1):
		return _("yesterday")
	shape = "EEE d MMM" if value.year == today.year else "d MMM yyyy"
	return frappe.utils.format_datetime(datetime(value.year, value.month, value.day), shape)


def is_past(value) -> bool:
	"""Whether a deadline has passed."""
	return bool(value) and get_datetime(value) < now_datetime()


def far(distance_km, days) -> str:
	"""Return how far a source is and how long goods travel: "8 km · 1 day"."""
	parts = []
	if distance_km is not None:
		parts.append(
			_("{0} km").format(
				qty(round(flt(distance_km)) if flt(distance_km) >= 10 else flt(distance_km, 1))
			)
		)
	if days:
		parts.append(_("1 day") if int(days) == 1 else _("{0} days").format(int(days)))
	return " · ".join(parts)


def goods(first_item: str, item_count: int) -> str:
	"""Return a short word on a document's items: the first one, and how many more."""
	if item_count > 1:
		return _("{0} and {1} more").format(first_item, item_count - 1)
	return first_item


# -- who has to do what -------------------------------------------------------------------------------------


def next_step(transfer, zone: str | None = None) -> str:
	"""Return in one sentence what has to happen next with a transfer, as the caller's side reads it."""
	mine = {"source": ("source", "both"), "target": ("target", "both")}
	is_source, is_target = (transfer.side in mine[side] for side in ("source", "target"))
	source, target = transfer.source["outlet_name"], transfer.target["outlet_name"]
	by = moment(transfer.deadline, zone)
	status = transfer.status
	if status == "Asked":
		if is_source:
			return _("Answer by {0}: promise all, a part, or say no.").format(by)
		return _("{0} has until {1} to answer.").format(source, by)
	if status == "Promised" and transfer.approval_status == "Pending":
		if transfer.side == "pusat":
			return _("Approve or reject by {0}.").format(by)
		return _("Head office has until {0} to approve. Nothing to do for you now.").format(by)
	if status == "Promised":
		if is_source:
			return _("Send the goods by {0}.").format(by)
		return _("{0} sends the goods by {1}.").format(source, by)
	if status == "In Transit":
		if is_target:
			return _("Count the goods in when they arrive, at the latest by {0}.").format(by)
		return _("On the road. {0} counts them in by {1}.").format(target, by)
	if status == "Discrepancy":
		if transfer.side == "pusat":
			return _("Count and slip differ. Find out why, then settle it.")
		return _("Count and slip differ. Head office settles it; you may be called.")
	if transfer.loan_open:
		back = day(transfer.return_by)
		if is_target:
			return _("Everything arrived. Give it back by {0}.").format(back)
		return _("Everything arrived. {0} gives it back by {1}.").format(target, back)
	return {
		"Received": _("Everything arrived. Nothing left to do."),
		"Closed": _("Finished. Nothing left to do."),
		"Declined": _("Declined. Others are asked instead."),
		"Expired": _("The time ran out. Others are asked instead."),
		"Withdrawn": _("Taken back. Nothing left to do."),
	}.get(status, "")


def event(row) -> str:
	"""Return what happened in one step of a transfer."""
	return {
		"ask": _("Asked"),
		"promise": _("Promised"),
		"decline": _("Declined"),
		"expire": _("Time ran out"),
		"withdraw": _("Taken back"),
		"release": _("No longer needed"),
		"approve": _("Approved"),
		"approve_by_rule": _("Approved by the rule"),
		"reject": _("Rejected by head office"),
		"dispatch": _("Sent"),
		"undo_dispatch": _("Dispatch undone in the desk"),
		"receive": _("Received as on the slip"),
		"differ": _("Received with a difference"),
		"undo_receipt": _("Receipt undone in the desk"),
		"settle": _("Difference settled"),
		"settle_part": _("Difference settled in part"),
		"close": _("Finished"),
		"loan_sold": _("Paid instead of given back"),
		"loan_waived": _("Need not be given back"),
		"loan_reopened": _("To be given back again"),
	}.get(row["action"], _(row["action"]))
