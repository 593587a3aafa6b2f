"""The whole life of a request with one source, against the same documents made by hand with ERPNext's own
mappers.

Ours: ask, promise, dispatch, receive through `ks212_community.api.exchange`, as the two outlets' clerks.
ERPNext's: the same Material Request and two Stock Entries (same item, quantity and warehouses; made,
submitted and mapped by the same functions) as a user with ERPNext's own stock roles. Both commit after every
step, and both start every step as a web request does: with nothing in this process's request cache, and warm
caches behind it. Logging in and the mail that ours queues after its commit are not timed.
"""

import time
import uuid
from collections import defaultdict
from contextlib import contextmanager

import frappe

from benchmarks import measure, peak, plan
from benchmarks.measure import Report
from tests import story

RUNS = 30
TARGET_RATIO = 1.3
QTY = 1
NOTICE = "ks212_community.stock_exchange.notices.send"


def transit() -> str:
	return frappe.get_cached_value("Company", story.COMPANY, "default_in_transit_warehouse")


def fresh_item() -> str:
	"""The item that earlier runs moved least: what is left of them in the ledger slows ERPNext's own part
	down."""
	items = [plan.item_code(number) for number in plan.LIFE_ITEMS]
	return min(
		items,
		key=lambda item: frappe.db.count("Stock Ledger Entry", {"item_code": item, "warehouse": transit()}),
	)


class Steps:
	"""Adds up the time of timed steps, and keeps each step's own times."""

	def __init__(self):
		self.times = defaultdict(list)
		self.total = 0.0

	def take(self, name: str, user: str, step):
		"""Take one step as `user`, commit, and return what the step returned."""
		frappe.set_user(user)
		start = time.perf_counter()
		result = step()
		frappe.db.commit()
		seconds = time.perf_counter() - start
		self.times[name].append(seconds)
		self.total += seconds
		return result


@contextmanager
def without_mail():
	"""The notices that a step queues for after its commit are dropped; everything else is queued as ever."""
	original = frappe.enqueue

	def enqueue(method, *args, **kwargs):
		if method != NOTICE:
			return original(method, *args, **kwargs)

	frappe.enqueue = enqueue
	try:
		yield
	finally:
		frappe.enqueue = original


@contextmanager
def one_source():
	"""Ask one source at a time, and let go of the setting after."""
	before = frappe.db.get_single_value("KS212 Settings", "ask_at_once")
	_set_at_once(1)
	try:
		yield
	finally:
		_set_at_once(before)


def _set_at_once(value) -> None:
	frappe.db.set_single_value("KS212 Settings", "ask_at_once", value)
	frappe.clear_document_cache("KS212 Settings", "KS212 Settings")
	frappe.db.commit()


def ours(steps: Steps, item: str) -> str:
	"""A request from asking to receiving; returns the source outlet."""
	from ks212_community.api import exchange

	asker = plan.clerk(plan.ASKER)
	key = uuid.uuid4().hex
	request = steps.take(
		"ask",
		asker,
		lambda: exchange.create_request(
			plan.ASKER, [{"item_code": item, "qty": QTY}], plan.days_ahead(3), f"{key}-ask"
		),
	)
	assert len(request.transfers) == 1, request.transfers
	transfer, source = request.transfers[0].name, request.transfers[0].source_outlet
	giver = plan.clerk(source)
	view = steps.take(
		"promise",
		giver,
		lambda: exchange.answer(transfer, [{"item_code": item, "qty": QTY}], None, f"{key}-promise"),
	)
	assert (view.status, view.approval_status) == ("Promised", "Approved"), (
		view.status,
		view.approval_status,
	)
	steps.take("dispatch", giver, lambda: exchange.dispatch(transfer, None, f"{key}-dispatch"))
	view = steps.take(
		"receive",
		asker,
		lambda: exchange.receive(transfer, [{"item_code": item, "received_qty": QTY}], f"{key}-receive"),
	)
	assert view.status == "Received", view.status
	return source


def erpnext(steps: Steps, item: str, source: str) -> None:
	"""The same goods by hand, from the same source."""
	from erpnext.stock.doctype.material_request.material_request import make_in_transit_stock_entry
	from erpnext.stock.doctype.stock_entry.stock_entry import make_stock_in_entry

	from ks212_community.constants import LEDGER_USER

	def post(doc):
		# As in the app's own seam: its doc events have nothing to say on either side.
		doc.flags.ks212_posting = True
		doc.insert()
		doc.submit()
		return doc.name

	def request():
		places = {"from_warehouse": plan.warehouse(source), "warehouse": plan.warehouse(plan.ASKER)}
		return post(
			frappe.get_doc(
				{
					"doctype": "Material Request",
					"material_request_type": "Material Transfer",
					"company": story.COMPANY,
					"transaction_date": frappe.utils.today(),
					"schedule_date": plan.days_ahead(3),
					"set_from_warehouse": places["from_warehouse"],
					"set_warehouse": places["warehouse"],
					"items": [
						{
							"item_code": item,
							"qty": QTY,
							"uom": "Pcs",
							"stock_uom": "Pcs",
							"conversion_factor": 1,
							"schedule_date": plan.days_ahead(3),
							**places,
						}
					],
				}
			)
		)

	made = steps.take("Material Request", LEDGER_USER, request)
	leg_1 = steps.take("leg 1", LEDGER_USER, lambda: post(make_in_transit_stock_entry(made, transit())))
	steps.take("leg 2", LEDGER_USER, lambda: post(make_stock_in_entry(leg_1)))


def one_of_ours() -> None:
	with without_mail(), one_source():
		ours(Steps(), fresh_item())


def one_of_erpnext() -> None:
	item = fresh_item()
	erpnext(
		Steps(),
		item,
		next(code for code in plan.all_outlets() if code != plan.ASKER and _on_hand(item, code)),
	)


def _on_hand(item: str, outlet: str) -> float:
	return (
		frappe.db.get_value("Bin", {"item_code": item, "warehouse": plan.warehouse(outlet)}, "actual_qty")
		or 0
	)


def run() -> Report:
	seen = {"ours": Steps(), "erpnext": Steps()}
	item, source = fresh_item(), None

	def run_ours():
		nonlocal source
		before = seen["ours"].total
		source = ours(seen["ours"], item)
		return seen["ours"].total - before

	def run_erpnext():
		before = seen["erpnext"].total
		erpnext(seen["erpnext"], item, source)
		return seen["erpnext"].total - before

	with without_mail(), one_source():
		# ERPNext's part takes the goods from where ours took them last.
		source = ours(Steps(), item)
		times = measure.interleaved({"ours": run_ours, "erpnext": run_erpnext}, RUNS)
	report = measure.against_erpnext(
		f"2. life of a one-source request, median of {RUNS} interleaved runs",
		"ask, promise, dispatch, receive / Material Request and two Stock Entries",
		TARGET_RATIO,
		times,
		seen,
	)
	report.notes.append(peak.compare("life_cycle", "erpnext_cycle"))
	frappe.set_user("Administrator")
	return report
