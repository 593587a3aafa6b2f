"""What a request still needs, and whom to ask for it next."""

import frappe
from frappe.utils import flt, getdate

from ks212_community.stock_exchange import deadlines, notices, posting, prices, ranking
from ks212_community.stock_exchange.states import ENDED, HOLDS_PROMISE, OPEN

QTY_FIELDS = (
	"asked_qty",
	"promised_qty",
	"refused_qty",
	"sent_qty",
	"received_qty",
	"missing_qty",
	"returned_qty",
	"written_off_qty",
)


class Progress:
	"""Where one line of a request stands over all its transfers. Quantities in the stock UOM."""

	def __init__(self):
		self.promised = self.in_transit = self.received = self.missing = self.committed = 0.0
		self.sources: set[str] = set()
		self.open_asks = self.promises = 0

	def add(self, line) -> None:
		"""Count in one line of one transfer."""
		if line.status == OPEN and not open_qty(line):
			# Released because others were faster: never refused, so it may be asked again.
			return
		if not line.released:
			self.sources.add(line.source_outlet)
		if line.status in ENDED:
			return
		if line.status == OPEN:
			self.open_asks += 1
			return
		self.promised += flt(line.promised_qty)
		self.promises += 1
		if line.status == HOLDS_PROMISE:
			self.committed += flt(line.promised_qty)
			return
		self.committed += flt(line.sent_qty) - flt(line.returned_qty) - flt(line.written_off_qty)
		self.received += flt(line.received_qty)
		self.missing += flt(line.missing_qty)
		self.in_transit += in_transit_qty(line)


def open_qty(line) -> float:
	"""Return what a source has not answered yet: asked - promised - refused."""
	return flt(flt(line.asked_qty) - flt(line.promised_qty) - flt(line.refused_qty), 6)


def in_transit_qty(line) -> float:
	"""Return what is on the road: sent - received - missing - returned - written off."""
	return flt(
		flt(line.sent_qty)
		- flt(line.received_qty)
		- flt(line.missing_qty)
		- flt(line.returned_qty)
		- flt(line.written_off_qty),
		6,
	)


def lines_of(request: str) -> list[frappe._dict]:
	"""Return the lines of all transfers of a request, read under the lock of the request's row.

	The read is a locking one: a plain read would show this transaction's older snapshot.
	"""
	Transfer = frappe.qb.DocType("Outlet Transfer")
	TransferItem = frappe.qb.DocType("Outlet Transfer Item")
	return (
		frappe.qb.from_(Transfer)
		.inner_join(TransferItem)
		.on(TransferItem.parent == Transfer.name)
		.select(
			Transfer.name.as_("transfer"),
			Transfer.source_outlet,
			Transfer.status,
			Transfer.released,
			TransferItem.request_item,
			*(TransferItem[field] for field in QTY_FIELDS),
		)
		.where(Transfer.request == request)
		.for_update()
		.run(as_dict=True)
	)


def tally(lines) -> dict[str, Progress]:
	"""Return {row name of the request: Progress} of the lines of its transfers."""
	progress: dict[str, Progress] = {}
	for line in lines:
		progress.setdefault(line.request_item, Progress()).add(line)
	return progress


def go_on(request) -> None:
	"""Bring a locked Inter Outlet Request up to date after anything happened to one of its transfers.

	Asks that are no longer needed are released, the next sources are asked for what nobody promised, what
	nobody has is kept as unmet, and the request's own quantities and status follow.
	"""
	lines = lines_of(request.name)
	progress = tally(lines)
	need = {row.name: _need(row, progress) for row in request.items}
	open_transfers = {line.source_outlet: line.transfer for line in lines if line.status == OPEN}
	released = {line.source_outlet: line.transfer for line in lines if line.released}
	_release_what_is_not_needed(open_transfers, need)
	asked = _ask_next(request, need, progress, {**released, **open_transfers})
	if asked or open_transfers:
		progress = tally(lines_of(request.name))
	request.set_progress(progress, need)
	notices.asked(asked)


def _need(row, progress) -> float:
	item = progress.get(row.name)
	return max(0.0, flt(row.stock_qty - (item.committed if item else 0.0), 6))


def _release_what_is_not_needed(open_transfers: dict[str, str], need: dict[str, float]) -> None:
	for name in open_transfers.values():
		transfer = frappe.get_doc("Outlet Transfer", name, for_update=True)
		changed = False
		for row in transfer.items:
			too_much = flt(open_qty(row) - need.get(row.request_item, 0.0), 6)
			if too_much > 0:
				row.refused_qty = flt(row.refused_qty + min(too_much, open_qty(row)), 6)
				changed = True
		if not changed:
			continue
		if not any(open_qty(row) > 0 for row in transfer.items):
			transfer.released = 1
			transfer.move("release", frappe._("The request has been filled by others."))
		transfer.keep()


def _ask_next(request, need: dict[str, float], progress: dict[str, Progress], transfers) -> list:
	target = frappe.get_cached_doc("Outlet", request.outlet)
	if request.is_stopped() or getdate(request.needed_by) < deadlines.today_at(target):
		return []
	at_once = int(frappe.get_cached_doc("KS212 Settings").ask_at_once or 1)
	terms = prices.Terms(target)
	asks: dict[str, list] = {}
	for row in request.items:
		item = progress.get(row.name) or Progress()
		# A source that promised a part keeps its place while others may still answer.
		places = at_once - item.open_asks - (item.promises if item.open_asks else 0)
		if need[row.name] <= 0 or places <= 0:
			continue
		found = ranking.candidates(target, row.item_code, need[row.name], request.needed_by, terms)
		fresh = [source for source in found if source.askable and source.name not in item.sources]
		for source in fresh[:places]:
			asks.setdefault(source.name, []).append((row, source))
	return [
		_ask(request, target, source, lines, need, transfers.get(source)) for source, lines in asks.items()
	]


def _ask(request, target, source_outlet: str, lines, need: dict[str, float], existing: str | None):
	"""Ask one source for some lines: on its open or released transfer of this request, else on a new one."""
	source = frappe.get_cached_doc("Outlet", source_outlet)
	if existing:
		transfer = frappe.get_doc("Outlet Transfer", existing, for_update=True)
		if transfer.released:
			transfer.released = 0
			transfer.move("ask")
	else:
		transfer = frappe.new_doc("Outlet Transfer")
		transfer.set_parties(request, source, target)
		transfer.distance_km = lines[0][1].distance_km
		transfer.days = lines[0][1].days
		transfer.record("ask", None, None)
	known = {line.request_item: line for line in transfer.items}
	for row, candidate in lines:
		line = known.get(row.name) or transfer.append(
			"items",
			{
				"request_item": row.name,
				"item_code": row.item_code,
				"item_name": row.item_name,
				"uom": row.uom,
				"conversion_factor": row.conversion_factor,
				"stock_uom": row.stock_uom,
			},
		)
		# The whole need, whatever the source has: what it has free is its own affair.
		line.asked_qty, line.refused_qty = need[row.name], 0
		# Both see these terms and this price from now on, and the promise fixes them.
		line.terms, line.price = candidate.terms, candidate.price
	transfer.price_policy = lines[0][1].policy
	transfer.transport_paid_by = lines[0][1].transport_paid_by
	days = max(int(candidate.loan_days) for _row, candidate in lines)
	# A line that was asked for as a loan before, and is open still, keeps the days both were told.
	if days or not any(line.terms == posting.LOAN and open_qty(line) > 0 for line in transfer.items):
		transfer.loan_days = days
	transfer.set_deadline("answer_hours", source)
	transfer.keep()
	return transfer
