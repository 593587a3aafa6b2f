"""Invoices between two legal entities, made by the app or by an accountant, and what rests on them."""

from unittest.mock import patch

import pytest

import frappe
from frappe.utils import flt

from ks212_community.api import companies
from ks212_community.community_network import partners
from ks212_community.stock_exchange import netting
from tests import story
from tests.between import BetweenTestCase
from tests.flow import new_key
from tests.story import OIL, OTHER, OTHER_COMPANY, RICE, SHORT, SUGAR


class BillsTestCase(BetweenTestCase):
	"""A price is agreed, and each transfer is billed by drafts when it is counted in."""

	def setUp(self):
		super().setUp()
		# What the site itself has agreed, if anything, is narrower.
		frappe.db.set_value("Transfer Price Policy", {"disabled": 0}, "disabled", 1)
		self.agree(basis="Cost Plus", percent=10)
		# As ERPNext's own set-up makes them; a site of tests alone has none.
		for party_type, account_type in (("Customer", "Receivable"), ("Supplier", "Payable")):
			story.ensure("Party Type", party_type, party_type=party_type, account_type=account_type)
		self.settings(company_invoices="Draft", invoices_gathered="Each Transfer")

	def settings(self, **values):
		for field, value in values.items():
			frappe.db.set_single_value("KS212 Settings", field, value)
		frappe.clear_document_cache("KS212 Settings", "KS212 Settings")

	def sold(self, *items):
		self.promised(*items)
		return self.view(self.dispatch(OTHER).name)

	def received(self, *items, counted=None):
		return self.view(self.receive(self.sold(*items).name, counted or {}).name)

	def bill_by_hand(self, view, submit=False):
		"""An accountant bills a Delivery Note."""
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

		with story.acting_as("Administrator"):
			invoice = make_sales_invoice(view.delivery_note)
			invoice.insert()
			if submit:
				invoice.submit()
		return invoice

	def named(self, view):
		"""The invoices that a transfer names."""
		view = self.view(view.name)
		return view.sales_invoice, view.purchase_invoice


@pytest.mark.erpnext
class TestBilledByHand(BillsTestCase):
	def test_goods_that_an_accountant_has_billed_are_counted_in_and_not_billed_again(self):
		for submit in (False, True):
			with self.subTest(submit=submit):
				frappe.db.savepoint("billed")
				self.request = None
				view = self.sold()
				invoice = self.bill_by_hand(view, submit)
				before = frappe.db.count("Sales Invoice")
				self.assertEqual(self.receive(view.name).status, "Received")
				self.assertEqual(self.named(view), (invoice.name, None))
				self.assertEqual(frappe.db.count("Sales Invoice"), before)
				frappe.db.rollback(save_point="billed")

	def test_a_dispatch_that_is_taken_back_lets_go_of_its_invoice(self):
		view = self.sold()
		invoice = self.bill_by_hand(view)
		self.assertEqual(self.named(view), (invoice.name, None))
		with story.acting_as("Administrator"):
			frappe.get_doc("Delivery Note", view.delivery_note).cancel()
		self.assertEqual(self.named(view), (None, None))
		self.dispatch(OTHER)
		self.receive(view.name)
		sale, purchase = self.named(view)
		self.assertTrue(sale and purchase)
		self.assertNotEqual(sale, invoice.name)

	def test_what_is_put_into_a_saved_draft_is_followed(self):
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

		self.settings(company_invoices="None")
		views = [self.received((OIL, 4)), self.received((SUGAR, 4))]
		invoice = self.bill_by_hand(views[0])
		with story.acting_as("Administrator"):
			make_sales_invoice(views[1].delivery_note, invoice).save()
			self.assertEqual([self.named(view)[0] for view in views], [invoice.name] * 2)
			invoice.set("items", [row for row in invoice.items if row.item_code == SUGAR])
			invoice.save()
			self.assertEqual([self.named(view)[0] for view in views], [None, invoice.name])
			invoice.submit()
			self.assertEqual(self.named(views[1])[0], invoice.name)
			invoice.cancel()
		self.assertEqual(self.named(views[1])[0], None)

	def test_what_the_buyers_accountant_bills_is_followed_too(self):
		from erpnext.stock.doctype.purchase_receipt.purchase_receipt import make_purchase_invoice

		self.settings(company_invoices="None")
		views = [self.received((OIL, 4)), self.received((SUGAR, 4))]
		with story.acting_as("Administrator"):
			invoice = make_purchase_invoice(views[0].purchase_receipt)
			invoice = make_purchase_invoice(views[1].purchase_receipt, invoice)
			invoice.bill_no = "Uji"
			invoice.insert()
			self.assertEqual([self.named(view) for view in views], [(None, invoice.name)] * 2)
			invoice.set("items", [row for row in invoice.items if row.item_code == SUGAR])
			invoice.save()
			self.assertEqual([self.named(view)[1] for view in views], [None, invoice.name])
			invoice.delete()
		self.assertEqual([self.named(view)[1] for view in views], [None, None])

	def test_a_second_invoice_of_the_same_goods_does_not_take_the_firsts_place(self):
		self.settings(company_invoices="None")
		view = self.received()
		first, second = self.bill_by_hand(view), self.bill_by_hand(view)
		self.assertEqual(self.named(view)[0], first.name)
		with story.acting_as("Administrator"):
			second.delete()
		self.assertEqual(self.named(view)[0], first.name)


@pytest.mark.erpnext
class TestReturns(BillsTestCase):
	def returned(self, doctype, name):
		"""A return of everything, made by hand in the desk and saved."""
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		with story.acting_as("Administrator"):
			return make_return_doc(doctype, name).insert()

	def test_what_is_not_billed_yet_is_not_returned(self):
		self.settings(company_invoices="None")
		view = self.received()
		frappe.db.set_value("Outlet Transfer", view.name, "status", "Closed")
		for doctype, field in (("Purchase Receipt", "purchase_receipt"), ("Delivery Note", "delivery_note")):
			with self.subTest(doctype):
				self.refused("not billed yet", self.returned, doctype, view[field])

	def test_the_buyer_returns_what_was_billed(self):
		self.settings(company_invoices="Submitted")
		view = self.received()
		with story.acting_as("Administrator"):
			self.returned("Purchase Receipt", view.purchase_receipt).submit()
		self.assertEqual(story.on_hand(story.SHORT, OIL), 0)

	def test_the_seller_takes_goods_back_once_the_transfer_is_closed(self):
		self.settings(company_invoices="Submitted")
		view, stock = self.received(), story.on_hand(OTHER, OIL)
		self.refused("belong to Outlet Transfer", self.returned, "Delivery Note", view.delivery_note)
		frappe.db.set_value("Outlet Transfer", view.name, "status", "Closed")
		with story.acting_as("Administrator"):
			self.returned("Delivery Note", view.delivery_note).submit()
		self.assertEqual(story.on_hand(OTHER, OIL), stock + 12)


@pytest.mark.erpnext
class TestNetting(BillsTestCase):
	def setUp(self):
		super().setUp()
		self.settings(company_invoices="Submitted")

	def owe_each_other(self):
		"""A sale in both directions; return their views, the larger first."""
		larger = self.received()
		self.request = None
		story.stock_up(SHORT, {RICE: 10})
		story.set_shelf(OTHER, {RICE: 0})
		self.ask((RICE, 2), outlet=OTHER)
		transfer = self.promise(SHORT)
		if transfer.approval_status == "Pending":
			self.approve(transfer.name)
		return larger, self.view(self.receive(self.dispatch(SHORT).name).name)

	def outstanding(self, doctype, company):
		return flt(
			sum(
				frappe.get_all(
					doctype, filters={"company": company, "docstatus": 1}, pluck="outstanding_amount"
				)
			),
			2,
		)

	def test_a_credit_note_lowers_what_is_set_off(self):
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		_larger, smaller = self.owe_each_other()
		with story.acting_as("Administrator"):
			note = make_return_doc("Sales Invoice", smaller.sales_invoice)
			note.update_outstanding_for_self = 1
			note.items[0].qty = -1
			note.submit()
		self.assertLess(frappe.db.get_value("Sales Invoice", note.name, "outstanding_amount"), 0)
		left = self.outstanding("Sales Invoice", story.COMPANY)
		with story.acting_as(story.ACCOUNTANT):
			result = companies.net_debts(company=OTHER_COMPANY, other=story.COMPANY, key=new_key())
		self.assertEqual(result.get("amount"), left)
		self.assertEqual(left, flt(smaller.goods_price / 2, 2))
		self.assertEqual(self.outstanding("Sales Invoice", story.COMPANY), 0)

	def test_a_payment_that_this_transaction_has_not_seen_begins_it_again(self):
		self.owe_each_other()
		seen = netting._seen

		def before_the_payment(query):
			return [{**row, "outstanding_amount": row.outstanding_amount + 1} for row in seen(query)]

		with patch.object(netting, "_seen", before_the_payment):
			self.assertRaises(frappe.QueryDeadlockError, netting.net, OTHER_COMPANY, story.COMPANY)


class TestLegalEntity(BetweenTestCase):
	def community(self):
		return frappe.get_doc("Community", frappe.db.get_value("Outlet", OTHER, "community"))

	def test_a_company_that_exists_is_chosen_and_not_made(self):
		community = self.community()
		community.update({"company": None}).save()
		abbr = frappe.db.get_value("Company", OTHER_COMPANY, "abbr")
		for name, short in ((OTHER_COMPANY, "XYZ"), ("Koperasi Lain", abbr)):
			with self.subTest(name):
				self.refused("Choose it as Legal Entity", community.set_up_company, name, short)

	def test_a_job_that_fails_says_why(self):
		community = self.community()
		with (
			patch.object(partners, "make_parties", side_effect=frappe.ValidationError("<b>no</b> group")),
			patch.object(frappe.db, "rollback"),
			patch.object(frappe.db, "commit"),
		):
			self.assertRaises(frappe.ValidationError, partners.set_up_in_background, community.name)
		self.assertIn("no group", frappe.db.get_value("Community", community.name, "setup_note"))

	def test_a_form_saved_meanwhile_keeps_what_was_entered(self):
		community = self.community()

		def save_the_form(*_args):
			self.community().save()
			return [], {}

		with patch.object(partners, "_bring_outlets", save_the_form):
			partners.set_up_in_background(community.name)
		self.assertIn("is set up", frappe.db.get_value("Community", community.name, "setup_note"))

	def test_a_party_that_was_disabled_is_not_allowed_to_trade(self):
		self.agree()
		self.ask((OIL, 12))
		frappe.db.set_value("Supplier", partners.party_of("Supplier", OTHER_COMPANY), "disabled", 1)
		self.refused("is not set up", partners.allow, OTHER_COMPANY, story.COMPANY)

	@pytest.mark.erpnext
	def test_goods_are_not_sent_through_a_warehouse_that_was_disabled(self):
		self.agree(
			basis="Loan in Kind", loan_days=7, source_company=OTHER_COMPANY, target_company=story.COMPANY
		)
		transfer = self.promised()
		transit = frappe.db.get_value("Outlet Transfer", transfer.name, "transit_warehouse")
		self.addCleanup(frappe.clear_document_cache, "Warehouse", transit)
		frappe.db.set_value("Warehouse", transit, "disabled", 1)
		self.refused(transit, self.dispatch, OTHER)
		self.assertEqual(self.view(transfer.name).status, "Promised")

	def test_goods_on_the_road_are_not_put_into_an_outlets_own_warehouse(self):
		own = frappe.db.get_value("Company", OTHER_COMPANY, "default_in_transit_warehouse")
		frappe.db.set_value(
			"Warehouse", story.warehouse_of(OTHER), "default_in_transit_warehouse", own, update_modified=False
		)
		frappe.db.set_value("Company", OTHER_COMPANY, "default_in_transit_warehouse", None)
		frappe.clear_document_cache("Company", OTHER_COMPANY)
		frappe.db.set_value("Warehouse", own, "warehouse_name", "Di Jalan")
		with patch.object(partners, "_", lambda text: "Dalam Perjalanan Uji"):
			partners.correct_defaults(OTHER_COMPANY)
		chosen = frappe.db.get_value("Company", OTHER_COMPANY, "default_in_transit_warehouse")
		self.assertTrue(chosen)
		self.assertNotEqual(chosen, own)
