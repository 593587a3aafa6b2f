"""Serial numbers that go from one company to another, sold or lent: the same ones, and the missing one comes
back."""

import pytest

import frappe

from ks212_community.api import exchange
from tests import story
from tests.between import BetweenTestCase
from tests.flow import new_key
from tests.story import COMPANY, OTHER, OTHER_COMPANY, SHORT, STOVE, clerk

TERMS = {
	"Sale": {"basis": "At Cost"},
	"Loan": {
		"basis": "Loan in Kind",
		"loan_days": 7,
		"source_company": OTHER_COMPANY,
		"target_company": COMPANY,
	},
}


@pytest.mark.erpnext
class TestSerialNumbers(BetweenTestCase):
	def setUp(self):
		super().setUp()
		story.make_serial_item()
		story.stock_up(OTHER, {STOVE: 5})
		self.numbers = self.numbers_at(OTHER)

	def numbers_at(self, outlet):
		return frappe.get_all(
			"Serial No",
			filters={"item_code": STOVE, "warehouse": story.warehouse_of(outlet)},
			pluck="name",
			order_by="name",
		)

	def sent(self, terms, chosen):
		self.agree(**TERMS[terms])
		self.promised((STOVE, len(chosen)))
		return self.dispatch(OTHER, items=[{"item_code": STOVE, "qty": len(chosen), "serial_no": chosen}])

	def count(self, transfer, user, arrived):
		items = [{"row": transfer["items"][0]["row"], "received_qty": len(arrived), "serial_no": arrived}]
		return self.call(user, exchange.receive, transfer=transfer.name, items=items)

	def test_named_ones_go_and_the_missing_one_comes_back(self):
		for terms in TERMS:
			with self.subTest(terms):
				frappe.db.savepoint("terms")
				chosen, before = self.numbers[1:4], self.numbers_at(SHORT)
				transfer = self.sent(terms, chosen)
				self.assertEqual(transfer["items"][0]["serial_no"].split("\n"), chosen)
				transfer = self.count(transfer, clerk(SHORT), chosen[:2])
				self.assertEqual(transfer.status, "Discrepancy")
				self.settle(transfer.name, "Return to Source")
				self.assertEqual(self.numbers_at(SHORT), sorted([*before, *chosen[:2]]))
				self.assertIn(chosen[2], self.numbers_at(OTHER))
				frappe.db.rollback(save_point="terms")
				self.request = None

	def test_one_that_was_lost_is_nowhere(self):
		chosen = self.numbers[:2]
		transfer = self.count(self.sent("Sale", chosen), clerk(SHORT), chosen[:1])
		self.settle(transfer.name, "Write Off")
		self.assertFalse(frappe.db.get_value("Serial No", chosen[1], "warehouse"))

	def test_what_was_lent_comes_back_by_number(self):
		chosen = self.numbers[:2]
		loan = self.count(self.sent("Loan", chosen), clerk(SHORT), chosen)
		back = self.call(clerk(SHORT), exchange.give_back, transfer=loan.name, items=None, key=new_key())
		row = back["items"][0]["row"]
		back = self.call(
			clerk(SHORT),
			exchange.dispatch,
			transfer=back.name,
			items=[{"row": row, "qty": 2, "serial_no": chosen}],
			key=new_key(),
		)
		self.count(back, clerk(OTHER), chosen)
		self.assertEqual(self.numbers_at(OTHER), self.numbers)
		self.assertFalse(frappe.db.get_value("Outlet Transfer", loan.name, "loan_open"))
