"""The register of transfers: what it shows, for whom, and that its value in transit is the ledger's."""

import pytest

import frappe
from frappe.utils import add_days, add_to_date, flt, now_datetime, today

from ks212_community.stock_exchange.report.inter_outlet_transfer_register import (
	inter_outlet_transfer_register as register,
)
from tests import story
from tests.flow import FlowTestCase
from tests.story import FAR, MILK, NEAR, NEXT, OIL, SHORT, SUGAR


class RegisterTestCase(FlowTestCase):
	def run_report(self, user=story.ACCOUNTANT, **filters):
		with story.acting_as(user):
			return register.execute(filters)

	def rows(self, **filters):
		return self.run_report(**filters)[1]

	def rows_of(self, transfer, **filters):
		return [row for row in self.rows(**filters) if row.transfer == transfer]

	def assert_agrees_with_the_ledger(self, *items):
		"""What the report says is in transit is what ERPNext's bins of the transit warehouse say."""
		transit = frappe.db.get_value("Company", story.COMPANY, "default_in_transit_warehouse")
		for item_code in items:
			rows = self.rows(item_code=item_code, company=story.COMPANY)
			bin_row = frappe.db.get_value(
				"Bin",
				{"item_code": item_code, "warehouse": transit},
				["actual_qty", "stock_value"],
				as_dict=True,
			)
			self.assertEqual(
				flt(sum(row.in_transit_qty + row.missing_qty for row in rows), 3), flt(bin_row.actual_qty, 3)
			)
			self.assertAlmostEqual(
				sum(row.value_in_transit for row in rows), flt(bin_row.stock_value), delta=1
			)


class TestLedger(RegisterTestCase):
	def test_value_in_transit_is_the_ledgers_through_dispatch_shortage_and_settlement(self):
		self.ask((OIL, 12), (SUGAR, 6))
		self.promise(NEXT)
		transfer = self.dispatch(NEXT).name
		self.assertGreater(sum(row.value_in_transit for row in self.rows_of(transfer)), 0)
		self.assert_agrees_with_the_ledger(OIL, SUGAR)
		self.receive(transfer, {OIL: 9}, damaged={OIL: 1})
		oil, sugar = self.rows_of(transfer)
		self.assertEqual((oil.in_transit_qty, oil.missing_qty), (0, 3))
		self.assertGreater(oil.value_in_transit, 0, "what is missing lies in transit until it is settled")
		self.assertEqual(sugar.value_in_transit, 0)
		self.assert_agrees_with_the_ledger(OIL, SUGAR)
		self.settle(transfer, "Write Off")
		oil, _sugar = self.rows_of(transfer)
		self.assertEqual((oil.written_off_qty, oil.value_in_transit), (3, 0))
		self.assert_agrees_with_the_ledger(OIL, SUGAR)

	def test_a_shared_transit_warehouse_averages_and_the_sum_still_agrees(self):
		story.set_shelf(NEAR, {OIL: 0})
		self.stock_up_at(NEAR, OIL, 30, rate=90000)
		self.ask((OIL, 25))
		self.promise(NEAR, {OIL: 10})
		self.promise(NEXT, {OIL: 10})
		dear, cheap = self.dispatch(NEAR).name, self.dispatch(NEXT).name
		rates = [self.rows_of(transfer)[0].rate for transfer in (dear, cheap)]
		values = [self.rows_of(transfer)[0].value_in_transit for transfer in (dear, cheap)]
		self.assertNotEqual(*rates)
		self.assertEqual(*values, "a unit in one warehouse is worth the same wherever it came from")
		self.assert_agrees_with_the_ledger(OIL)
		self.receive(dear)
		self.assert_agrees_with_the_ledger(OIL)

	def stock_up_at(self, outlet, item_code, qty, rate):
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": "Material Receipt",
				"company": story.COMPANY,
				"items": [
					{
						"item_code": item_code,
						"qty": qty,
						"t_warehouse": story.warehouse_of(outlet),
						"basic_rate": rate,
						"cost_center": frappe.db.get_value("Outlet", outlet, "cost_center"),
					}
				],
			}
		)
		entry.insert()
		entry.submit()


class TestRows(RegisterTestCase):
	def test_a_line_a_row_with_its_quantities(self):
		self.ask((OIL, 12), (SUGAR, 6))
		transfer = self.transfer_of(NEXT)
		self.promise(NEXT, {OIL: 10, SUGAR: 6})
		oil, sugar = self.rows_of(transfer)
		self.assertEqual(
			(oil.item_code, oil.asked_qty, oil.promised_qty, oil.in_transit_qty), (OIL, 12, 10, 0)
		)
		self.assertEqual(
			(sugar.request, sugar.target_outlet, sugar.status), (self.request, SHORT, "Promised")
		)
		self.dispatch(NEXT)
		self.receive(transfer, {OIL: 11})
		oil, _sugar = self.rows_of(transfer)
		self.assertEqual((oil.sent_qty, oil.received_qty, oil.surplus_qty), (10, 10, 1))

	def test_batches_are_rows_of_their_own(self):
		story.stock_up(NEAR, {MILK: {f"{MILK}-A": 5}})
		self.ask((MILK, 8))
		self.promise(NEAR)
		transfer = self.dispatch(NEAR).name
		rows = self.rows_of(transfer)
		self.assertEqual(sum(row.sent_qty for row in rows), 8)
		self.assertEqual(len(rows), len({row["batch_no"] for row in self.view(transfer)["items"]}))

	def test_filters_choose(self):
		self.ask((OIL, 12), (SUGAR, 6))
		transfer = self.transfer_of(NEXT)
		self.assertTrue(
			self.rows_of(transfer, company=story.COMPANY, source_outlet=NEXT, target_outlet=SHORT)
		)
		self.assertEqual({row.item_code for row in self.rows_of(transfer, item_code=SUGAR)}, {SUGAR})
		self.assertTrue(self.rows_of(transfer, status="Asked", from_date=today(), to_date=today()))
		for other in (
			{"company": story.OTHER_COMPANY},
			{"source_outlet": FAR},
			{"target_outlet": NEAR},
			{"status": "Closed"},
			{"from_date": add_days(today(), 1)},
			{"to_date": add_days(today(), -1)},
			{"in_transit_only": 1},
		):
			self.assertEqual(self.rows_of(transfer, **other), [], other)

	def test_dates_that_are_swapped_are_refused(self):
		with self.assertRaises(frappe.ValidationError):
			self.rows(from_date=today(), to_date=add_days(today(), -1))

	def test_days_in_state_count_from_the_step_that_led_to_it(self):
		self.ask((OIL, 12))
		transfer = self.transfer_of(NEXT)
		for event in frappe.get_all("Outlet Transfer Event", filters={"transfer": transfer}, pluck="name"):
			frappe.db.set_value("Outlet Transfer Event", event, "at", add_to_date(now_datetime(), days=-3))
		self.assertEqual(self.rows_of(transfer)[0].days_in_state, 3)
		self.promise(NEXT)
		self.assertEqual(self.rows_of(transfer)[0].days_in_state, 0)

	def test_quantities_are_totalled_for_one_item_only(self):
		def totalled(**filters):
			return {
				column["fieldname"]
				for column in self.run_report(**filters)[0]
				if not column.get("disable_total")
			}

		self.assertNotIn("sent_qty", totalled())
		self.assertIn("sent_qty", totalled(item_code=OIL))
		self.assertIn("value_in_transit", totalled())

	def test_the_summary_says_what_is_on_the_road_and_late(self):
		def figures():
			return [figure["value"] for figure in self.run_report()[4]]

		value, open_ones, late, discrepancies = figures()
		self.ask((OIL, 12))
		transfer = self.transfer_of(NEXT)
		self.promise(NEXT)
		self.dispatch(NEXT)
		frappe.db.set_value("Outlet Transfer", transfer, "deadline", add_to_date(now_datetime(), hours=-1))
		now = figures()
		self.assertGreater(now[0], value)
		self.assertEqual(now[1:], [open_ones + 1, late + 1, discrepancies])
		self.receive(transfer, {OIL: 10})
		self.assertEqual(figures()[1:], [open_ones + 1, late, discrepancies + 1])

	def test_the_chart_compares_requesters(self):
		def row(name, value):
			return frappe._dict(target_name=name, value_in_transit=value)

		self.assertIsNone(register.chart([row("A", 100), row("A", 50), row("B", 0)]))
		data = register.chart([row("A", 100), row("B", 300), row("A", 50)])["data"]
		self.assertEqual(data["labels"], ["B", "A"])
		self.assertEqual(data["datasets"][0]["values"], [300, 150])


@pytest.mark.erpnext
class TestRights(RegisterTestCase):
	"""As the desk runs it: Frappe checks the report's roles."""

	def run_in_the_desk(self, user):
		from frappe.desk.query_report import run

		with story.acting_as(user):
			return run("Inter Outlet Transfer Register", filters={}, ignore_prepared_report=True)

	def test_pusat_and_accountants_run_it(self):
		self.ask((OIL, 12))
		for user in (story.PUSAT, story.ACCOUNTANT):
			result = self.run_in_the_desk(user)
			self.assertTrue(result["add_total_row"])
			self.assertIn(
				self.request, {row.get("request") for row in result["result"] if isinstance(row, dict)}
			)

	def test_people_of_the_portal_are_refused(self):
		for user in (story.clerk(SHORT), story.OUTSIDER, story.UMKM, "Guest"):
			with self.assertRaises(frappe.PermissionError):
				self.run_in_the_desk(user)
