"""Loans in kind between companies ("pinjam barang"): the same goods back by a day, no price, and both are
reminded."""

from datetime import date
from unittest.mock import patch

import pytest

import frappe
from frappe import _
from frappe.utils import add_days, flt, today

from ks212_community.api import exchange
from ks212_community.stock_exchange import availability, desk, loans, notices, posting
from ks212_community.stock_exchange import exchange as flow
from ks212_community.stock_exchange.doctype.loan_settlement.loan_settlement import make_loan_settlement
from ks212_community.stock_exchange.report.goods_on_loan import goods_on_loan
from ks212_community.umkm_supply import agreements, books
from tests import story
from tests.between import DAYS, LoanTestCase
from tests.flow import new_key
from tests.story import MILK, OIL, OTHER, OTHER_COMPANY, OUTSIDER, SHORT, SUGAR, clerk


class TestTerms(LoanTestCase):
	def test_both_see_that_it_is_a_loan_before_the_promise(self):
		row = self.rank()
		self.assertEqual((row["terms"], row["price"], row["loan_days"]), ("Loan", None, DAYS))
		self.ask((OIL, 12))
		for outlet in (OTHER, SHORT):
			view = self.view(self.transfer_of(OTHER), clerk(outlet))
			self.assertEqual((view.loan_days, view["items"][0]["terms"]), (DAYS, "Loan"))
			self.assertIsNone(view["items"][0]["price"])

	def test_who_is_asked_for_more_is_told_the_terms_of_today(self):
		story.set_shelf(OTHER, {SUGAR: 0})
		self.ask((OIL, 12), (SUGAR, 4))
		self.assertEqual(self.view(self.transfer_of(OTHER)).loan_days, DAYS)
		self.policy.update({"loan_days": 7, "transport_paid_by": "Source"}).save()
		story.stock_up(OTHER, {SUGAR: 60})
		flow.go_on_with(self.request)
		view = self.view(self.transfer_of(OTHER))
		self.assertEqual({row["item_code"] for row in view["items"]}, {OIL, SUGAR})
		self.assertEqual((view.loan_days, view.transport_paid_by), (7, "Source"))

	def test_a_loan_asked_for_before_keeps_its_days_beside_a_sale(self):
		story.set_shelf(OTHER, {SUGAR: 0})
		self.ask((OIL, 12), (SUGAR, 4))
		self.policy.update({"disabled": 1}).save()
		sale = self.agree()
		story.stock_up(OTHER, {SUGAR: 60})
		flow.go_on_with(self.request)
		view = self.view(self.transfer_of(OTHER))
		self.assertEqual(
			{row["item_code"]: row["terms"] for row in view["items"]}, {OIL: "Loan", SUGAR: "Sale"}
		)
		self.assertEqual(view.loan_days, DAYS)
		self.assertEqual(frappe.db.get_value("Outlet Transfer", view.name, "price_policy"), sale.name)

	def test_a_loan_is_agreed_by_two_companies(self):
		for values, message in (
			({}, "Name both"),
			(
				{"source_company": OTHER_COMPANY, "target_company": story.COMPANY, "loan_days": 0},
				"how many days",
			),
		):
			with self.subTest(message):
				self.refused(message, self.agree, basis="Loan in Kind", **values)

	def test_nothing_is_given_back_before_it_was_counted_in(self):
		self.promised()
		transfer = self.dispatch(OTHER)
		self.assertNotIn("give_back", self.view(transfer.name, clerk(SHORT)).actions)
		self.refused("Nothing of this transfer is on loan", self.give_back, transfer)

	def test_when_a_reminder_is_due(self):
		end = date(2026, 3, 20)
		for day, told, expected in (
			(date(2026, 3, 16), None, None),
			(date(2026, 3, 17), None, "loan_due"),
			(date(2026, 3, 18), date(2026, 3, 17), None),
			(date(2026, 3, 20), None, "loan_due"),
			(date(2026, 3, 21), date(2026, 3, 17), "loan_overdue"),
			(date(2026, 3, 21), None, "loan_overdue"),
			(date(2026, 3, 27), date(2026, 3, 21), None),
			(date(2026, 3, 28), date(2026, 3, 21), "loan_overdue"),
		):
			with self.subTest(f"{day}, told {told}"):
				self.assertEqual(loans.reminder(end, told, day), expected)


@pytest.mark.erpnext
class TestLoan(LoanTestCase):
	"""The books of both companies."""

	def test_goods_and_the_debt_of_goods_at_the_lenders_cost(self):
		cost = self.cost()
		loan = self.borrowed()
		self.assertEqual((loan.status, self.owed(loan)), ("Received", {OIL: 12}))
		self.assertEqual(str(loan.return_by), add_days(today(), DAYS))
		self.assertFalse(loan.delivery_note or loan.purchase_receipt or loan.sales_invoice)
		self.assertEqual(self.account(OTHER_COMPANY, "lent"), flt(12 * cost, 2))
		self.assertEqual(self.account(story.COMPANY, "borrowed"), -flt(12 * cost, 2))
		for entry in ("loan_out_entry", "loan_in_entry"):
			value = frappe.db.get_value("Stock Entry", loan[entry], "value_difference")
			self.assertEqual(flt(abs(value), 2), flt(12 * cost, 2))

	def test_what_comes_back_closes_it(self):
		stock = story.on_hand(OTHER, OIL)
		loan = self.borrowed()
		first = self.sent_back(loan, (OIL, 5))
		self.assertEqual(self.owed(loan), {OIL: 12})
		self.counted_back(first)
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 7}, True))
		self.counted_back(self.sent_back(loan))
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 0}, False))
		self.assertEqual(story.on_hand(OTHER, OIL), stock)
		self.assertEqual(self.account(OTHER_COMPANY, "lent"), 0)
		self.assertEqual(self.account(story.COMPANY, "borrowed"), 0)
		self.refused("Nothing of this transfer is on loan", self.give_back, loan)

	def test_goods_that_cost_the_borrower_something_else_by_then(self):
		loan = self.borrowed()
		story.stock_up(SHORT, {OIL: 40})
		frappe.get_doc(
			{
				"doctype": "Stock Reconciliation",
				"purpose": "Stock Reconciliation",
				"company": story.COMPANY,
				"items": [
					{
						"item_code": OIL,
						"warehouse": story.warehouse_of(SHORT),
						"qty": 52,
						"valuation_rate": self.cost() + 1000,
					}
				],
			}
		).submit()
		view = self.view(self.counted_back(self.sent_back(loan)).name)
		entry = frappe.get_doc("Journal Entry", view.difference_entry)
		self.assertEqual((entry.company, entry.total_debit), (story.COMPANY, 12_000))
		self.assertEqual(self.account(story.COMPANY, "borrowed"), 0)
		self.assertEqual(self.account(OTHER_COMPANY, "lent"), 0)
		with story.acting_as("Administrator"):
			frappe.get_doc("Stock Entry", view.loan_in_entry).cancel()
		self.assertEqual(frappe.db.get_value("Journal Entry", view.difference_entry, "docstatus"), 2)
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 12}, True))

	def test_no_more_is_given_back_than_is_owed_or_here(self):
		loan = self.borrowed()
		for items, message in (
			([(OIL, 13)], "still to be given back"),
			([(SUGAR, 1)], "not on loan"),
			([(OIL, "banyak")], "Quantity"),
			([(OIL, -1)], "Quantity"),
			([(OIL, 1.5)], "whole"),
			([(OIL, 0)], "Nothing would be given back"),
			([(None, 1)], "Item"),
		):
			with self.subTest(items):
				self.refused(message, self.give_back, loan, *items)
		self.sent_back(loan, (OIL, 10))
		self.refused("2 are still to be given back", self.give_back, loan, (OIL, 3))
		story.set_shelf(SHORT, {OIL: 1})
		self.refused("only 1 are here", self.give_back, loan, (OIL, 2))

	def test_what_the_till_sold_or_is_past_its_date_is_not_given_back(self):
		loan = self.borrowed((OIL, 12), (MILK, 3))
		warehouse = story.warehouse_of(SHORT)
		story.set_shelf(SHORT, {OIL: 10})
		with patch.object(availability, "pos_pending", lambda *_args, **_more: {(OIL, warehouse): 6.0}):
			self.refused("only 4 are here", self.give_back, loan, (OIL, 5))
		for batch in frappe.get_all("Batch", filters={"item": MILK}, pluck="name"):
			frappe.db.set_value("Batch", batch, "expiry_date", add_days(today(), -1))
		self.refused("not past their date", self.give_back, loan, (MILK, 3))

	def test_a_key_gives_back_once(self):
		loan = self.borrowed()
		key = new_key()
		with story.acting_as(clerk(SHORT)):
			rows = [{"item_code": OIL, "qty": 5}]
			first = exchange.give_back(loan.name, rows, key)
			again = exchange.give_back(loan.name, rows, key)
		self.assertEqual(first["name"], again["name"])
		self.assertEqual(loans.standing([loan.name])[(loan.name, OIL)].coming, 5)

	def test_who_gives_back(self):
		loan = self.borrowed()
		for user in (clerk(OTHER), OUTSIDER, story.ACCOUNTANT, "Guest"):
			with self.subTest(user):
				self.refused("", self.give_back, loan, user=user, exception=frappe.PermissionError)

	def test_a_return_that_is_withdrawn_is_owed_again(self):
		loan = self.borrowed()
		back = self.give_back(loan)
		self.assertEqual(loans.standing([loan.name])[(loan.name, OIL)].coming, 12)
		back = self.call(clerk(SHORT), exchange.withdraw, transfer=back.name, reason="Salah", key=new_key())
		self.assertNotIn("answer", self.view(back.name, clerk(SHORT)).actions)
		self.assertEqual(loans.standing([loan.name])[(loan.name, OIL)].coming, 0)
		self.give_back(loan)

	def test_what_is_lost_on_the_way_back_is_owed_still(self):
		loan = self.borrowed()
		back = self.counted_back(self.sent_back(loan), {OIL: 9})
		self.assertEqual(back.status, "Discrepancy")
		self.settle(back.name, "Write Off")
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 3}, True))

	def test_what_never_arrived_was_not_borrowed(self):
		loan = self.borrowed(counts={OIL: 9})
		self.settle(loan.name, "Return to Source")
		self.assertEqual(self.owed(loan), {OIL: 9})

	def test_surplus_of_a_loan_is_lent_for_as_long(self):
		loan = self.borrowed(counts={OIL: 14})
		self.assertEqual(loan.status, "Discrepancy")
		self.settle(loan.name, "Dispatch Surplus")
		second = frappe.db.get_value("Outlet Transfer", {"surplus_of": loan.name})
		self.dispatch(OTHER)
		view = self.view(self.receive(second).name)
		self.assertEqual(str(view.return_by), add_days(today(), DAYS))
		self.assertEqual((self.owed(view), self.is_open(view)), ({OIL: 2}, True))
		with story.acting_as(clerk(SHORT)):
			left = {row.name: row.days_left for row in exchange.list_loans(SHORT)}
		self.assertEqual((left[loan.name], left[view.name]), (DAYS, DAYS))

	def test_surplus_of_a_return_is_not_lent_anew(self):
		loan = self.borrowed()
		back = self.counted_back(self.sent_back(loan, (OIL, 10)), {OIL: 12})
		self.assertEqual(self.view(back.name).settle_actions, ["Return Surplus"])
		self.refused("", self.settle, back.name, "Dispatch Surplus")
		self.settle(back.name, "Return Surplus")
		self.assertEqual((self.owed(loan), self.is_open(loan)), ({OIL: 2}, True))
		self.assertFalse(frappe.db.exists("Outlet Transfer", {"surplus_of": back.name}))

	def test_batches_come_back_as_the_borrower_has_them(self):
		loan = self.borrowed((MILK, 3))
		back = self.counted_back(self.sent_back(loan))
		self.assertEqual((back.status, self.owed(loan)), ("Received", {MILK: 0}))

	def test_the_receipt_of_a_loan_stays_once_something_came_back(self):
		loan = self.borrowed()
		self.give_back(loan, (OIL, 2))
		with story.acting_as("Administrator"):
			self.refused("Its receipt stays", frappe.get_doc("Stock Entry", loan.loan_in_entry).cancel)

	def test_what_is_given_back_meanwhile_is_seen_by_the_cancellation(self):
		"""The desk decides under the lock that whoever gives back takes first."""
		loan = self.borrowed()
		locked = []

		def lock_transfer(name):
			locked.append(name)
			frappe.db.set_value("Outlet Transfer", name, "settled", 1)
			return frappe.get_doc("Outlet Transfer", name), None

		entry = frappe.get_doc("Stock Entry", loan.loan_in_entry)
		with story.acting_as("Administrator"), patch.object(desk.exchange, "lock_transfer", lock_transfer):
			self.assertRaisesRegex(frappe.ValidationError, "has been settled", entry.cancel)
		self.assertEqual(locked, [loan.name])

	def test_the_accounts_of_open_loans_stay(self):
		self.borrowed()
		for company, kind in ((OTHER_COMPANY, "lent"), (story.COMPANY, "borrowed")):
			doc = frappe.get_doc("Company", company)
			doc.set(books.fieldname(kind), None)
			with self.subTest(kind):
				self.refused(_(doc.meta.get_label(books.fieldname(kind))), doc.save)

	def test_a_receivable_of_customers_holds_no_goods(self):
		receivable = frappe.db.get_value("Company", OTHER_COMPANY, "default_receivable_account")
		self.promised()
		transfer = self.dispatch(OTHER)
		frappe.db.set_value("Company", OTHER_COMPANY, books.fieldname("lent"), receivable)
		self.refused("neither Receivable nor Payable", self.receive, transfer.name)

	def test_an_outlet_with_a_loan_stays_in_its_company(self):
		loan = self.borrowed()
		self.assertEqual(frappe.get_doc("Outlet", SHORT).transfer_under_way(), loan.name)
		self.assertEqual(frappe.get_doc("Outlet", OTHER).transfer_under_way(), loan.name)

	def test_an_outlet_with_a_loan_is_not_closed(self):
		loan = self.borrowed()
		for outlet in (OTHER, SHORT):
			doc = frappe.get_doc("Outlet", outlet)
			doc.status = "Closed"
			with self.subTest(outlet):
				self.refused(loan.name, doc.save)
		self.counted_back(self.sent_back(loan))
		doc = frappe.get_doc("Outlet", OTHER)
		doc.status = "Closed"
		doc.save()

	def test_goods_on_loan_are_not_put_on_consignment(self):
		loan = self.borrowed()
		bins = frappe.qb.DocType("Bin")
		frappe.qb.update(bins).set(bins.actual_qty, 0).where(bins.item_code == OIL).run()
		# Not `refused`: the Bins above are no longer what the ledger says.
		with self.assertRaisesRegex(frappe.ValidationError, f"on loan by transfer <strong>{loan.name}"):
			agreements.apply_supply("Consignment", [OIL])
		self.assertFalse(frappe.db.get_value("Item", OIL, "ks212_consigned"))

	def test_the_desks_cancel_leaves_what_follows_by_itself(self):
		"""It would cancel the transfer first, which refuses, or the settlement, which cancels the entry."""
		from frappe.desk.form.linked_with import get_submitted_linked_docs

		loan = self.borrowed()
		settlement = make_loan_settlement(loan.name)
		settlement.update({"reason": "Dibayar"}).submit()
		for doctype, name in (
			("Journal Entry", settlement.lender_entry),
			("Stock Entry", loan.loan_in_entry),
			("Stock Entry", loan.dispatch_entry),
		):
			with self.subTest(name):
				self.assertEqual(get_submitted_linked_docs(doctype, name)["docs"], [])

	def test_a_cancelled_receipt_ends_the_loan(self):
		loan = self.borrowed()
		frappe.db.set_value("Outlet Transfer", loan.name, "reminded_on", today(), update_modified=False)
		with story.acting_as("Administrator"):
			frappe.get_doc("Stock Entry", loan.loan_in_entry).cancel()
		view = self.view(loan.name)
		self.assertEqual((view.status, view.return_by, self.is_open(loan)), ("In Transit", None, False))
		self.assertIsNone(frappe.db.get_value("Outlet Transfer", loan.name, "reminded_on"))
		self.fingerprint()
		self.assertEqual(self.account(OTHER_COMPANY, "lent"), 0)

	def test_the_request_is_not_filled_by_what_goes_back(self):
		loan = self.borrowed((OIL, 12))
		self.counted_back(self.sent_back(loan))
		request = self.request_view()
		self.assertEqual([row.name for row in request.transfers], [loan.name])
		self.assertEqual((request.status, request["items"][0]["received_qty"]), ("Filled", 12))

	def test_both_see_what_is_owed(self):
		loan = self.borrowed()
		for outlet, side in ((OTHER, "lent"), (SHORT, "borrowed")):
			with self.subTest(side), story.acting_as(clerk(outlet)):
				(row,) = [row for row in exchange.list_loans(outlet) if row.name == loan.name]
				self.assertEqual((row.side, row.days_left), (side, DAYS))
				self.assertEqual(row["items"][0]["owed"], 12)
		with story.acting_as(OUTSIDER):
			self.assertRaises(frappe.PermissionError, exchange.list_loans, SHORT)

	def test_only_what_is_owed_still_is_named(self):
		loan = self.borrowed((OIL, 12), (SUGAR, 4))
		self.counted_back(self.sent_back(loan, (OIL, 12)))
		with story.acting_as(clerk(SHORT)):
			(row,) = [row for row in exchange.list_loans(SHORT) if row.name == loan.name]
		self.assertEqual([item["item_code"] for item in row["items"]], [SUGAR])
		told = []
		with patch.object(notices.notices, "send_mail", lambda *args: told.append(args[-1]["goods"])):
			for step in ("loan_due", "loan_overdue", "dispatch"):
				notices.send(loan.name, step, "Administrator")
		sugar, oil = (frappe.db.get_value("Item", item, "item_name") for item in (SUGAR, OIL))
		self.assertEqual(told, [sugar, sugar, f"{oil}, {sugar}"])

	def test_the_report(self):
		loan = self.borrowed()
		with story.acting_as(story.PUSAT):
			_columns, rows = goods_on_loan.execute({"company": OTHER_COMPANY})
		(row,) = [row for row in rows if row.transfer == loan.name]
		self.assertEqual((row.lender, row.borrower, row.owed), (OTHER_COMPANY, story.COMPANY, 12))
		self.assertEqual(flt(row.value, 2), flt(self.account(OTHER_COMPANY, "lent"), 2))
		self.assertEqual((row.overdue_days, goods_on_loan.execute({"overdue": 1})[1]), (0, []))

	def test_what_loans_stand_at_by_loan_and_item(self):
		cost = self.cost()
		first = self.borrowed((OIL, 4), (SUGAR, 2))
		with patch.object(story, "_buying_rate", lambda _item: cost + 3000):
			story.stock_up(OTHER, {OIL: 40})
		self.request = None
		second = self.borrowed((OIL, 4))
		now = self.cost()
		self.assertGreater(now, cost)
		rates = posting.loan_rates([first.name, second.name])
		self.assertEqual(set(rates), {(first.name, OIL), (first.name, SUGAR), (second.name, OIL)})
		self.assertEqual((rates[(first.name, OIL)], flt(rates[(second.name, OIL)], 2)), (cost, flt(now, 2)))

	def test_both_are_reminded(self):
		loan = self.borrowed()
		told = []
		self.addCleanup(setattr, notices, "_later", notices._later)
		notices._later = lambda name, step: told.append((name, step))
		for left, reminded, expected in (
			(DAYS, None, []),
			(2, None, ["loan_due"]),
			(2, today(), []),
			(-1, add_days(today(), -3), ["loan_overdue"]),
			(-1, today(), []),
		):
			told.clear()
			frappe.db.set_value(
				"Outlet Transfer",
				loan.name,
				{"return_by": add_days(today(), left), "reminded_on": reminded},
			)
			loans.remind()
			self.assertEqual(told, [(loan.name, step) for step in expected], left)
