"""Invoices between two legal entities, made by the app or by an accountant, and what rests on them."""

import pytest

import frappe

from tests import story
from tests.between import BetweenTestCase
from tests.story import OTHER


class BillsTestCase(BetweenTestCase):
	"""A price is agreed, and each transfer is billed by drafts when it is counted in."""

	def setUp(self):
		super().setUp()
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
