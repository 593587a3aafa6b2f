"""Whatever happens in whatever order, each sale is settled once, each line sums up, and the books agree.

Random lists of what people do, back-dated at will, with settlements and their cancellation between; after
each step what must hold is checked against the ledger row by row (tests/settling.py). What ERPNext refuses
(more than is there) changes nothing.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import frappe
from frappe.utils import add_days, date_diff, getdate, nowdate

from ks212_community.umkm_supply import settlement
from tests import settling, story, umkm_story
from tests.story import FAR, NEAR, NEXT
from tests.umkm_story import CRACKERS, HONEY

OUTLETS = (NEAR, NEXT, FAR)
ITEMS = (CRACKERS, HONEY)
DAYS = 30  # what happens, happens within these

outlet = st.sampled_from(OUTLETS)
item = st.sampled_from(ITEMS)
qty = st.integers(1, 12)
back = st.integers(0, DAYS)
price = st.sampled_from((8_000, 10_000, 11_500))


def step(name, *arguments):
	return st.tuples(st.just(name), st.tuples(*arguments))


GOODS = [
	step("receive", outlet, item, st.integers(5, 40), back),
	step("receive", outlet, item, st.integers(5, 40), st.just(DAYS)),
	step("sell", outlet, item, qty, back),
	step("move", outlet, outlet, item, qty, back),
	step("remove", st.sampled_from(("Return", "Expiry", "Shrinkage")), outlet, item, qty, back),
	step("cancel", st.integers(0, 20)),
	step("change_price", item, price, back),
	step("settle", item, st.integers(1, 10)),
	step("unsettle", item),
]
BOOKS = [
	step("invoice", outlet, item, qty, st.sampled_from((9_000, 13_000)), back),
	step("invoice", outlet, item, qty, st.just(13_000), back),
	step("take_back", st.integers(0, 20), qty, back),
	step("count", outlet, item, st.integers(0, 30), back),
]


class Course:
	"""Two suppliers' goods as they move, and the documents that can be cancelled."""

	def __init__(self, submit, check_books):
		self.submit, self.check_books = submit, check_books
		self.story = umkm_story.setup_umkm()
		self.owners = {CRACKERS: self.story.owner, HONEY: self.story.other_owner}
		self.documents, self.invoices = [], []
		terms = {"promotions_borne_by": "Owner", "shrinkage_borne_by": "Outlet", "period_charge": 20_000}
		frappe.db.set_value("Consignment Agreement", self.story.agreement, terms)
		frappe.db.set_value(
			"Consignment Agreement",
			self.story.other_agreement,
			{"fee_basis": "Per Cent of the Sale", "fee_percent": 12.5, "expiry_borne_by": "Outlet"},
		)
		for where in OUTLETS:
			settling.receive(where, {CRACKERS: 25, HONEY: 25}, DAYS)

	def take(self, name, arguments):
		"""Take a step; what is refused leaves nothing."""
		frappe.db.savepoint("step")
		try:
			getattr(self, name)(*arguments)
		except frappe.ValidationError:
			frappe.db.rollback(save_point="step")
			frappe.local.message_log = []
			frappe.clear_document_cache(settlement.SETTLEMENT)

	def receive(self, where, what, number, days):
		self.documents.append(settling.receive(where, {what: number}, days))

	def sell(self, where, what, number, days):
		self.documents.append(settling.sell(where, {what: number}, days))

	def move(self, source, target, what, number, days):
		if source != target:
			self.documents.append(settling.move(source, target, {what: number}, days))

	def remove(self, kind, where, what, number, days):
		self.documents.append(settling.remove(kind, where, {what: number}, days))

	def count(self, where, what, number, days):
		self.documents.append(settling.count(where, {what: number}, days))

	def invoice(self, where, what, number, rate, days):
		document = settling.invoice(where, [(what, number, rate)], days)
		self.documents.append(document)
		self.invoices.append((document, where, what, rate, days))

	def take_back(self, which, number, days):
		if self.invoices:
			document, where, what, rate, sold = self.invoices[which % len(self.invoices)]
			back = settling.invoice(
				where, [(what, number, rate)], min(days, sold), return_against=document.name
			)
			self.documents.append(back)

	def cancel(self, which):
		if self.documents:
			document = self.documents[which % len(self.documents)]
			document.reload()
			document.cancel()
			self.documents.remove(document)

	def change_price(self, what, owner_price, days):
		settling.change_price(what, owner_price, 13_000, days)

	def settle(self, what, days):
		"""Settle so many days further than the last time, and to yesterday at the latest."""
		supplier = self.owners[what]
		last = settlement.last_settlements(story.COMPANY, [supplier]).get(supplier)
		since = getdate(last.to_date) if last else getdate(add_days(nowdate(), -DAYS))
		to_date = min(getdate(add_days(since, days)), getdate(add_days(nowdate(), -1)))
		doc = settling.settle(supplier, date_diff(nowdate(), to_date))
		if doc:
			self.submit(doc)

	def unsettle(self, what):
		last = settlement.last_settlements(story.COMPANY, [self.owners[what]]).get(self.owners[what])
		if last:
			doc = frappe.get_doc(settlement.SETTLEMENT, last.name)
			if self.check_books:
				doc.cancel()
			else:
				unmark(doc)

	def check(self):
		"""All that must hold now, with a draft of what is not settled yet."""
		for supplier in self.owners.values():
			last = settlement.last_settlements(story.COMPANY, [supplier]).get(supplier)
			if not last or getdate(last.to_date) < getdate():
				settling.check(supplier, nowdate(), settling.settle(supplier))
		if self.check_books:
			settling.check_books(nowdate())


def mark(doc):
	"""Submit without an invoice, which embedded does not have."""
	set_docstatus(doc, 1, "Carried Forward" if doc.payable <= 0 else "Unpaid")
	settlement.take_over(doc)


def unmark(doc):
	settlement.give_back(doc)
	set_docstatus(doc, 2, "Cancelled")


def set_docstatus(doc, docstatus, status):
	for doctype, filters in (
		(settlement.SETTLEMENT, {"name": doc.name}),
		(settlement.SALE, {"parent": doc.name}),
		(settlement.GOODS, {"parent": doc.name}),
	):
		frappe.db.set_value(doctype, filters, "docstatus", docstatus)
	frappe.db.set_value(settlement.SETTLEMENT, doc.name, "status", status)


def run(steps, submit, check_books):
	frappe.set_user("Administrator")
	frappe.db.savepoint("course")
	try:
		course = Course(submit, check_books)
		course.check()
		for name, arguments in steps:
			course.take(name, arguments)
			course.check()
	finally:
		frappe.db.rollback(save_point="course")
		frappe.local.message_log = []
		frappe.clear_cache()


QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": True}


@settings(max_examples=15, **QUIET)
@given(st.lists(st.one_of(GOODS), min_size=3, max_size=10))
def test_goods_are_settled_once_in_any_order(steps):
	"""Quantities and money of sales without an invoice; on both runtimes."""
	run(steps, mark, check_books=False)


@pytest.mark.erpnext
@settings(max_examples=8, **QUIET)
@given(st.lists(st.one_of([*GOODS, *BOOKS, *BOOKS]), min_size=3, max_size=8))
def test_invoices_counts_and_books_agree_in_any_order(steps):
	"""With invoices, returns, counts and submitted settlements: "Utang Titip Jual" is what the report
	says."""
	run(steps, lambda doc: doc.submit(), check_books=True)
