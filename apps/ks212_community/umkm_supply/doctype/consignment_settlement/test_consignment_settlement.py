from contextlib import nullcontext
from unittest.mock import patch

import pytest

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, flt, getdate, nowdate

from ks212_community.api import settlement as api
from ks212_community.umkm_supply import books, settlement, statement
from ks212_community.umkm_supply.report.consignment_balance import consignment_balance as report
from tests import settling, story, umkm_story
from tests.portal import pdf_assets
from tests.settling import day
from tests.story import FAR, NEAR, SHORT
from tests.umkm_story import CRACKERS, HONEY

# Tests in a transaction of their own never commit it.
UNLOCKED = "ks212_community.locks.reading_unlocked"


class SettlementTestCase(FrappeTestCase):
	"""The two suppliers of the story, with goods at NEAR since ten days ago."""

	def setUp(self):
		frappe.set_user("Administrator")
		frappe.db.savepoint("settlement_test")
		self.story = umkm_story.setup_umkm()
		self.owner = self.story.owner

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="settlement_test")
		frappe.clear_cache()

	def settle(self, back=0, supplier=None):
		return settling.settle(supplier or self.owner, back)

	def terms(self, **terms):
		"""Other terms in the owner's agreement."""
		frappe.db.set_value("Consignment Agreement", self.story.agreement, terms)

	def goods(self, doc, outlet, item_code=CRACKERS):
		return next(row for row in doc.get("items") if row.outlet == outlet and row.item_code == item_code)

	def call(self, user, function, **arguments):
		with story.acting_as(user):
			return function(key=frappe.generate_hash(length=20), **arguments)

	def read(self, user, function, **arguments):
		with story.acting_as(user):
			return function(**arguments)


class TestDrafts(SettlementTestCase):
	def test_a_line_says_what_became_of_the_goods(self):
		settling.receive(NEAR, {CRACKERS: 40}, 10)
		settling.move(NEAR, FAR, {CRACKERS: 10}, 8)
		settling.sell(NEAR, {CRACKERS: 6}, 6)
		settling.sell(FAR, {CRACKERS: 4}, 5)
		settling.remove("Return", NEAR, {CRACKERS: 3}, 4)
		settling.remove("Expiry", NEAR, {CRACKERS: 2}, 4)
		settling.remove("Shrinkage", FAR, {CRACKERS: 1}, 3)
		settling.issue(NEAR, {CRACKERS: 1}, 3)
		doc = self.settle()
		near, far = self.goods(doc, NEAR), self.goods(doc, FAR)
		fields = settlement.MOVED
		self.assertEqual([near.get(field) for field in fields], [40, 0, 10, 6, 3, 2, 1])
		self.assertEqual([far.get(field) for field in fields], [0, 10, 0, 4, 0, 0, 1])
		self.assertEqual((near.opening, near.closing, far.closing), (0, 18, 5))
		self.assertEqual(doc.payable, 10 * 10_000)
		self.assertEqual(doc.other_value, 10 * 13_000)
		self.assertEqual((getdate(doc.from_date), getdate(doc.to_date)), (getdate(day(10)), getdate()))
		self.assertEqual(doc.supplier_name, umkm_story.OWNER)
		settling.check(self.owner, nowdate(), doc)

	def test_a_draft_is_made_anew_and_not_doubled(self):
		settling.receive(NEAR, {CRACKERS: 40}, 10)
		settling.sell(NEAR, {CRACKERS: 6}, 6)
		first = self.settle()
		settling.sell(NEAR, {CRACKERS: 2}, 1)
		second = self.settle()
		self.assertEqual(second.name, first.name)
		self.assertEqual(second.payable, 80_000)
		self.assertEqual(frappe.db.count(settlement.SETTLEMENT, {"supplier": self.owner}), 1)

	def test_the_next_one_holds_what_came_since(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		first = self.settle(12)
		settled(first)
		settling.sell(NEAR, {CRACKERS: 5}, 5)
		late = settling.sell(NEAR, {CRACKERS: 2}, 14)
		second = self.settle()
		self.assertEqual(second.payable, 70_000)
		row = self.goods(second, NEAR)
		self.assertEqual((row.opening, row.sold, row.closing), (34, 7, 27))
		self.assertEqual(second.previous, first.name)
		self.assertEqual(getdate(second.from_date), getdate(day(11)))
		settling.check(self.owner, nowdate(), second)
		settled(second)
		late.reload()
		late.cancel()
		settling.sell(NEAR, {CRACKERS: 1})
		frappe.db.set_value(settlement.SETTLEMENT, second.name, "to_date", day(1))
		third = self.settle()
		self.assertEqual(third.payable, -10_000)
		settling.check(self.owner, nowdate(), third)

	def test_nothing_is_made_where_nothing_moved(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		settled(self.settle(12))
		self.assertIsNone(self.settle())

	def test_a_draft_goes_when_nothing_is_left_of_it(self):
		entry = settling.receive(NEAR, {CRACKERS: 40}, 20)
		doc = self.settle()
		entry.reload()
		entry.cancel()
		self.assertIsNone(self.settle())
		self.assertFalse(frappe.db.exists(settlement.SETTLEMENT, doc.name))
		self.assertFalse(frappe.db.exists(settlement.SALE, {"parent": doc.name}))

	def test_all_suppliers_are_settled_at_once(self):
		settling.receive(NEAR, {CRACKERS: 40, HONEY: 12}, 10)
		settling.sell(NEAR, {CRACKERS: 6, HONEY: 2}, 6)
		names = settlement.make_settlements(story.COMPANY, nowdate())
		found = frappe.get_all(
			settlement.SETTLEMENT, filters={"name": ["in", names]}, fields=["supplier", "payable"]
		)
		amounts = {row.supplier: row.payable for row in found}
		self.assertEqual(amounts, {self.owner: 60_000, self.story.other_owner: 120_000})

	def test_fees_by_per_cent_and_by_unit(self):
		settling.receive(NEAR, {CRACKERS: 40}, 10)
		settling.sell(NEAR, {CRACKERS: 10}, 6)
		self.terms(fee_basis="Per Cent of the Sale", fee_percent=20)
		doc = self.settle()
		self.assertEqual((doc.gross, doc.fee, doc.payable), (130_000, 26_000, 104_000))
		self.terms(fee_basis="Amount per Unit", fee_per_unit=2500, period_charge=5000)
		doc = self.settle()
		self.assertEqual((doc.gross, doc.fee, doc.charge, doc.payable), (130_000, 25_000, 5_000, 100_000))
		settling.check(self.owner, nowdate(), doc)

	def test_a_changed_price_holds_from_its_day(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		settling.sell(NEAR, {CRACKERS: 4}, 5)
		settling.change_price(CRACKERS, 11_000, 14_000, 10)
		doc = self.settle()
		self.assertEqual(doc.payable, 6 * 10_000 + 4 * 11_000)
		self.assertEqual(sorted(row.agreed_price for row in doc.sales if row.sold_qty), [10_000, 11_000])
		settling.check(self.owner, nowdate(), doc)

	def test_a_past_price_that_is_corrected_settles_the_difference(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		settled(self.settle(12))
		settling.change_price(CRACKERS, 11_000, 14_000, 16)
		doc = self.settle()
		self.assertEqual(doc.payable, 6 * 1_000)
		settling.check(self.owner, nowdate(), doc)

	def test_a_fee_that_changes_with_a_new_agreement(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		settling.sell(NEAR, {CRACKERS: 4}, 5)
		frappe.db.set_value("Consignment Agreement", self.story.agreement, "valid_to", day(11))
		new = umkm_story.make_agreement(
			self.owner, valid_from=day(10), fee_basis="Per Cent of the Sale", fee_percent=10
		)
		doc = self.settle()
		self.assertEqual(doc.payable, 6 * 10_000 + 4 * 13_000 * 0.9)
		self.assertEqual(doc.agreement, new)
		settling.check(self.owner, nowdate(), doc)

	def test_losses_are_paid_where_the_agreement_says_so(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.remove("Shrinkage", NEAR, {CRACKERS: 2}, 5)
		settling.remove("Expiry", NEAR, {CRACKERS: 3}, 5)
		doc = self.settle()
		self.assertEqual((doc.loss_value, doc.payable), (0, 0))
		self.terms(shrinkage_borne_by="Outlet")
		self.assertEqual(self.settle().payable, 20_000)
		self.terms(expiry_borne_by="Outlet")
		doc = self.settle()
		self.assertEqual((doc.loss_value, doc.payable), (50_000, 50_000))
		settling.check(self.owner, nowdate(), doc)

	def test_what_sold_without_an_agreement_is_shown_and_not_settled(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		settling.sell(NEAR, {CRACKERS: 4}, 5)
		frappe.db.set_value("Consignment Agreement", self.story.agreement, "valid_from", day(10))
		doc = self.settle()
		self.assertEqual(doc.payable, 40_000)
		self.assertEqual(self.goods(doc, NEAR).sold, 10)
		with self.assertRaisesRegex(frappe.ValidationError, "an agreement with the supplier"):
			doc.submit()

	def test_a_disabled_item_is_settled(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		frappe.db.set_value("Item", CRACKERS, "disabled", 1)
		doc = self.settle()
		self.assertEqual(doc.payable, 60_000)
		self.assertEqual(self.goods(doc, NEAR).closing, 34)

	def test_a_renamed_supplier_keeps_its_settlements(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		settled(self.settle(12))
		settling.sell(NEAR, {CRACKERS: 4}, 5)
		frappe.rename_doc("Supplier", self.owner, "Keripik Bu Rahma Jaya")
		doc = self.settle(supplier="Keripik Bu Rahma Jaya")
		self.assertEqual(doc.payable, 40_000)
		settling.check("Keripik Bu Rahma Jaya", nowdate(), doc)

	def test_a_day_to_come_and_a_day_settled_are_refused(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		settled(self.settle(12))
		for to_date, message in ((str(add_days(nowdate(), 1)), "still to come"), (day(12), "is settled to")):
			with self.assertRaisesRegex(frappe.ValidationError, message):
				settlement.make_settlements(story.COMPANY, to_date, self.owner)
		self.assertNotIn(self.owner, settlement.make_settlements(story.COMPANY, day(12)))

	def test_a_supplier_without_an_agreement_is_refused(self):
		supplier = umkm_story.make_supplier("Tanpa Akad", f"tanpa.akad@{story.DOMAIN}")
		with self.assertRaisesRegex(frappe.ValidationError, "no agreement on consignment"):
			settlement.make_settlements(story.COMPANY, nowdate(), supplier)

	def test_another_companys_sales_are_not_in_it(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.receive(story.OTHER, {CRACKERS: 10}, 20)
		settling.sell(story.OTHER, {CRACKERS: 5}, 15)
		self.assertEqual(self.settle().payable, 0)
		umkm_story.make_agreement(self.owner, company=story.OTHER_COMPANY)
		doc = settling.settle(self.owner, company=story.OTHER_COMPANY)
		self.assertEqual(doc.payable, 50_000)

	def test_figures_are_not_typed_in(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		doc = self.settle()
		doc.payable = 1_000_000
		with self.assertRaisesRegex(frappe.ValidationError, "cannot be changed by hand"):
			doc.save()
		doc = frappe.get_doc(settlement.SETTLEMENT, doc.name)
		doc.sales[0].amount = 1_000_000
		with self.assertRaisesRegex(frappe.ValidationError, "cannot be changed by hand"):
			doc.submit()
		with self.assertRaisesRegex(frappe.ValidationError, "Make Settlements"):
			frappe.get_doc({"doctype": settlement.SETTLEMENT, "supplier": self.owner}).insert()

	def test_a_draft_from_before_another_settlement_is_refused(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		first = self.settle(12)
		settled(first)
		settling.sell(NEAR, {CRACKERS: 4}, 5)
		draft = self.settle()
		frappe.db.set_value(settlement.SETTLEMENT, first.name, {"docstatus": 2, "status": "Cancelled"})
		with self.assertRaisesRegex(frappe.ValidationError, "Choose Rebuild"):
			draft.submit()

	def test_below_zero_is_carried_forward(self):
		settling.receive(NEAR, {CRACKERS: 40}, 30)
		settling.sell(NEAR, {CRACKERS: 2}, 25)
		self.terms(period_charge=25_000)
		doc = self.settle(22)
		self.assertEqual(doc.payable, -5_000)
		doc.submit()
		self.assertEqual((doc.status, doc.purchase_invoice), ("Carried Forward", None))
		settling.sell(NEAR, {CRACKERS: 2}, 15)
		second = self.settle(12)
		self.assertEqual((second.amount, second.brought_forward, second.payable), (-5_000, -5_000, -10_000))
		self.assertEqual(second.bill_other_value, 4 * 13_000)
		second.submit()
		self.assertEqual(frappe.db.get_value(settlement.SETTLEMENT, doc.name, "carried_to"), second.name)
		settling.sell(NEAR, {CRACKERS: 10}, 5)
		third = self.settle()
		self.assertEqual((third.amount, third.brought_forward, third.payable), (75_000, -10_000, 65_000))
		self.assertEqual(third.bill_other_value, 14 * 13_000)
		with self.assertRaisesRegex(frappe.ValidationError, "Cancel it first"):
			frappe.get_doc(settlement.SETTLEMENT, doc.name).cancel()
		second.reload()
		second.cancel()
		self.assertFalse(frappe.db.get_value(settlement.SETTLEMENT, doc.name, "carried_to"))
		third.reload()
		with self.assertRaisesRegex(frappe.ValidationError, "Choose Rebuild"):
			third.submit()
		third = self.settle()
		self.assertEqual((third.amount, third.brought_forward, third.payable), (95_000, -5_000, 90_000))
		settling.check(self.owner, nowdate(), third)


class TestDue(SettlementTestCase):
	def test_a_supplier_is_due_when_its_period_has_ended(self):
		self.terms(settlement_period="Weekly", valid_from="2025-01-01")
		sunday, monday = getdate("2026-06-07"), getdate("2026-06-08")
		due = settlement._due(monday)
		self.assertIn(self.owner, due[story.COMPANY, sunday])
		self.assertNotIn(self.story.other_owner, due[story.COMPANY, sunday])
		self.assertIn(self.owner, settlement._due(getdate("2026-06-10"))[story.COMPANY, sunday])
		self.assertNotIn((story.COMPANY, sunday), settlement._due(getdate("2026-06-11")))

	def test_what_is_drafted_is_not_due_again(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		doc = self.settle(1)
		self.terms(settlement_period="Weekly", valid_from="2025-01-01")
		frappe.db.set_value(settlement.SETTLEMENT, doc.name, "to_date", "2026-06-07")
		self.assertNotIn((story.COMPANY, getdate("2026-06-07")), settlement._due(getdate("2026-06-08")))

	def test_the_scheduler_makes_the_drafts_of_who_is_due(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		due = {(story.COMPANY, getdate(day(1))): [self.owner]}
		with patch(UNLOCKED, nullcontext), patch.object(settlement, "_due", return_value=due):
			settlement.make_due()
		drafts = frappe.get_all(
			settlement.SETTLEMENT, fields=["supplier", "payable"], filters={"supplier": self.owner}
		)
		self.assertEqual([(row.supplier, row.payable) for row in drafts], [(self.owner, 60_000)])

	def test_who_asked_for_all_drafts_is_told_of_their_end(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		with patch(UNLOCKED, nullcontext), patch("frappe.publish_realtime") as told:
			settlement.make_all(story.COMPANY, day(1))
		made = frappe.db.count(settlement.SETTLEMENT, {"to_date": day(1), "docstatus": 0})
		self.assertGreaterEqual(made, 1)
		told.assert_called_once_with("ks212_settlements_made", {"count": made}, user="Administrator")


class TestRights(SettlementTestCase):
	def setUp(self):
		super().setUp()
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.sell(NEAR, {CRACKERS: 6}, 15)
		self.doc = self.settle(10)

	def test_who_reads_a_settlement(self):
		for user in (
			umkm_story.OWNER_USER,
			story.manager(umkm_story.COMMUNITY),
			story.PUSAT,
			story.ACCOUNTANT,
		):
			found = self.read(user, api.list_settlements, supplier=self.owner)
			self.assertEqual([row.name for row in found], [self.doc.name], user)
			doc = self.read(user, api.get_settlement, settlement=self.doc.name)
			self.assertEqual((doc["payable"], doc["sales"][0]["sold_qty"]), (60_000, 6))
			self.assertEqual(doc["items"][0]["closing"], 34)
		for user in (umkm_story.OTHER_OWNER_USER, story.clerk(SHORT), story.OUTSIDER, "Guest"):
			for function, argument in (
				(api.list_settlements, {"supplier": self.owner}),
				(api.get_settlement, {"settlement": self.doc.name}),
			):
				with self.assertRaises(frappe.PermissionError):
					self.read(user, function, **argument)

	def test_who_has_settlements_made(self):
		settling.sell(NEAR, {CRACKERS: 1}, 5)
		for user in (story.PUSAT, story.ACCOUNTANT):
			answer = self.call(
				user, api.make_settlements, company=story.COMPANY, to_date=day(1), supplier=self.owner
			)
			self.assertEqual(answer["settlements"], [self.doc.name])
			self.assertEqual(
				self.call(user, api.rebuild, settlement=self.doc.name)["settlements"], [self.doc.name]
			)
			with patch("frappe.enqueue") as job:
				answer = self.call(user, api.make_settlements, company=story.COMPANY, to_date=day(1))
			self.assertEqual(answer, {"started": 1})
			self.assertEqual(
				(job.call_args.kwargs["company"], job.call_args.kwargs["to_date"]), (story.COMPANY, day(1))
			)
		for user in (
			umkm_story.OWNER_USER,
			story.manager(umkm_story.COMMUNITY),
			story.clerk(SHORT),
			"Guest",
		):
			with self.assertRaises(frappe.PermissionError):
				self.call(user, api.make_settlements, company=story.COMPANY, to_date=day(1))
			with self.assertRaises(frappe.PermissionError):
				self.call(user, api.rebuild, settlement=self.doc.name)

	def test_bad_calls_are_refused(self):
		for arguments in (
			{},
			{"company": "Nobody", "to_date": day(1)},
			{"company": story.COMPANY},
			{"company": story.COMPANY, "to_date": "yesterday"},
			{"company": story.COMPANY, "to_date": ["2026-01-01"]},
			{"company": story.COMPANY, "to_date": str(add_days(nowdate(), 1))},
			{"company": story.COMPANY, "to_date": day(1), "supplier": "Nobody"},
		):
			with self.assertRaises((frappe.ValidationError, frappe.DoesNotExistError)):
				self.call(story.PUSAT, api.make_settlements, **arguments)
		for argument in (None, "CS-0", 7):
			with self.assertRaises((frappe.ValidationError, frappe.DoesNotExistError)):
				self.read(story.PUSAT, api.get_settlement, settlement=argument)
			with self.assertRaises((frappe.ValidationError, frappe.DoesNotExistError)):
				self.read(story.PUSAT, api.list_settlements, supplier=argument)

	def test_only_accountants_submit(self):
		for user in (story.PUSAT, umkm_story.OWNER_USER, story.clerk(SHORT)):
			with story.acting_as(user), self.assertRaises(frappe.PermissionError):
				frappe.get_doc(settlement.SETTLEMENT, self.doc.name).submit()

	def test_a_submitted_settlement_is_not_rebuilt(self):
		settled(self.doc)
		with self.assertRaisesRegex(frappe.ValidationError, "not a draft any more"):
			self.call(story.PUSAT, api.rebuild, settlement=self.doc.name)

	def test_the_statement_says_what_the_settlement_says(self):
		said = statement.consignment_statement(self.doc)
		self.assertEqual(len(said.sales), 1)
		self.assertIn("60", said.payable)
		self.assertEqual(said.goods[0]["numbers"][-1], "34")
		self.assertEqual(said.supplier_name, umkm_story.OWNER)


def settled(doc):
	"""Mark a settlement as submitted, without an invoice: embedded has none."""
	for doctype, filters in (
		(settlement.SETTLEMENT, {"name": doc.name}),
		(settlement.SALE, {"parent": doc.name}),
		(settlement.GOODS, {"parent": doc.name}),
	):
		frappe.db.set_value(doctype, filters, "docstatus", 1)
	frappe.db.set_value(settlement.SETTLEMENT, doc.name, "status", "Unpaid")


@pytest.mark.erpnext
class TestBooks(SettlementTestCase):
	"""Invoices and the general ledger."""

	def balance(self, kind):
		"""Credit balance of an account of consignment."""
		from erpnext.accounts.utils import get_balance_on

		return -flt(get_balance_on(books.account(story.COMPANY, kind)), 2)

	def submit(self, doc):
		with story.acting_as(story.ACCOUNTANT):
			doc.submit()
		doc.reload()
		return doc

	def setUp(self):
		super().setUp()
		self.before = {kind: self.balance(kind) for kind in books.ACCOUNTS}

	def moved(self):
		return {
			kind: change
			for kind in books.ACCOUNTS
			if (change := flt(self.balance(kind) - self.before[kind], 2))
		}

	def pay(self, doc, amount=None):
		from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

		payment = get_payment_entry("Purchase Invoice", doc.purchase_invoice)
		payment.reference_no, payment.reference_date = "TRF-1", nowdate()
		if amount:
			payment.paid_amount = payment.received_amount = amount
			payment.references[0].allocated_amount = amount
		payment.insert()
		payment.submit()
		return payment

	def test_a_sale_is_owed_then_billed_then_paid(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 15)
		self.assertEqual(self.moved(), {"liability": 65_000})
		doc = self.submit(self.settle())
		self.assertEqual(self.moved(), {"payable": 50_000, "ujrah": 15_000})
		invoice = frappe.get_doc("Purchase Invoice", doc.purchase_invoice)
		self.assertEqual(
			(invoice.bill_no, invoice.grand_total, invoice.outstanding_amount), (doc.name, 50_000, 50_000)
		)
		self.assertEqual(getdate(invoice.due_date), getdate(add_days(nowdate(), 7)))
		self.assertEqual((doc.status, getdate(doc.due_date)), ("Unpaid", getdate(invoice.due_date)))
		part = self.pay(doc, 20_000)
		doc.reload()
		self.assertEqual(doc.status, "Unpaid")
		rest = self.pay(doc)
		doc.reload()
		self.assertEqual(doc.status, "Paid")
		with self.assertRaisesRegex(frappe.ValidationError, "pays this settlement"):
			doc.cancel()
		rest.cancel()
		doc.reload()
		self.assertEqual(doc.status, "Unpaid")
		part.cancel()
		doc.reload()
		doc.cancel()
		self.assertEqual(self.moved(), {"liability": 65_000})
		self.assertEqual(frappe.db.get_value("Purchase Invoice", invoice.name, "docstatus"), 2)
		again = self.settle()
		self.assertEqual(again.payable, 50_000)
		self.assertNotEqual(again.name, doc.name)

	def test_a_journal_entry_pays_too(self):
		story.ensure("Party Type", "Supplier", party_type="Supplier", account_type="Payable")
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 15)
		doc = self.submit(self.settle())
		entry = frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"company": story.COMPANY,
				"posting_date": nowdate(),
				"accounts": [
					{
						"account": books.account(story.COMPANY, "payable"),
						"party_type": "Supplier",
						"party": self.owner,
						"debit_in_account_currency": 50_000,
						"reference_type": "Purchase Invoice",
						"reference_name": doc.purchase_invoice,
					},
					{
						"account": frappe.db.get_value(
							"Account", {"company": story.COMPANY, "account_type": "Cash", "is_group": 0}
						),
						"credit_in_account_currency": 50_000,
					},
				],
			}
		).insert()
		entry.submit()
		doc.reload()
		self.assertEqual(doc.status, "Paid")
		entry.cancel()
		doc.reload()
		self.assertEqual(doc.status, "Unpaid")

	def test_each_source_is_debited_to_its_account(self):
		self.terms(shrinkage_borne_by="Outlet", fee_basis="Per Cent of the Sale", fee_percent=20)
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 15)
		settling.sell(NEAR, {CRACKERS: 4}, 14)
		settling.remove("Shrinkage", NEAR, {CRACKERS: 1}, 13)
		doc = self.submit(self.settle())
		self.assertEqual(doc.payable, 9 * 13_000 * 0.8 + 10_000)
		self.assertEqual(
			self.moved(),
			{"payable": 103_600, "ujrah": 23_400, "loss": -10_000, "clearing": -52_000},
		)

	def test_discounts_are_the_owners_where_it_agreed(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.invoice(NEAR, [(CRACKERS, 5, 12_000)], 15)
		self.assertEqual(self.settle().payable, 50_000)
		self.terms(promotions_borne_by="Owner")
		doc = self.settle()
		self.assertEqual((doc.discount, doc.payable), (5_000, 45_000))
		settling.check(self.owner, nowdate(), doc)
		self.submit(doc)
		self.assertEqual(self.moved(), {"payable": 45_000, "ujrah": 15_000})

	def test_returns_and_counts_fall_into_the_next(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		sale = settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 15)
		self.submit(self.settle(12))
		settling.invoice(NEAR, [(CRACKERS, 2, 13_000)], 8, return_against=sale.name)
		settling.count(NEAR, {CRACKERS: 36}, 7)
		settling.invoice(NEAR, [(CRACKERS, 1, 13_000)], 5)
		settling.count(NEAR, {CRACKERS: 37}, 3)
		doc = self.settle()
		row = self.goods(doc, NEAR)
		self.assertEqual((row.opening, row.sold, row.shrinkage, row.closing), (35, -1, -1, 37))
		settling.check(self.owner, nowdate(), doc)
		self.submit(doc)
		self.assertEqual(doc.status, "Carried Forward")
		self.assertEqual(self.moved(), {"liability": -13_000, "payable": 50_000, "ujrah": 15_000})

	def test_what_was_carried_is_billed_with_the_next(self):
		settling.receive(NEAR, {CRACKERS: 40}, 30)
		self.terms(period_charge=60_000)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 25)
		first = self.submit(self.settle(22))
		self.assertEqual((first.status, first.payable), ("Carried Forward", -10_000))
		self.assertEqual(self.moved(), {"liability": 65_000})
		settling.invoice(NEAR, [(CRACKERS, 10, 13_000)], 15)
		second = self.submit(self.settle())
		self.assertEqual(second.payable, 30_000)
		self.assertEqual(self.moved(), {"payable": 30_000, "ujrah": 165_000})
		second.cancel()
		self.assertEqual(self.moved(), {"liability": 195_000})

	def test_a_correction_upwards_is_charged_to_the_fee(self):
		settling.receive(NEAR, {CRACKERS: 40}, 30)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 25)
		self.submit(self.settle(22))
		settling.change_price(CRACKERS, 11_000, 13_000, 26)
		doc = self.submit(self.settle())
		self.assertEqual(doc.payable, 5_000)
		self.assertEqual(self.moved(), {"payable": 55_000, "ujrah": 10_000})

	def test_taxes_of_the_agreements_template(self):
		tax = frappe.get_doc(
			{
				"doctype": "Account",
				"account_name": "PPN Keluaran Ujrah",
				"company": story.COMPANY,
				"parent_account": frappe.db.get_value(
					"Account", books.account(story.COMPANY, "liability"), "parent_account"
				),
				"account_type": "Tax",
			}
		).insert()
		template = frappe.get_doc(
			{
				"doctype": "Purchase Taxes and Charges Template",
				"title": "PPN atas ujrah",
				"company": story.COMPANY,
				"taxes": [
					{
						"category": "Total",
						"add_deduct_tax": "Deduct",
						"charge_type": "Actual",
						"account_head": books.account(story.COMPANY, "ujrah"),
						"description": "Ujrah",
					},
					{
						"category": "Total",
						"add_deduct_tax": "Deduct",
						"charge_type": "On Previous Row Amount",
						"row_id": 1,
						"account_head": tax.name,
						"rate": 11,
						"description": "PPN 11 %",
					},
				],
			}
		).insert()
		self.terms(taxes_template=template.name)
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 15)
		doc = self.submit(self.settle())
		self.assertEqual(self.moved(), {"payable": 50_000 - 1_650, "ujrah": 15_000})
		self.assertEqual(frappe.db.get_value("Purchase Invoice", doc.purchase_invoice, "grand_total"), 48_350)

	def test_the_invoice_is_cancelled_by_its_settlement_only(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 15)
		doc = self.submit(self.settle())
		with self.assertRaisesRegex(frappe.ValidationError, "Cancel the settlement instead"):
			frappe.get_doc("Purchase Invoice", doc.purchase_invoice).cancel()

	def test_an_invoice_after_a_delivery_note_moves_from_clearing(self):
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.make_customer()
		note = settling._post(
			frappe.get_doc(
				{
					"doctype": "Delivery Note",
					"company": story.COMPANY,
					"customer": settling.CUSTOMER,
					"currency": "IDR",
					"selling_price_list": "Standard Selling",
					"set_posting_time": 1,
					"posting_date": day(15),
					"posting_time": "20:00:00",
					"items": [
						{
							"item_code": CRACKERS,
							"qty": 4,
							"rate": 13_000,
							"warehouse": story.warehouse_of(NEAR),
						}
					],
				}
			)
		)
		first = self.submit(self.settle(12))
		self.assertEqual((first.other_value, first.invoiced_value, first.payable), (52_000, 0, 40_000))
		bill = make_sales_invoice(note.name)
		bill.set_posting_time, bill.posting_date, bill.due_date = 1, day(5), day(5)
		settling._post(bill)
		second = self.settle()
		self.assertEqual((second.other_value, second.invoiced_value, second.payable), (-52_000, 52_000, 0))
		settling.check(self.owner, nowdate(), second)

	def test_accounts_are_made_once_and_can_be_chosen(self):
		company = story.OTHER_COMPANY
		for kind in books.ACCOUNTS:
			frappe.db.set_value("Company", company, books.fieldname(kind), None)
		made = {kind: books.account(company, kind) for kind in books.ACCOUNTS}
		self.assertEqual(made, {kind: books.account(company, kind) for kind in books.ACCOUNTS})
		frappe.db.set_value("Company", company, books.fieldname("ujrah"), made["loss"])
		with self.assertRaisesRegex(frappe.ValidationError, "Choose an account of this company"):
			books.account(company, "ujrah")

	def test_the_account_of_what_is_owed_stays(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 15)
		company = frappe.get_doc("Company", story.COMPANY)
		company.ks212_liability_account = books.account(story.COMPANY, "payable")
		with self.assertRaisesRegex(frappe.ValidationError, "stays the .*Consignment Liability Account"):
			company.save()

	def test_merged_suppliers_have_one_settlement(self):
		settling.receive(NEAR, {CRACKERS: 40, HONEY: 10}, 20)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000), (HONEY, 1, 75_000)], 15)
		self.submit(self.settle(12))
		self.submit(self.settle(12, self.story.other_owner))
		settling.invoice(NEAR, [(CRACKERS, 1, 13_000), (HONEY, 2, 75_000)], 5)
		self.settle()
		self.settle(supplier=self.story.other_owner)
		frappe.rename_doc("Supplier", self.story.other_owner, self.owner, merge=True)
		self.assertEqual(frappe.db.count(settlement.SETTLEMENT, {"supplier": self.owner, "docstatus": 0}), 2)
		doc = self.settle()
		self.assertEqual(doc.payable, 10_000 + 120_000)
		self.assertEqual(frappe.db.count(settlement.SETTLEMENT, {"supplier": self.owner, "docstatus": 0}), 1)
		settling.check(self.owner, nowdate(), doc)
		self.submit(doc)
		self.assertEqual(self.moved(), {"payable": 240_000, "ujrah": 63_000})

	def test_the_report_is_tied_to_the_ledger_on_every_day(self):
		self.terms(fee_basis="Per Cent of the Sale", fee_percent=20)
		settling.receive(NEAR, {CRACKERS: 60, HONEY: 10}, 30)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000), (HONEY, 1, 75_000)], 25)
		settling.sell(NEAR, {CRACKERS: 2}, 24)
		before = self.row()
		self.assertEqual(
			(before.unsettled_invoiced, before.unsettled_other, before.unsettled_owed, before.owed),
			(65_000, 26_000, 72_800, 72_800),
		)
		doc = self.submit(self.settle(20))
		settling.invoice(NEAR, [(CRACKERS, 3, 13_000)], 10)
		self.pay(doc, 50_000)
		row = self.row()
		self.assertEqual(
			(row.unsettled_invoiced, row.unsettled_other, row.unsettled_owed, row.unpaid, row.owed),
			(39_000, 0, 31_200, 22_800, 54_000),
		)
		# Its invoice is of today: until then all of it was unsettled.
		self.assertEqual(self.row(1).unsettled_owed, 72_800 + 31_200)
		self.assertEqual(self.row(1).unpaid, 0)
		for back in (31, 25, 24, 20, 10, 1, 0):
			settling.check_books(day(back))
		doc.reload()
		with self.assertRaisesRegex(frappe.ValidationError, "pays this settlement"):
			doc.cancel()

	def test_what_is_carried_is_in_the_report(self):
		self.terms(period_charge=60_000)
		settling.receive(NEAR, {CRACKERS: 40}, 30)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 25)
		self.submit(self.settle(22))
		row = self.row()
		self.assertEqual(
			(row.unsettled_invoiced, row.unsettled_owed, row.brought_forward, row.owed),
			(65_000, 0, -10_000, -10_000),
		)
		settling.invoice(NEAR, [(CRACKERS, 10, 13_000)], 15)
		self.submit(self.settle())
		row = self.row()
		self.assertEqual((row.unsettled_invoiced, row.brought_forward, row.unpaid), (0, 0, 30_000))
		self.assertEqual(self.row(1).brought_forward, -10_000)
		settling.check_books(nowdate())

	def test_what_somebody_posts_by_hand_shows_as_a_difference(self):
		settling.receive(NEAR, {CRACKERS: 40}, 30)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 25)
		cash = frappe.db.get_value(
			"Account", {"company": story.COMPANY, "account_type": "Cash", "is_group": 0}
		)
		frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"company": story.COMPANY,
				"posting_date": nowdate(),
				"accounts": [
					{"account": cash, "debit_in_account_currency": 7_000},
					{
						"account": books.account(story.COMPANY, "liability"),
						"credit_in_account_currency": 7_000,
					},
				],
			}
		).insert().submit()
		_columns, _rows, message, _chart, summary = self.report(story.ACCOUNTANT)
		self.assertEqual(summary[-1]["value"], -7_000)
		self.assertIn("by hand", message)

	def test_who_reads_the_report(self):
		settling.receive(NEAR, {CRACKERS: 40}, 30)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 25)
		for user in (story.PUSAT, story.ACCOUNTANT, "Administrator"):
			self.assertEqual(len(self.report(user)[1]), 1)
		for user in (umkm_story.OWNER_USER, story.clerk(SHORT), story.manager(umkm_story.COMMUNITY), "Guest"):
			with self.assertRaises(frappe.PermissionError):
				self.report(user)
		with self.assertRaisesRegex(frappe.ValidationError, "Choose a company"):
			report.execute({})

	def report(self, user="Administrator", back=0):
		with story.acting_as(user):
			return report.execute({"company": story.COMPANY, "as_of": day(back), "supplier": self.owner})

	def row(self, back=0):
		return self.report(back=back)[1][0]

	def test_the_statement_prints_for_its_supplier(self):
		settling.receive(NEAR, {CRACKERS: 40}, 20)
		settling.invoice(NEAR, [(CRACKERS, 5, 13_000)], 15)
		doc = self.submit(self.settle())
		arguments = {
			"doctype": settlement.SETTLEMENT,
			"name": doc.name,
			"print_format": "Consignment Statement",
		}
		with story.acting_as(umkm_story.OWNER_USER):
			html = frappe.get_print(**arguments)
			with pdf_assets():
				pdf = frappe.get_print(**arguments, as_pdf=True)
		for word in (doc.name, "Keripik singkong balado", "50.000", doc.purchase_invoice):
			self.assertIn(word, html.replace(",", "."))
		self.assertTrue(pdf.startswith(b"%PDF"))
		for user in (umkm_story.OTHER_OWNER_USER, story.clerk(SHORT)):
			# A document without a print permission "is not found".
			with story.acting_as(user), self.assertRaises(frappe.DoesNotExistError):
				frappe.get_print(**arguments)
