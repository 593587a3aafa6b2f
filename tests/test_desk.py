"""The desk of pusat: its workspace, cards, chart and board, as the people who use them."""

import json
from datetime import date
from pathlib import Path

import pytest

import frappe

import ks212_community
from ks212_community import boot, constants
from ks212_community.stock_exchange.dashboard_chart_source.transfers_per_week import transfers_per_week
from ks212_community.stock_exchange.states import INDICATORS, MOVES
from tests import story
from tests.flow import FlowTestCase
from tests.story import NEXT, OIL, SHORT

APP = Path(ks212_community.__file__).resolve().parent


def standard(doctype):
	"""The app's standard documents of a doctype, as their files say."""
	folder = doctype.lower().replace(" ", "_")
	return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(APP.glob(f"*/{folder}/*/*.json"))]


def counting_cards():
	"""The number cards that count documents; the others call a function."""
	return [card for card in standard("Number Card") if card["type"] == "Document Type"]


def names(doctype):
	return {doc["name"] for doc in standard(doctype)}


class TestWorkspace(FlowTestCase):
	def setUp(self):
		super().setUp()
		(self.workspace,) = standard("Workspace")

	def test_it_is_for_pusat_and_accountants(self):
		self.assertEqual(self.workspace["public"], 1)
		roles = {row["role"] for row in self.workspace["roles"]}
		self.assertLessEqual({constants.PUSAT, constants.ACCOUNTANT}, roles)
		self.assertFalse([role for role in roles if constants.ROLES.get(role) == 0], "no portal role")

	def test_whatever_it_links_to_is_there(self):
		reports = names("Report")
		for row in (*self.workspace["links"], *self.workspace["shortcuts"]):
			kind = row.get("link_type") if row["type"] == "Link" else row["type"]
			if kind == "Report":
				self.assertIn(row["link_to"], reports)
			elif kind == "DocType" and row["type"] != "Card Break":
				self.assertTrue(frappe.get_meta(row["link_to"]).name)
			if row.get("kanban_board"):
				self.assertEqual(row["kanban_board"], constants.KANBAN_BOARD)
		self.assertEqual(
			{row["number_card_name"] for row in self.workspace["number_cards"]}, names("Number Card")
		)
		self.assertEqual({row["chart_name"] for row in self.workspace["charts"]}, names("Dashboard Chart"))

	def test_every_block_shows_something_of_its_own(self):
		shown = {
			"shortcut": {row["label"] for row in self.workspace["shortcuts"]},
			"card": {row["label"] for row in self.workspace["links"] if row["type"] == "Card Break"},
			"number_card": {row["label"] for row in self.workspace["number_cards"]},
			"chart": {row["label"] for row in self.workspace["charts"]},
		}
		blocks = json.loads(self.workspace["content"])
		self.assertEqual(len(blocks), len({block["id"] for block in blocks}))
		for kind, labels in shown.items():
			keys = [block["data"][f"{kind}_name"] for block in blocks if block["type"] == kind]
			self.assertEqual(sorted(keys), sorted(labels), kind)

	def test_filters_name_fields_and_states_that_exist(self):
		documents = [(card["document_type"], card["filters_json"]) for card in counting_cards()]
		documents += [
			(row["link_to"], row["stats_filter"])
			for row in self.workspace["shortcuts"]
			if row.get("stats_filter")
		]
		for _doctype, filters in documents:
			for doctype, field, operator, value, *_rest in json.loads(filters):
				docfield = frappe.get_meta(doctype).get_field(field)
				self.assertIsNotNone(docfield, f"{doctype} {field}")
				if docfield.fieldtype == "Select" and operator in ("=", "in"):
					options = docfield.options.split("\n")
					for option in value if isinstance(value, list) else [value]:
						self.assertIn(option, options)


@pytest.mark.erpnext
class TestNumberCards(FlowTestCase):
	def counts(self, user=story.PUSAT):
		from frappe.desk.doctype.number_card.number_card import get_result

		with story.acting_as(user):
			return {
				card["name"]: get_result(
					frappe.get_doc("Number Card", card["name"]).as_json(), self.filters(card["name"])
				)
				for card in counting_cards()
			}

	def filters(self, name):
		return frappe.db.get_value("Number Card", name, "filters_json")

	def test_they_count_what_their_names_say(self):
		before = self.counts()
		self.ask((OIL, 12))
		now = self.counts()
		self.assertEqual(now["Open Requests"], before["Open Requests"] + 1)
		self.assertGreater(now["Waiting for an Answer"], before["Waiting for an Answer"])
		self.promise(NEXT)
		self.dispatch(NEXT)
		self.assertEqual(self.counts()["Transfers in Transit"], before["Transfers in Transit"] + 1)

	def test_what_nobody_has_is_unmet_this_week(self):
		before = self.counts()["Unmet This Week"]
		for outlet in story.outlet_codes("test"):
			if outlet != SHORT:
				story.set_shelf(outlet, {OIL: 0})
		self.ask((OIL, 7))
		self.assertEqual(self.request_view().status, "Unmet")
		self.assertEqual(self.counts()["Unmet This Week"], before + 1)

	def test_the_workspace_opens_for_pusat_and_not_for_the_portal(self):
		from frappe.desk.desktop import get_workspace_sidebar_items

		def pages(user):
			with story.acting_as(user):
				return {page.name for page in get_workspace_sidebar_items()["pages"]}

		self.assertIn("KS212 Community", pages(story.PUSAT))
		self.assertIn("KS212 Community", pages(story.ACCOUNTANT))
		self.assertNotIn("KS212 Community", pages(story.clerk(SHORT)))


class TestChart(FlowTestCase):
	def totals(self):
		with story.acting_as(story.PUSAT):
			data = transfers_per_week.get()
		self.assertEqual(len(data["labels"]), transfers_per_week.WEEKS)
		return {dataset["name"]: sum(dataset["values"]) for dataset in data["datasets"]}

	def test_every_transfer_is_counted_once(self):
		before = self.totals()
		self.ask((OIL, 12))
		asked = len(self.sources())
		self.assertEqual(self.totals()["Under Way"], before["Under Way"] + asked)
		self.promise(NEXT)
		now = self.totals()
		self.assertEqual(now["Under Way"], before["Under Way"] + 1)
		self.assertEqual(now["Not Given"], before["Not Given"] + asked - 1)

	def test_weeks_begin_on_monday_and_every_state_has_its_course(self):
		rows = [
			frappe._dict(asked="2026-11-22 23:59:00", status="Closed", transfers=2),
			frappe._dict(asked="2026-11-23 00:01:00", status="Asked", transfers=1),
			frappe._dict(asked="2026-11-25 10:00:00", status="In Transit", transfers=1),
		]
		self.assertEqual(
			transfers_per_week.count(rows),
			{(date(2026, 11, 16), "Arrived"): 2, (date(2026, 11, 23), "Under Way"): 2},
		)
		for status in MOVES:
			self.assertIn(transfers_per_week.course_of(status), transfers_per_week.COURSES)

	def test_the_portal_is_refused(self):
		for user in (story.clerk(SHORT), story.OUTSIDER, "Guest"):
			with story.acting_as(user), self.assertRaises(frappe.PermissionError):
				transfers_per_week.get()


@pytest.mark.erpnext
class TestBoard(FlowTestCase):
	def drag(self, transfer, to_state):
		"""As the board does it when a card is dropped on another column."""
		from frappe.desk.doctype.kanban_board.kanban_board import update_order_for_single_card

		status = frappe.db.get_value("Outlet Transfer", transfer, "status")
		board = frappe.get_doc("Kanban Board", constants.KANBAN_BOARD)
		for column in board.columns:
			column.order = json.dumps([transfer] if column.column_name == status else [])
		board.save(ignore_permissions=True)
		return self.call(
			story.PUSAT,
			update_order_for_single_card,
			constants.KANBAN_BOARD,
			transfer,
			status,
			to_state,
			0,
			0,
		)

	def test_a_card_cannot_be_dragged_to_another_state(self):
		self.ask((OIL, 12))
		transfer = self.transfer_of(NEXT)
		self.refused("Use its buttons", self.drag, transfer, "Promised")
		self.promise(NEXT)
		self.refused("Use its buttons", self.drag, transfer, "Closed")

	def test_it_has_a_column_for_every_state(self):
		board = frappe.get_doc("Kanban Board", constants.KANBAN_BOARD)
		self.assertEqual([column.column_name for column in board.columns], list(INDICATORS))
		self.assertEqual((board.reference_doctype, board.field_name), ("Outlet Transfer", "status"))
		fields = {field.fieldname for field in frappe.get_meta("Outlet Transfer").fields} | {"name"}
		self.assertLessEqual(set(json.loads(board.fields or "[]")), fields)


class TestBoot(FlowTestCase):
	def test_scripts_learn_the_states_from_the_one_table(self):
		info = frappe._dict()
		boot.boot_session(info)
		self.assertEqual(set(info.ks212_states), set(MOVES))
