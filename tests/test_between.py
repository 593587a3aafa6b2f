"""Transfers between outlets of different legal entities: a sale at a price both know, and the same request to
the clerk."""

from unittest.mock import patch

import pytest

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt, getdate, today

from ks212_community import uninstall
from ks212_community.api import companies, exchange
from ks212_community.community_network import partners
from ks212_community.constants import LEDGER_USER, NETWORK_PRICE_LIST, PARTNER_GROUP
from ks212_community.network_planning import snapshot
from ks212_community.permissions import companies_of
from ks212_community.stock_exchange import gathering, prices
from ks212_community.stock_exchange.posting import ledger
from ks212_community.stock_exchange.report.inter_entity_balance import inter_entity_balance as balance
from tests import story
from tests.between import BetweenTestCase
from tests.flow import new_key
from tests.story import MILK, OIL, OTHER, OTHER_COMPANY, RICE, SHORT, SUGAR
from tests.test_bad_input import NO_TEXT, TOO_LONG, UNKNOWN, UNSTORABLE


class TestPrices(BetweenTestCase):
	def test_without_a_policy_the_source_is_shown_with_the_reason(self):
		row = self.rank()
		self.assertFalse(row["askable"])
		self.assertIn("No price is agreed", row["reason"])
		self.assertTrue(row["phone"])

	def test_a_company_that_is_not_set_up_is_not_asked(self):
		self.agree()
		party = partners.party_of("Supplier", OTHER_COMPANY)
		frappe.db.set_value("Supplier", party, "disabled", 1)
		self.assertIn("is not set up", self.rank()["reason"])

	def test_the_requester_sees_the_price_and_who_pays_the_transport(self):
		self.agree(basis="Cost Plus", percent=10, transport_paid_by="Source")
		row = self.rank()
		self.assertEqual(flt(row["price"], 2), flt(self.cost() * 1.1, 2))
		self.assertEqual((row["askable"], row["transport_paid_by"]), (True, "Source"))
		self.assertNotIn("policy", row)

	def test_retail_less_and_its_ceiling(self):
		retail = frappe.db.get_value(
			"Item Price", {"item_code": OIL, "price_list": "Standard Selling"}, "price_list_rate"
		)
		self.agree(basis="Retail Less", percent=10, retail_price_list="Standard Selling")
		self.assertEqual(flt(self.rank()["price"], 2), flt(retail * 0.9, 2))
		self.policy.update({"basis": "Cost Plus", "percent": 900, "ceiling_percent": 95}).save()
		self.assertEqual(flt(self.rank()["price"], 2), flt(retail * 0.95, 2))

	def test_a_price_that_is_over_or_somebodys_own_is_nobody_elses(self):
		key = {"item_code": OIL, "price_list": "Standard Selling"}
		retail = frappe.db.get_value("Item Price", key, "price_list_rate")
		customer = partners.party_of("Customer", story.COMPANY)
		for values in (
			{"valid_from": add_days(today(), -2), "valid_upto": add_days(today(), -1)},
			{"valid_from": today(), "customer": customer},
			{"valid_from": add_days(today(), 1)},
		):
			frappe.get_doc({"doctype": "Item Price", **key, "price_list_rate": 1000, **values}).insert()
		self.agree(basis="Retail Less", percent=10, retail_price_list="Standard Selling")
		self.assertEqual(flt(self.rank()["price"], 2), flt(retail * 0.9, 2))

	def test_the_policies_are_read_once_for_all_lines_of_a_request(self):
		self.agree()
		with patch.object(prices, "policies_in_force", wraps=prices.policies_in_force) as read:
			self.ask((OIL, 12), (RICE, 2), (SUGAR, 4))
		self.assertEqual((self.sources(), read.call_count), ({OTHER}, 1))

	def test_a_reason_does_not_tell_what_the_price_rests_on(self):
		self.agree(basis="Retail Less", percent=10, retail_price_list="Standard Selling")
		frappe.db.delete("Item Price", {"item_code": OIL, "price_list": "Standard Selling"})
		self.assertEqual(self.rank()["reason"], f"{OTHER_COMPANY} cannot name a price for it yet.")

	def test_the_most_specific_policy_in_force_wins(self):
		region = frappe.db.get_value("Outlet", OTHER, "region")
		self.agree(policy_title="network")
		regional = self.agree(policy_title="region", region="All Territories")
		pair = self.agree(
			policy_title="pair", source_company=OTHER_COMPANY, target_company=story.COMPANY, percent=5
		)
		source = frappe._dict(company=OTHER_COMPANY, region=region)

		def best():
			return prices.Terms(frappe.get_doc("Outlet", SHORT)).policy(source).name

		self.assertEqual(best(), pair.name)
		pair.update({"valid_to": add_days(today(), -1), "valid_from": add_days(today(), -9)}).save()
		self.assertEqual(best(), regional.name)
		regional.update({"disabled": 1}).save()
		self.assertEqual(best(), frappe.db.get_value("Transfer Price Policy", {"policy_title": "network"}))

	def test_a_policy_that_makes_no_sense_is_refused(self):
		for values, message in (
			({"source_company": OTHER_COMPANY}, "both companies"),
			({"source_company": OTHER_COMPANY, "target_company": OTHER_COMPANY}, "Inside a company"),
			(
				{"source_company": OTHER_COMPANY, "target_company": story.COMPANY, "region": "Bogor"},
				"not for both",
			),
			({"basis": "Retail Less", "percent": 5}, "Retail Price List"),
			({"basis": "Retail Less", "percent": 101, "retail_price_list": "Standard Selling"}, "Per Cent"),
			({"ceiling_percent": -1}, "Ceiling"),
			({"valid_from": today(), "valid_to": add_days(today(), -1)}, "Valid To"),
		):
			with self.subTest(message):
				self.refused(message, self.agree, **values)

	def test_goods_kept_at_no_value_are_not_sold(self):
		self.agree()
		frappe.db.set_value(
			"Bin", {"item_code": OIL, "warehouse": story.warehouse_of(OTHER)}, "valuation_rate", 0
		)
		self.assertIn("cannot name a price for it yet", self.rank()["reason"])

	def test_the_price_of_the_ask_is_fixed_by_the_promise(self):
		self.agree(basis="Cost Plus", percent=10)
		self.ask((OIL, 12))
		self.assertEqual(self.sources(), {OTHER})
		price = flt(self.cost() * 1.1, 2)
		for outlet in (OTHER, SHORT):
			view = self.view(self.transfer_of(OTHER), story.clerk(outlet))
			self.assertEqual(view["items"][0]["price"], price)
			self.assertNotIn("transfer_value", view)
		self.policy.update({"percent": 50}).save()
		view = self.promise(OTHER)
		self.assertEqual((view["items"][0]["price"], view.goods_price), (price, flt(12 * price, 2)))


class TestOnTheWay(BetweenTestCase):
	def test_a_company_buys_from_a_pair_that_first_trades(self):
		self.agree()
		self.promised()
		for doctype, company, other in (
			("Customer", story.COMPANY, OTHER_COMPANY),
			("Supplier", OTHER_COMPANY, story.COMPANY),
		):
			allowed = frappe.get_all(
				"Allowed To Transact With",
				filters={
					"parenttype": doctype,
					"parent": partners.party_of(doctype, company),
					"company": other,
				},
			)
			self.assertEqual(len(allowed), 1)


@pytest.mark.erpnext
class TestSale(BetweenTestCase):
	"""The documents of both companies."""

	def setUp(self):
		super().setUp()
		self.agree(basis="Cost Plus", percent=10)
		# As ERPNext's own set-up makes them; a site of tests alone has none.
		for party_type, account_type in (("Customer", "Receivable"), ("Supplier", "Payable")):
			story.ensure("Party Type", party_type, party_type=party_type, account_type=account_type)

	def invoices(self, how):
		frappe.db.set_single_value("KS212 Settings", "company_invoices", how)
		frappe.clear_document_cache("KS212 Settings", "KS212 Settings")

	def sold(self, *items):
		self.promised(*items)
		return self.dispatch(OTHER)

	def books(self, company, account_type=None, **filters):
		"""The balance (debit) of a company in what this test posted, by account type or party."""
		GL = frappe.qb.DocType("GL Entry")
		Account = frappe.qb.DocType("Account")
		query = (
			frappe.qb.from_(GL)
			.inner_join(Account)
			.on(Account.name == GL.account)
			.select(Sum(GL.debit - GL.credit))
			.where((GL.company == company) & (GL.is_cancelled == 0))
		)
		if account_type:
			query = query.where(Account.account_type == account_type)
		for field, value in filters.items():
			query = query.where(GL[field] == value)
		return flt(query.run()[0][0], 2)

	def balances(self):
		return {
			"receivable": self.books(OTHER_COMPANY, "Receivable"),
			"payable": -self.books(story.COMPANY, "Payable"),
			"unbilled": -self.books(story.COMPANY, "Stock Received But Not Billed"),
			"seller": self.books(OTHER_COMPANY),
			"buyer": self.books(story.COMPANY),
		}

	def assert_owed(self, before, amount):
		after = self.balances()
		for side in ("receivable", "payable"):
			self.assertEqual(flt(after[side] - before[side], 2), flt(amount, 2), side)
		self.assertEqual(after["unbilled"], before["unbilled"])
		self.assertEqual((after["seller"], after["buyer"]), (0, 0))

	def test_the_whole_sale_with_submitted_invoices(self):
		self.invoices("Submitted")
		before, stock = self.balances(), story.on_hand(OTHER, OIL)
		transfer = self.receive(self.sold().name)
		view = self.view(transfer.name)
		self.assertEqual(transfer.status, "Received")
		self.assertEqual((story.on_hand(OTHER, OIL), story.on_hand(SHORT, OIL)), (stock - 12, 12))
		self.assert_owed(before, view.goods_price)
		for doctype, name in (
			("Sales Invoice", view.sales_invoice),
			("Purchase Invoice", view.purchase_invoice),
		):
			self.assertEqual(flt(frappe.db.get_value(doctype, name, "net_total"), 2), view.goods_price)
		self.assertEqual(frappe.db.get_value("Purchase Receipt", view.purchase_receipt, "per_billed"), 100)
		self.assertEqual(frappe.db.get_value("Delivery Note", view.delivery_note, "per_billed"), 100)
		self.assertEqual(flt(self.cost(OIL, SHORT), 2), flt(view["items"][0]["price"], 2))

	def test_the_balance_ties_to_both_ledgers(self):
		self.invoices("Submitted")
		sent = self.sold((OIL, 12), (SUGAR, 10))
		price = {row["item_code"]: row["price"] for row in sent["items"]}

		def pair():
			_columns, rows = balance.execute({"company": OTHER_COMPANY})
			return next(row for row in rows if row.creditor == OTHER_COMPANY)

		self.assertEqual(pair().on_the_way, flt(12 * price[OIL] + 10 * price[SUGAR], 2))
		transfer = self.receive(sent.name, {OIL: 9})
		owed = flt(9 * price[OIL] + 10 * price[SUGAR], 2)
		row = pair()
		self.assertEqual((row.receivable, row.payable, row.difference), (owed, owed, 0))
		self.assertEqual((row.age_0, row.on_the_way), (owed, flt(3 * price[OIL], 2)))
		self.settle(transfer.name, "Return to Source")
		self.assertEqual((pair().receivable, pair().on_the_way), (owed, 0))
		user = TestRights.limit(self, story.COMPANY)
		with story.acting_as(user):
			self.assertEqual((pair().payable, pair().receivable, pair().difference), (owed, None, None))
		frappe.clear_cache(user=user)

	def test_mutual_debts_are_set_off_in_both_books(self):
		self.invoices("Submitted")
		self.receive(self.sold().name)
		self.request = None
		story.stock_up(SHORT, {RICE: 10})
		story.set_shelf(OTHER, {RICE: 0})
		self.ask((RICE, 2), outlet=OTHER)
		transfer = self.promise(SHORT)
		if transfer.approval_status == "Pending":
			self.approve(transfer.name)
		view = self.receive(self.dispatch(SHORT).name)
		smaller = self.view(view.name).goods_price
		before = self.balances()
		arguments = {"company": OTHER_COMPANY, "other": story.COMPANY, "key": new_key()}
		with story.acting_as(story.ACCOUNTANT):
			result = companies.net_debts(**arguments)
			self.assertEqual(companies.net_debts(**arguments), result)
		self.assertEqual((result.get("amount"), len(result.get("entries"))), (smaller, 2))
		after = self.balances()
		for side in ("receivable", "payable"):
			self.assertEqual(flt(before[side] - after[side], 2), smaller)
		_columns, rows = balance.execute({"company": OTHER_COMPANY})
		self.assertEqual([row.difference for row in rows], [0] * len(rows))
		with story.acting_as(story.ACCOUNTANT):
			self.refused(
				"do not owe each other",
				companies.net_debts,
				company=OTHER_COMPANY,
				other=story.COMPANY,
				key=new_key(),
			)

	def test_taxes_are_each_companys_own_template(self):
		self.make_taxes("Sales", OTHER_COMPANY)
		self.make_taxes("Purchase", story.COMPANY)
		self.invoices("Submitted")
		before = self.balances()
		view = self.view(self.receive(self.sold().name, {OIL: 10}).name)
		price = 10 * view["items"][0]["price"]
		for doctype, field in (("Sales Invoice", "sales_invoice"), ("Purchase Invoice", "purchase_invoice")):
			doc = frappe.get_doc(doctype, view[field])
			self.assertEqual((flt(doc.net_total, 2), len(doc.taxes)), (flt(price, 2), 1), doctype)
			self.assertEqual(flt(doc.taxes[0].tax_amount, 2), flt(price * 0.11, 2))
		self.assert_owed(before, price * 1.11)
		self.settle(view.name, "Return to Source")

	def test_a_sale_to_another_company_is_no_demand_of_customers(self):
		def demand():
			snapshot.refresh()
			return frappe.db.get_value(
				"Outlet Item Snapshot", {"outlet": OTHER, "item_code": OIL}, "daily_demand"
			)

		before = demand()
		self.sold()
		self.assertEqual(demand(), before)

	def test_drafts_are_left_to_the_accountants(self):
		before = self.balances()
		view = self.view(self.receive(self.sold().name).name)
		self.assertEqual(frappe.db.get_value("Sales Invoice", view.sales_invoice, "docstatus"), 0)
		self.assertEqual(self.balances()["receivable"], before["receivable"])
		with story.acting_as("Administrator"):
			frappe.get_doc("Sales Invoice", view.sales_invoice).submit()
			frappe.get_doc("Purchase Invoice", view.purchase_invoice).submit()
		self.assert_owed(before, view.goods_price)

	def gathered(self):
		"""Two transfers counted in last month, the settings gathering by month; return their views."""
		frappe.db.set_single_value("KS212 Settings", "invoices_gathered", "Each Month")
		self.invoices("Submitted")
		views = []
		for item_code in (OIL, SUGAR):
			view = self.view(self.receive(self.sold((item_code, 4)).name, {item_code: 3}).name)
			self.assertFalse(view.sales_invoice or view.purchase_invoice)
			views.append(view)
		return views

	def following(self, months):
		"""The first day of a month to come."""
		day = getdate(today())
		for _month in range(months):
			day = getdate(add_days(gathering.last_day(day), 1))
		return day

	def next_month(self):
		return patch.object(gathering, "today", lambda: str(self.following(1)))

	def test_a_months_transfers_are_billed_together_once(self):
		before = self.balances()
		views = self.gathered()
		gathering.run()
		self.assertFalse(self.view(views[0].name).sales_invoice, "this month is not over")
		with self.next_month(), patch.object(frappe.db, "commit"):
			gathering.run()
			views = [self.view(view.name) for view in views]
			gathering.run()
		self.assertEqual(
			[(view.sales_invoice, view.purchase_invoice) for view in views],
			[(views[0].sales_invoice, views[0].purchase_invoice)] * 2,
		)
		for doctype, name in (
			("Sales Invoice", views[0].sales_invoice),
			("Purchase Invoice", views[0].purchase_invoice),
		):
			doc = frappe.get_doc(doctype, name)
			self.assertEqual({row.item_code: row.qty for row in doc.items}, {OIL: 3, SUGAR: 3})
			self.assertEqual(
				(doc.docstatus, str(doc.posting_date)), (1, str(gathering.last_day(getdate(today()))))
			)
		self.assert_owed(before, sum(3 * view["items"][0]["price"] for view in views))
		self.assertEqual(gathering.unbilled(self.following(2)), {})

	def test_a_receipt_billed_with_others_is_not_taken_back(self):
		views = self.gathered()
		self.invoices("Draft")
		with self.next_month(), patch.object(frappe.db, "commit"):
			gathering.run()
		views = [self.view(view.name) for view in views]
		with story.acting_as("Administrator"):
			receipt = frappe.get_doc("Purchase Receipt", views[0].purchase_receipt)
			self.refused("bills these goods", receipt.cancel)
			frappe.delete_doc("Purchase Invoice", views[0].purchase_invoice)
			frappe.delete_doc("Sales Invoice", views[0].sales_invoice)
		for view in views:
			view = self.view(view.name)
			self.assertFalse(view.sales_invoice or view.purchase_invoice)

	def test_what_an_accountant_billed_by_hand_is_not_gathered(self):
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

		views = self.gathered()
		with story.acting_as("Administrator"):
			invoice = make_sales_invoice(views[0].delivery_note)
			invoice.insert()
		self.assertEqual(self.view(views[0].name).sales_invoice, invoice.name)
		self.assertEqual(
			[names for names in gathering.unbilled(self.following(2)).values()], [[views[1].name]]
		)

	def test_a_pair_that_fails_is_logged_and_left(self):
		views = self.gathered()
		before = frappe.db.count("Error Log")
		with (
			self.next_month(),
			patch.object(frappe.db, "commit"),
			patch.object(frappe.db, "rollback"),
			patch.object(gathering, "gather", side_effect=frappe.ValidationError("closed")),
		):
			gathering.run()
		self.assertEqual(frappe.db.count("Error Log"), before + 1)
		self.assertFalse(self.view(views[0].name).sales_invoice)

	def test_no_invoices_where_the_accountants_make_them(self):
		self.invoices("None")
		view = self.view(self.receive(self.sold().name).name)
		self.assertTrue(view.purchase_receipt)
		self.assertFalse(view.sales_invoice or view.purchase_invoice)

	def test_only_what_was_counted_is_billed_and_the_rest_is_returned(self):
		self.invoices("Submitted")
		before, stock = self.balances(), story.on_hand(OTHER, OIL)
		transfer = self.receive(self.sold((OIL, 12), (SUGAR, 10)).name, {OIL: 9})
		self.assertEqual(transfer.status, "Discrepancy")
		price = {row["item_code"]: row["price"] for row in transfer["items"]}
		self.settle(transfer.name, "Return to Source")
		self.assertEqual(story.on_hand(OTHER, OIL), stock - 9)
		self.assert_owed(before, 9 * price[OIL] + 10 * price[SUGAR])

	def test_what_is_lost_is_the_sellers(self):
		self.invoices("Submitted")
		before, stock = self.balances(), story.on_hand(OTHER, OIL)
		transfer = self.receive(self.sold().name, {OIL: 10}, damaged={OIL: 2})
		view = self.view(self.settle(transfer.name, "Write Off").name)
		self.assertTrue(view.return_note and view.settlement_entry)
		self.assertEqual(story.on_hand(OTHER, OIL), stock - 12)
		self.assert_owed(before, 10 * view["items"][0]["price"])
		self.assertEqual(frappe.db.get_value("Stock Entry", view.settlement_entry, "company"), OTHER_COMPANY)

	def test_nothing_came_at_all(self):
		transfer = self.receive(self.sold().name, {OIL: 0})
		view = self.view(self.settle(transfer.name, "Return to Source").name)
		self.assertEqual(view.status, "Closed")
		self.assertFalse(view.purchase_receipt or view.sales_invoice)

	def test_surplus_is_a_second_sale_at_the_same_price(self):
		self.invoices("Submitted")
		before = self.balances()
		transfer = self.receive(self.sold().name, {OIL: 14})
		self.settle(transfer.name, "Dispatch Surplus")
		second = frappe.db.get_value("Outlet Transfer", {"surplus_of": transfer.name})
		self.dispatch(OTHER)
		view = self.receive(second)
		self.assertEqual(view.status, "Received")
		self.assert_owed(before, 14 * view["items"][0]["price"])

	def test_batches_keep_their_names_on_the_way(self):
		story.stock_up(OTHER, {MILK: {f"{MILK}-A": 5}})
		transfer = self.sold((MILK, 8))
		sent = {row["batch_no"]: row["sent_qty"] for row in transfer["items"]}
		self.assertEqual(sent, {f"{MILK}-A": 5, f"{MILK}-B": 3})
		counts = [
			{"row": row["row"], "received_qty": row["sent_qty"] - (row["batch_no"] == f"{MILK}-A")}
			for row in transfer["items"]
		]
		transfer = self.call(story.clerk(SHORT), exchange.receive, transfer=transfer.name, items=counts)
		self.assertEqual(self.settle(transfer.name, "Return to Source").status, "Closed")
		self.assertEqual(story.on_hand(SHORT, MILK), 7)

	def test_the_desk_takes_it_back_step_by_step(self):
		view = self.view(self.receive(self.sold().name).name)
		with story.acting_as("Administrator"):
			note = frappe.get_doc("Delivery Note", view.delivery_note)
			self.refused("Cancel the receipt", note.cancel)
			frappe.get_doc("Purchase Receipt", view.purchase_receipt).cancel()
		self.fingerprint()
		self.assertEqual(self.view(view.name).status, "In Transit")
		self.assertFalse(frappe.db.exists("Sales Invoice", view.sales_invoice))
		with story.acting_as("Administrator"):
			frappe.get_doc("Delivery Note", view.delivery_note).cancel()
		self.fingerprint()
		self.assertEqual(self.view(view.name).status, "Promised")
		self.dispatch(OTHER)
		self.assertEqual(self.receive(view.name).status, "Received")

	def test_a_billed_receipt_is_not_cancelled(self):
		self.invoices("Submitted")
		view = self.view(self.receive(self.sold().name).name)
		with story.acting_as("Administrator"):
			receipt = frappe.get_doc("Purchase Receipt", view.purchase_receipt)
			self.refused("Cancel it first", receipt.cancel)
			frappe.get_doc("Purchase Invoice", view.purchase_invoice).cancel()
			frappe.get_doc("Sales Invoice", view.sales_invoice).cancel()
			self.assertFalse(frappe.db.get_value("Outlet Transfer", view.name, "sales_invoice"))
			frappe.get_doc("Purchase Receipt", view.purchase_receipt).cancel()
		self.assertEqual(self.view(view.name).status, "In Transit")

	def test_a_hand_made_receipt_or_return_is_refused(self):
		from erpnext.stock.doctype.delivery_note.delivery_note import (
			make_inter_company_purchase_receipt,
			make_sales_return,
		)

		view = self.view(self.sold().name)
		with story.acting_as("Administrator"):
			for mapper in (make_inter_company_purchase_receipt, make_sales_return):
				doc = mapper(view.delivery_note)
				for row in doc.items:
					row.warehouse = row.warehouse or story.warehouse_of(SHORT)
				self.refused("belong to Outlet Transfer", doc.insert)

	def test_settled_goods_stay_settled(self):
		transfer = self.receive(self.sold().name, {OIL: 9})
		view = self.view(self.settle(transfer.name, "Return to Source").name)
		with story.acting_as("Administrator"):
			self.refused("has been settled", frappe.get_doc("Delivery Note", view.return_note).cancel)
			self.refused("has been settled", frappe.get_doc("Purchase Receipt", view.purchase_receipt).cancel)

	def test_a_promise_between_companies_can_be_withdrawn(self):
		self.ask((OIL, 12))
		self.promise(OTHER)
		transfer = self.call(
			story.clerk(OTHER), exchange.withdraw, transfer=self.transfer_of(OTHER), reason="Terjual"
		)
		self.assertEqual(transfer.status, "Withdrawn")


class TestSeam(BetweenTestCase):
	def test_the_request_comes_as_far_as_the_promise_everywhere(self):
		"""Without a general ledger the dispatch says plainly why it goes no further."""
		self.agree()
		self.promised()
		try:
			with story.acting_as(story.clerk(OTHER)):
				view = exchange.dispatch(self.transfer_of(OTHER), None, "test-key-between-dispatch")
		except frappe.ValidationError as error:
			self.assertIn("on a bench only", str(error))
		else:
			self.assertEqual(view.status, "In Transit")
		self.fingerprint()


class TestRights(BetweenTestCase):
	def limit(self, company):
		"""An accountant who may see one company's books alone."""
		user = story.make_user(
			f"akuntan.lain@{story.DOMAIN}", "Akuntan Lain", ["KS212 Accountant"], login="akuntanlain"
		)
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": "Company", "for_value": company}
		).insert(ignore_permissions=True)
		return user

	def seen(self, user, transfer):
		with story.acting_as(user):
			return transfer in frappe.get_list("Outlet Transfer", pluck="name", limit=0)

	def test_an_accountant_of_one_company_sees_nothing_of_anothers(self):
		self.agree()
		transfer = self.promised().name
		self.assertIsNone(companies_of("Outlet Transfer", story.ACCOUNTANT))
		self.assertTrue(self.seen(story.ACCOUNTANT, transfer))
		for company, sees in ((OTHER_COMPANY, True), (story.COMPANY, False)):
			with self.subTest(company):
				frappe.db.savepoint("limited")
				user = self.limit(company)
				self.assertEqual(companies_of("Outlet Transfer", user), [company])
				self.assertEqual(self.seen(user, transfer), sees)
				if not sees:
					with story.acting_as(user):
						self.refused(
							"belongs to other outlets",
							exchange.get_transfer,
							transfer,
							exception=frappe.PermissionError,
						)
				frappe.db.rollback(save_point="limited")
				frappe.clear_cache(user=user)

	def test_bad_companies_are_refused(self):
		good = {"company": OTHER_COMPANY, "other": story.COMPANY}
		for name in good:
			for value in (*NO_TEXT, *UNKNOWN, *UNSTORABLE, *TOO_LONG, None, "", "   "):
				with self.subTest(f"{name}: {str(value)[:40]}"), story.acting_as(story.ACCOUNTANT):
					with self.assertRaises(frappe.ValidationError) as caught:
						frappe.call(companies.net_debts, **{**good, name: value, "key": new_key()})
					self.assertTrue(str(caught.exception).strip())
		with story.acting_as(story.ACCOUNTANT):
			self.refused(
				"Name two companies", companies.net_debts, **{**good, "other": OTHER_COMPANY}, key=new_key()
			)

	def test_only_accountants_of_both_companies_set_debts_off(self):
		limited = self.limit(OTHER_COMPANY)
		for user in (story.clerk(OTHER), story.manager("Depok 3"), "Guest", limited):
			with self.subTest(user), story.acting_as(user):
				self.assertRaises(
					frappe.PermissionError,
					companies.net_debts,
					company=OTHER_COMPANY,
					other=story.COMPANY,
					key=new_key(),
				)
		frappe.clear_cache(user=limited)


class TestSetUp(BetweenTestCase):
	def community(self):
		return frappe.get_doc("Community", frappe.db.get_value("Outlet", OTHER, "community"))

	def test_who_may_not_write_communities_may_not_set_up_a_company(self):
		for user in (story.clerk(OTHER), story.ACCOUNTANT, "Guest"):
			with self.subTest(user), story.acting_as(user):
				self.assertRaises(frappe.PermissionError, self.community().set_up_company)

	def test_setting_up_again_changes_nothing(self):
		def counted():
			return [frappe.db.count(name) for name in ("Company", "Customer", "Supplier", "Warehouse")]

		community = self.community()
		first = partners.set_up(community.name)
		before = counted()
		self.assertEqual(partners.set_up(community.name), first)
		self.assertEqual((first["company"], counted()), (OTHER_COMPANY, before))
		self.assertIn(OTHER_COMPANY, partners.ready_companies())

	def test_an_outlet_with_stock_stays_where_it_is(self):
		community = frappe.get_doc("Community", frappe.db.get_value("Outlet", SHORT, "community"))
		community.update({"company": OTHER_COMPANY}).save()
		result = partners.set_up(community.name)
		self.assertIn("has stock", result["refused"][SHORT])
		self.assertEqual(frappe.db.get_value("Outlet", SHORT, "company"), story.COMPANY)
		self.assertIn(SHORT, frappe.db.get_value("Community", community.name, "setup_note"))

	def test_an_empty_outlet_moves_into_the_company(self):
		community = frappe.get_doc("Community", frappe.db.get_value("Outlet", SHORT, "community"))
		for outlet in frappe.get_all("Outlet", filters={"community": community.name}, pluck="name"):
			story.set_shelf(outlet, dict.fromkeys(story.TEST_ITEMS, 0))
		community.update({"company": OTHER_COMPANY}).save()
		result = partners.set_up(community.name)
		self.assertIn(SHORT, result["moved"])
		outlet = frappe.get_doc("Outlet", SHORT)
		self.assertEqual(outlet.company, OTHER_COMPANY)
		self.assertEqual(frappe.db.get_value("Warehouse", outlet.warehouse, "company"), OTHER_COMPANY)
		self.assertEqual(frappe.db.get_value("Cost Center", outlet.cost_center, "company"), OTHER_COMPANY)


class TestUninstall(BetweenTestCase):
	def test_unused_groups_go(self):
		for doctype in ("Customer", "Supplier"):
			self.assertTrue(frappe.db.exists(f"{doctype} Group", PARTNER_GROUP))
		uninstall.remove_network_parties()
		for doctype in ("Customer", "Supplier"):
			# The companies' own parties are in it.
			self.assertTrue(frappe.db.exists(f"{doctype} Group", PARTNER_GROUP))
			frappe.db.set_value(
				doctype, {"represents_company": ["is", "set"]}, f"{doctype.lower()}_group", None
			)
		uninstall.remove_network_parties()
		for doctype, name in (
			("Customer Group", PARTNER_GROUP),
			("Supplier Group", PARTNER_GROUP),
		):
			self.assertFalse(frappe.db.exists(doctype, name), doctype)


@pytest.mark.erpnext
class TestUninstallOfBooks(BetweenTestCase):
	def test_the_price_list_goes_where_no_document_names_it(self):
		for doctype in ("Delivery Note", "Sales Invoice"):
			frappe.db.set_value(
				doctype, {"selling_price_list": NETWORK_PRICE_LIST}, "selling_price_list", None
			)
		for doctype in ("Purchase Receipt", "Purchase Invoice"):
			frappe.db.set_value(doctype, {"buying_price_list": NETWORK_PRICE_LIST}, "buying_price_list", None)
		frappe.db.savepoint("before_the_sale")
		self.agree()
		self.promised()
		self.dispatch(OTHER)
		uninstall.remove_price_list()
		self.assertTrue(frappe.db.exists("Price List", NETWORK_PRICE_LIST))
		frappe.db.rollback(save_point="before_the_sale")
		self.request = None
		uninstall.remove_price_list()
		self.assertFalse(frappe.db.exists("Price List", NETWORK_PRICE_LIST))

	def test_the_user_of_the_postings_stays_while_a_journal_entry_names_it(self):
		company = frappe.get_doc("Company", OTHER_COMPANY)
		accounts = (company.stock_adjustment_account, company.default_expense_account)
		entry = ledger.shift(OTHER_COMPANY, "Uji", *accounts, 1000, company.cost_center)
		self.assertEqual(frappe.db.get_value("Journal Entry", entry, "owner"), LEDGER_USER)
		with patch.object(uninstall, "CUSTOM_FIELDS", {}):
			uninstall.remove_ledger_user()
			self.assertEqual(frappe.get_doc("User", LEDGER_USER).roles, [])
			frappe.db.set_value("Journal Entry", {"owner": LEDGER_USER}, "owner", "Administrator")
			uninstall.remove_ledger_user()
		self.assertFalse(frappe.db.exists("User", LEDGER_USER))


@pytest.mark.erpnext
class TestNewCompany(BetweenTestCase):
	def test_the_indonesian_chart_gets_its_defaults_right(self):
		community = frappe.get_doc("Community", frappe.db.get_value("Outlet", OTHER, "community"))
		community.update({"company": None}).save()
		result = partners.set_up(community.name, "Koperasi Uji Bogor", "KUB")
		company = frappe.get_doc("Company", result["company"])
		self.assertEqual(company.default_currency, "IDR")
		self.assertIn("Hutang Dagang Dalam Negeri", company.default_payable_account)
		self.assertIn("Piutang Dagang", company.default_receivable_account)
		self.assertEqual(
			frappe.db.get_value("Account", company.default_expense_account, "root_type"), "Expense"
		)
		self.assertTrue(company.default_in_transit_warehouse and company.stock_received_but_not_billed)
		self.assertIn(OTHER, result["refused"])
