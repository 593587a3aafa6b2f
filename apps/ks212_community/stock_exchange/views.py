"""What each party is shown of requests and transfers: plain dictionaries, the same for the portal and for
other clients.

A requester learns that a source can give, how far and how soon; never its sales, cost or stock value.
"""

import re

import frappe
from frappe.utils import flt

from ks212_community import permissions
from ks212_community.stock_exchange import availability, exchange, loans, posting, ranking
from ks212_community.stock_exchange.asking import in_transit_qty, lines_of, open_qty, tally
from ks212_community.stock_exchange.states import ACTIONS, ENDED, UNDER_WAY, allows

LIST_LENGTH = 50
FOUND_ITEMS = 20


def find_item(query: str, outlet) -> list[frappe._dict]:
	"""Return the items that `query` names by code, name or barcode, with the outlet's own stock and the
	number of sources that have some."""
	Item = frappe.qb.DocType("Item")
	Barcode = frappe.qb.DocType("Item Barcode")
	words = [_like(word) for word in query.split()]
	matches = Item.name == query
	by_name = None
	for word in words:
		part = Item.item_name.like(word) | Item.name.like(word)
		by_name = part if by_name is None else by_name & part
	matches = matches | by_name
	by_barcode = frappe.qb.from_(Barcode).select(Barcode.parent).where(Barcode.barcode == query)
	items = (
		frappe.qb.from_(Item)
		.select(
			Item.name.as_("item_code"), Item.item_name, Item.stock_uom, Item.has_batch_no, Item.has_serial_no
		)
		.where(
			(Item.disabled == 0)
			& (Item.is_stock_item == 1)
			& (Item.has_variants == 0)
			& (matches | Item.name.isin(by_barcode))
		)
		.orderby(Item.item_name)
		.limit(FOUND_ITEMS)
		.run(as_dict=True)
	)
	if items:
		_add_stock(items, outlet)
	return items


def _like(word: str) -> str:
	# MariaDB and SQLite have no escape in common that PyPika writes: a wildcard typed by a person matches any
	# text.
	return "%" + word.replace("\\", "_") + "%"


def _add_stock(items, outlet) -> None:
	codes = [item.item_code for item in items]
	own = dict(
		frappe.get_all(
			"Bin",
			filters={"warehouse": outlet.warehouse, "item_code": ["in", codes]},
			fields=["item_code", "actual_qty"],
			as_list=True,
		)
	)
	pending = availability.pos_pending(codes, [outlet.warehouse])
	sources = ranking.count_sources(outlet, codes)
	uoms: dict[str, list] = {}
	for row in frappe.get_all(
		"UOM Conversion Detail",
		filters={"parent": ["in", codes], "parenttype": "Item"},
		fields=["parent", "uom", "conversion_factor"],
		order_by="idx",
	):
		uoms.setdefault(row.parent, []).append(
			{"uom": row.uom, "conversion_factor": flt(row.conversion_factor)}
		)
	barcodes = dict(
		frappe.get_all(
			"Item Barcode",
			filters={"parent": ["in", codes]},
			fields=["parent", "barcode"],
			order_by="idx desc",
			as_list=True,
		)
	)
	for item in items:
		stock_uom = {"uom": item.stock_uom, "conversion_factor": 1.0}
		others = [uom for uom in uoms.get(item.item_code, []) if uom["uom"] != item.stock_uom]
		item.uoms = [stock_uom, *others]
		item.barcode = barcodes.get(item.item_code)
		item.own_qty = flt(own.get(item.item_code)) - pending.get((item.item_code, outlet.warehouse), 0.0)
		item.sources = sources[item.item_code]


def rank_sources(outlet, item_code: str, qty: float, needed_by) -> list[dict]:
	"""Return who can give, best first, as a requester may see it."""
	return [
		{
			"outlet": row.name,
			"outlet_name": row.outlet_name,
			"kind": row.kind,
			"community": row.community,
			"region": row.region,
			"city": row.city,
			"distance_km": None if row.distance_km is None else round(row.distance_km, 1),
			"days": row.days,
			"in_time": row.in_time,
			"can_give": "full" if row.gives - qty > -1e-6 else "part",
			"askable": row.askable,
			# Of another legal entity that cannot be asked: it can be called.
			"phone": None if row.askable else row.phone,
			# Of another legal entity: what a unit costs, or why it cannot be asked.
			**(
				{}
				if row.company == outlet.company
				else _fields(row, "terms price loan_days transport_paid_by reason")
			),
		}
		for row in ranking.candidates(outlet, item_code, qty, needed_by)
	]


def list_requests(outlet: str) -> list[frappe._dict]:
	"""Return the outlet's newest requests with a short word on their items."""
	requests = frappe.get_all(
		"Inter Outlet Request",
		filters={"outlet": outlet},
		fields=["name", "outlet", "status", "needed_by", "requested_at"],
		order_by="creation desc",
		limit=LIST_LENGTH,
	)
	_add_items(requests, "Inter Outlet Request Item", ["stock_qty", "received_qty"])
	return requests


def list_transfers(outlet: str, direction: str) -> list[frappe._dict]:
	"""Return the transfers that come in to the outlet ("in") or are asked of it ("out"), newest first: all
	that are under way, then the newest of the others."""
	own, other = ("target", "source") if direction == "in" else ("source", "target")

	def read(status, limit):
		return frappe.get_all(
			"Outlet Transfer",
			filters={f"{own}_outlet": outlet, "docstatus": ["<", 2], "status": status},
			fields=[
				"name",
				"request",
				"status",
				"approval_status",
				"deadline",
				"needed_by",
				"receipt_entry",
				"purchase_receipt",
				"loan_in_entry",
				"settled",
				"return_of",
				"loan_open",
				f"{other}_outlet as other_outlet",
				f"{other}_name as other_name",
			],
			order_by="creation desc",
			limit=limit,
		)

	transfers = read(["in", UNDER_WAY], 0) + read(["not in", UNDER_WAY], LIST_LENGTH)
	_add_items(transfers, "Outlet Transfer Item", ["missing_qty", "surplus_qty"])
	for transfer in transfers:
		transfer["items"] = transfer.pop("lines")
		transfer["actions"] = _actions(transfer, {own})
		for field in (
			"items",
			"receipt_entry",
			"purchase_receipt",
			"loan_in_entry",
			"settled",
			"return_of",
			"loan_open",
		):
			transfer.pop(field)
	return transfers


def _add_items(documents, child_doctype: str, quantities: list[str]) -> None:
	rows = frappe.get_all(
		child_doctype,
		filters={"parent": ["in", [doc.name for doc in documents] or [""]]},
		fields=["parent", "item_name", *quantities],
		order_by="idx",
	)
	by_parent: dict[str, list] = {}
	for row in rows:
		by_parent.setdefault(row.parent, []).append(row)
	for doc in documents:
		doc.lines = by_parent.get(doc.name, [])
		doc.item_count = len(doc.lines)
		doc.first_item = doc.lines[0].item_name if doc.lines else ""


def get_request(request) -> frappe._dict:
	"""Return a request as its outlet and pusat see it."""
	progress = tally(lines_of(request.name))
	transfers = frappe.get_all(
		"Outlet Transfer",
		# What is given back of a loan is no answer to the request.
		filters={"request": request.name, "return_of": ["is", "not set"]},
		fields=[
			"name",
			"source_outlet",
			"source_name",
			"status",
			"approval_status",
			"distance_km",
			"days",
			"deadline",
			"reason",
		],
		order_by="creation, name",
	)
	return frappe._dict(
		name=request.name,
		outlet=request.outlet,
		outlet_name=request.outlet_name,
		status=request.status,
		needed_by=request.needed_by,
		requested_by_name=frappe.utils.get_fullname(request.requested_by),
		requested_at=request.requested_at,
		remarks=request.remarks,
		cancel_reason=request.cancel_reason,
		items=[
			{
				**_fields(
					row,
					"name item_code item_name uom qty conversion_factor stock_uom stock_qty promised_qty in_transit_qty"
					" received_qty unmet_qty",
				),
				"missing_qty": flt(progress[row.name].missing, 6) if row.name in progress else 0,
				"waiting": progress[row.name].open_asks if row.name in progress else 0,
			}
			for row in request.items
		],
		transfers=transfers,
		actions=["cancel"] if _can_cancel(request, transfers) else [],
	)


def _can_cancel(request, transfers) -> bool:
	return (
		request.status in ("Draft", "Open", "Partly Filled", "Unmet")
		and not request.is_stopped()
		and not any(transfer.status in ("In Transit", "Discrepancy") for transfer in transfers)
	)


def get_transfer(transfer) -> frappe._dict:
	"""Return a transfer as the caller's side sees it."""
	sides = sides_of(transfer)
	promised = transfer.status not in ("Asked", "Declined", "Expired", "Withdrawn")
	view = frappe._dict(
		_fields(
			transfer,
			"name request status approval_status needed_by deadline handover driver_name driver_phone vehicle_no reason"
			" surplus_of transport_paid_by loan_days return_by loan_open return_of",
		),
		goods_price=transfer.goods_price if posting.is_between(transfer) else None,
		side="pusat" if not sides else "both" if len(sides) > 1 else next(iter(sides)),
		source=_party(transfer.source_outlet, promised),
		target=_party(transfer.target_outlet, promised),
		items=[_line(row) for row in transfer.items],
		loan=loans.owed_items(transfer.name, loans.standing([transfer.name])) if transfer.loan_days else [],
		events=transfer.get_steps(),
		contacts=contacts(transfer) if promised else [],
		actions=_actions(transfer, sides),
		settle_actions=exchange.settle_actions(transfer) if permissions.is_pusat() else [],
	)
	if "answer" in view.actions and transfer.status in ENDED and not _still_needs(transfer.request):
		view.actions.remove("answer")
	if "answer" in view.actions:
		_add_free(view, transfer)
	if permissions.is_pusat():
		view.update(
			_fields(
				transfer,
				"transfer_value material_request dispatch_entry receipt_entry settlement_entry price_policy difference_entry"
				" handover_entry loan_out_entry loan_in_entry delivery_note purchase_receipt return_note sales_invoice purchase_invoice",
			)
		)
	return view


def _still_needs(request: str) -> bool:
	"""Whether an answer that comes late can still be of use."""
	status, cancel_reason = frappe.db.get_value("Inter Outlet Request", request, ["status", "cancel_reason"])
	return status not in ("Filled", "Cancelled") and not cancel_reason


def _add_free(view, transfer) -> None:
	"""Tell the source what it can promise of each line; the requester is not told."""
	source = frappe.get_cached_doc("Outlet", transfer.source_outlet)
	codes = [row.item_code for row in transfer.items]
	bins = availability.bins_of((item_code, source.warehouse) for item_code in codes)
	free = availability.free_qtys(source, codes, bins)
	for line in view["items"]:
		qty = free[line["item_code"]]
		line["free_qty"] = float(int(qty + 1e-6)) if ranking.is_whole(line["stock_uom"]) else flt(qty, 6)


def sides_of(transfer) -> set[str]:
	"""Return which sides of a transfer the caller acts for."""
	outlets = set(permissions.outlets_of())
	return {side for side in ("source", "target") if transfer.get(f"{side}_outlet") in outlets}


def _actions(transfer, sides: set[str]) -> list[str]:
	"""Return what the caller may do next. Pusat may do everything that the state allows."""
	pusat = permissions.is_pusat()
	return [
		action
		for action, (_moves, parties) in ACTIONS.items()
		if (pusat or sides.intersection(parties)) and allows(transfer, action)
	]


def _line(row) -> dict:
	item = frappe.get_cached_value("Item", row.item_code, ["has_batch_no", "has_serial_no"], as_dict=True)
	return {
		"row": row.name,
		**_fields(
			row,
			"item_code item_name uom conversion_factor stock_uom asked_qty promised_qty refused_qty sent_qty received_qty"
			" missing_qty damaged_qty returned_qty written_off_qty surplus_qty batch_no expiry_date serial_no",
		),
		"terms": row.terms or None,
		"price": row.price if row.terms == posting.SALE else None,
		"open_qty": open_qty(row),
		"in_transit_qty": in_transit_qty(row),
		"has_batch_no": item.has_batch_no,
		"has_serial_no": item.has_serial_no,
	}


def _party(outlet: str, with_phone: bool) -> dict:
	doc = frappe.get_cached_doc("Outlet", outlet)
	return {
		"outlet": doc.name,
		"outlet_name": doc.outlet_name,
		"kind": doc.kind,
		"address": ", ".join(filter(None, (doc.address_line, doc.city))),
		"phone": doc.phone if with_phone else None,
		"wa": wa_link(doc.phone) if with_phone else None,
	}


def contacts(transfer) -> list[dict]:
	"""Return the phones of both sides' outlets and people: after a promise they meet."""
	rows = frappe.get_all(
		"Outlet User",
		filters={"parent": ["in", [transfer.source_outlet, transfer.target_outlet]], "parenttype": "Outlet"},
		fields=["parent", "user", "phone"],
		order_by="parent, idx",
	)
	return [
		{
			"outlet": row.parent,
			"name": frappe.utils.get_fullname(row.user),
			"phone": row.phone,
			"wa": wa_link(row.phone),
		}
		for row in rows
		if row.phone
	]


def wa_link(phone: str | None) -> str | None:
	"""Return the wa.me link of an Indonesian phone number written in any usual way."""
	digits = re.sub(r"\D", "", phone or "")
	if not digits:
		return None
	if digits.startswith("0"):
		digits = "62" + digits[1:]
	return f"https://wa.me/{digits}"


def _fields(doc, names: str) -> dict:
	return {name: doc.get(name) for name in names.split()}
