"""Ask the network: gather lines, look at who can give, send.

What is gathered lives in the page's address, so that a broken line loses nothing and the back button works.
Only the last step, after a look at the sources, is a POST.
"""

import frappe
from frappe import _
from frappe.utils import add_days, flt

from ks212_community.api import exchange
from ks212_community.portal import forms, items, page, words
from ks212_community.stock_exchange import deadlines

no_cache = 1
DAYS_AHEAD = 2


@page.portal_page
def get_context(context, frame):
	frame.tab, frame.title = "search", _("Ask")
	frame.outlet_code = frame.outlet.name
	frame.today = deadlines.today_at(frappe.get_cached_doc("Outlet", frame.outlet_code))
	frame.needed_by = forms.text("needed_by") or str(add_days(frame.today, DAYS_AHEAD))
	frame.remarks = forms.text("remarks")
	frame.query = forms.text("q")
	frame.lines = _lines(context, frame)
	if page.is_post():
		request = forms.attempt(context, lambda: _send(frame))
		if request:
			page.go(page.url("permintaan", name=request.name, ok="sent"))
	elif forms.text("do") == "look" and frame.lines and not frame.error:
		frame.is_review = bool(forms.attempt(context, lambda: _rank(frame)))
		frame.title = _("Check and send") if frame.is_review else frame.title
	if not frame.is_review:
		if frame.query and not frame.error:
			found = forms.attempt(
				context, lambda: exchange.find_item(query=frame.query, outlet=frame.outlet_code)
			)
			frame.found = [items.found(item) for item in items.best_first(found or [], frame.query)]


def _lines(context, frame) -> list[frappe._dict]:
	"""Return the lines gathered so far, with the one just added and without the one just removed."""
	given = forms.numbered("item", "qty", "uom")
	removed = forms.text("remove")
	given = [row for row in given if row.item and str(row.idx) != removed]
	added = forms.text("add") or forms.text("item")
	if added and added not in {row.item for row in given}:
		given.append(frappe._dict(item=added, qty="", uom=""))
		frame.query = ""
	lines = []
	for row in given:
		item = forms.attempt(context, lambda code=row.item: _item(code, frame.outlet_code))
		if item:
			uoms = [uom["uom"] for uom in item.uoms]
			uom = row.uom if row.uom in uoms else uoms[0]
			factor = next(flt(entry["conversion_factor"]) for entry in item.uoms if entry["uom"] == uom)
			lines.append(
				frappe._dict(
					item,
					idx=len(lines) + 1,
					qty=row.qty,
					uom=uom,
					factor=factor,
					own=words.qty(item.own_qty, item.stock_uom),
				)
			)
	return lines


def _item(code: str, outlet: str):
	for item in exchange.find_item(query=code, outlet=outlet):
		if item.item_code == code:
			return item
	frappe.throw(_("Item {0} was not found. Search for it by name.").format(code))


def _quantities(frame) -> None:
	for line in frame.lines:
		if not line.qty:
			frappe.throw(_("Row {0}: how much {1} do you need?").format(line.idx, line.item_name))
		line.number = forms.quantity(line.qty, line.idx)


def _rank(frame) -> bool:
	"""Look up who can give each line, best first; refuses what could not be asked."""
	_quantities(frame)
	for line in frame.lines:
		try:
			stock_qty = flt(float(line.number) * line.factor, 6)
		except ValueError:
			stock_qty = line.number
		sources = exchange.rank_sources(
			outlet=frame.outlet_code, item_code=line.item_code, qty=stock_qty, needed_by=frame.needed_by
		)
		line.askable = [_source(row, line.stock_uom) for row in sources if row["askable"]]
		line.others = [_source(row, line.stock_uom) for row in sources if not row["askable"]]
		line.shown = words.qty(line.number, line.uom)
		if line.factor != 1:
			line.shown = f"{line.shown} ({words.qty(stock_qty, line.stock_uom)})"
	frame.needed = words.day(frame.needed_by)
	frame.ask_at_once = int(frappe.get_cached_doc("KS212 Settings").ask_at_once or 1)
	return True


def _source(row, uom: str) -> dict:
	from ks212_community.stock_exchange.views import wa_link

	return {
		**row,
		"far": words.far(row["distance_km"], row["days"]),
		"can": _("can give all") if row["can_give"] == "full" else _("can give a part"),
		"wa": wa_link(row["phone"]),
		"cost": words.cost(
			row.get("terms"), row.get("price"), row.get("loan_days"), row.get("transport_paid_by"), uom
		),
	}


def _send(frame):
	_quantities(frame)
	return exchange.create_request(
		outlet=frame.outlet_code,
		items=[{"item_code": line.item_code, "qty": line.number, "uom": line.uom} for line in frame.lines],
		needed_by=frame.needed_by,
		remarks=frame.remarks,
		key=frame.key,
	)
