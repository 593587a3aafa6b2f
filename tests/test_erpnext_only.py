"""What only ERPNext itself can show: serial numbers, open POS Invoices, reservations, PDF, e-mail."""

import pytest

import frappe
from frappe.utils import add_days, today

from ks212_community.api import exchange
from ks212_community.stock_exchange import availability, notices
from tests import story
from tests.flow import FlowTestCase
from tests.story import NEXT, OIL, SHORT, STOVE

pytestmark = pytest.mark.erpnext


class TestSerialNumbers(FlowTestCase):
	def setUp(self):
		super().setUp()
		story.make_serial_item()
		entry = story.stock_up(NEXT, {STOVE: 5})
		entry.reload()
		self.numbers = frappe.get_all(
			"Serial No",
			filters={"item_code": STOVE, "warehouse": story.warehouse_of(NEXT)},
			pluck="name",
			order_by="name",
		)

	def test_named_serial_numbers_go_and_the_missing_one_comes_back(self):
		self.ask((STOVE, 3))
		self.promise(NEXT)
		chosen = self.numbers[1:4]
		transfer = self.dispatch(NEXT, items=[{"item_code": STOVE, "qty": 3, "serial_no": chosen}])
		self.assertEqual(transfer["items"][0]["serial_no"].split("\n"), chosen)
		row = transfer["items"][0]["row"]
		self.refused(
			"name the 2 serial numbers",
			self.call,
			story.clerk(SHORT),
			exchange.receive,
			transfer=transfer.name,
			items=[{"row": row, "received_qty": 2}],
		)
		transfer = self.call(
			story.clerk(SHORT),
			exchange.receive,
			transfer=transfer.name,
			items=[{"row": row, "received_qty": 2, "serial_no": chosen[:2]}],
		)
		self.settle(transfer.name, "Return to Source")
		places = dict(
			frappe.get_all(
				"Serial No", filters={"name": ["in", chosen]}, fields=["name", "warehouse"], as_list=True
			)
		)
		self.assertEqual(places[chosen[0]], story.warehouse_of(SHORT))
		self.assertEqual(places[chosen[2]], story.warehouse_of(NEXT))

	def test_the_oldest_go_where_none_is_named(self):
		self.ask((STOVE, 2))
		self.promise(NEXT)
		transfer = self.dispatch(NEXT)
		self.assertEqual(len(transfer["items"][0]["serial_no"].split("\n")), 2)
		self.assertEqual(self.receive(transfer.name).status, "Received")

	def test_a_serial_number_of_another_outlet_cannot_be_sent(self):
		self.ask((STOVE, 1))
		self.promise(NEXT)
		self.refused(
			"is not in your stock",
			self.dispatch,
			NEXT,
			items=[{"item_code": STOVE, "qty": 1, "serial_no": ["KMP-99999"]}],
		)


class TestAvailability(FlowTestCase):
	def test_what_the_till_sold_today_is_not_free(self):
		"""A POS Invoice posts no stock until its closing; the source's own shelf is emptier than its Bin."""
		self.make_pos_invoice(NEXT, OIL, 16)
		self.assertEqual(
			availability.pos_pending([OIL], [story.warehouse_of(NEXT)]),
			{(OIL, story.warehouse_of(NEXT)): 16.0},
		)
		self.ask((OIL, 12))
		while NEXT not in self.sources():
			self.decline(sorted(self.sources())[0])
		self.assertEqual(self.view(self.transfer_of(NEXT), story.clerk(NEXT))["items"][0]["free_qty"], 4)
		self.make_pos_invoice(NEXT, OIL, 2)
		self.refused("only 2 can be promised", self.promise, NEXT, {OIL: 4})

	def make_pos_invoice(self, outlet, item_code, qty):
		"""A submitted, unconsolidated POS Invoice, as rows: the till's own set-up is not what is tested."""
		name = f"TEST-POS-{frappe.generate_hash(length=8)}"
		common = {"owner": "Administrator", "modified_by": "Administrator", "docstatus": 1}
		now = frappe.utils.now()
		for doctype, values in (
			("POS Invoice", {"name": name, "company": story.COMPANY, "posting_date": today()}),
			(
				"POS Invoice Item",
				{
					"name": f"{name}-1",
					"parent": name,
					"parenttype": "POS Invoice",
					"parentfield": "items",
					"item_code": item_code,
					"warehouse": story.warehouse_of(outlet),
					"qty": qty,
					"stock_qty": qty,
				},
			),
		):
			row = {**common, "creation": now, "modified": now, **values}
			table = frappe.qb.DocType(doctype)
			frappe.qb.into(table).columns(*row).insert(*row.values()).run()

	def test_what_erpnext_reserves_is_not_free(self):
		bin_name = frappe.db.get_value("Bin", {"item_code": OIL, "warehouse": story.warehouse_of(NEXT)})
		frappe.db.set_value("Bin", bin_name, "reserved_qty", 15)
		with story.acting_as(story.clerk(SHORT)):
			ranked = {
				row["outlet"]: row for row in exchange.rank_sources(SHORT, OIL, 6, add_days(today(), 3))
			}
		self.assertEqual(ranked[NEXT]["can_give"], "part")


class TestMail(FlowTestCase):
	def setUp(self):
		super().setUp()
		account = {"mail_server": "localhost", "mail_login": "kabar", "auto_email_id": "kabar@ks212.example"}
		before = dict(frappe.local.conf)
		frappe.local.conf.update(account)
		self.addCleanup(self._restore, before)

	def _restore(self, conf):
		frappe.local.conf.clear()
		frappe.local.conf.update(conf)
		frappe.local.outgoing_email_account = {}

	def test_mail_goes_to_the_outlets_people(self):
		self.ask((OIL, 12))
		transfer = self.transfer_of(NEXT)
		# The story's people have addresses under .example: mail is queued, never sent.
		notices.send(transfer, "ask", "Administrator")
		queued = frappe.get_all("Email Queue", filters={"reference_name": transfer}, pluck="name")
		recipients = frappe.get_all(
			"Email Queue Recipient", filters={"parent": ["in", queued]}, pluck="recipient"
		)
		self.assertEqual(recipients, [story.clerk(NEXT)])

	def test_a_site_without_outgoing_mail_is_quiet(self):
		self.ask((OIL, 12))
		transfer = self.transfer_of(NEXT)
		del frappe.local.conf["mail_server"]
		notices.send(transfer, "ask", "Administrator")
		self.assertFalse(frappe.db.exists("Email Queue", {"reference_name": transfer}))

	def test_a_phone_only_user_gets_no_mail(self):
		self.ask((OIL, 12))
		transfer = self.transfer_of(NEXT)
		frappe.db.set_value("User", story.clerk(NEXT), "email", "0860@ks212.invalid")
		frappe.clear_document_cache("User", story.clerk(NEXT))
		self.addCleanup(frappe.clear_document_cache, "User", story.clerk(NEXT))
		notices.send(transfer, "ask", "Administrator")
		self.assertFalse(frappe.db.exists("Email Queue", {"reference_name": transfer}))
