"""Settlements on a page: the sum, how it came about, and where the goods went."""

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.portal import page, words

DOCTYPE = "Consignment Settlement"
PRINT_FORMAT = "Consignment Statement"


def row(item) -> dict:
	"""Return one line of a list of settlements."""
	item = frappe._dict(item)
	return {
		"url": page.supply_url("nota", name=item.name),
		"amount": words.money(item.payable),
		"period": period(item),
		"name": item.name,
		"by": _("paid by {0}").format(words.date(item.due_date))
		if item.status == "Unpaid" and item.due_date
		else "",
		"pill": words.state(DOCTYPE, item.status),
	}


def period(item) -> str:
	"""Return the days that a settlement is about."""
	return _("{0} to {1}").format(words.date(item.from_date), words.date(item.to_date))


def show(frame, doc) -> None:
	"""Fill the page with a settlement of `settlement.get_settlement`."""
	doc = frappe._dict(doc)
	doc.period = period(doc)
	doc.pill = words.state(DOCTYPE, doc.status)
	doc.payable_shown = words.money(doc.payable)
	doc.payable_label = _("To be paid") if flt(doc.payable) > 0 else _("Carried into the next")
	doc.word = _word(doc)
	doc.sums = _sums(doc)
	names = dict(frappe.get_all("Outlet", fields=["name", "outlet_name"], as_list=True))
	doc.sold = [_sold(frappe._dict(line), names) for line in doc.sales]
	doc.goods = [_goods(frappe._dict(line), names) for line in doc["items"]]
	doc.pdf = page.pdf_url(DOCTYPE, doc.name, PRINT_FORMAT, frame.lang) if doc.status != "Draft" else None
	frame.doc = doc


def _word(doc) -> str:
	if doc.status == "Draft":
		return _("Head office has not closed this settlement yet; it may still change.")
	if doc.status == "Unpaid" and doc.due_date:
		return _("It is paid by {0} at the latest.").format(words.date(doc.due_date))
	if doc.status == "Carried Forward":
		return _("Nothing is paid out this time; the sum goes into the next settlement.")
	return ""


def _sums(doc) -> list[dict]:
	"""Return how the sum came about; lines of nothing are left out, but for the first."""
	rows = [
		(_("Sold at the agreed price"), doc.gross, True),
		(_("Fee (ujrah)"), -flt(doc.fee), False),
		(_("Discounts at your charge"), -flt(doc.discount), False),
		(_("Losses at our charge"), doc.loss_value, False),
		(_("Charge per settlement"), -flt(doc.charge), False),
		(_("From the last settlement"), doc.brought_forward, False),
	]
	lines = [
		{"label": label, "value": words.money(value)} for label, value, always in rows if always or flt(value)
	]
	return [*lines, {"label": doc.payable_label, "value": doc.payable_shown, "is_sum": True}]


def _place(line, names: dict) -> str:
	return names.get(line.outlet) or _("On the road between outlets")


def _sold(line, names: dict) -> dict:
	facts = []
	if flt(line.fee):
		facts.append(_("fee {0}").format(words.money(line.fee)))
	if flt(line.discount):
		facts.append(_("discount {0}").format(words.money(line.discount)))
	if flt(line.loss_qty):
		facts.append(
			_("{0} lost at our charge: {1}").format(words.qty(line.loss_qty), words.money(line.loss_value))
		)
	return {
		"item_name": line.item_name,
		"outlet_name": _place(line, names),
		"amount": words.money(line.amount),
		"how": f"{words.qty(line.sold_qty)} × {words.money(line.agreed_price)}",
		"facts": facts,
	}


def _goods(line, names: dict) -> dict:
	stages = (
		("off", _("{0} before"), line.opening),
		("good", _("{0} came in"), line.received),
		("move", _("{0} from other outlets"), line.moved_in),
		("move", _("{0} to other outlets"), line.moved_out),
		("info", _("{0} sold"), line.sold),
		("off", _("{0} returned"), line.returned),
		("wait", _("{0} past the date"), line.expired),
		("bad", _("{0} missing"), line.shrinkage),
	)
	return {
		"item_name": line.item_name,
		"outlet_name": _place(line, names),
		"closing": words.qty(line.closing),
		"facts": [
			{"kind": kind, "text": text.format(words.qty(quantity))}
			for kind, text, quantity in stages
			if flt(quantity)
		],
	}
