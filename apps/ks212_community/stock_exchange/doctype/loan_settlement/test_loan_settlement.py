"""A loan in kind that ends in money, or is let go: both companies' books, and what is owed after it."""

from unittest.mock import patch

import pytest

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt, today

from ks212_community.api import companies
from ks212_community.stock_exchange import notices, posting
from ks212_community.stock_exchange.doctype.loan_settlement.loan_settlement import make_loan_settlement
from ks212_community.stock_exchange.report.goods_on_loan import goods_on_loan
from ks212_community.stock_exchange.report.inter_entity_balance import inter_entity_balance
from ks212_community.umkm_supply import books
from tests import story
from tests.between import LoanTestCase
from tests.flow import call_as
from tests.story import (
	ACCOUNTANT,
	COMPANY,
	MILK,
	OIL,
	OTHER,
	OTHER_COMPANY,
	OUTSIDER,
	PUSAT,
	RICE,
	SHORT,
	SUGAR,
	clerk,
)


class SettlementTestCase(LoanTestCase):
	def setUp(self):
		super().setUp()
		self.invoices("Submitted")

	def invoices(self, how):
		settings = frappe.get_doc("KS212 Settings")
		settings.update({"company_invoices": how, "invoices_gathered": "Each Transfer"})
		settings.save()

	def draft(self, loan, user=PUSAT, qty=None, price=None, **values):
		"""A settlement of all that is owed, or of `qty` at `price`."""
		with story.acting_as(user):
			doc = make_loan_settlement(loan.name)
			doc.update({"reason": "Dibayar tunai", **values})
			for row in doc.items:
				row.update({"qty": qty or row.qty, "price": row.price if price is None else price})
			return doc.insert()

	def settled(self, loan, user=PUSAT, **values):
		doc = self.draft(loan, user, **values)
		with story.acting_as(user):
			doc.submit()
		return doc

	def cancel(self, doc, user=PUSAT):
		with story.acting_as(user):
			frappe.get_doc(doc.doctype, doc.name).cancel()


class TestDoor(SettlementTestCase):
	def test_who_may(self):
		self.promised()
		transfer = self.transfer_of(OTHER)
		for user in (clerk(OTHER), clerk(SHORT), OUTSIDER, "Guest"):
			with self.subTest(user):
				self.assertRaises(
					frappe.PermissionError, call_as, user, make_loan_settlement, source_name=transfer
				)

	def test_nothing_is_settled_that_is_not_on_loan(self):
		self.promised()
		for name, message in (
			(self.transfer_of(OTHER), "Nothing of this transfer is on loan"),
			("OT-TIDAK-ADA", "Loan"),
			(None, "Loan"),
			({"name": "x"}, "Loan"),
		):
			with self.subTest(name):
				self.refused(message, call_as, PUSAT, make_loan_settlement, source_name=name)


@pytest.mark.erpnext
class TestLoanSettlement(SettlementTestCase):
	def test_a_sale_at_the_value(self):
		cost = self.cost()
		loan = self.borrowed()
		stock = story.on_hand(SHORT, OIL)
		doc = self.settled(loan)
		self.assertEqual((doc.lender, doc.borrower), (OTHER_COMPANY, COMPANY))
		self.assertEqual((doc.value, doc.price), (flt(12 * cost, 2), flt(12 * cost, 2)))
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 0}, False))
		self.assertEqual(story.on_hand(SHORT, OIL), stock, "no goods move")
		self.assertEqual(self.account(OTHER_COMPANY, "lent"), 0)
		self.assertEqual(self.account(COMPANY, "borrowed"), 0)
		self.assertIsNone(doc.borrower_entry)
		sale, purchase = self.documents(doc)
		self.assertEqual((sale.docstatus, purchase.docstatus), (1, 1))
		self.assertEqual(sale.net_total, doc.price)
		self.assertEqual(purchase.inter_company_invoice_reference, sale.name)
		expense = frappe.db.get_value("Company", OTHER_COMPANY, "default_expense_account")
		self.assertEqual(self.booked(expense, doc.lender_entry), doc.value)

	def documents(self, doc):
		return (
			frappe.get_doc("Sales Invoice", doc.sales_invoice),
			frappe.get_doc("Purchase Invoice", doc.purchase_invoice),
		)

	def booked(self, account, voucher):
		"""The debit of an account by one document."""
		GL = frappe.qb.DocType("GL Entry")
		query = frappe.qb.from_(GL).select(Sum(GL.debit - GL.credit))
		return flt(query.where((GL.account == account) & (GL.voucher_no == voucher)).run()[0][0], 2)

	def test_a_sale_above_and_below_the_value(self):
		loan = self.borrowed()
		adjustment = frappe.db.get_value("Company", COMPANY, "stock_adjustment_account")
		for price, difference in ((self.cost() + 500, 3000), (self.cost() - 250, -1500)):
			with self.subTest(price):
				doc = self.settled(loan, qty=6, price=price)
				self.assertEqual(self.booked(adjustment, doc.borrower_entry), difference)
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 0}, False))
		self.assertEqual(self.account(OTHER_COMPANY, "lent"), 0)
		self.assertEqual(self.account(COMPANY, "borrowed"), 0)

	def test_a_waiver(self):
		loan = self.borrowed()
		doc = self.settled(loan, way="Waiver")
		self.assertEqual((doc.price, doc.sales_invoice, doc.purchase_invoice), (0, None, None))
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 0}, False))
		self.assertEqual(self.account(OTHER_COMPANY, "lent"), 0)
		self.assertEqual(self.account(COMPANY, "borrowed"), 0)
		self.assertEqual(self.booked(doc.lender_account, doc.lender_entry), doc.value)
		self.assertEqual(self.booked(doc.borrower_account, doc.borrower_entry), -doc.value)

	def test_what_is_paid_is_owed_and_set_off_like_any_sale(self):
		loan = self.borrowed()
		doc = self.settled(loan)
		with story.acting_as(PUSAT):
			_columns, rows = inter_entity_balance.execute({"company": OTHER_COMPANY})
		(row,) = [row for row in rows if row.creditor == OTHER_COMPANY]
		self.assertEqual((row.receivable, row.payable, row.difference), (doc.price, doc.price, 0))

	def test_a_part_is_paid_and_the_rest_given_back(self):
		loan = self.borrowed()
		self.settled(loan, qty=5)
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 7}, True))
		self.refused("7 are still to be given back", self.give_back, loan, (OIL, 8))
		self.counted_back(self.sent_back(loan))
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 0}, False))
		self.assertEqual(self.account(OTHER_COMPANY, "lent"), 0)
		self.assertEqual(self.account(COMPANY, "borrowed"), 0)

	def test_what_is_on_its_way_back_is_not_settled(self):
		loan = self.borrowed()
		self.give_back(loan, (OIL, 10))
		doc = self.draft(loan)
		self.assertEqual([row.qty for row in doc.items], [2])
		doc.items[0].qty = 3
		self.refused("2 of", doc.save)

	def test_a_draft_that_what_came_back_has_overtaken(self):
		loan = self.borrowed()
		doc = self.draft(loan)
		self.counted_back(self.sent_back(loan, (OIL, 4)))
		self.refused("8 of", doc.submit)
		self.assertEqual(frappe.db.get_value(doc.doctype, doc.name, "docstatus"), 0)

	def test_bad_input(self):
		loan = self.borrowed((OIL, 12), (SUGAR, 4))
		doc = self.draft(loan)
		for values, message in (
			({"items": [{"item_code": OIL, "qty": 13, "price": 1}]}, "Row 1: 12 of"),
			({"items": [{"item_code": OIL, "qty": 0, "price": 1}]}, "more than zero"),
			({"items": [{"item_code": OIL, "qty": -1, "price": 1}]}, "more than zero"),
			({"items": [{"item_code": OIL, "qty": 1.5, "price": 1}]}, "whole"),
			({"items": [{"item_code": OIL, "qty": 1, "price": -1}]}, "below zero"),
			({"items": [{"item_code": OIL, "qty": 1, "price": 0}]}, "A sale has a price"),
			({"items": [{"item_code": OIL, "qty": 1, "price": 1e13}]}, "too large"),
			({"items": [{"item_code": OIL, "qty": 1, "price": float("nan")}]}, "must be a number"),
			({"items": [{"item_code": OIL, "qty": 1, "price": "mahal"}]}, ""),
			({"items": [{"item_code": OIL, "qty": 1, "price": 1}] * 2}, "Row 2: this line is given twice"),
			({"items": [{"item_code": MILK, "qty": 1, "price": 1}]}, "not owed on this loan"),
			({"posting_date": add_days(today(), -1)}, "Choose a later day"),
			({"items": []}, ""),
			({"way": "Hadiah"}, ""),
			({"reason": ""}, ""),
			({"loan": "OT-TIDAK-ADA"}, ""),
		):
			with self.subTest(values):
				bad = frappe.get_doc(doc.doctype, doc.name)
				self.refused(message, bad.update(values).save)

	def test_goods_of_no_value_are_sold_at_a_price_or_waived(self):
		loan = self.borrowed()
		with patch.object(posting, "loan_rates", lambda _loans: {(loan.name, OIL): 0.0}):
			self.refused("A sale has a price", self.draft, loan)
			doc = self.settled(loan, way="Waiver")
		self.assertEqual((doc.lender_entry, doc.borrower_entry), (None, None))
		self.assertFalse(self.is_open(loan))

	def test_a_company_that_lacks_an_account(self):
		loan = self.borrowed()
		doc = self.draft(loan)
		for company, field, message in (
			(OTHER_COMPANY, "default_income_account", "no Default Income Account"),
			(OTHER_COMPANY, "default_expense_account", "Lender's Expense Account"),
		):
			with self.subTest(field):
				before = frappe.db.get_value("Company", company, field)
				frappe.db.set_value("Company", company, field, None)
				self.addCleanup(frappe.clear_document_cache, "Company", company)
				fresh = frappe.get_doc(doc.doctype, doc.name)
				fresh.lender_account = None
				self.refused(_(message), fresh.submit)
				frappe.db.set_value("Company", company, field, before)

	def test_an_account_that_is_not_the_companys_own_or_no_expense(self):
		loan = self.borrowed()
		doc = self.draft(loan)
		group = {"company": OTHER_COMPANY, "is_group": 1, "report_type": "Profit and Loss"}
		for wrong in (
			frappe.db.get_value("Company", COMPANY, "default_expense_account"),
			books.account(OTHER_COMPANY, "lent"),
			frappe.db.get_value("Account", group),
		):
			with self.subTest(wrong):
				fresh = frappe.get_doc(doc.doctype, doc.name)
				fresh.lender_account = wrong
				self.refused("for income or expenses", fresh.save)

	def test_what_is_given_back_is_no_loan(self):
		loan = self.borrowed()
		back = self.counted_back(self.sent_back(loan, (OIL, 4)))
		self.refused(loan.name, call_as, PUSAT, make_loan_settlement, source_name=back.name)

	def test_all_is_on_its_way_back(self):
		loan = self.borrowed()
		self.give_back(loan)
		self.refused("on its way back", call_as, PUSAT, make_loan_settlement, source_name=loan.name)

	def test_taxes_that_are_included_in_the_price_are_no_goods(self):
		self.make_taxes("Purchase", COMPANY, included_in_print_rate=1)
		loan = self.borrowed()
		doc = self.settled(loan, price=11_100)
		purchase = self.documents(doc)[1]
		self.assertEqual(flt(purchase.base_net_total), 120_000)
		self.assertEqual(self.account(COMPANY, "borrowed"), 0)

	def test_a_caller_does_not_say_what_was_posted(self):
		"""A field is read-only in the form alone: a request may bring any value."""
		loan = self.borrowed()
		other = self.settled(loan, qty=2)
		doc = self.draft(loan, qty=2, way="Waiver", sales_invoice=other.sales_invoice)
		with story.acting_as(PUSAT):
			doc.sales_invoice, doc.lender_entry = other.sales_invoice, other.lender_entry
			doc.submit()
		self.assertIsNone(frappe.db.get_value(doc.doctype, doc.name, "sales_invoice"))
		own = doc.lender_entry
		with story.acting_as(PUSAT):
			doc = frappe.get_doc(doc.doctype, doc.name)
			doc.update(
				{field: other.get(field) for field in ("sales_invoice", "purchase_invoice", "lender_entry")}
			)
			doc.cancel()
		self.assertEqual(frappe.db.get_value("Journal Entry", own, "docstatus"), 2)
		self.assertEqual([invoice.docstatus for invoice in self.documents(other)], [1, 1])
		self.assertEqual(frappe.db.get_value("Journal Entry", other.lender_entry, "docstatus"), 1)

	def test_drafts_for_the_accountants(self):
		self.invoices("Draft")
		loan = self.borrowed()
		doc = self.settled(loan)
		self.assertEqual([invoice.docstatus for invoice in self.documents(doc)], [0, 0])
		self.assertFalse(self.is_open(loan))
		self.cancel(doc)
		self.assertFalse(frappe.db.exists("Sales Invoice", doc.sales_invoice))
		self.assertFalse(frappe.db.exists("Purchase Invoice", doc.purchase_invoice))
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 12}, True))

	def test_cancelling_takes_all_back(self):
		loan = self.borrowed()
		for values in ({}, {"price": self.cost() + 100}, {"way": "Waiver"}):
			with self.subTest(values):
				doc = self.settled(loan, **values)
				self.cancel(doc)
				self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 12}, True))
				self.assertEqual(self.account(OTHER_COMPANY, "lent"), flt(doc.value, 2))
				self.assertEqual(self.account(COMPANY, "borrowed"), -flt(doc.value, 2))
		# Frappe's Amend copies every field.
		values = frappe.get_doc(doc.doctype, doc.name).as_dict(no_default_fields=True)
		again = frappe.get_doc({**values, "doctype": doc.doctype, "amended_from": doc.name}).insert()
		self.assertIsNone(again.lender_entry)
		again.submit()
		self.assertNotIn(again.lender_entry, (None, doc.lender_entry))
		self.assertFalse(self.is_open(loan))

	def test_its_documents_are_not_cancelled_by_hand(self):
		loan = self.borrowed()
		doc = self.settled(loan, price=self.cost() + 100)
		for field, doctype in (
			("sales_invoice", "Sales Invoice"),
			("purchase_invoice", "Purchase Invoice"),
			("lender_entry", "Journal Entry"),
			("borrower_entry", "Journal Entry"),
		):
			with self.subTest(field):
				self.refused("linked with", frappe.get_doc(doctype, doc.get(field)).cancel)

	def test_a_settlement_that_something_is_set_off_against_stays(self):
		loan = self.borrowed()
		doc = self.settled(loan)
		self.sell_back()
		result = call_as(ACCOUNTANT, companies.net_debts, company=COMPANY, other=OTHER_COMPANY)
		self.refused(result["entries"][COMPANY], self.cancel, doc)
		with story.acting_as("Administrator"):
			for entry in result["entries"].values():
				frappe.get_doc("Journal Entry", entry).cancel()
		self.cancel(doc)
		self.assertTrue(self.is_open(loan))

	def sell_back(self):
		"""The lender owes something too, by a sale the other way."""
		self.agree(basis="At Cost", source_company=COMPANY, target_company=OTHER_COMPANY)
		story.stock_up(SHORT, {RICE: 10})
		story.set_shelf(OTHER, {RICE: 0})
		self.ask((RICE, 1), outlet=OTHER)
		transfer = self.promise(SHORT)
		if transfer.approval_status == "Pending":
			self.approve(transfer.name)
		self.receive(self.dispatch(SHORT).name)

	def test_the_receipt_stays_once_something_is_settled(self):
		loan = self.borrowed()
		self.settled(loan, qty=5)
		with story.acting_as("Administrator"):
			self.refused("Its receipt stays", frappe.get_doc("Stock Entry", loan.loan_in_entry).cancel)

	def test_both_sides_are_told_and_read_it_on_the_transfer(self):
		loan = self.borrowed((OIL, 12), (SUGAR, 4))
		told = []
		with patch.object(notices, "_later", lambda name, step: told.append((name, step))):
			doc = self.settled(loan, qty=2, way="Waiver")
			self.cancel(doc)
		self.assertEqual(told, [(loan.name, "loan_waived"), (loan.name, "loan_reopened")])
		for outlet in (OTHER, SHORT):
			view = self.view(loan.name, clerk(outlet))
			self.assertEqual(
				[event["action"] for event in view.events[-2:]], ["loan_waived", "loan_reopened"]
			)
			self.assertEqual(view.events[-1]["reason"], "Dibayar tunai")
		self.settled(loan, qty=2)
		view = self.view(loan.name, clerk(SHORT))
		self.assertEqual([(line["settled"], line["owed"]) for line in view.loan], [(2, 10), (2, 2)])

	def test_the_report(self):
		loan = self.borrowed()
		self.settled(loan, qty=5)
		with story.acting_as(PUSAT):
			_columns, rows = goods_on_loan.execute({})
		(row,) = [row for row in rows if row.transfer == loan.name]
		self.assertEqual((row.lent, row.settled, row.owed), (12, 5, 7))
		self.assertEqual(row.value, self.account(OTHER_COMPANY, "lent"))

	def test_an_accountant_who_sees_both_companies(self):
		loan = self.borrowed()
		doc = self.settled(loan, ACCOUNTANT)
		self.cancel(doc, ACCOUNTANT)
		self.assertTrue(self.is_open(loan))

	def test_an_accountant_of_one_company(self):
		loan = self.borrowed()
		doc = self.draft(loan)
		frappe.get_doc(
			{"doctype": "User Permission", "user": ACCOUNTANT, "allow": "Company", "for_value": OTHER_COMPANY}
		).insert(ignore_permissions=True)
		self.addCleanup(frappe.clear_cache, user=ACCOUNTANT)
		frappe.clear_cache(user=ACCOUNTANT)
		self.assertRaises(
			frappe.PermissionError, call_as, ACCOUNTANT, make_loan_settlement, source_name=loan.name
		)
		with story.acting_as(ACCOUNTANT):
			self.assertEqual(frappe.get_list(doc.doctype), [])
			self.assertRaises(frappe.PermissionError, frappe.get_doc(doc.doctype, doc.name).submit)
			bare = frappe.get_doc({"doctype": doc.doctype, "loan": loan.name, "reason": "Coba"})
			self.assertRaises(frappe.PermissionError, bare.insert)
