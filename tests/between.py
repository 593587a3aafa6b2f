"""Two legal entities for tests: both companies of the story set up for sales between them, and the goods with
one of them."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt, today

from ks212_community.api import exchange
from ks212_community.community_network import partners
from ks212_community.stock_exchange import loans
from ks212_community.umkm_supply import books
from tests import story
from tests.flow import FlowTestCase, new_key
from tests.story import OIL, OTHER, OTHER_COMPANY, SHORT, clerk

# How long goods are lent.
DAYS = 14


class BetweenTestCase(FlowTestCase):
	"""Both companies of the story are set up, and only OTHER_COMPANY's outlet has the goods."""

	def setUp(self):
		super().setUp()
		self.policy = None
		for company in story.COMPANIES:
			partners.correct_defaults(company)
			partners.make_parties(company)
		partners.make_price_list()
		partners.let_items_repeat()
		for outlet in story.TEST_STOCK:
			if outlet not in (OTHER, SHORT):
				frappe.db.set_value("Outlet", outlet, "status", "Paused")

	def agree(self, **values):
		self.policy = frappe.get_doc(
			{
				"doctype": "Transfer Price Policy",
				"policy_title": "Antar koperasi",
				"basis": "At Cost",
				**values,
			}
		).insert()
		return self.policy

	def rank(self, item_code=OIL, qty=12):
		with story.acting_as(story.clerk(SHORT)):
			rows = exchange.rank_sources(SHORT, item_code, qty, add_days(today(), 3))
		return next(row for row in rows if row["outlet"] == OTHER)

	def promised(self, *items):
		"""A promise of OTHER's that pusat has approved: the two outlets are in different regions."""
		self.ask(*(items or [(OIL, 12)]))
		transfer = self.promise(OTHER)
		if transfer.approval_status == "Pending":
			transfer = self.approve(transfer.name)
		return transfer

	def make_taxes(self, side, company, **row):
		"""The default template of a company that collects VAT."""
		root = "Liability" if side == "Sales" else "Asset"
		account = frappe.get_doc(
			{
				"doctype": "Account",
				"account_name": f"PPN Uji {side}",
				"company": company,
				"parent_account": frappe.db.get_value(
					"Account",
					{"company": company, "root_type": root, "is_group": 1, "parent_account": ["is", "set"]},
				),
				"account_type": "Tax",
			}
		).insert()
		frappe.get_doc(
			{
				"doctype": f"{side} Taxes and Charges Template",
				"title": "PPN Uji",
				"company": company,
				"is_default": 1,
				"taxes": [
					{
						"charge_type": "On Net Total",
						"account_head": account.name,
						"rate": 11,
						"description": "PPN",
						"category": "Total",
						"add_deduct_tax": "Add",
						**row,
					}
				],
			}
		).insert()

	def cost(self, item_code=OIL, outlet=OTHER):
		return frappe.db.get_value(
			"Bin", {"item_code": item_code, "warehouse": story.warehouse_of(outlet)}, "valuation_rate"
		)


class LoanTestCase(BetweenTestCase):
	def setUp(self):
		super().setUp()
		self.agree(
			basis="Loan in Kind", loan_days=DAYS, source_company=OTHER_COMPANY, target_company=story.COMPANY
		)

	def borrowed(self, *items, counts=None):
		"""A loan that was counted in, as pusat sees it."""
		self.promised(*(items or [(OIL, 12)]))
		self.dispatch(OTHER)
		return self.view(self.receive(self.transfer_of(OTHER), counts).name)

	def give_back(self, loan, *items, user=None):
		rows = [{"item_code": item_code, "qty": qty} for item_code, qty in items]
		return self.call(
			user or clerk(SHORT), exchange.give_back, transfer=loan.name, items=rows or None, key=new_key()
		)

	def sent_back(self, loan, *items):
		back = self.give_back(loan, *items)
		return self.call(clerk(SHORT), exchange.dispatch, transfer=back.name, items=None, key=new_key())

	def counted_back(self, back, counts=None):
		"""The lender counts in what comes back."""
		rows = [
			{
				"row": row["row"],
				"received_qty": row["sent_qty"] if counts is None else counts[row["item_code"]],
			}
			for row in back["items"]
		]
		return self.call(clerk(OTHER), exchange.receive, transfer=back.name, items=rows, key=new_key())

	def owed(self, loan):
		return {item: line.owed for (_name, item), line in loans.standing([loan.name]).items()}

	def is_open(self, loan):
		return bool(frappe.db.get_value("Outlet Transfer", loan.name, "loan_open"))

	def account(self, company, kind):
		"""The debit balance of a company's account of goods lent or borrowed."""
		name = books.existing_account(company, kind)
		GL = frappe.qb.DocType("GL Entry")
		rows = (
			frappe.qb.from_(GL)
			.select(Sum(GL.debit - GL.credit))
			.where((GL.account == name) & (GL.is_cancelled == 0))
			.run()
		)
		return flt(rows[0][0], 2)
