"""The whole life of a request between two companies, against the same documents made by hand with ERPNext's
own mappers.

Ours: ask, promise, dispatch, receive, as the two outlets' people. ERPNext's: Delivery Note, Purchase Receipt
and both invoices as drafts, of the same goods between the same parties, as a user with ERPNext's own roles.
Both commit after every step and start it as a web request does. The two outlets and their item are this
measurement's own.
"""

import uuid

import frappe
from frappe.utils import add_days, today

from benchmarks import measure
from benchmarks.life_cycle import Steps, one_source, without_mail
from benchmarks.measure import Report
from tests import story

RUNS = 20
TARGET_RATIO = 1.3
QTY = 1
ITEM, PRICE = "BTW-001", 11000
SELLER, BUYER = "BTWA", "BTWB"
PERSON = f"antar.perusahaan@{story.DOMAIN}"


def ensure() -> None:
	"""Make the two outlets, their companies' parties, a policy of the pair, the item and its stock;
	commits."""
	from ks212_community.community_network import partners

	story.setup_network()
	story.ensure("Item Group", "Bench", item_group_name="Bench", parent_item_group="All Item Groups")
	story.ensure("UOM", "Pcs", uom_name="Pcs", must_be_whole_number=1)
	if not frappe.db.exists("Item", ITEM):
		values = {
			"item_code": ITEM,
			"item_name": "Barang antarperusahaan",
			"item_group": "Bench",
			"stock_uom": "Pcs",
		}
		story.make_item({**values, "buying_rate": PRICE, "selling_rate": PRICE})
	story.make_user(PERSON, "Petugas Antarperusahaan", ["KS212 Outlet User"], login="antarperusahaan")
	for code, company in ((SELLER, story.OTHER_COMPANY), (BUYER, story.COMPANY)):
		partners.correct_defaults(company)
		partners.make_parties(company)
		_make_outlet(code, company)
	partners.make_price_list()
	partners.let_items_repeat()
	story.ensure(
		"Transfer Price Policy",
		{"policy_title": "Benchmark"},
		policy_title="Benchmark",
		source_company=story.OTHER_COMPANY,
		target_company=story.COMPANY,
		basis="At Cost",
	)
	_open(True)
	story.stock_up(SELLER, {ITEM: 4 * RUNS * QTY})
	frappe.db.commit()


def _make_outlet(code: str, company: str) -> None:
	community = story.ensure("Community", f"Bench {code}", community_name=f"Bench {code}", region="Depok")
	if not frappe.db.exists("Outlet", code):
		outlet = frappe.get_doc(
			{
				"doctype": "Outlet",
				"outlet_code": code,
				"outlet_name": f"Gerai {code}",
				"community": community,
				"company": company,
				"region": "Depok",
				"users": [{"user": PERSON, "part": "Clerk"}],
			}
		).insert()
		outlet.make_warehouse_and_cost_center()


def _open(is_open: bool) -> None:
	for code in (SELLER, BUYER):
		frappe.db.set_value("Outlet", code, "status", "Active" if is_open else "Paused")
		frappe.clear_document_cache("Outlet", code)
	policy = frappe.db.get_value("Transfer Price Policy", {"policy_title": "Benchmark"})
	frappe.db.set_value("Transfer Price Policy", policy, "disabled", int(not is_open))
	frappe.db.commit()


def ours(steps: Steps) -> None:
	"""A request from asking to receiving."""
	from ks212_community.api import exchange

	key, items = uuid.uuid4().hex, [{"item_code": ITEM, "qty": QTY}]
	request = steps.take(
		"ask",
		PERSON,
		lambda: exchange.create_request(BUYER, items, add_days(today(), 3), f"{key}-ask"),
	)
	transfer = request.transfers[0].name
	view = steps.take("promise", PERSON, lambda: exchange.answer(transfer, items, None, f"{key}-promise"))
	assert (view.status, view.approval_status) == ("Promised", "Approved"), view
	steps.take("dispatch", PERSON, lambda: exchange.dispatch(transfer, None, f"{key}-dispatch"))
	count = [{"item_code": ITEM, "received_qty": QTY}]
	view = steps.take("receive", PERSON, lambda: exchange.receive(transfer, count, f"{key}-receive"))
	assert view.status == "Received", view.status


def erpnext(steps: Steps) -> None:
	"""The same goods by hand."""
	from erpnext.stock.doctype.delivery_note.delivery_note import (
		make_inter_company_purchase_receipt,
		make_sales_invoice,
	)
	from erpnext.stock.doctype.purchase_receipt.purchase_receipt import make_purchase_invoice

	from ks212_community.community_network.partners import party_of
	from ks212_community.constants import LEDGER_USER, NETWORK_PRICE_LIST

	def keep(doc, submit=True):
		# As in the app's own seam: its doc events have nothing to say on either side.
		doc.flags.ks212_posting = True
		doc.insert()
		if submit:
			doc.submit()
		return doc

	def deliver():
		row = {"item_code": ITEM, "qty": QTY, "uom": "Pcs", "stock_uom": "Pcs", "conversion_factor": 1}
		row.update(rate=PRICE, price_list_rate=PRICE, warehouse=story.warehouse_of(SELLER))
		return keep(
			frappe.get_doc(
				{
					"doctype": "Delivery Note",
					"company": story.OTHER_COMPANY,
					"customer": party_of("Customer", story.COMPANY),
					"currency": "IDR",
					"selling_price_list": NETWORK_PRICE_LIST,
					"ignore_pricing_rule": 1,
					"items": [row],
				}
			)
		).name

	def receive():
		doc = make_inter_company_purchase_receipt(note)
		doc.items[0].update(
			{"warehouse": story.warehouse_of(BUYER), "expense_account": None, "cost_center": None}
		)
		return keep(doc).name

	def bill(mapper, name, **values):
		doc = mapper(name)
		doc.update(values)
		return keep(doc, submit=False).name

	note = steps.take("Delivery Note", LEDGER_USER, deliver)
	receipt = steps.take("Purchase Receipt", LEDGER_USER, receive)
	sale = steps.take("Sales Invoice", LEDGER_USER, lambda: bill(make_sales_invoice, note))
	steps.take(
		"Purchase Invoice",
		LEDGER_USER,
		lambda: bill(
			make_purchase_invoice, receipt, inter_company_invoice_reference=sale, is_internal_supplier=1
		),
	)


def run() -> Report:
	"""Measure both, interleaved, and leave the outlets closed to others."""
	frappe.set_user("Administrator")
	ensure()
	seen = {"ours": Steps(), "erpnext": Steps()}

	def timed(name, function):
		def once():
			before = seen[name].total
			function(seen[name])
			return seen[name].total - before

		return once

	try:
		with without_mail(), one_source():
			ours(Steps())
			erpnext(Steps())
			times = measure.interleaved(
				{"ours": timed("ours", ours), "erpnext": timed("erpnext", erpnext)}, RUNS
			)
	finally:
		frappe.set_user("Administrator")
		_open(False)
	return measure.against_erpnext(
		f"life of a request between two companies, median of {RUNS} interleaved runs",
		"ask, promise, dispatch, receive / Delivery Note, Purchase Receipt and two draft invoices",
		TARGET_RATIO,
		times,
		seen,
	)
