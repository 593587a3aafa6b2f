"""Goods of micro-enterprises that go to another company: they change their holder, never their owner, and
cost nothing."""

import pytest

import frappe
from frappe.utils import add_days, flt, today

from ks212_community.umkm_supply import agreements, settlement
from tests import settling, story, umkm_story
from tests.between import BetweenTestCase
from tests.story import OIL, OTHER, OTHER_COMPANY, SHORT
from tests.umkm_story import CRACKERS, SAMBAL

STOCK = 20


class ConsignedTestCase(BetweenTestCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.clear_cache)
		self.umkm = umkm_story.setup_umkm()
		self.owner = self.umkm.owner
		umkm_story.make_agreement(self.owner, OTHER_COMPANY)
		settling.receive(OTHER, {CRACKERS: STOCK}, back=2)

	def end_agreement(self):
		"""The owner has no agreement with the requester's company any more."""
		frappe.db.set_value("Consignment Agreement", self.umkm.agreement, "valid_to", add_days(today(), -1))

	def sent(self, *items):
		self.promised(*(items or [(CRACKERS, 8)]))
		return self.dispatch(OTHER)

	def value_of(self, item_code):
		rows = frappe.get_all(
			"Stock Ledger Entry", filters={"item_code": item_code}, pluck="stock_value_difference"
		)
		return sum(abs(value) for value in rows)


class TestOffer(ConsignedTestCase):
	def test_they_cost_nothing_and_need_no_price(self):
		row = self.rank(CRACKERS, 8)
		self.assertEqual((row["askable"], row["terms"], row["price"]), (True, "Consignment", None))
		self.assertNotIn("owner", row)

	def test_the_owners_agreement_must_cover_the_requester(self):
		self.end_agreement()
		row = self.rank(CRACKERS, 8)
		self.assertFalse(row["askable"])
		self.assertIn("does not cover", row["reason"])
		self.assertIn(story.COMPANY, row["reason"])
		request = self.ask((CRACKERS, 8))
		self.assertEqual((self.sources(), request["items"][0]["unmet_qty"]), (set(), 8))

	def test_an_agreement_for_other_outlets_does_not_do(self):
		doc = frappe.get_doc("Consignment Agreement", self.umkm.agreement)
		row = doc.append("outlets", {"outlet": story.NEAR})
		row.db_insert()
		self.assertIn("does not cover", self.rank(CRACKERS, 8)["reason"])

	def test_what_is_no_longer_covered_is_not_promised(self):
		self.ask((CRACKERS, 8))
		self.end_agreement()
		self.refused("does not cover", self.promise, OTHER)

	def test_nor_sent(self):
		self.promised((CRACKERS, 8))
		self.end_agreement()
		self.refused("does not cover", self.dispatch, OTHER)

	def test_goods_that_became_their_owners_meanwhile_are_asked_for_again(self):
		self.agree()
		self.ask((OIL, 12))
		frappe.db.set_value("Item", OIL, {"ks212_consigned": 1, "ks212_owner": self.owner})
		self.refused("supplied in another way", self.promise, OTHER)


class TestHandover(ConsignedTestCase):
	"""Stock Entries alone: no general ledger is needed to see goods go and come at no value."""

	def test_goods_change_their_holder_at_no_value(self):
		transfer = self.sent()
		doc = frappe.get_doc("Outlet Transfer", transfer.name)
		self.assertEqual(frappe.db.get_value("Warehouse", doc.transit_warehouse, "company"), OTHER_COMPANY)
		self.assertEqual((doc.goods_price, doc.delivery_note), (0, None))
		view = self.view(self.receive(transfer.name).name)
		self.assertEqual((view.status, view.sales_invoice, view.purchase_receipt), ("Received", None, None))
		companies = {
			field: frappe.db.get_value("Stock Entry", view[field], "company")
			for field in ("dispatch_entry", "handover_entry", "receipt_entry")
		}
		self.assertEqual(
			companies,
			{
				"dispatch_entry": OTHER_COMPANY,
				"handover_entry": OTHER_COMPANY,
				"receipt_entry": story.COMPANY,
			},
		)
		self.assertEqual((story.on_hand(OTHER, CRACKERS), story.on_hand(SHORT, CRACKERS)), (STOCK - 8, 8))
		self.assertEqual(self.value_of(CRACKERS), 0)

	def test_each_company_owes_for_what_it_sold(self):
		self.receive(self.sent().name)
		story.sell(OTHER, {CRACKERS: 2})
		story.sell(SHORT, {CRACKERS: 5})
		for company, outlet, sold, gone, came in (
			(OTHER_COMPANY, OTHER, 2, 8, 0),
			(story.COMPANY, SHORT, 5, 0, 8),
		):
			with self.subTest(company):
				draft = settling.settle(self.owner, company=company)
				settling.check(self.owner, today(), draft, company)
				row = next(row for row in draft.get("items") if row.outlet == outlet)
				self.assertEqual((row.sold, row.moved_out, row.moved_in), (sold, gone, came))
				self.assertEqual(draft.gross, sold * 10_000)

	def test_what_is_missing_goes_back(self):
		transfer = self.receive(self.sent().name, {CRACKERS: 6})
		view = self.view(self.settle(transfer.name, "Return to Source").name)
		self.assertEqual((view.status, story.on_hand(OTHER, CRACKERS)), ("Closed", STOCK - 6))

	def test_what_is_lost_is_lost_at_the_source(self):
		transfer = self.receive(self.sent().name, {CRACKERS: 6})
		self.settle(transfer.name, "Write Off")
		draft = settling.settle(self.owner, company=OTHER_COMPANY)
		self.assertEqual(sum(row.shrinkage for row in draft.get("items")), 2)

	def test_nothing_came_at_all(self):
		transfer = self.receive(self.sent().name, {CRACKERS: 0})
		view = self.view(self.settle(transfer.name, "Return to Source").name)
		self.assertFalse(view.receipt_entry or view.handover_entry)

	def test_surplus_is_sent_after(self):
		transfer = self.receive(self.sent().name, {CRACKERS: 9})
		self.settle(transfer.name, "Dispatch Surplus")
		second = frappe.db.get_value("Outlet Transfer", {"surplus_of": transfer.name})
		self.dispatch(OTHER)
		self.assertEqual(self.receive(second).status, "Received")
		self.assertEqual(story.on_hand(SHORT, CRACKERS), 9)

	def test_the_desk_takes_it_back_step_by_step(self):
		view = self.view(self.receive(self.sent().name).name)
		with story.acting_as("Administrator"):
			self.refused("Cancel the receipt", frappe.get_doc("Stock Entry", view.dispatch_entry).cancel)
			frappe.get_doc("Stock Entry", view.receipt_entry).cancel()
		self.assertEqual(frappe.db.get_value("Stock Entry", view.handover_entry, "docstatus"), 2)
		view = self.view(view.name)
		self.assertEqual((view.status, view.receipt_entry, view.handover_entry), ("In Transit", None, None))
		self.fingerprint()
		self.assertEqual(self.receive(view.name).status, "Received")

	def test_batches_keep_their_names(self):
		expiry = add_days(today(), 90)
		story.ensure("Batch", "SB-1", batch_id="SB-1", item=SAMBAL, expiry_date=expiry)
		entry = settling._draft("Consignment Receipt", OTHER, {SAMBAL: 6}, 2, "t_warehouse", "06:00:00")
		entry.items[0].update({"batch_no": "SB-1", "use_serial_batch_fields": 1})
		settling._post(entry)
		transfer = self.sent((SAMBAL, 4))
		self.assertEqual(transfer["items"][0]["batch_no"], "SB-1")
		self.receive(transfer.name)
		self.assertEqual(story.on_hand(SHORT, SAMBAL), 4)
		self.assertEqual(self.value_of(SAMBAL), 0)


@pytest.mark.erpnext
class TestOnTheRoad(ConsignedTestCase):
	def test_goods_that_are_sold_do_not_become_consigned_on_the_road(self):
		self.agree()
		for outlet in story.TEST_STOCK:
			story.set_shelf(outlet, {OIL: 12 if outlet == OTHER else 0})
		self.sent((OIL, 12))
		frappe.db.set_value("Bin", {"item_code": OIL}, "actual_qty", 0)
		with self.assertRaises(frappe.ValidationError) as caught:
			agreements.apply_supply(agreements.CONSIGNMENT, [OIL])
		self.assertIn("on the road", str(caught.exception))


@pytest.mark.erpnext
class TestBooks(ConsignedTestCase):
	def setUp(self):
		super().setUp()
		for party_type, account_type in (("Customer", "Receivable"), ("Supplier", "Payable")):
			story.ensure("Party Type", party_type, party_type=party_type, account_type=account_type)

	def test_sold_and_consigned_goods_in_one_transfer(self):
		self.agree()
		transfer = self.sent((CRACKERS, 8), (OIL, 12))
		view = self.view(self.receive(transfer.name, {CRACKERS: 6, OIL: 10}).name)
		self.assertTrue(all((view.delivery_note, view.dispatch_entry, view.handover_entry)))
		prices = {row["item_code"]: row["price"] for row in view["items"]}
		self.assertIsNone(prices[CRACKERS])
		self.assertEqual(flt(view.goods_price, 2), flt(12 * prices[OIL], 2))
		invoice = frappe.get_doc("Sales Invoice", view.sales_invoice)
		self.assertEqual([(row.item_code, row.qty) for row in invoice.items], [(OIL, 10)])
		view = self.view(self.settle(transfer.name, "Write Off").name)
		entry = frappe.get_doc("Stock Entry", view.settlement_entry)
		self.assertEqual({row.item_code: row.qty for row in entry.items}, {CRACKERS: 2, OIL: 2})

	def test_lent_and_consigned_goods_in_one_transfer(self):
		self.agree(
			basis="Loan in Kind", loan_days=7, source_company=OTHER_COMPANY, target_company=story.COMPANY
		)
		transfer = self.sent((CRACKERS, 8), (OIL, 12))
		view = self.view(self.receive(transfer.name, {CRACKERS: 7, OIL: 11}).name)
		entries = {
			field: {row.item_code: row.qty for row in frappe.get_doc("Stock Entry", view[field]).items}
			for field in (
				"dispatch_entry",
				"handover_entry",
				"receipt_entry",
				"loan_out_entry",
				"loan_in_entry",
			)
		}
		self.assertEqual(entries.pop("dispatch_entry"), {CRACKERS: 8, OIL: 12})
		self.assertEqual(entries.pop("handover_entry"), {CRACKERS: 7})
		self.assertEqual(entries.pop("receipt_entry"), {CRACKERS: 7})
		self.assertEqual(list(entries.values()), [{OIL: 11}] * 2)
		view = self.view(self.settle(transfer.name, "Return to Source").name)
		entry = frappe.get_doc("Stock Entry", view.settlement_entry)
		self.assertEqual({row.item_code: row.qty for row in entry.items}, {CRACKERS: 1, OIL: 1})

	def test_both_are_taken_back_together(self):
		self.agree()
		view = self.view(self.receive(self.sent((CRACKERS, 8), (OIL, 12)).name).name)
		with story.acting_as("Administrator"):
			frappe.get_doc("Purchase Receipt", view.purchase_receipt).cancel()
		self.assertEqual(frappe.db.get_value("Stock Entry", view.receipt_entry, "docstatus"), 2)
		self.fingerprint()
		with story.acting_as("Administrator"):
			frappe.get_doc("Stock Entry", view.dispatch_entry).cancel()
		self.assertEqual(frappe.db.get_value("Delivery Note", view.delivery_note, "docstatus"), 2)
		self.fingerprint()
		self.assertEqual(self.view(view.name).status, "Promised")

	def test_the_balance_of_each_company_ties(self):
		self.receive(self.sent().name)
		story.sell(OTHER, {CRACKERS: 2})
		story.sell(SHORT, {CRACKERS: 5})
		for company in (story.COMPANY, OTHER_COMPANY):
			settling.settle(self.owner, company=company)
			for name in frappe.get_all(
				settlement.SETTLEMENT, filters={"company": company, "docstatus": 0}, pluck="name"
			):
				frappe.get_doc(settlement.SETTLEMENT, name).submit()
			settling.check(self.owner, today(), company=company)
			settling.check_books(today(), company)
