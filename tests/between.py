"""Two legal entities for tests: both companies of the story set up for sales between them, and the goods with
one of them."""

import frappe
from frappe.utils import add_days, today

from ks212_community.api import exchange
from ks212_community.community_network import partners
from tests import story
from tests.flow import FlowTestCase
from tests.story import OIL, OTHER, SHORT


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

	def cost(self, item_code=OIL, outlet=OTHER):
		return frappe.db.get_value(
			"Bin", {"item_code": item_code, "warehouse": story.warehouse_of(outlet)}, "valuation_rate"
		)
