"""Loans in kind ("pinjam barang"): what was lent, what came back, what is still owed, and who is reminded.

A loan is a transfer whose lines go on the terms of a loan; what is given back are transfers the other way
that name it in `return_of`. What does not come back is paid for, or let go, by Loan Settlements. Nothing is
kept twice: what is owed is what was counted in on the loan less what was counted in of its returns and what
was settled. Quantities in the stock UOM.
"""

import frappe
from frappe import _
from frappe.utils import add_days, date_diff, flt, getdate, today

from ks212_community.stock_exchange import availability, deadlines, notices, posting
from ks212_community.stock_exchange.asking import in_transit_qty
from ks212_community.stock_exchange.states import HOLDS_PROMISE, MOVED

REMIND_BEFORE_DAYS = 3
REMIND_AGAIN_DAYS = 7


def standing(loans: list[str], for_update: bool = False) -> dict[tuple[str, str], frappe._dict]:
	"""Return {(loan, item): lent, given_back, settled, coming, owed, left} of transfers that are loans:
	`coming` is promised or on its way back and a part of `owed` still, `left` the other part. With
	`for_update` as it is now, whatever this transaction saw before.
	"""
	Item = frappe.qb.DocType("Outlet Transfer Item")
	Transfer = frappe.qb.DocType("Outlet Transfer")
	lent = (
		frappe.qb.from_(Item)
		.select(Item.parent, Item.item_code, Item.item_name, Item.stock_uom, Item.received_qty)
		.where(Item.parent.isin(loans or [""]) & (Item.terms == posting.LOAN))
	)
	found: dict[tuple[str, str], frappe._dict] = {}
	for row in (lent.for_update() if for_update else lent).run(as_dict=True):
		line = found.setdefault(
			(row.parent, row.item_code),
			frappe._dict(
				item_name=row.item_name,
				stock_uom=row.stock_uom,
				lent=0.0,
				given_back=0.0,
				settled=0.0,
				coming=0.0,
			),
		)
		line.lent = flt(line.lent + row.received_qty, 6)
	returns = (
		frappe.qb.from_(Item)
		.inner_join(Transfer)
		.on(Transfer.name == Item.parent)
		.select(
			Transfer.return_of,
			Transfer.status,
			Item.item_code,
			Item.promised_qty,
			Item.sent_qty,
			Item.received_qty,
			Item.missing_qty,
			Item.returned_qty,
			Item.written_off_qty,
		)
		.where(Transfer.return_of.isin(loans or [""]) & (Transfer.docstatus == 1))
	)
	for row in (returns.for_update() if for_update else returns).run(as_dict=True):
		line = found[(row.return_of, row.item_code)]
		if row.status == HOLDS_PROMISE:
			line.coming = flt(line.coming + row.promised_qty, 6)
		elif row.status in MOVED:
			line.given_back = flt(line.given_back + row.received_qty, 6)
			line.coming = flt(line.coming + in_transit_qty(row) + row.missing_qty, 6)
	for loan, item_code, qty in _settled(loans, for_update):
		line = found[(loan, item_code)]
		line.settled = flt(line.settled + qty, 6)
	for line in found.values():
		line.owed = flt(line.lent - line.given_back - line.settled, 6)
		line.left = max(0.0, flt(line.owed - line.coming, 6))
	return found


def _settled(loans: list[str], for_update: bool):
	"""Return (loan, item, qty) of submitted Loan Settlements."""
	Settlement = frappe.qb.DocType("Loan Settlement")
	Row = frappe.qb.DocType("Loan Settlement Item")
	query = (
		frappe.qb.from_(Row)
		.inner_join(Settlement)
		.on(Settlement.name == Row.parent)
		.select(Settlement.loan, Row.item_code, Row.qty)
		.where(Settlement.loan.isin(loans or [""]) & (Settlement.docstatus == 1))
	)
	return (query.for_update() if for_update else query).run()


def of_outlet(outlet: str) -> list[frappe._dict]:
	"""Return the open loans of an outlet, the next to be given back first: `name`, `side` ("borrowed" or
	"lent"), `other_outlet`, `other_name`, `return_by`, `days_left` (below zero: overdue) and `items` of what
	is owed."""
	Transfer = frappe.qb.DocType("Outlet Transfer")
	rows = (
		frappe.qb.from_(Transfer)
		.select(
			Transfer.name,
			Transfer.source_outlet,
			Transfer.source_name,
			Transfer.target_outlet,
			Transfer.target_name,
			Transfer.return_by,
		)
		.where(
			(Transfer.loan_open == 1)
			& ((Transfer.source_outlet == outlet) | (Transfer.target_outlet == outlet))
		)
		.orderby(Transfer.return_by)
		.orderby(Transfer.name)
		.run(as_dict=True)
	)
	lines = standing([row.name for row in rows])
	result = []
	for row in rows:
		side, other = ("borrowed", "source") if row.target_outlet == outlet else ("lent", "target")
		result.append(
			frappe._dict(
				name=row.name,
				side=side,
				other_outlet=row[f"{other}_outlet"],
				other_name=row[f"{other}_name"],
				return_by=row.return_by,
				days_left=date_diff(row.return_by, today()),
				items=[item for item in owed_items(row.name, lines) if item["owed"] > 0],
			)
		)
	return result


def open_of(item_codes: list[str]) -> list[tuple[str, str]]:
	"""Return (item, loan) of each open loan by which some of `item_codes` is owed still."""
	names = frappe.get_all("Outlet Transfer", filters={"loan_open": 1}, pluck="name", order_by="name")
	return sorted(
		(item_code, name)
		for (name, item_code), line in standing(names).items()
		if item_code in item_codes and line.owed > 0
	)


def owed_items(loan: str, lines: dict) -> list[dict]:
	"""Return the lines of one loan, of `standing`, as a list by item."""
	return [
		{"item_code": item_code, **line} for (name, item_code), line in sorted(lines.items()) if name == loan
	]


# -- the course of a loan -----------------------------------------------------------------------------------


def begin(transfer) -> None:
	"""Let a loan run from the count of its goods; the caller writes the transfer."""
	if transfer.return_of or not any(
		row.terms == posting.LOAN and row.received_qty for row in transfer.items
	):
		return
	target = frappe.get_cached_doc("Outlet", transfer.target_outlet)
	transfer.return_by = add_days(deadlines.today_at(target), int(transfer.loan_days))
	transfer.loan_open = 1


def end(transfer) -> None:
	"""Forget that a loan runs whose receipt was cancelled; the caller saves the transfer."""
	transfer.loan_open, transfer.return_by, transfer.reminded_on = 0, None, None


def follow(transfer) -> None:
	"""Close or reopen the loan of a written return, by what is owed now."""
	if not transfer.return_of:
		return
	frappe.db.set_value(
		"Outlet Transfer",
		transfer.return_of,
		"loan_open",
		int(_is_owed(transfer.return_of)),
		update_modified=False,
	)
	frappe.clear_document_cache("Outlet Transfer", transfer.return_of)


def settle(transfer, step: str, reason: str) -> None:
	"""Close or reopen a locked loan after a Loan Settlement was submitted or cancelled, and tell both sides
	of it; `step` is "loan_sold", "loan_waived" or "loan_reopened"."""
	transfer.loan_open = int(_is_owed(transfer.name))
	transfer.record(step, transfer.status, reason)
	transfer.write()
	notices.after_step(transfer, step)


def _is_owed(loan: str) -> bool:
	return any(line.owed > 0 for line in standing([loan], for_update=True).values())


def check_undo(transfer) -> None:
	"""Refuse to take back the receipt of a loan of which something has been given back or settled, or is on
	its way."""
	for line in standing([transfer.name], for_update=True).values():
		if line.given_back or line.settled or line.coming:
			frappe.throw(
				_(
					"Goods of loan {0} have been given back or settled, or are on their way. Its receipt stays."
				).format(frappe.bold(transfer.name))
			)


def check_quantities(loan, quantities: dict[str, float]) -> None:
	"""Refuse to give back more of a loan than is owed and not on its way."""
	lines = standing([loan.name], for_update=True)
	for item_code, qty in quantities.items():
		line = lines.get((loan.name, item_code))
		left = line.left if line else 0.0
		if flt(qty - left, 6) > 0:
			frappe.throw(
				_("{0}: {1} are still to be given back. Enter that or less.").format(
					frappe.bold(line.item_name if line else item_code), f"{left:g}"
				)
			)


def hold(outlet, quantities: dict[str, float]) -> None:
	"""Promise what is given back: what is owed goes before the borrower's own need, but not before other
	promises."""
	bins = availability.bins_of(((item_code, outlet.warehouse) for item_code in quantities), for_update=True)
	here_of = availability.unpromised_qtys(outlet, list(quantities), bins, for_update=True)
	for item_code, qty in quantities.items():
		here = here_of[item_code]
		if flt(qty - here, 6) > 0:
			frappe.throw(
				_(
					"{0}: only {1} are here, not past their date and not promised to others. Give back that or less."
				).format(frappe.bold(item_code), f"{max(here, 0):g}")
			)
	availability.hold_again(outlet.warehouse, quantities)


# -- reminders ----------------------------------------------------------------------------------------------


def remind() -> None:
	"""Tell both sides of loans that are due in three days, and of overdue ones once a week; run daily by the
	scheduler."""
	day = getdate(today())
	for loan in frappe.get_all(
		"Outlet Transfer",
		filters={"loan_open": 1, "return_by": ["<=", add_days(day, REMIND_BEFORE_DAYS)]},
		fields=["name", "return_by", "reminded_on"],
		order_by="return_by, name",
	):
		if step := reminder(getdate(loan.return_by), loan.reminded_on and getdate(loan.reminded_on), day):
			frappe.db.set_value("Outlet Transfer", loan.name, "reminded_on", day, update_modified=False)
			notices.after_step(frappe.get_doc("Outlet Transfer", loan.name), step)


def reminder(return_by, reminded_on, day) -> str | None:
	"""Return the reminder that a loan needs on a `day`: "loan_due" once before its end, "loan_overdue" every
	week after it."""
	left = date_diff(return_by, day)
	if left > REMIND_BEFORE_DAYS:
		return None
	if left >= 0:
		return None if reminded_on else "loan_due"
	told = reminded_on and reminded_on > return_by and date_diff(day, reminded_on) < REMIND_AGAIN_DAYS
	return None if told else "loan_overdue"
