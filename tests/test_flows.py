"""The main flow with every branch, walked by the people who take its steps; invariants are checked after
each."""

import frappe
from frappe.utils import add_days, add_to_date, flt, now_datetime, today

from ks212_community.api import exchange
from ks212_community.network_planning import snapshot
from ks212_community.stock_exchange import deadlines
from ks212_community.stock_exchange.states import IllegalMoveError
from tests import story
from tests.flow import FlowTestCase
from tests.story import BREAD, DC, FAR, MILK, NEAR, NEXT, OIL, OTHER, SHORT, SOUTH, STORE, SUGAR, WEST


class TestAsking(FlowTestCase):
	def test_one_item_from_the_nearest_that_has_it(self):
		before = {outlet: story.on_hand(outlet, OIL) for outlet in (SHORT, NEXT)}
		request = self.ask((OIL, 1, "Dus"))
		self.assertEqual(request.status, "Open")
		self.assertEqual(request["items"][0]["stock_qty"], 12)
		self.assertEqual(len(self.sources()), 3)
		transfer = self.promise(NEXT)
		self.assertEqual((transfer.status, transfer.approval_status), ("Promised", "Approved"))
		self.assertEqual(len(self.sources("Withdrawn")), 2, "the others are released")
		self.assertEqual(self.sources(), set())
		transfer = self.dispatch(NEXT, driver_name="Sopir", vehicle_no="B 212 KS")
		self.assertEqual(transfer.status, "In Transit")
		transfer = self.receive(transfer.name)
		self.assertEqual(transfer.status, "Received")
		self.assertEqual(self.request_view().status, "Filled")
		self.assertEqual(story.on_hand(SHORT, OIL), before[SHORT] + 12)
		self.assertEqual(story.on_hand(NEXT, OIL), before[NEXT] - 12)

	def test_no_more_sources_than_the_setting_are_asked_at_once(self):
		frappe.db.set_single_value("KS212 Settings", "ask_at_once", 2)
		frappe.clear_document_cache("KS212 Settings", "KS212 Settings")
		self.ask((OIL, 5))
		self.assertEqual(len(self.sources()), 2)

	def test_part_promises_add_up_and_the_first_win(self):
		self.ask((OIL, 25))
		first, second, third = sorted(self.sources())
		self.promise(first, {OIL: 10})
		self.assertEqual(self.sources(), {second, third})
		self.promise(second, {OIL: 9})
		self.assertEqual(self.view(self.transfer_of(third))["items"][0]["open_qty"], 6)
		self.promise(third, {OIL: 6})
		self.assertEqual(self.request_view()["items"][0]["promised_qty"], 25)

	def test_more_than_is_still_asked_cannot_be_promised(self):
		self.ask((OIL, 12))
		first, second, _third = sorted(self.sources())
		self.promise(first, {OIL: 10})
		self.refused("only 2", self.promise, second, {OIL: 3})

	def test_a_refusal_goes_to_the_next_source_by_itself(self):
		self.ask((OIL, 12))
		asked = self.sources()
		refusing = sorted(asked)[0]
		transfer = self.decline(refusing)
		self.assertEqual((transfer.status, transfer.reason), ("Declined", "Stok untuk pelanggan sendiri"))
		self.assertEqual(len(self.sources()), 3)
		self.assertNotIn(refusing, self.sources())
		self.assertTrue(self.sources() - asked)

	def test_a_refusal_needs_a_reason(self):
		self.ask((OIL, 12))
		self.refused("Say why", self.decline, sorted(self.sources())[0], reason=None)

	def test_a_wrong_refusal_can_be_taken_back_while_the_need_is_open(self):
		self.ask((OIL, 12))
		source = sorted(self.sources())[0]
		transfer = self.decline(source)
		self.assertIn("answer", self.view(transfer.name, story.clerk(source)).actions)
		transfer = self.call(
			story.clerk(source),
			exchange.answer,
			transfer=transfer.name,
			items=[{"item_code": OIL, "qty": 12}],
		)
		self.assertEqual(transfer.status, "Promised")
		self.assertEqual(self.sources(), set())

	def test_several_lines_make_one_transfer_a_source(self):
		self.ask((OIL, 6), (SUGAR, 10))
		for source in self.sources():
			self.assertEqual(
				frappe.db.count("Outlet Transfer", {"request": self.request, "source_outlet": source}), 1
			)
		both = [source for source in self.sources() if len(self.view(self.transfer_of(source))["items"]) == 2]
		self.assertTrue(both)
		self.promise(both[0], {OIL: 6})
		self.assertEqual(len(self.view(self.transfer_of(both[0]))["items"]), 2)
		self.assertTrue(self.sources(), "the second line is still asked of others")

	def test_what_nobody_has_is_kept_as_unmet(self):
		request = self.ask((OIL, 5), outlet=SHORT)
		while self.sources():
			self.decline(sorted(self.sources())[0])
		request = self.request_view()
		self.assertEqual(request.status, "Unmet")
		self.assertEqual(request["items"][0]["unmet_qty"], 5)
		self.assertIn("cancel", request.actions)

	def test_an_outlet_of_another_company_is_shown_and_not_asked(self):
		with story.acting_as(story.clerk(SHORT)):
			ranked = exchange.rank_sources(SHORT, OIL, 12, add_days(today(), 3))
		others = {row["outlet"]: row for row in ranked if not row["askable"]}
		self.assertEqual(set(others), {OTHER})
		self.assertTrue(others[OTHER]["phone"])
		self.assertTrue(all(row["phone"] is None for row in ranked if row["askable"]))
		self.ask((OIL, 400))
		while self.sources():
			self.decline(sorted(self.sources())[0])
		self.assertNotIn(OTHER, self.sources("Declined"))

	def test_the_dc_and_a_community_store_are_sources_like_any_outlet(self):
		self.ask((OIL, 600))
		asked = set()
		while self.sources():
			source = sorted(self.sources())[0]
			asked.add(source)
			self.decline(source)
		self.assertLessEqual({DC, STORE, NEAR}, asked)

	def test_safety_stock_stays_with_the_source(self):
		frappe.get_doc(
			{
				"doctype": "Outlet Item Snapshot",
				"name": f"{NEXT}/{OIL}",
				"outlet": NEXT,
				"warehouse": story.warehouse_of(NEXT),
				"item_code": OIL,
				"daily_demand": 5,
			}
		).insert(ignore_permissions=True, ignore_if_duplicate=True)
		frappe.db.set_value("Outlet Item Snapshot", f"{NEXT}/{OIL}", "daily_demand", 5)
		self.ask((OIL, 20))
		while NEXT not in self.sources():
			self.decline(sorted(self.sources())[0])
		# 20 on hand - 3 safety days x 5 a day
		self.assertEqual(self.view(self.transfer_of(NEXT), story.clerk(NEXT))["items"][0]["free_qty"], 5)
		self.refused("only 5", self.promise, NEXT, {OIL: 6})
		self.promise(NEXT, {OIL: 5})

	def test_two_requests_cannot_be_promised_the_same_goods(self):
		self.ask((OIL, 20))
		self.promise(NEXT, {OIL: 15})
		self.ask((OIL, 20), outlet=NEAR)
		while NEXT not in self.sources():
			self.decline(sorted(self.sources())[0])
		self.refused("only 5", self.promise, NEXT, {OIL: 6})
		self.promise(NEXT, {OIL: 5})

	def test_a_draft_of_the_desk_asks_when_told_to(self):
		with story.acting_as(story.PUSAT):
			request = frappe.get_doc(
				{
					"doctype": "Inter Outlet Request",
					"outlet": SHORT,
					"needed_by": add_days(today(), 2),
					"items": [{"item_code": OIL, "qty": 4}],
				}
			).insert()
			self.request = request.name
			self.assertEqual((request.status, self.sources()), ("Draft", set()))
			request.ask()
		self.assertEqual(len(self.sources()), 3)
		self.assertEqual(self.request_view().status, "Open")


class TestWithdrawing(FlowTestCase):
	def test_released_sources_are_asked_again_when_the_promise_falls_away(self):
		self.ask((OIL, 12), (SUGAR, 10))
		asked = self.sources()
		promised = self.promise(NEXT)
		released = self.sources("Withdrawn")
		self.assertTrue(released)
		self.call(story.clerk(NEXT), exchange.withdraw, transfer=promised.name, reason="Salah tekan")
		self.assertLessEqual(asked - {NEXT}, self.sources())
		for source in self.sources():
			self.assertEqual(
				frappe.db.count("Outlet Transfer", {"request": self.request, "source_outlet": source}), 1
			)

	def test_the_source_takes_its_promise_back(self):
		self.ask((OIL, 12))
		promised = self.promise(NEXT)
		transfer = self.call(
			story.clerk(NEXT), exchange.withdraw, transfer=promised.name, reason="Salah tekan"
		)
		self.assertEqual(transfer.status, "Withdrawn")
		self.assertEqual(
			frappe.db.get_value("Material Request", {"ks212_outlet_transfer": promised.name}, "docstatus"), 2
		)
		self.assertTrue(self.sources(), "the need goes to the next sources")
		again = self.call(
			story.clerk(NEXT), exchange.answer, transfer=promised.name, items=[{"item_code": OIL, "qty": 12}]
		)
		self.assertEqual((again.status, again.approval_status), ("Promised", "Approved"))
		self.dispatch(NEXT)

	def test_the_requester_withdraws_one_ask(self):
		self.ask((OIL, 12))
		source = sorted(self.sources())[0]
		transfer = self.call(
			story.clerk(SHORT), exchange.withdraw, transfer=self.transfer_of(source), reason="Terlalu jauh"
		)
		self.assertEqual(transfer.status, "Withdrawn")

	def test_nothing_is_withdrawn_once_it_has_moved(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.dispatch(NEXT)
		self.refused(
			"no longer possible",
			self.call,
			story.clerk(NEXT),
			exchange.withdraw,
			transfer=transfer.name,
			reason="Salah",
			exception=IllegalMoveError,
		)

	def test_a_request_is_cancelled_with_its_asks_and_promises(self):
		self.ask((OIL, 25))
		self.promise(NEXT, {OIL: 10})
		request = self.call(
			story.clerk(SHORT), exchange.cancel_request, request=self.request, reason="Sudah dikirim DC"
		)
		self.assertEqual((request.status, request.cancel_reason), ("Cancelled", "Sudah dikirim DC"))
		self.assertEqual(self.sources() | self.sources("Promised"), set())
		transfer = self.transfer_of(NEXT)
		self.assertEqual(self.view(transfer, story.clerk(NEXT)).actions, [])
		self.refused(
			"taken back",
			self.call,
			story.clerk(NEXT),
			exchange.answer,
			transfer=transfer,
			items=[{"item_code": OIL, "qty": 1}],
		)

	def test_a_request_with_goods_on_the_road_is_not_cancelled(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		self.dispatch(NEXT)
		self.refused(
			"under way",
			self.call,
			story.clerk(SHORT),
			exchange.cancel_request,
			request=self.request,
			reason="Tidak jadi",
		)

	def test_what_came_before_a_cancellation_counts(self):
		self.ask((OIL, 25))
		self.promise(NEXT, {OIL: 10})
		transfer = self.dispatch(NEXT)
		self.receive(transfer.name)
		request = self.call(
			story.clerk(SHORT), exchange.cancel_request, request=self.request, reason="Cukup sudah"
		)
		self.assertEqual(request.status, "Partly Filled")
		self.assertEqual(request["items"][0]["unmet_qty"], 0)
		self.assertEqual(request.actions, [])

	def test_pusat_cancels_a_promise_in_the_desk(self):
		self.ask((OIL, 12))
		promised = self.promise(NEXT)
		with story.acting_as(story.PUSAT):
			frappe.get_doc("Outlet Transfer", promised.name).cancel()
		self.assertEqual(frappe.db.get_value("Outlet Transfer", promised.name, "status"), "Withdrawn")
		self.assertTrue(self.sources())
		self.fingerprint()

	def test_a_cancel_in_the_desk_is_refused_once_goods_moved(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.dispatch(NEXT)
		with story.acting_as(story.PUSAT):
			self.refused("have moved", frappe.get_doc("Outlet Transfer", transfer.name).cancel)
			forged = frappe.get_doc("Outlet Transfer", transfer.name)
			forged.status = "Promised"
			self.refused("have moved", forged.cancel)


class TestApproval(FlowTestCase):
	def ask_for_much(self):
		"""A promise from another region: pusat must approve it."""
		self.ask((MILK, 40))
		transfer = self.promise(SOUTH)
		self.assertEqual((transfer.status, transfer.approval_status), ("Promised", "Pending"))
		return transfer

	def test_another_region_waits_for_pusat(self):
		transfer = self.ask_for_much()
		self.refused(
			"not approved",
			self.call,
			story.clerk(SOUTH),
			exchange.dispatch,
			transfer=transfer.name,
			items=None,
		)
		approved = self.approve(transfer.name)
		self.assertEqual(approved.approval_status, "Approved")
		self.assertTrue(approved.material_request)
		self.dispatch(SOUTH)

	def test_a_value_above_the_limit_waits_for_pusat(self):
		frappe.db.set_single_value("KS212 Settings", "approval_value", 1000)
		frappe.clear_document_cache("KS212 Settings", "KS212 Settings")
		self.ask((OIL, 12))
		self.assertEqual(self.promise(NEXT).approval_status, "Pending")

	def test_pusat_rejects_with_a_reason_and_the_next_are_asked(self):
		transfer = self.ask_for_much()
		rejected = self.call(
			story.PUSAT, exchange.reject, transfer=transfer.name, reason="Terlalu mahal di jalan"
		)
		self.assertEqual((rejected.status, rejected.approval_status), ("Declined", "Rejected"))
		self.assertEqual(rejected.reason, "Terlalu mahal di jalan")
		self.assertTrue(self.sources())
		self.assertNotIn("answer", self.view(transfer.name, story.clerk(SOUTH)).actions)

	def test_a_clerk_cannot_approve(self):
		transfer = self.ask_for_much()
		self.refused(
			"pusat",
			self.call,
			story.clerk(SOUTH),
			exchange.approve,
			transfer=transfer.name,
			exception=frappe.PermissionError,
		)

	def test_the_workflow_in_the_desk_does_the_same(self):
		from frappe.model.workflow import apply_workflow

		transfer = self.ask_for_much()
		with story.acting_as(story.PUSAT):
			apply_workflow(frappe.get_doc("Outlet Transfer", transfer.name), "Approve")
		view = self.view(transfer.name)
		self.assertEqual([event["action"] for event in view.events], ["ask", "promise", "approve"])
		self.dispatch(SOUTH)

	def test_nobody_sets_the_state_by_hand(self):
		transfer = self.ask_for_much()
		with story.acting_as(story.PUSAT):
			doc = frappe.get_doc("Outlet Transfer", transfer.name)
			doc.status = "Closed"
			self.refused("Use its buttons", doc.save)
			self.ask((OIL, 12), user=story.PUSAT)
			doc = frappe.get_doc("Outlet Transfer", self.transfer_of(sorted(self.sources())[0]))
			doc.status = "Closed"
			self.refused("Use its buttons", doc.save)


class TestGoods(FlowTestCase):
	def on_the_road(self, qty=12):
		self.ask((OIL, qty))
		self.promise(NEXT)
		return self.dispatch(NEXT, driver_name="Sopir", driver_phone="0860000001", handover="Fetch")

	def test_who_drives_and_both_phones_are_seen_after_the_promise(self):
		self.ask((OIL, 12))
		self.assertEqual(self.view(self.transfer_of(NEXT), story.clerk(NEXT)).contacts, [])
		self.promise(NEXT)
		transfer = self.view(self.transfer_of(NEXT), story.clerk(SHORT))
		self.assertEqual({contact["outlet"] for contact in transfer.contacts}, {NEXT, SHORT})
		self.assertTrue(all(contact["wa"].startswith("https://wa.me/62860") for contact in transfer.contacts))
		transfer = self.dispatch(NEXT, driver_name="Sopir", handover="Fetch", vehicle_no="B 1 K")
		self.assertEqual((transfer.driver_name, transfer.handover), ("Sopir", "Fetch"))

	def test_less_is_sent_than_promised_and_the_rest_is_asked_of_others(self):
		self.ask((OIL, 12))
		promised = self.promise(NEXT)
		transfer = self.dispatch(NEXT, items=[{"item_code": OIL, "qty": 7}])
		self.assertEqual(transfer["items"][0]["sent_qty"], 7)
		self.assertEqual(transfer["items"][0]["refused_qty"], 5)
		self.assertTrue(self.sources())
		self.assertEqual(
			frappe.db.get_value("Material Request", {"ks212_outlet_transfer": promised.name}, "status"),
			"Stopped",
		)
		self.receive(transfer.name)

	def test_more_than_promised_cannot_be_sent(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		self.refused("Send that or less", self.dispatch, NEXT, items=[{"item_code": OIL, "qty": 13}])

	def test_goods_sold_after_the_promise_cannot_be_sent(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		story.sell(NEXT, {OIL: 15})
		self.refused("only 5", self.dispatch, NEXT)
		transfer = self.dispatch(NEXT, items=[{"item_code": OIL, "qty": 5}])
		self.assertEqual(transfer["items"][0]["sent_qty"], 5)

	def test_a_shortage_goes_back_to_the_source(self):
		before = story.on_hand(NEXT, OIL)
		transfer = self.receive(self.on_the_road().name, {OIL: 9})
		self.assertEqual(transfer.status, "Discrepancy")
		self.assertEqual(transfer["items"][0]["missing_qty"], 3)
		self.assertEqual(self.view(transfer.name).settle_actions, ["Return to Source", "Write Off"])
		transfer = self.settle(transfer.name, "Return to Source")
		self.assertEqual((transfer.status, transfer["items"][0]["returned_qty"]), ("Closed", 3))
		self.assertEqual(story.on_hand(NEXT, OIL), before - 9)
		self.assertTrue(self.sources(), "what did not come is asked of others")

	def test_damaged_goods_are_written_off(self):
		transfer = self.receive(self.on_the_road().name, {OIL: 10}, damaged={OIL: 2})
		self.assertEqual(transfer.status, "Discrepancy")
		self.assertEqual((transfer["items"][0]["missing_qty"], transfer["items"][0]["damaged_qty"]), (2, 2))
		transfer = self.settle(transfer.name, "Write Off")
		self.assertEqual((transfer.status, transfer["items"][0]["written_off_qty"]), ("Closed", 2))

	def test_nothing_came_at_all(self):
		transfer = self.receive(self.on_the_road().name, {OIL: 0})
		self.assertEqual((transfer.status, transfer["items"][0]["missing_qty"]), ("Discrepancy", 12))
		self.assertEqual(self.settle(transfer.name, "Return to Source").status, "Closed")

	def test_surplus_is_booked_by_a_second_dispatch(self):
		transfer = self.receive(self.on_the_road().name, {OIL: 14})
		self.assertEqual(transfer.status, "Discrepancy")
		self.assertEqual((transfer["items"][0]["received_qty"], transfer["items"][0]["surplus_qty"]), (12, 2))
		transfer = self.settle(transfer.name, "Dispatch Surplus")
		self.assertEqual(transfer.status, "Closed")
		second = frappe.db.get_value("Outlet Transfer", {"surplus_of": transfer.name})
		self.assertEqual(self.view(second).status, "Promised")
		self.dispatch(NEXT)
		self.assertEqual(self.receive(second).status, "Received")
		self.assertEqual(story.on_hand(SHORT, OIL), 14)

	def test_surplus_goes_back_unbooked(self):
		transfer = self.receive(self.on_the_road().name, {OIL: 14})
		transfer = self.settle(transfer.name, "Return Surplus")
		self.assertEqual(transfer.status, "Closed")
		self.assertEqual(story.on_hand(SHORT, OIL), 12)
		self.refused(
			"no longer possible", self.settle, transfer.name, "Return Surplus", exception=IllegalMoveError
		)

	def test_missing_and_surplus_are_settled_one_by_one(self):
		self.ask((OIL, 12), (SUGAR, 10))
		self.promise(NEXT)
		transfer = self.dispatch(NEXT)
		transfer = self.receive(transfer.name, {OIL: 10, SUGAR: 11})
		self.assertEqual(self.settle(transfer.name, "Write Off").status, "Discrepancy")
		self.refused("nothing to settle", self.settle, transfer.name, "Write Off")
		self.assertEqual(self.settle(transfer.name, "Return Surplus").status, "Closed")

	def test_every_line_must_be_counted(self):
		transfer = self.on_the_road()
		self.refused(
			"at least one item",
			self.call,
			story.clerk(SHORT),
			exchange.receive,
			transfer=transfer.name,
			items=[],
		)

	def test_goods_are_received_once(self):
		transfer = self.receive(self.on_the_road().name)
		self.refused("no longer possible", self.receive, transfer.name, exception=IllegalMoveError)

	def test_the_earliest_batches_go_first_and_a_line_splits_over_them(self):
		story.stock_up(NEAR, {MILK: {f"{MILK}-A": 10}})
		self.ask((MILK, 30))
		self.promise(NEAR)
		transfer = self.dispatch(NEAR)
		sent = {row["batch_no"]: row["sent_qty"] for row in transfer["items"]}
		self.assertEqual(sent, {f"{MILK}-A": 10, f"{MILK}-B": 20})
		self.assertTrue(all(row["expiry_date"] for row in transfer["items"]))
		counts = [
			{"row": row["row"], "received_qty": row["sent_qty"] - (row["batch_no"] == f"{MILK}-A")}
			for row in transfer["items"]
		]
		transfer = self.call(story.clerk(SHORT), exchange.receive, transfer=transfer.name, items=counts)
		transfer = self.settle(transfer.name, "Return to Source")
		self.assertEqual({row["batch_no"]: row["returned_qty"] for row in transfer["items"]}[f"{MILK}-A"], 1)

	def test_a_named_batch_goes_and_an_expired_one_cannot(self):
		story.stock_up(NEAR, {MILK: {f"{MILK}-C": 10}})
		self.ask((MILK, 8))
		self.promise(NEAR)
		frappe.db.set_value("Batch", f"{MILK}-B", "expiry_date", add_days(today(), -1))
		self.refused(
			"has expired",
			self.dispatch,
			NEAR,
			items=[{"item_code": MILK, "qty": 8, "batch_no": f"{MILK}-B"}],
		)
		transfer = self.dispatch(NEAR, items=[{"item_code": MILK, "qty": 8, "batch_no": f"{MILK}-C"}])
		self.assertEqual(transfer["items"][0]["batch_no"], f"{MILK}-C")

	def test_only_unexpired_goods_count_as_free(self):
		frappe.db.set_value("Batch", f"{BREAD}-B", "expiry_date", add_days(today(), -1))
		snapshot.refresh()
		self.ask((BREAD, 4))
		self.assertEqual(self.request_view().status, "Unmet")

	def test_an_item_disabled_after_the_promise_cannot_be_sent(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		frappe.get_doc("Item", OIL).update({"disabled": 1}).save(ignore_permissions=True)
		self.refused("disabled", self.dispatch, NEXT)
		frappe.clear_document_cache("Item", OIL)


class TestLists(FlowTestCase):
	def test_both_sides_find_the_transfer_in_every_state(self):
		def listed(outlet, direction):
			with story.acting_as(story.clerk(outlet)):
				rows = exchange.list_transfers(outlet, direction)
			return next(
				row for row in rows if row["request"] == self.request and row["other_outlet"] in (NEXT, SHORT)
			)

		self.ask((OIL, 12), (SUGAR, 2))
		self.assertEqual(listed(NEXT, "out")["actions"], ["answer", "withdraw"])
		self.promise(NEXT)
		self.assertEqual(listed(NEXT, "out")["actions"], ["withdraw", "dispatch"])
		self.assertEqual(listed(SHORT, "in")["actions"], ["withdraw"])
		transfer = self.dispatch(NEXT)
		self.assertEqual((listed(NEXT, "out")["actions"], listed(SHORT, "in")["actions"]), ([], ["receive"]))
		self.receive(transfer.name, {OIL: 11})
		self.assertEqual((listed(SHORT, "in")["actions"], listed(SHORT, "in")["item_count"]), ([], 2))
		with story.acting_as(story.clerk(SHORT)):
			request = next(row for row in exchange.list_requests(SHORT) if row["name"] == self.request)
		self.assertEqual((request["item_count"], request["status"]), (2, "Partly Filled"))


class TestDeadlines(FlowTestCase):
	def lapse(self, transfer):
		frappe.db.set_value(
			"Outlet Transfer",
			transfer,
			"deadline",
			add_to_date(now_datetime(), minutes=-1),
			update_modified=False,
		)
		from ks212_community.stock_exchange import exchange as service

		with story.acting_as("Administrator"):
			service.expire(transfer)
		return self.view(transfer)

	def test_silence_goes_to_the_next_sources(self):
		self.ask((OIL, 12))
		silent = sorted(self.sources())[0]
		transfer = self.lapse(self.transfer_of(silent))
		self.assertEqual((transfer.status, transfer.reason), ("Expired", "No answer in time."))
		self.assertEqual(len(self.sources()), 3)
		self.assertNotIn(silent, self.sources())

	def test_an_unapproved_promise_lapses(self):
		self.ask((MILK, 40))
		transfer = self.lapse(self.promise(SOUTH).name)
		self.assertEqual(
			(transfer.status, transfer.reason), ("Expired", "Head office did not approve in time.")
		)
		self.fingerprint()

	def test_a_promise_that_is_not_sent_lapses(self):
		self.ask((OIL, 12))
		transfer = self.lapse(self.promise(NEXT).name)
		self.assertEqual((transfer.status, transfer.reason), ("Expired", "The goods were not sent in time."))
		self.fingerprint()

	def test_goods_nobody_counts_in_become_pusats_case_and_can_still_come(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		sent = self.dispatch(NEXT)
		transfer = self.lapse(sent.name)
		self.assertEqual((transfer.status, transfer["items"][0]["in_transit_qty"]), ("Discrepancy", 12))
		self.assertEqual(transfer.settle_actions, ["Return to Source", "Write Off"])
		self.assertEqual(self.receive(sent.name).status, "Received")

	def test_goods_lost_on_the_road_are_settled_by_pusat(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.lapse(self.dispatch(NEXT).name)
		transfer = self.settle(transfer.name, "Write Off")
		self.assertEqual((transfer.status, transfer["items"][0]["written_off_qty"]), ("Closed", 12))

	def test_a_deadline_that_has_not_passed_changes_nothing(self):
		from ks212_community.stock_exchange import exchange as service

		self.ask((OIL, 12))
		before = self.fingerprint()
		for transfer in frappe.get_all("Outlet Transfer", filters={"request": self.request}, pluck="name"):
			service.expire(transfer)
		self.assertEqual(self.fingerprint(), before)

	def test_a_transfer_received_without_a_difference_is_closed_later(self):
		from ks212_community.stock_exchange import exchange as service

		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.receive(self.dispatch(NEXT).name)
		self.assertNotIn(transfer.name, deadlines.closable())
		frappe.db.set_value(
			"Outlet Transfer", transfer.name, "modified", add_days(now_datetime(), -4), update_modified=False
		)
		self.assertIn(transfer.name, deadlines.closable())
		service.close(transfer.name)
		self.assertEqual(self.view(transfer.name).status, "Closed")

	def test_after_the_day_it_was_needed_nobody_else_is_asked(self):
		self.ask((OIL, 12), days=0)
		frappe.db.set_value("Inter Outlet Request", self.request, "needed_by", add_days(today(), -1))
		for source in sorted(self.sources()):
			self.decline(source)
		self.assertEqual(self.request_view().status, "Unmet")


class TestDesk(FlowTestCase):
	"""A desk user's hand in our Stock Entries is followed, or refused with the way to go."""

	def received(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		return self.receive(self.dispatch(NEXT).name)

	def cancel_entry(self, name):
		with story.acting_as("Administrator"):
			frappe.get_doc("Stock Entry", name).cancel()
		self.fingerprint()

	def test_cancelling_both_legs_takes_the_transfer_back_step_by_step(self):
		transfer = self.view(self.received().name)
		with story.acting_as("Administrator"):
			self.refused("Cancel the receipt", frappe.get_doc("Stock Entry", transfer.dispatch_entry).cancel)
		self.cancel_entry(transfer.receipt_entry)
		self.assertEqual(self.view(transfer.name).status, "In Transit")
		self.cancel_entry(transfer.dispatch_entry)
		self.assertEqual(self.view(transfer.name).status, "Promised")
		self.dispatch(NEXT)
		self.assertEqual(self.receive(transfer.name).status, "Received")

	def test_settled_goods_stay_settled(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.receive(self.dispatch(NEXT).name, {OIL: 9})
		transfer = self.settle(transfer.name, "Return to Source")
		for entry in (transfer.receipt_entry, transfer.settlement_entry):
			with story.acting_as("Administrator"):
				self.refused("has been settled", frappe.get_doc("Stock Entry", entry).cancel)

	def test_a_hand_made_receipt_is_refused(self):
		from erpnext.stock.doctype.stock_entry.stock_entry import make_stock_in_entry

		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.view(self.dispatch(NEXT).name)
		with story.acting_as("Administrator"):
			entry = make_stock_in_entry(transfer.dispatch_entry)
			self.refused("belong to Outlet Transfer", entry.insert)

	def test_a_hand_made_dispatch_is_refused(self):
		from erpnext.stock.doctype.material_request.material_request import make_stock_entry

		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.view(self.transfer_of(NEXT))
		with story.acting_as("Administrator"):
			entry = make_stock_entry(transfer.material_request)
			self.refused("belong to Outlet Transfer", entry.insert)

	def test_our_material_request_is_not_cancelled_by_hand(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		transfer = self.view(self.transfer_of(NEXT))
		with story.acting_as("Administrator"):
			self.refused(
				"Withdraw the transfer", frappe.get_doc("Material Request", transfer.material_request).cancel
			)

	def test_a_warehouse_does_not_change_under_goods_on_the_road(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		outlet = frappe.get_doc("Outlet", NEXT)
		outlet.warehouse = story.warehouse_of(WEST)
		self.refused("under way", outlet.save)

	def test_an_outlet_closed_after_its_promise_does_not_send(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		frappe.get_doc("Outlet", NEXT).update({"status": "Closed"}).save()
		self.refused("has changed", self.dispatch, NEXT)
		frappe.clear_document_cache("Outlet", NEXT)


class TestValue(FlowTestCase):
	def test_goods_keep_their_value_on_the_road(self):
		rate = frappe.db.get_value(
			"Bin", {"item_code": OIL, "warehouse": story.warehouse_of(NEXT)}, "valuation_rate"
		)
		self.ask((OIL, 12))
		transfer = self.promise(NEXT)
		value = self.view(transfer.name).transfer_value
		self.assertEqual(flt(value, 2), flt(12 * rate, 2))
		transfer = self.receive(self.dispatch(NEXT).name)
		arrived = frappe.db.get_value(
			"Bin",
			{"item_code": OIL, "warehouse": story.warehouse_of(SHORT)},
			["actual_qty", "valuation_rate"],
		)
		self.assertEqual((arrived[0], flt(arrived[1], 2)), (12, flt(rate, 2)))

	def test_consigned_goods_travel_at_no_value_and_count_at_their_owners_price(self):
		item = story.CHIPS
		for outlet in (SHORT, FAR, SOUTH, WEST, NEAR, NEXT, STORE):
			if qty := story.on_hand(outlet, item):
				story.sell(outlet, {item: qty})
		uom = frappe.db.get_value("Item", item, "stock_uom")
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": "Material Receipt",
				"company": story.COMPANY,
				"items": [
					{
						"item_code": item,
						"qty": 5,
						"uom": uom,
						"stock_uom": uom,
						"conversion_factor": 1,
						"t_warehouse": story.warehouse_of(SHORT),
						"allow_zero_valuation_rate": 1,
						"basic_rate": 0,
					}
				],
			}
		)
		entry.insert(ignore_permissions=True)
		entry.submit()
		price = frappe.db.get_value("Item Price", {"item_code": item, "buying": 1}, "price_list_rate")
		self.assertGreater(price, 0)
		self.ask((item, 5), outlet=NEXT)
		transfer = self.promise(SHORT)
		self.assertEqual(self.view(transfer.name).transfer_value, 5 * price)
		transfer = self.dispatch(SHORT)
		entry = self.view(transfer.name).dispatch_entry
		moved = frappe.get_all(
			"Stock Ledger Entry",
			filters={"voucher_no": entry},
			fields=["stock_value_difference"],
			pluck="stock_value_difference",
		)
		self.assertEqual(moved, [0, 0])
		transfer = self.receive(transfer.name, {item: 4})
		self.assertEqual(self.settle(transfer.name, "Return to Source").status, "Closed")
