"""The main flow: ask, promise, approve, dispatch, receive, settle.

Every function here works for whoever was let in at the door (api/exchange.py checks rights) and follows one
order: lock the request's row, lock the transfer, decide, lock Bins, write. What the request still needs is
worked out again at the end by `asking.go_on`.
"""

import frappe
from frappe import _
from frappe.utils import flt, now_datetime

from ks212_community.locks import lock
from ks212_community.stock_exchange import (
	asking,
	availability,
	deadlines,
	goods,
	loans,
	notices,
	posting,
	prices,
)
from ks212_community.stock_exchange.states import MOVED, allows

RETURN, WRITE_OFF = "Return to Source", "Write Off"
DISPATCH_SURPLUS, RETURN_SURPLUS = "Dispatch Surplus", "Return Surplus"


# -- requests -----------------------------------------------------------------------------------------------


def create_request(outlet, items: list, needed_by, remarks: str | None = None):
	"""Make a request of an Outlet for `items` (item_code, qty, uom) and ask the network at once; return the
	document."""
	request = frappe.new_doc("Inter Outlet Request")
	# Every name in it was looked up at the door.
	request.flags.ignore_links = True
	request.update(
		{
			"outlet": outlet.name,
			"outlet_name": outlet.outlet_name,
			"community": outlet.community,
			"company": outlet.company,
			"needed_by": needed_by,
			"remarks": remarks,
			"status": "Open",
			"requested_by": frappe.session.user,
			"requested_at": now_datetime(),
			"items": items,
		}
	)
	request.keep()
	asking.go_on(request)
	return request


def cancel_request(name: str, reason: str):
	"""Take a request back: what is asked or promised is withdrawn; refused while goods are on the road."""
	request = lock_request(name)
	if request.status in ("Filled", "Cancelled") or request.is_stopped():
		frappe.throw(_("This request is {0}; there is nothing to cancel.").format(_(request.status)))
	transfers = [
		lock("Outlet Transfer", row.name, row.modified)
		for row in frappe.get_all(
			"Outlet Transfer",
			filters={"request": name, "docstatus": ["<", 2], "return_of": ["is", "not set"]},
			fields=["name", "modified"],
			order_by="name",
		)
	]
	if under_way := next((t for t in transfers if t.status in ("In Transit", "Discrepancy")), None):
		frappe.throw(
			_("Goods of transfer {0} are under way. Receive them first, then cancel the rest.").format(
				frappe.bold(under_way.name)
			)
		)
	request.db_set("cancel_reason", reason)
	for transfer in transfers:
		if allows(transfer, "withdraw"):
			_give_up(transfer, "withdraw", reason)
			notices.after_step(transfer, "withdraw")
	asking.go_on(request)
	return request


# -- the source's answer -----------------------------------------------------------------------------------


def answer(transfer, request, quantities: dict[str, float], reason: str | None):
	"""Promise `quantities` ({row name: qty, stock UOM}) of a locked transfer; none at all is a refusal."""
	if not any(quantities.values()):
		return decline(transfer, request, reason)
	if request.is_stopped():
		frappe.throw(_("The request was taken back; there is nothing left to promise."))
	progress = asking.tally(asking.lines_of(request.name))
	asked_by_row = {row.name: row for row in request.items}
	for row in transfer.items:
		qty = quantities.get(row.name, 0.0)
		if qty and frappe.get_cached_value("Item", row.item_code, "disabled"):
			frappe.throw(
				_("Row {0}: {1} has been disabled since. Decline it, or ask head office.").format(
					row.idx, frappe.bold(row.item_name)
				)
			)
		item = progress[row.request_item]
		still_needed = max(0.0, flt(asked_by_row[row.request_item].stock_qty - item.committed, 6))
		if flt(qty - min(still_needed, row.asked_qty), 6) > 0:
			frappe.throw(
				_("Row {0}: only {1} {2} of {3} is still asked of you. Promise that or less.").format(
					row.idx,
					f"{min(still_needed, row.asked_qty):g}",
					row.stock_uom,
					frappe.bold(row.item_name),
				)
			)
	source = frappe.get_cached_doc("Outlet", transfer.source_outlet)
	validate_outlets(transfer, source)
	prices.validate_consigned(transfer, [row for row in transfer.items if quantities.get(row.name)])
	promised = {row.item_code: quantities[row.name] for row in transfer.items if quantities.get(row.name)}
	rates = availability.promise(source, promised)
	for row in transfer.items:
		row.promised_qty = quantities.get(row.name, 0.0)
		row.refused_qty = flt(row.asked_qty - row.promised_qty, 6)
		row.rate = rates.get(row.item_code) or 0
	transfer.set_values()
	_promise(transfer, source, reason)
	asking.go_on(request)
	notices.after_step(transfer, "promise")
	return transfer


def _promise(transfer, source, reason: str | None, approved: bool = False) -> None:
	"""Take the step to Promised, approve by rule where the rule allows, and submit."""
	transfer.released = 0
	transfer.move("promise", reason)
	automatic = approved or _needs_no_approval(transfer, source)
	if automatic:
		transfer.record("approve_by_rule", "Promised", None)
		transfer.set_deadline("dispatch_hours", source)
		posting.request_goods(transfer)
	else:
		transfer.set_deadline("approval_hours", source)
	transfer.approval_status = "Approved" if automatic else "Pending"
	if not transfer.is_new():
		# The Workflow wants pusat's role for a change of this field, which the rule does not: the save below
		# finds it changed already, in this same transaction.
		frappe.db.set_value(
			transfer.doctype,
			transfer.name,
			"approval_status",
			transfer.approval_status,
			update_modified=False,
		)
	transfer.docstatus = 1
	transfer.keep()


def _needs_no_approval(transfer, source) -> bool:
	"""Automatic below a value and inside a region."""
	limit = flt(frappe.get_cached_doc("KS212 Settings").approval_value)
	region = frappe.get_cached_value("Outlet", transfer.target_outlet, "region")
	return flt(transfer.transfer_value) <= limit and source.region == region


def decline(transfer, request, reason: str | None):
	"""Refuse all that is asked; the next sources are asked by themselves."""
	if transfer.status != "Asked":
		frappe.throw(_("This transfer is {0}; it cannot be declined any more.").format(_(transfer.status)))
	if not reason:
		frappe.throw(_("Say why you cannot give anything: it helps the next outlet."))
	_give_up(transfer, "decline", reason)
	asking.go_on(request)
	return transfer


def withdraw(transfer, request, reason: str):
	"""Take back an ask or a promise, as long as nothing has moved."""
	_give_up(transfer, "withdraw", reason)
	asking.go_on(request)
	notices.after_step(transfer, "withdraw")
	return transfer


def _give_up(transfer, move: str, reason: str | None, save: bool = True) -> None:
	"""End an ask or a promise: whatever is open or promised is refused, and the promise is released."""
	was_promised = transfer.status == "Promised"
	transfer.move(move, reason)
	promised = {}
	for row in transfer.items:
		if was_promised and row.promised_qty:
			promised[row.item_code] = flt(promised.get(row.item_code, 0.0) + row.promised_qty, 6)
		row.promised_qty, row.refused_qty = 0, row.asked_qty
	if promised:
		availability.release(transfer.source_warehouse, promised)
		posting.cancel_request(transfer)
		transfer.material_request = None
	if save:
		transfer.keep()


# -- approval -----------------------------------------------------------------------------------------------


def on_approval(transfer) -> None:
	"""Follow pusat's decision: called while the Workflow's own save of `approval_status` is under way."""
	transfer.flags.ignore_validate_update_after_submit = True
	if transfer.approval_status == "Approved":
		source = frappe.get_cached_doc("Outlet", transfer.source_outlet)
		validate_outlets(transfer, source)
		prices.validate_consigned(transfer, [row for row in transfer.items if row.promised_qty])
		transfer.move("approve", transfer.flags.reason)
		transfer.set_deadline("dispatch_hours", source)
		posting.request_goods(transfer)
		notices.after_step(transfer, "approve")
	else:
		_give_up(transfer, "reject", transfer.flags.reason or _("Rejected by head office."), save=False)
		transfer.flags.rejected = True
		notices.after_step(transfer, "reject")


# -- goods --------------------------------------------------------------------------------------------------


def dispatch(transfer, request, lines: list[frappe._dict], handover: dict):
	"""Send `lines` (row, qty, batch_no, serial_no) of a locked transfer on the road."""
	source = frappe.get_cached_doc("Outlet", transfer.source_outlet)
	validate_outlets(transfer, source)
	prices.validate_consigned(transfer, [line.row for line in lines])
	# Whoever promised to others at the same moment waits here; leg 1 takes the same locks again.
	pairs = ((line.row.item_code, transfer.source_warehouse) for line in lines)
	bins = availability.bins_of(pairs, for_update=True)
	parcels = goods.parcels(transfer, lines, bins)
	promised = {row.item_code: row.promised_qty for row in transfer.items if row.promised_qty}
	availability.release(transfer.source_warehouse, promised)
	posting.dispatch(transfer, parcels)
	goods.keep_sent(transfer, parcels)
	transfer.update(handover)
	transfer.move("dispatch")
	target = frappe.get_cached_doc("Outlet", transfer.target_outlet)
	transfer.set_deadline("receipt_hours", target)
	transfer.write()
	asking.go_on(request)
	notices.after_step(transfer, "dispatch")
	return transfer


def receive(transfer, request, counts: dict[str, frappe._dict]):
	"""Post what was counted in ({row name: received_qty, damaged_qty, serial_no}); any difference goes to
	pusat."""
	lines = goods.counted(transfer, counts)
	posting.receive(transfer, lines)
	differs = goods.keep_received(lines)
	posting.bill(transfer)
	loans.begin(transfer)
	transfer.move("differ" if differs else "receive")
	transfer.write()
	loans.follow(transfer)
	asking.go_on(request)
	notices.after_step(transfer, "differ" if differs else "receive")
	return transfer


# -- differences --------------------------------------------------------------------------------------------


def settle_actions(transfer) -> list[str]:
	"""Return how pusat may settle a discrepancy as it stands."""
	if not allows(transfer, "settle"):
		return []
	actions = []
	if any(goods.unaccounted(row) > 0 for row in transfer.items):
		actions += [RETURN, WRITE_OFF]
	if any(row.surplus_qty for row in transfer.items) and not transfer.surplus_settled:
		# What came back of a loan beyond what was sent is not lent anew: it goes to the borrower again, or is
		# its next return.
		actions += [RETURN_SURPLUS] if transfer.return_of else [DISPATCH_SURPLUS, RETURN_SURPLUS]
	return actions


def settle(transfer, request, action: str, reason: str):
	"""Settle a discrepancy: missing goods go back to the source or are written off, surplus is dispatched in
	a second transfer or goes back unbooked."""
	transfer.reason = reason
	if action in (RETURN, WRITE_OFF):
		lines = goods.missing(transfer)
		post = posting.return_goods if action == RETURN else posting.write_off
		post(transfer, lines)
		for line in lines:
			field = "returned_qty" if action == RETURN else "written_off_qty"
			line.row.missing_qty = 0
			line.row.set(field, flt(line.row.get(field) + line.qty, 6))
	else:
		if action == DISPATCH_SURPLUS:
			_dispatch_surplus(transfer, request, reason)
		transfer.surplus_settled = 1
	done = not _is_unsettled(transfer)
	transfer.settled = int(done)
	transfer.move("settle" if done else "settle_part", f"{_(action)}: {reason}")
	transfer.write()
	asking.go_on(request)
	notices.after_step(transfer, "settle")
	return transfer


def _is_unsettled(transfer) -> bool:
	return any(goods.unaccounted(row) > 0 for row in transfer.items) or (
		any(row.surplus_qty for row in transfer.items) and not transfer.surplus_settled
	)


def _dispatch_surplus(transfer, request, reason: str) -> None:
	"""Make the second transfer that books what came too much; the source sends it as any other."""
	source = frappe.get_cached_doc("Outlet", transfer.source_outlet)
	second = frappe.new_doc("Outlet Transfer")
	second.set_parties(request, source, frappe.get_cached_doc("Outlet", transfer.target_outlet))
	second.update({"surplus_of": transfer.name, "distance_km": transfer.distance_km, "days": transfer.days})
	for field in ("price_policy", "transport_paid_by", "loan_days"):
		second.set(field, transfer.get(field))
	for row in transfer.items:
		if row.surplus_qty:
			values = {
				field: row.get(field)
				for field in (
					"request_item",
					"item_code",
					"item_name",
					"uom",
					"conversion_factor",
					"stock_uom",
					"rate",
					"price",
					"terms",
				)
			}
			second.append("items", {**values, "asked_qty": row.surplus_qty, "promised_qty": row.surplus_qty})
	totals: dict[str, float] = {}
	for row in second.items:
		totals[row.item_code] = totals.get(row.item_code, 0.0) + row.promised_qty
	availability.promise(source, totals)
	second.set_values()
	second.record("ask", None, reason)
	second.keep()
	_promise(second, source, reason, approved=True)
	notices.after_step(second, "approve")


# -- loans in kind ------------------------------------------------------------------------------------------


def give_back(loan, request, quantities: dict[str, float]):
	"""Make the transfer that brings `quantities` ({item: qty}) of a locked loan back to the lender; return
	it. The borrower sends it as any other, and the lender counts it in."""
	loans.check_quantities(loan, quantities)
	borrower = frappe.get_cached_doc("Outlet", loan.target_outlet)
	back = frappe.new_doc("Outlet Transfer")
	back.set_parties(request, borrower, frappe.get_cached_doc("Outlet", loan.source_outlet))
	back.update({"return_of": loan.name, "distance_km": loan.distance_km, "days": loan.days})
	rates = posting.loan_rates([loan.name])
	lent = {row.item_code: row for row in loan.items if row.terms == posting.LOAN}
	for item_code, qty in quantities.items():
		row = lent[item_code]
		back.append(
			"items",
			{
				"item_code": item_code,
				"item_name": row.item_name,
				"uom": row.stock_uom,
				"conversion_factor": 1,
				"stock_uom": row.stock_uom,
				"terms": posting.LOAN,
				"rate": rates[(loan.name, item_code)],
				"asked_qty": qty,
				"promised_qty": qty,
			},
		)
	loans.hold(borrower, quantities)
	back.set_values()
	back.record("ask", None, None)
	back.keep()
	_promise(back, borrower, None, approved=True)
	return back


# -- time and the desk --------------------------------------------------------------------------------------


def expire(name: str) -> None:
	"""Follow a deadline that has passed. An ask or a promise lapses and the next sources are asked; goods
	that nobody counted in become a discrepancy for pusat, and can still be counted in until it is settled."""
	transfer, request = lock_transfer(name)
	if not deadlines.is_past(transfer.deadline):
		return
	if transfer.status == "In Transit":
		transfer.move("expire", _("Nobody received the goods in time."))
		transfer.keep()
	elif transfer.status == "Asked":
		_give_up(transfer, "expire", _("No answer in time."))
	elif transfer.approval_status == "Pending":
		_give_up(transfer, "expire", _("Head office did not approve in time."))
	else:
		_give_up(transfer, "expire", _("The goods were not sent in time."))
	asking.go_on(request)
	notices.after_step(transfer, "expire")


def close(name: str) -> None:
	"""Close a transfer that was received without a difference."""
	transfer, _request = lock_transfer(name)
	if transfer.status == "Received":
		transfer.move("close")
		transfer.keep()


def before_desk_cancel(transfer) -> None:
	"""Pusat's Cancel in the desk withdraws a promise; what has moved cannot be cancelled."""
	if transfer.status in MOVED:
		frappe.throw(
			_("Goods of this transfer have moved. Cancel its documents, or settle the difference, instead.")
		)
	if transfer.status == "Promised":
		_give_up(transfer, "withdraw", _("Cancelled by head office."), save=False)


def undo_receipt(name: str) -> None:
	"""Follow the desk's cancellation of leg 2: the goods are on the road again."""
	transfer, request = lock_transfer(name)
	for row in transfer.items:
		row.received_qty = row.missing_qty = row.damaged_qty = row.surplus_qty = 0
		row.received_serial_no = None
	posting.undo_receipt(transfer)
	loans.end(transfer)
	transfer.move("undo_receipt", _("The receipt was cancelled in the desk."))
	transfer.set_deadline("receipt_hours", frappe.get_cached_doc("Outlet", transfer.target_outlet))
	transfer.keep()
	loans.follow(transfer)
	asking.go_on(request)
	notices.after_step(transfer, "dispatch")


def undo_dispatch(name: str) -> None:
	"""Follow the desk's cancellation of leg 1: what was sent is promised again."""
	transfer, request = lock_transfer(name)
	promised: dict[str, float] = {}
	for row in transfer.items:
		row.sent_qty = 0
		row.dispatch_detail = None
		if row.promised_qty:
			promised[row.item_code] = promised.get(row.item_code, 0.0) + row.promised_qty
	availability.hold_again(transfer.source_warehouse, promised)
	posting.undo_dispatch(transfer)
	transfer.move("undo_dispatch", _("The dispatch was cancelled in the desk."))
	posting.cancel_request(transfer)
	posting.request_goods(transfer)
	transfer.set_deadline("dispatch_hours", frappe.get_cached_doc("Outlet", transfer.source_outlet))
	transfer.keep()
	asking.go_on(request)
	notices.after_step(transfer, "approve")


# -- shared -------------------------------------------------------------------------------------------------


def lock_request(name: str):
	"""Lock a request's row and return the document as it is now."""
	return frappe.get_doc("Inter Outlet Request", name, for_update=True)


def lock_transfer(name: str):
	"""Lock a transfer's request, then the transfer; return (transfer, request) as they are now."""
	seen = frappe.db.get_value("Outlet Transfer", name, ["request", "modified"], as_dict=True)
	request = lock_request(seen.request)
	return lock("Outlet Transfer", name, seen.modified), request


def go_on_with(name: str) -> None:
	"""Bring a request up to date after a step that began in the desk."""
	asking.go_on(lock_request(name))


def validate_outlets(transfer, source) -> None:
	"""Refuse to go on where an outlet's warehouse, company or state no longer is what the transfer was made
	for."""
	target = frappe.get_cached_doc("Outlet", transfer.target_outlet)
	for outlet, warehouse, company in (
		(source, transfer.source_warehouse, transfer.source_company or transfer.company),
		(target, transfer.target_warehouse, transfer.company),
	):
		if outlet.warehouse != warehouse or outlet.company != company or outlet.status == "Closed":
			frappe.throw(
				_(
					"Outlet {0} has changed since it was asked. Withdraw this transfer; the request goes on with others."
				).format(frappe.bold(outlet.name))
			)
