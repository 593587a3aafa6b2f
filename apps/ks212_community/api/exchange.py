"""The exchange's contract for the portal and other clients; types, units and errors in docs/api.md.

Each function checks the caller, validates what it was given and hands over to `stock_exchange`. Arguments
default to None and are typed wide, so that a bad call is a clear refusal and never a server error.
"""

from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community import permissions
from ks212_community.api import parties, validate
from ks212_community.api.once import once
from ks212_community.stock_exchange import exchange, loans, views
from ks212_community.stock_exchange.ranking import is_whole
from ks212_community.stock_exchange.states import ACTIONS, allows, next_state

DIRECTIONS = ("in", "out")
HANDOVERS = ("Deliver", "Fetch")
SETTLE_ACTIONS = (exchange.RETURN, exchange.WRITE_OFF, exchange.DISPATCH_SURPLUS, exchange.RETURN_SURPLUS)


# -- reading ------------------------------------------------------------------------------------------------


@frappe.whitelist()
def find_item(query: Any = None, outlet: Any = None) -> list:
	"""Return up to 20 items that `query` names by code, name or barcode, as seen from `outlet`."""
	outlet = parties.own_outlet(outlet)
	query = validate.text(query, _("Item"))
	if len(query) < 2:
		frappe.throw(_("Type at least two letters of the item's name."))
	return views.find_item(query, outlet)


@frappe.whitelist()
def rank_sources(outlet: Any = None, item_code: Any = None, qty: Any = None, needed_by: Any = None) -> list:
	"""Return who can give `qty` (stock UOM) of an item to `outlet` by `needed_by`, best first."""
	outlet = parties.own_outlet(outlet)
	item_code = validate.name_of("Item", item_code, _("Item"))
	qty = validate.qty(qty, _("Quantity"), is_whole(frappe.get_cached_value("Item", item_code, "stock_uom")))
	return views.rank_sources(outlet, item_code, qty, validate.day(needed_by, _("Needed By")))


@frappe.whitelist()
def list_requests(outlet: Any = None) -> list:
	"""Return the newest requests of `outlet`."""
	return views.list_requests(parties.own_outlet(outlet).name)


@frappe.whitelist()
def list_transfers(outlet: Any = None, direction: Any = None) -> list:
	"""Return the newest transfers of `outlet`: "in" to it, or "out" of it."""
	outlet = parties.own_outlet(outlet)
	return views.list_transfers(outlet.name, validate.choice(direction, DIRECTIONS, _("Direction")))


@frappe.whitelist()
def get_request(request: Any = None) -> dict:
	"""Return one request of an outlet of the caller's."""
	name = validate.name_of("Inter Outlet Request", request, _("Request"))
	doc = frappe.get_doc("Inter Outlet Request", name)
	_check_reader(doc, permissions.has_request_permission)
	return views.get_request(doc)


@frappe.whitelist()
def get_transfer(transfer: Any = None) -> dict:
	"""Return one transfer from or to an outlet of the caller's."""
	name = validate.name_of("Outlet Transfer", transfer, _("Transfer"))
	doc = frappe.get_doc("Outlet Transfer", name)
	_check_reader(doc, permissions.has_transfer_permission)
	return views.get_transfer(doc)


@frappe.whitelist()
def list_loans(outlet: Any = None) -> list:
	"""Return the open loans in kind of `outlet`, borrowed and lent, the next to be given back first."""
	return loans.of_outlet(parties.own_outlet(outlet).name)


# -- who may call a writer: checked before the first answer and before a repeated one -----------------------


def _check_outlet(outlet, **_rest) -> dict:
	return {"outlet": parties.own_outlet(outlet)}


def _check_request(request, **_rest) -> dict:
	name = validate.name_of("Inter Outlet Request", request, _("Request"))
	permissions.require_outlet(frappe.db.get_value("Inter Outlet Request", name, "outlet"))
	return {"request": name}


def _check_transfer(action: str):
	def check(transfer, **_rest) -> dict:
		name = validate.name_of("Outlet Transfer", transfer, _("Transfer"))
		parties = frappe.db.get_value(
			"Outlet Transfer", name, ["source_outlet", "target_outlet"], as_dict=True
		)
		_check_party(parties, action)
		return {"transfer": name}

	return check


def _check_party(parties, action: str) -> None:
	if permissions.is_pusat():
		return
	sides = ACTIONS[action][1]
	if not sides:
		permissions.require_pusat()
	outlets = permissions.outlets_of()
	if not any(parties.get(f"{side}_outlet") in outlets for side in sides):
		frappe.throw(_("You do not work for the outlet that takes this step."), frappe.PermissionError)


# -- writing ------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@once(_check_outlet)
def create_request(
	outlet: Any = None, items: Any = None, needed_by: Any = None, key: Any = None, remarks: Any = None
) -> dict:
	"""Ask the network for items [{item_code, qty, uom}] by a day; return the request."""
	rows = []
	for idx, row in enumerate(validate.rows(items, _("Items")), 1):
		label = _("Row {0}: {1}")
		item_code = validate.name_of("Item", row.item_code, label.format(idx, _("Item")))
		uom = (
			None
			if row.uom in validate.EMPTY
			else validate.name_of("UOM", row.uom, label.format(idx, _("UOM")))
		)
		qty = validate.qty(row.qty, label.format(idx, _("Quantity")), bool(uom) and is_whole(uom))
		rows.append({"item_code": item_code, "qty": qty, "uom": uom})
	request = exchange.create_request(
		outlet,
		rows,
		validate.day(needed_by, _("Needed By")),
		validate.reason(remarks, _("Remarks"), reqd=False),
	)
	return views.get_request(request)


@frappe.whitelist(methods=["POST"])
@once(_check_request)
def cancel_request(request: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Take a request back, as long as nothing is on the road; return it."""
	return views.get_request(exchange.cancel_request(request, validate.reason(reason)))


@frappe.whitelist(methods=["POST"])
@once(_check_transfer("answer"))
def answer(transfer: Any = None, items: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Promise quantities [{row or item_code, qty}] (stock UOM); nothing at all declines, with a reason."""
	doc, request = _locked(transfer, "answer")
	quantities = {}
	for idx, row, given in _matched(doc, validate.rows(items, _("Items"), reqd=False)):
		quantities[row.name] = _qty(row, given.qty, idx, zero=True)
	return views.get_transfer(exchange.answer(doc, request, quantities, validate.reason(reason, reqd=False)))


@frappe.whitelist(methods=["POST"])
@once(_check_transfer("withdraw"))
def withdraw(transfer: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Take back an ask (requester) or a promise (source), as long as nothing has moved."""
	doc, request = _locked(transfer, "withdraw")
	return views.get_transfer(exchange.withdraw(doc, request, validate.reason(reason)))


@frappe.whitelist(methods=["POST"])
@once(_check_transfer("approve"))
def approve(transfer: Any = None, key: Any = None) -> dict:
	"""Approve a promise; pusat only, by the Workflow."""
	return _decide(transfer, "approve", "Approve", None)


@frappe.whitelist(methods=["POST"])
@once(_check_transfer("reject"))
def reject(transfer: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Reject a promise with a reason; pusat only, by the Workflow."""
	return _decide(transfer, "reject", "Reject", validate.reason(reason))


def _decide(transfer, action: str, workflow_action: str, reason: str | None) -> dict:
	from frappe.model.workflow import apply_workflow

	doc, _request = _locked(transfer, action)
	doc.flags.reason = reason
	return views.get_transfer(apply_workflow(doc, workflow_action))


@frappe.whitelist(methods=["POST"])
@once(_check_transfer("dispatch"))
def dispatch(
	transfer: Any = None,
	items: Any = None,
	key: Any = None,
	handover: Any = None,
	driver_name: Any = None,
	driver_phone: Any = None,
	vehicle_no: Any = None,
) -> dict:
	"""Send [{row or item_code, qty, batch_no, serial_no}] (stock UOM) on the road; no items means all that
	was promised."""
	doc, request = _locked(transfer, "dispatch")
	lines = []
	for idx, row, given in _matched(doc, validate.rows(items, _("Items"), reqd=False), repeated=True):
		qty = _qty(row, given.qty, idx, zero=True)
		if qty:
			lines.append(
				frappe._dict(
					row=row,
					qty=qty,
					batch_no=validate.text(
						given.batch_no, _("Row {0}: {1}").format(idx, _("Batch")), reqd=False
					),
					serial_no=_serial_numbers(given.serial_no, idx),
				)
			)
	if items in (*validate.EMPTY, []):
		lines = [frappe._dict(row=row, qty=row.promised_qty) for row in doc.items if row.promised_qty]
	if not lines:
		frappe.throw(_("Nothing would be sent. Enter a quantity, or withdraw the promise."))
	details = {
		"handover": validate.choice(
			HANDOVERS[0] if handover in validate.EMPTY else handover, HANDOVERS, _("Handover")
		),
		"driver_name": validate.text(driver_name, _("Driver"), reqd=False),
		"driver_phone": validate.text(driver_phone, _("Driver's Phone"), reqd=False, max_length=30),
		"vehicle_no": validate.text(vehicle_no, _("Vehicle"), reqd=False, max_length=30),
	}
	return views.get_transfer(exchange.dispatch(doc, request, lines, details))


@frappe.whitelist(methods=["POST"])
@once(_check_transfer("receive"))
def receive(transfer: Any = None, items: Any = None, key: Any = None) -> dict:
	"""Post the count [{row or item_code, received_qty, damaged_qty, serial_no}] (stock UOM) of every line
	sent."""
	doc, request = _locked(transfer, "receive")
	counts = {}
	for idx, row, given in _matched(doc, validate.rows(items, _("Items"))):
		counts[row.name] = frappe._dict(
			received_qty=_qty(row, given.received_qty, idx, zero=True),
			damaged_qty=_qty(
				row, 0 if given.damaged_qty in validate.EMPTY else given.damaged_qty, idx, zero=True
			),
			serial_no=_serial_numbers(given.serial_no, idx),
		)
	return views.get_transfer(exchange.receive(doc, request, counts))


@frappe.whitelist(methods=["POST"])
@once(_check_transfer("settle"))
def settle(transfer: Any = None, action: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Settle a discrepancy; pusat only. The actions open to it are in the transfer's `settle_actions`."""
	doc, request = _locked(transfer, "settle")
	action = validate.choice(action, SETTLE_ACTIONS, _("Action"))
	if action not in exchange.settle_actions(doc):
		frappe.throw(
			_("There is nothing to settle by {0} here. Choose one of: {1}.").format(
				frappe.bold(_(action)), ", ".join(_(option) for option in exchange.settle_actions(doc))
			)
		)
	return views.get_transfer(exchange.settle(doc, request, action, validate.reason(reason)))


@frappe.whitelist(methods=["POST"])
@once(_check_transfer("give_back"))
def give_back(transfer: Any = None, items: Any = None, key: Any = None) -> dict:
	"""Give goods of a loan in kind back [{item_code, qty}] (stock UOM); no items means all that is owed and
	not on its way. Return the new transfer, from the borrower to the lender."""
	doc, request = _locked(transfer, "give_back")
	standing = {
		line["item_code"]: frappe._dict(line)
		for line in loans.owed_items(doc.name, loans.standing([doc.name]))
	}
	quantities: dict[str, float] = {}
	for idx, given in enumerate(validate.rows(items, _("Items"), reqd=False), 1):
		label = _("Row {0}: {1}")
		line = standing.get(validate.text(given.item_code, label.format(idx, _("Item"))))
		if not line:
			frappe.throw(_("Row {0}: this item is not on loan. Open the transfer again.").format(idx))
		qty = _qty(line, given.qty, idx, zero=True)
		if qty:
			quantities[line.item_code] = flt(quantities.get(line.item_code, 0.0) + qty, 6)
	if items in (*validate.EMPTY, []):
		quantities = {item_code: line.left for item_code, line in standing.items() if line.left}
	if not quantities:
		frappe.throw(_("Nothing would be given back. Enter a quantity."))
	return views.get_transfer(exchange.give_back(doc, request, quantities))


# -- shared -------------------------------------------------------------------------------------------------


def _check_reader(doc, may_read) -> None:
	if not may_read(doc):
		frappe.throw(_("This document belongs to other outlets."), frappe.PermissionError)


def _locked(transfer: str, action: str):
	"""Lock the transfer, and refuse what its state does not allow."""
	doc, request = exchange.lock_transfer(transfer)
	if not allows(doc, action):
		_refuse(doc, action)
	return doc, request


def _refuse(doc, action: str) -> None:
	if action == "dispatch" and doc.status == "Promised":
		frappe.throw(
			_("Head office has not approved this transfer yet. Wait for it, or withdraw the promise.")
		)
	if action == "give_back":
		frappe.throw(_("Nothing of this transfer is on loan."))
	next_state(doc.status, ACTIONS[action][0][0])
	frappe.throw(_("This step has been taken already, or is not open any more. Open the transfer again."))


def _qty(row, value, idx: int, zero: bool) -> float:
	return validate.qty(
		value, _("Row {0}: {1}").format(idx, _("Quantity")), is_whole(row.stock_uom), zero=zero
	)


def _serial_numbers(value, idx: int) -> str:
	label = _("Row {0}: {1}").format(idx, _("Serial Numbers"))
	if isinstance(value, list | tuple):
		value = "\n".join(validate.text(number, label) for number in value)
	return validate.text(value, label, reqd=False, max_length=10000)


def _matched(doc, given: list[frappe._dict], repeated: bool = False):
	"""Yield (number, row of the transfer, what was given for it), matched by row name or by item code."""
	by_row = {row.name: row for row in doc.items}
	by_item: dict[str, list] = {}
	for row in doc.items:
		by_item.setdefault(row.item_code, []).append(row)
	seen = set()
	for idx, line in enumerate(given, 1):
		label = _("Row {0}: {1}").format(idx, _("Item"))
		if line.row not in validate.EMPTY:
			row = by_row.get(validate.text(line.row, label))
		else:
			rows = by_item.get(validate.text(line.item_code, label), [])
			if len(rows) > 1:
				frappe.throw(
					_("Row {0}: this item is in several rows of the transfer; name the row.").format(idx)
				)
			row = rows[0] if rows else None
		if row is None:
			frappe.throw(_("Row {0}: this item is not in the transfer. Leave it out.").format(idx))
		if row.name in seen and not repeated:
			frappe.throw(_("Row {0}: this line is given twice. Put the quantities together.").format(idx))
		seen.add(row.name)
		yield idx, row, line
