import frappe
from frappe.tests.utils import FrappeTestCase

from ks212_community.stock_exchange.states import (
	ACTIONS,
	ENDED,
	INDICATORS,
	MOVED,
	MOVES,
	IllegalMoveError,
	allows,
	next_state,
)


class TestStates(FrappeTestCase):
	"""The table of moves is whole: every state is in it, can be reached, and shows a colour."""

	def test_every_state_of_the_doctype_is_in_the_tables(self):
		states = frappe.get_meta("Outlet Transfer").get_field("status").options.split("\n")
		self.assertEqual(set(MOVES), set(states))
		self.assertEqual(set(INDICATORS), set(states))
		self.assertLessEqual({*ENDED, *MOVED}, set(states))

	def test_every_state_can_be_reached_from_asked(self):
		reached, fresh = set(), {"Asked"}
		while fresh:
			reached |= fresh
			fresh = {state for known in fresh for state in MOVES[known].values()} - reached
		self.assertEqual(reached, set(MOVES))

	def test_every_move_leads_to_a_state(self):
		for moves in MOVES.values():
			self.assertLessEqual(set(moves.values()), set(MOVES))

	def test_every_action_is_possible_somewhere(self):
		moves = {move for state in MOVES.values() for move in state}
		for action, (possible, _sides) in ACTIONS.items():
			if action != "give_back":
				self.assertTrue(moves.intersection(possible), action)

	def test_a_loan_is_given_back_as_long_as_it_is_open(self):
		for state in MOVED:
			for is_open in (0, 1):
				transfer = frappe._dict(status=state, loan_open=is_open)
				self.assertEqual(allows(transfer, "give_back"), bool(is_open))

	def test_a_closed_transfer_goes_nowhere(self):
		for move in ("promise", "dispatch", "receive", "withdraw"):
			self.assertRaises(IllegalMoveError, next_state, "Closed", move)

	def test_goods_that_moved_are_not_withdrawn(self):
		for state in MOVED:
			self.assertRaises(IllegalMoveError, next_state, state, "withdraw")
