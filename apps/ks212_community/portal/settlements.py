"""Settlements on a page: the sum, how it came about, and where the goods went."""

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.portal import page, words
from ks212_community.umkm_supply import statement

DOCTYPE = "Consignment Settlement"
PRINT_FORMAT = "Consignment Statement"


def row(item) -> dict:
	"""Return one line of a list of settlements."""
	item = frappe._dict(item)
	return {
		"url": page.supply_url("nota", name=item.name),
		"amount": words.money(item.payable),
		"period": statement.period(item),
		"name": item.name,
		"by": _("paid by {0}").format(words.date(item.due_date))
		if item.status == "Unpaid" and item.due_date
		else "",
		"pill": words.state(DOCTYPE, item.status),
	}


def show(frame, doc) -> None:
	"""Fill the page with a settlement of `settlement.get_settlement`."""
	doc = frappe._dict(doc)
	doc.period = statement.period(doc)
	doc.pill = words.state(DOCTYPE, doc.status)
	doc.payable_label, doc.payable_shown = statement.payable_label(doc), words.money(doc.payable)
	doc.word = _word(doc)
	doc.sums = [
		*({"label": label, "value": value} for label, value in statement.sums(doc)),
		{"label": doc.payable_label, "value": doc.payable_shown, "is_sum": True},
	]
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
		"outlet_name": statement.place(line.outlet, names),
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
		"outlet_name": statement.place(line.outlet, names),
		"closing": words.qty(line.closing),
		"facts": [
			{"kind": kind, "text": text.format(words.qty(quantity))}
			for kind, text, quantity in stages
			if flt(quantity)
		],
	}
