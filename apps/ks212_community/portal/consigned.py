"""Deliveries and removals of consigned goods on a page, for the UMKM that sends them and the outlet that
counts them."""

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from ks212_community.api import consignment
from ks212_community.portal import forms, page, transfers, words
from ks212_community.stock_exchange.batches import near_expiry
from ks212_community.stock_exchange.ranking import is_whole
from ks212_community.umkm_supply.removals import EXPIRED, RETURN, SHRINKAGE

MAX_ROWS = 200


def refuse_reasons() -> list[str]:
	"""Return why an outlet may not take goods."""
	return [
		_("Did not come along"),
		_("Packaging damaged"),
		_("Too close to its date"),
		_("No room on the shelf"),
		_("Not as ordered"),
	]


def cancel_reasons() -> list[str]:
	"""Return why a UMKM may call a delivery off."""
	return [transfers.wrong_tap(), _("Not ready in time"), _("No transport")]


def kinds() -> list[dict]:
	"""Return how goods leave the shelf unsold, with the reasons there are for each."""
	return [
		{
			"kind": RETURN,
			"text": _("Back to its owner"),
			"hint": _("The UMKM takes it back."),
			"reasons": [_("Hardly sells"), _("Close to its date"), _("The owner asked for it")],
		},
		{
			"kind": EXPIRED,
			"text": _("Past its date"),
			"hint": _("Taken off the shelf; not for sale any more."),
			"reasons": [_("Past the date on the package")],
		},
		{
			"kind": SHRINKAGE,
			"text": _("Lost or broken"),
			"hint": _("Missing, leaking, torn, eaten by mice."),
			"reasons": [_("Missing"), _("Packaging damaged"), _("Gone bad before its date")],
		},
	]


# -- lists --------------------------------------------------------------------------------------------------


def delivery_row(row, url: str, other: str) -> dict:
	"""Return one line of a list of deliveries; `other` is whoever is on the other side."""
	late = row.status == "Announced" and getdate(row.expected_on) < getdate(today())
	return {
		"url": url,
		"title": _goods(row.lines),
		"who": other,
		"name": row.name,
		"by": words.day(row.expected_on),
		"late": late,
		"pill": words.state("Consignment Delivery", row.status),
	}


def for_outlet(row) -> dict:
	"""Return one line of an outlet's deliveries."""
	return delivery_row(row, page.url("titipan", name=row.name), row.supplier_name)


def for_supplier(row) -> dict:
	"""Return one line of a UMKM's deliveries."""
	return delivery_row(row, page.supply_url("kiriman", name=row.name), row.outlet_name)


def home_groups(outlet: str) -> list[dict]:
	"""Return what waits at an outlet: deliveries to count in, and goods past their date to take off the
	shelf."""
	deliveries = [row for row in consignment.list_deliveries(outlet=outlet) if row.status == "Announced"]
	groups = [
		{
			"title": _("UMKM goods to count in"),
			"rows": [for_outlet(row) for row in deliveries],
			"mine": True,
			"icon": "box",
		},
		{
			"title": _("UMKM goods past their date"),
			"rows": _past_their_date(outlet),
			"mine": True,
			"icon": "alert",
		},
	]
	return [group for group in groups if group["rows"]]


def count_waiting(outlet: str) -> int:
	"""Return how many deliveries wait to be counted in at `outlet`."""
	return frappe.db.count("Consignment Delivery", {"outlet": outlet, "status": "Announced", "docstatus": 0})


def _past_their_date(outlet: str) -> list[dict]:
	warehouse = frappe.get_cached_value("Outlet", outlet, "warehouse")
	expired = {
		item_code: qty
		for (_warehouse, item_code), (qty, _nearest) in near_expiry(0, warehouse=warehouse).items()
		if qty > 0
	}
	items = frappe.get_all(
		"Item",
		filters={"name": ["in", list(expired) or [""]], "ks212_consigned": 1},
		fields=["name", "item_name", "stock_uom", "ks212_owner"],
		order_by="item_name",
	)
	return [
		{
			"url": page.url("titipan-keluar", owner=item.ks212_owner, kind=EXPIRED),
			"title": item.item_name,
			"who": item.ks212_owner,
			"name": item.name,
			"pill": {"text": words.qty(expired[item.name], item.stock_uom), "colour": "red"},
		}
		for item in items
	]


def removal_row(row, other: str) -> dict:
	"""Return one line of a list of removals."""
	return {
		"title": _goods(row.lines, with_qty=True),
		"who": other,
		"name": row.name,
		"by": words.moment(row.removed_at),
		"why": row.reason,
		"pill": words.state("Consignment Removal", row.kind),
	}


def _goods(lines, with_qty: bool = False) -> str:
	if not lines:
		return ""
	first = lines[0]
	name = (
		f"{words.qty(first['qty'], first['stock_uom'])} {first['item_name']}"
		if with_qty
		else first["item_name"]
	)
	return words.goods(name, len(lines))


# -- one delivery -------------------------------------------------------------------------------------------


def show_delivery(frame, delivery, zone: str | None = None) -> None:
	"""Fill the page with a delivery of `consignment.get_delivery`."""
	counted = delivery.status in ("Received", "Refused")
	delivery.lines = [_line(frappe._dict(row), idx, counted) for idx, row in enumerate(delivery["items"], 1)]
	delivery.goods = words.goods(delivery.lines[0].item_name if delivery.lines else "", len(delivery.lines))
	delivery.pill = words.state("Consignment Delivery", delivery.status)
	delivery.expected = words.day(delivery.expected_on)
	delivery.is_late = delivery.status == "Announced" and getdate(delivery.expected_on) < getdate(today())
	delivery.received = words.moment(delivery.received_at, zone)
	for action in ("receive", "refuse", "cancel"):
		delivery[f"can_{action}"] = action in delivery.actions
	delivery.refuse_reasons = refuse_reasons()
	delivery.cancel_reasons = cancel_reasons()
	delivery.wrong_tap = transfers.wrong_tap()
	frame.delivery = delivery
	frame.today = today()


def _line(row, idx: int, counted: bool) -> frappe._dict:
	row.idx = idx
	row.announced = words.qty(row.qty, row.stock_uom)
	row.announced_typed = words.typed(row.qty)
	row.expiry = words.date(row.expiry_date) if row.expiry_date else ""
	row.made = words.date(row.manufacturing_date) if row.manufacturing_date else ""
	row.whole = is_whole(row.stock_uom)
	row.facts = []
	if counted:
		row.facts.append(
			("good" if row.received_qty else "off", _("{0} taken").format(words.qty(row.received_qty)))
		)
		if row.refused_qty:
			row.facts.append(("bad", _("{0} not taken").format(words.qty(row.refused_qty))))
		if row.received_qty > row.qty:
			row.facts.append(("wait", _("{0} too many").format(words.qty(row.received_qty - row.qty))))
	return row


# -- counting in --------------------------------------------------------------------------------------------


def count(context, frame, delivery) -> None:
	"""Do what the outlet's form asks with an announced delivery; goods that enter the stock are shown once
	more before."""
	do = forms.text("do")
	name = delivery.name
	if do == "change":
		return
	if do == "refuse":
		reason = forms.reason(refuse_reasons())
		forms.attempt(context, lambda: consignment.refuse(delivery=name, reason=reason, key=frame.key))
	elif do == "receive":
		forms.attempt(context, lambda: _receive(frame, delivery))
	else:
		frappe.throw(_("Open the page again and repeat."))
	if not frame.error and not frame.confirm:
		page.go(page.url("titipan", name=name, ok=do))


def _receive(frame, delivery):
	rows = forms.numbered("row", "received", "refuse_reason", "expiry", at_most=MAX_ROWS)
	given = [
		{
			"row": row.row,
			"received_qty": forms.quantity(row.received, row.idx),
			"refuse_reason": row.refuse_reason,
			"expiry_date": row.expiry,
		}
		for row in rows
	]
	if forms.text("confirm"):
		return consignment.receive(delivery=delivery.name, items=given, key=frame.key)
	frame.confirm = {
		"lines": _differences(delivery, rows, given),
		"fields": forms.typed(),
	}
	frame.confirm["differs"] = any(line["differs"] for line in frame.confirm["lines"])
	frame.confirm["nothing"] = not any(line["taken"] for line in frame.confirm["lines"])
	return None


def _differences(delivery, rows, given) -> list[dict]:
	"""Return a count line by line beside what was announced."""
	lines = {row["row"]: frappe._dict(row) for row in delivery["items"]}
	result = []
	for row, values in zip(rows, given, strict=True):
		line = lines.get(row.row)
		if not line:
			continue
		taken = forms.counted(values["received_qty"], row.idx, _("Counted"))
		refused = flt(line.qty - taken, 3)
		if refused > 0 and not row.refuse_reason:
			frappe.throw(
				_("Row {0}: {1} are fewer than announced. Choose why.").format(
					row.idx, words.qty(taken, line.stock_uom)
				)
			)
		result.append(
			{
				"item_name": line.item_name,
				"taken": taken,
				"qty": words.qty(taken, line.stock_uom),
				"announced": words.qty(line.qty, line.stock_uom),
				"refused": words.qty(refused, line.stock_uom) if refused > 0 else "",
				"surplus": words.qty(-refused, line.stock_uom) if refused < 0 else "",
				"why": row.refuse_reason if refused > 0 else "",
				"expiry": words.date(row.expiry) if row.expiry and taken else "",
				"differs": bool(refused),
			}
		)
	return result


# -- taking off the shelf -----------------------------------------------------------------------------------


def owners(stock) -> list[dict]:
	"""Return whose goods lie in an outlet, from `consignment.consigned_stock`."""
	groups: dict[str, dict] = {}
	for row in stock:
		group = groups.setdefault(
			row.supplier, {"supplier": row.supplier, "name": row.supplier_name, "rows": []}
		)
		group["rows"].append(
			{
				"item_name": row.item_name,
				"qty": words.qty(row.qty, row.stock_uom),
				"facts": [_date_fact(batch, row.stock_uom) for batch in row.batches if batch["expiry_date"]],
			}
		)
	return list(groups.values())


def _date_fact(batch, uom: str) -> dict:
	left = (getdate(batch["expiry_date"]) - getdate(today())).days
	kind = "bad" if left <= 7 else "wait" if left <= 30 else "off"
	text = _("{0} until {1}") if left > 0 else _("{0} past its date: {1}")
	return {"kind": kind, "text": text.format(words.qty(batch["qty"], uom), words.date(batch["expiry_date"]))}


def shelf_lines(stock, owner: str) -> list[frappe._dict]:
	"""Return what of `owner`'s goods can be taken off the shelf: a line for each product, or each of its
	batches."""
	lines = []
	for row in stock:
		if row.supplier != owner:
			continue
		for batch in row.batches or [None]:
			line = frappe._dict(
				idx=len(lines) + 1,
				item_code=row.item_code,
				item_name=row.item_name,
				stock_uom=row.stock_uom,
				whole=is_whole(row.stock_uom),
				batch_no=batch["batch_no"] if batch else "",
				here=words.qty(batch["qty"] if batch else row.qty, row.stock_uom),
				expiry=None,
			)
			if batch and batch["expiry_date"]:
				line.expiry = _date_fact(batch, row.stock_uom)
				line.expiry["text"] = _("until {0}").format(words.date(batch["expiry_date"]))
			lines.append(line)
	return lines
