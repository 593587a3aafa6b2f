"""What goes wrong between two steps: goods sold, items disabled, dates passed, outlets changed, hands in the
desk."""

from datetime import datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest

import frappe
from frappe.utils import add_days, get_system_timezone, getdate, today

from ks212_community.api import exchange
from ks212_community.network_planning import snapshot
from ks212_community.stock_exchange import deadlines
from tests import story
from tests.flow import FlowTestCase
from tests.story import EGGS, MILK, NEAR, NEXT, OIL, PUSAT, SHORT, clerk


class FaultCase(FlowTestCase):
	"""Documents that a test saves stay in the cache when its transaction is rolled back: they are forgotten
	after it."""

	def setUp(self):
		self.saved = []
		self.addCleanup(self._forget_saved)
		super().setUp()

	def _forget_saved(self):
		for doctype, name in self.saved:
			frappe.clear_document_cache(doctype, name)

	def change(self, doctype, name, **values):
		self.saved.append((doctype, name))
		document = frappe.get_doc(doctype, name)
		document.update(values)
		document.save()


class TestGoods(FaultCase):
	def test_a_promise_does_not_block_the_counter_and_what_is_left_can_be_sent(self):
		self.ask((OIL, 20))
		transfer = self.promise(NEXT, {OIL: 20}).name
		story.sell(NEXT, {OIL: 15})
		self.refused("only 5", self.dispatch, NEXT)
		self.refused("only 5", self.dispatch, NEXT, items=[{"item_code": OIL, "qty": 6}])
		sent = self.dispatch(NEXT, items=[{"item_code": OIL, "qty": 5}])
		self.assertEqual((sent["items"][0]["sent_qty"], sent["items"][0]["refused_qty"]), (5, 15))
		self.assertTrue(self.sources(), "the rest is asked of others")
		self.receive(transfer)

	def test_all_sold_after_the_promise(self):
		self.ask((OIL, 20))
		transfer = self.promise(NEXT, {OIL: 20}).name
		story.sell(NEXT, {OIL: 20})
		self.refused("only 0", self.dispatch, NEXT)
		self.call(clerk(NEXT), exchange.withdraw, transfer=transfer, reason="Terjual habis")
		self.assertTrue(self.sources())
		self.assertEqual(self.promised(NEXT, OIL), 0)

	def test_sold_between_asking_and_answering(self):
		self.ask((OIL, 20))
		story.sell(NEXT, {OIL: 15})
		self.refused("only 5 can be promised", self.promise, NEXT, {OIL: 20})
		self.assertEqual(self.promise(NEXT, {OIL: 5}).status, "Promised")

	def promised(self, outlet, item_code):
		filters = {"warehouse": story.warehouse_of(outlet), "item_code": item_code}
		return frappe.db.get_value("Bin", filters, "ks212_promised_qty")

	def disable(self, item_code, disabled=1):
		self.change("Item", item_code, disabled=disabled)

	def test_an_item_disabled_before_it_is_asked(self):
		self.disable(OIL)
		self.refused("disabled", self.ask, (OIL, 5))
		with story.acting_as(clerk(SHORT)):
			self.assertEqual(exchange.find_item(OIL, SHORT), [])

	def test_an_item_disabled_before_the_answer(self):
		self.ask((OIL, 12))
		self.disable(OIL)
		self.refused("disabled", self.promise, NEXT)

	def test_goods_on_the_road_arrive_though_their_item_was_disabled(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.dispatch(NEXT).name
		self.disable(OIL)
		self.refused("", self.receive, transfer)
		self.disable(OIL, 0)
		self.assertEqual(self.receive(transfer).status, "Received")

	def expire(self, *letters):
		for letter in letters:
			frappe.db.set_value("Batch", f"{MILK}-{letter}", "expiry_date", add_days(today(), -1))

	def test_a_batch_that_expired_after_the_promise_stays(self):
		self.ask((MILK, 10))
		self.promise(NEAR)
		self.expire("B")
		self.refused("have not expired", self.dispatch, NEAR)
		self.refused(
			"has expired", self.dispatch, NEAR, items=[{"item_code": MILK, "qty": 2, "batch_no": f"{MILK}-B"}]
		)

	def test_an_expired_batch_is_no_source(self):
		self.expire("A", "B", "C")
		snapshot.refresh()
		self.ask((MILK, 10))
		self.assertEqual(self.sources(), set())
		self.assertEqual(self.request_view().status, "Unmet")

	def test_a_batch_that_expires_on_the_road_is_received(self):
		self.ask((MILK, 10))
		self.promise(NEAR)
		transfer = self.dispatch(NEAR).name
		self.expire("B")
		self.assertEqual(self.receive(transfer).status, "Received")

	def test_a_batch_expires_at_the_end_of_its_day(self):
		frappe.db.set_value("Batch", f"{MILK}-B", "expiry_date", today())
		self.ask((MILK, 10))
		self.promise(NEAR)
		self.assertEqual(self.dispatch(NEAR).status, "In Transit")


class TestLedger(FaultCase):
	"""ERPNext's own refusals reach the outlet as a clear message, and nothing is half posted."""

	def freeze(self, until):
		frappe.db.set_single_value("Stock Settings", "stock_frozen_upto", until)
		frappe.clear_document_cache("Stock Settings", "Stock Settings")

	@pytest.mark.erpnext
	def test_frozen_stock_is_refused_until_it_thaws(self):
		self.ask((OIL, 12))
		transfer = self.promise(NEXT).name
		self.freeze(today())
		self.refused("frozen", self.dispatch, NEXT)
		self.freeze(add_days(today(), -1))
		self.dispatch(NEXT)
		self.freeze(today())
		self.refused("frozen", self.receive, transfer)
		self.freeze(None)
		self.assertEqual(self.receive(transfer).status, "Received")

	@pytest.mark.erpnext
	def test_a_sale_entered_late_counts_as_one(self):
		self.ask((OIL, 20))
		self.promise(NEXT, {OIL: 20})
		# Goods of the day before yesterday, so that the late sale has something to take from.
		story.stock_up(NEXT, {OIL: 8}, posting_date=add_days(today(), -2))
		story.sell(NEXT, {OIL: 18}, posting_date=add_days(today(), -1))
		self.refused("only 10", self.dispatch, NEXT)
		self.assertEqual(self.dispatch(NEXT, items=[{"item_code": OIL, "qty": 10}]).status, "In Transit")

	@pytest.mark.erpnext
	def test_a_closed_accounting_period_is_refused(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		frappe.get_doc(
			{
				"doctype": "Accounting Period",
				"period_name": "Tutup buku",
				"company": story.COMPANY,
				"start_date": f"{getdate().year}-01-01",
				"end_date": f"{getdate().year}-12-31",
				"closed_documents": [{"document_type": "Stock Entry", "closed": 1}],
			}
		).insert()
		frappe.clear_cache()
		self.refused("", self.dispatch, NEXT)

	def test_no_transit_warehouse(self):
		frappe.db.set_value("Company", story.COMPANY, "default_in_transit_warehouse", None)
		frappe.clear_document_cache("Company", story.COMPANY)
		self.refused("Default In-Transit Warehouse", self.ask, (OIL, 12))
		frappe.clear_document_cache("Company", story.COMPANY)


class TestOutlets(FaultCase):
	"""An outlet changes under a transfer."""

	def other_warehouse(self, company=story.COMPANY):
		root = frappe.db.get_value(
			"Warehouse", {"is_group": 1, "company": company, "parent_warehouse": ("is", "not set")}
		)
		return story.ensure(
			"Warehouse",
			{"warehouse_name": "Gudang Baru", "company": company},
			parent_warehouse=root,
			is_group=0,
		)

	def test_a_warehouse_cannot_change_under_a_promise_or_goods_on_the_road(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		warehouse = self.other_warehouse()
		for outlet in (NEXT, SHORT):
			self.refused("under way", self.change, "Outlet", outlet, warehouse=warehouse)
		transfer = self.dispatch(NEXT).name
		for outlet in (NEXT, SHORT):
			self.refused("under way", self.change, "Outlet", outlet, warehouse=warehouse)
		self.receive(transfer)
		self.change("Outlet", NEXT, warehouse=warehouse)

	def test_an_ask_does_not_outlive_its_warehouse(self):
		self.ask((OIL, 12))
		self.change("Outlet", NEXT, warehouse=self.other_warehouse())
		self.refused("has changed", self.promise, NEXT, {OIL: 12})

	def test_an_ask_does_not_outlive_its_company(self):
		self.ask((OIL, 12))
		self.change(
			"Outlet",
			NEXT,
			company=story.OTHER_COMPANY,
			warehouse=self.other_warehouse(story.OTHER_COMPANY),
			cost_center=None,
		)
		self.refused("has changed", self.promise, NEXT, {OIL: 12})

	def test_the_requesters_new_warehouse_is_not_sent_to_by_mistake(self):
		self.ask((OIL, 12))
		self.change("Outlet", SHORT, warehouse=self.other_warehouse())
		self.refused("has changed", self.promise, NEXT, {OIL: 12})

	def test_a_closed_outlet_promises_and_sends_nothing(self):
		self.ask((OIL, 12))
		self.change("Outlet", NEXT, status="Closed")
		self.refused("has changed", self.promise, NEXT)
		self.change("Outlet", NEXT, status="Active")
		self.promise(NEXT)
		self.change("Outlet", NEXT, status="Closed")
		self.refused("has changed", self.dispatch, NEXT)
		self.call(PUSAT, exchange.withdraw, transfer=self.transfer_of(NEXT), reason="Gerai tutup")

	def test_a_resting_outlet_is_not_asked_and_does_not_ask(self):
		self.change("Outlet", NEXT, status="Paused")
		self.ask((OIL, 400))
		self.assertNotIn(NEXT, self.sources())
		self.change("Outlet", SHORT, status="Paused")
		self.refused("cannot ask", self.ask, (OIL, 5))

	def test_goods_on_the_road_arrive_at_an_outlet_that_rests(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.dispatch(NEXT).name
		self.change("Outlet", SHORT, status="Paused")
		self.assertEqual(self.receive(transfer).status, "Received")

	def test_who_asked_is_remembered_after_they_left(self):
		self.ask((OIL, 12))
		left = [row for row in frappe.get_doc("Outlet", SHORT).users if row.user != clerk(SHORT)]
		self.change("Outlet", SHORT, users=left)
		self.change("User", clerk(SHORT), enabled=0)
		with story.acting_as(story.HEAD):
			request = exchange.get_request(self.request)
		self.assertTrue(request.requested_by_name)
		self.promise(NEXT)
		contacts = {contact["name"] for contact in self.view(self.transfer_of(NEXT)).contacts}
		self.assertNotIn(frappe.utils.get_fullname(clerk(SHORT)), contacts)


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
class TestMidnight:
	def moment(self, zone, hour, minute):
		"""A moment of 24 November by the outlet's clock, in the site's time zone."""
		local = datetime(2026, 11, 24, hour, minute, tzinfo=ZoneInfo(zone))
		return local.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)

	def due(self, zone, hour, minute, hours):
		outlet = frappe.get_doc("Outlet", NEXT)
		outlet.time_zone, outlet.opening_hours = zone, []
		end = deadlines.deadline(outlet, hours, start=self.moment(zone, hour, minute))
		return (
			end.replace(tzinfo=ZoneInfo(get_system_timezone()))
			.astimezone(ZoneInfo(zone))
			.replace(tzinfo=None)
		)

	def test_what_is_asked_at_half_past_eleven_is_due_the_next_day(self, zone):
		opens = deadlines._time(frappe.get_cached_doc("KS212 Settings").opens_at)
		assert self.due(zone, 23, 30, 1) == datetime(2026, 11, 25, opens.hour + 1)

	def test_the_day_turns_at_the_outlets_own_midnight(self, zone):
		assert self.due(zone, 23, 59, 2) == self.due(zone, 0, 1, 2).replace(day=25)


class TestToday(FaultCase):
	def at(self, hour, minute, zone):
		"""Stop the clock at a moment of today by the clock of an outlet in `zone`; return that day."""
		day = getdate(today())
		moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))
		site_time = moment.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)
		for clock in (
			"frappe.utils.data.now_datetime",
			"ks212_community.stock_exchange.deadlines.now_datetime",
		):
			stopped = patch(clock, lambda: site_time)
			stopped.start()
			self.addCleanup(stopped.stop)
		return day

	def ask_by(self, day):
		return self.call(
			clerk(SHORT),
			exchange.create_request,
			outlet=SHORT,
			items=[{"item_code": OIL, "qty": 5}],
			needed_by=str(day),
		)

	def check_day(self, hour, minute, zone):
		self.change("Outlet", SHORT, time_zone=zone)
		day = self.at(hour, minute, zone)
		self.refused("past", self.ask_by, add_days(day, -1))
		request = self.ask_by(day)
		self.assertEqual(request.status, "Open", "asked of others the same day")

	def test_just_before_midnight_in_jakarta(self):
		self.check_day(23, 30, "Asia/Jakarta")

	def test_just_before_midnight_in_makassar(self):
		self.check_day(23, 30, "Asia/Makassar")

	def test_just_before_midnight_in_jayapura(self):
		self.check_day(23, 30, "Asia/Jayapura")

	def test_just_after_midnight_in_jakarta(self):
		self.check_day(0, 30, "Asia/Jakarta")

	def test_just_after_midnight_in_makassar(self):
		self.check_day(0, 30, "Asia/Makassar")

	def test_just_after_midnight_in_jayapura(self):
		self.check_day(0, 30, "Asia/Jayapura")

	def test_goods_needed_today_can_be_sent_tomorrow(self):
		self.ask((OIL, 5), days=0)
		self.promise(NEXT)
		frappe.db.set_value("Inter Outlet Request", self.request, "needed_by", add_days(today(), -1))
		frappe.db.set_value("Outlet Transfer", self.transfer_of(NEXT), "needed_by", add_days(today(), -1))
		self.assertEqual(self.receive(self.dispatch(NEXT).name).status, "Received")


class TestDesk(FaultCase):
	"""Hands in the desk: followed, or refused with the way to go."""

	def in_transit(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		return self.dispatch(NEXT).name

	def test_a_state_cannot_be_dragged(self):
		self.ask((OIL, 12))
		transfer = self.promise(NEXT).name
		for doctype, name, states in (
			("Outlet Transfer", transfer, ("In Transit", "Received", "Closed", "Asked", "Withdrawn")),
			("Outlet Transfer", self.transfer_of(NEAR), ("Promised", "Asked", "Expired")),
			("Inter Outlet Request", self.request, ("Filled", "Cancelled", "Draft", "Unmet")),
		):
			for state in states:
				with self.subTest(doctype=doctype, state=state), story.acting_as(PUSAT):
					document = frappe.get_doc(doctype, name)
					if document.status != state:
						document.status = state
						self.refused("", document.save)

	def test_quantities_cannot_be_typed_over(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		for doctype, name, field in (
			("Outlet Transfer", self.transfer_of(NEXT), "promised_qty"),
			("Outlet Transfer", self.transfer_of(NEXT), "sent_qty"),
			("Outlet Transfer", self.transfer_of(NEAR), "asked_qty"),
			("Inter Outlet Request", self.request, "received_qty"),
			("Inter Outlet Request", self.request, "qty"),
		):
			with self.subTest(doctype=doctype, field=field), story.acting_as(PUSAT):
				document = frappe.get_doc(doctype, name)
				document.items[0].set(field, 7)
				self.refused("", document.save)

	def test_an_ask_is_not_submitted_by_hand(self):
		self.ask((OIL, 12))
		with story.acting_as(PUSAT):
			self.refused("", frappe.get_doc("Outlet Transfer", self.transfer_of(NEXT)).submit)

	def test_approval_is_not_set_by_hand_on_an_ask(self):
		self.ask((OIL, 12))
		with story.acting_as(PUSAT):
			document = frappe.get_doc("Outlet Transfer", self.transfer_of(NEXT))
			document.approval_status = "Approved"
			self.refused("", document.save)

	def test_documents_of_a_transfer_are_not_deleted(self):
		transfer = self.in_transit()
		view = self.view(transfer)
		for doctype, name in (
			("Outlet Transfer", transfer),
			("Inter Outlet Request", self.request),
			("Stock Entry", view.dispatch_entry),
			("Material Request", view.material_request),
		):
			with self.subTest(doctype=doctype):
				self.refused("", frappe.delete_doc, doctype, name)

	def test_decimals_that_cannot_be_counted_are_not_kept(self):
		self.ask((EGGS, 2.5))
		source = sorted(self.sources())[0]
		transfer = self.transfer_of(source)
		self.refused(
			"more than zero",
			self.call,
			PUSAT,
			exchange.rank_sources,
			outlet=SHORT,
			item_code=EGGS,
			qty=1e-9,
			needed_by=today(),
		)
		self.call(
			clerk(source), exchange.answer, transfer=transfer, items=[{"item_code": EGGS, "qty": 1.2345678}]
		)
		self.assertEqual(self.view(transfer)["items"][0]["promised_qty"], 1.234568)
