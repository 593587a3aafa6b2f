"""Every writing call happens once, however often a bad line repeats it: the key, its payload, its owner, its
end."""

import json
from unittest.mock import patch

import frappe
from frappe.utils import add_days, now_datetime, today

from ks212_community.api import exchange, once
from ks212_community.api.once import BusyError, KeyReusedError
from tests import story
from tests.flow import FlowTestCase, new_key
from tests.story import NEXT, OIL, OUTSIDER, PUSAT, SHORT, clerk

OURS = ("Request Key", "Inter Outlet Request", "Outlet Transfer", "Material Request", "Stock Entry")


def counts() -> dict[str, int]:
	"""How many documents of each kind there are."""
	return {doctype: frappe.db.count(doctype) for doctype in OURS}


def as_sent(answer):
	"""An answer as a client gets it: JSON."""
	return json.loads(frappe.as_json(answer))


class TestKey(FlowTestCase):
	def request_of(self, key, user=None, qty=12, **kwargs):
		with story.acting_as(user or clerk(SHORT)):
			return exchange.create_request(
				**{
					"outlet": SHORT,
					"items": [{"item_code": OIL, "qty": qty}],
					"needed_by": add_days(today(), 3),
					"key": key,
					**kwargs,
				}
			)

	def test_a_repeated_call_gives_the_first_answer_and_does_nothing(self):
		key = new_key()
		first = self.request_of(key)
		before = counts()
		for _repeat in range(3):
			self.assertEqual(as_sent(self.request_of(key)), as_sent(first))
		self.assertEqual(counts(), before)

	def test_the_first_answer_is_kept_though_the_document_went_on(self):
		key = new_key()
		first = self.request_of(key)
		self.request = first.name
		self.promise(NEXT)
		self.assertEqual(as_sent(self.request_of(key)), as_sent(first))

	def test_another_payload_is_refused(self):
		key = new_key()
		self.request_of(key)
		before = counts()
		for change in ({"qty": 13}, {"remarks": "Segera"}, {"needed_by": add_days(today(), 4)}):
			with self.assertRaises(KeyReusedError) as caught:
				self.request_of(key, **change)
			self.assertEqual(caught.exception.http_status_code, 409)
			self.assertTrue(str(caught.exception))
		self.assertEqual(counts(), before)

	def test_the_order_of_a_lines_fields_is_no_other_payload(self):
		key = new_key()
		first = self.request_of(key, items=[{"item_code": OIL, "qty": 12}])
		again = self.request_of(key, items=[{"qty": 12, "item_code": OIL}])
		self.assertEqual(again.name, first.name)

	def test_a_key_belongs_to_its_user(self):
		key = new_key()
		first = self.request_of(key)
		second = self.request_of(key, user=story.HEAD, qty=5)
		self.assertNotEqual(first.name, second.name)
		self.assertEqual(self.request_of(key).name, first.name)

	def test_a_key_belongs_to_its_function(self):
		key = new_key()
		name = self.request_of(key).name
		with story.acting_as(clerk(SHORT)):
			request = exchange.cancel_request(request=name, reason="Salah ketik", key=key)
		self.assertEqual(request.status, "Cancelled")

	def test_keys_differ_by_case(self):
		key = new_key() + "-a"
		first = self.request_of(key)
		second = self.request_of(key[:-1] + "A")
		self.assertNotEqual(first.name, second.name)

	def test_rights_come_before_the_first_answer(self):
		key = new_key()
		self.request_of(key)
		outlet = frappe.get_doc("Outlet", SHORT)
		outlet.users = [row for row in outlet.users if row.user != clerk(SHORT)]
		outlet.save()
		with self.assertRaises(frappe.PermissionError):
			self.request_of(key)

	def test_a_key_is_needed_and_is_of_some_length(self):
		before = counts()
		for key in (
			None,
			"",
			"   ",
			"short",
			"x" * 141,
			12345678,
			["a-key-in-a-list"],
			{"key": "a"},
			"nul\x00-byte-1",
		):
			with self.assertRaises(frappe.ValidationError) as caught:
				self.request_of(key)
			self.assertTrue(str(caught.exception))
		self.assertEqual(counts(), before)

	def test_a_failure_takes_the_key_back(self):
		key = new_key()
		before = counts()
		for wrong in ({"qty": -1}, {"qty": 0.5}, {"needed_by": add_days(today(), -1)}):
			with self.assertRaises(frappe.ValidationError):
				self.request_of(key, **wrong)
			self.assertEqual(counts(), before)
		self.assertTrue(self.request_of(key).name, "the same key, once the form is right")

	def test_keys_are_forgotten_after_thirty_days(self):
		old, young = new_key(), new_key()
		first = self.request_of(old)
		self.request_of(young)
		rows = frappe.get_all(
			"Request Key", filters={"user": clerk(SHORT)}, pluck="name", order_by="creation desc", limit=2
		)
		for name, days in zip(reversed(rows), (31, 29), strict=True):
			created = add_days(now_datetime(), -days)
			frappe.db.set_value("Request Key", name, "creation", created, update_modified=False)
		once.purge()
		self.assertEqual([frappe.db.exists("Request Key", name) for name in rows], [rows[0], None])
		self.assertNotEqual(self.request_of(old).name, first.name)

	def test_a_key_names_who_used_it_for_what(self):
		self.request_of(new_key())
		row = frappe.get_last_doc("Request Key", filters={"user": clerk(SHORT)})
		self.assertEqual(row.method, "ks212_community.api.exchange.create_request")
		self.assertEqual(row.owner, clerk(SHORT))


class TestHalfAnEffect(FlowTestCase):
	"""`once` on functions that fail on purpose."""

	def setUp(self):
		super().setUp()
		self.calls = []
		self.failures = []

		def check(**_arguments):
			self.calls.append("check")
			return {}

		@once.once(check)
		def write(what=None, key=None):
			self.calls.append("write")
			frappe.get_doc({"doctype": "ToDo", "description": what}).insert(ignore_permissions=True)
			if self.failures:
				raise self.failures.pop()
			return {"what": what}

		self.write = write

	def todos(self):
		return frappe.db.count("ToDo", {"description": "Tulis sekali"})

	def test_a_failure_leaves_nothing_half_done(self):
		key = new_key()
		for failure in (frappe.ValidationError("no"), RuntimeError("a bug")):
			self.failures = [failure]
			with self.assertRaises(type(failure)):
				self.write(what="Tulis sekali", key=key)
			self.assertEqual(self.todos(), 0)
		self.assertEqual(self.write(what="Tulis sekali", key=key), {"what": "Tulis sekali"})
		self.assertEqual(self.todos(), 1)

	def write_rolling_back_to_here(self):
		"""Rolling back for good would take the story away with it: here only the effect is taken back."""
		frappe.db.savepoint("before_deadlock")
		with patch.object(once, "_start_over", lambda: frappe.db.rollback(save_point="before_deadlock")):
			return self.write(what="Tulis sekali", key=new_key())

	def test_a_deadlock_repeats_from_the_first_check_until_it_works(self):
		self.failures = [frappe.QueryDeadlockError("deadlock") for _attempt in range(2)]
		self.write_rolling_back_to_here()
		self.assertEqual(self.calls, ["check", "write"] * 3)
		self.assertEqual(self.todos(), 1)

	def test_a_deadlock_is_not_repeated_for_ever(self):
		self.failures = [frappe.QueryDeadlockError("deadlock") for _attempt in range(100)]
		with self.assertRaises(BusyError) as caught:
			self.write_rolling_back_to_here()
		self.assertEqual(caught.exception.http_status_code, 409)
		self.assertEqual(self.calls.count("write"), once.DEADLOCK_ATTEMPTS)
		self.assertEqual(self.todos(), 0)

	def test_a_lock_that_is_not_to_be_had_is_waited_for_once(self):
		self.failures = [frappe.QueryTimeoutError("lock wait timeout")]
		with self.assertRaises(BusyError):
			self.write_rolling_back_to_here()
		self.assertEqual(self.calls.count("write"), 1)
		self.assertEqual(self.todos(), 0)


class TestEveryWriter(FlowTestCase):
	"""Each writing call of the contract: repeated, repeated with something else, and by people it is not
	for."""

	def setUp(self):
		super().setUp()
		self.walked = set()

	def step(self, user, function, other, **kwargs):
		"""Take a step as `user`, then try it again in every way; `other` is a payload that differs."""
		kwargs.setdefault("key", new_key())
		for stranger in (clerk(story.WEST), OUTSIDER, "Guest", story.UMKM, story.ACCOUNTANT):
			with story.acting_as(stranger), self.assertRaises(frappe.PermissionError):
				function(**kwargs)
			frappe.local.message_log = []
		with story.acting_as(user):
			first = function(**kwargs)
		before = counts(), self.documents()
		with story.acting_as(user):
			self.assertEqual(as_sent(function(**kwargs)), as_sent(first))
			with self.assertRaises(KeyReusedError):
				function(**{**kwargs, **other})
		for stranger in (clerk(story.WEST), OUTSIDER, "Guest", story.UMKM, story.ACCOUNTANT):
			with story.acting_as(stranger), self.assertRaises(frappe.PermissionError):
				function(**kwargs)
		frappe.local.message_log = []
		self.assertEqual((counts(), self.documents()), before)
		self.walked.add(function.__name__)
		return first

	def documents(self):
		fields = ["name", "status", "modified"]
		return [
			frappe.get_all(doctype, fields=fields, order_by="name")
			for doctype in ("Inter Outlet Request", "Outlet Transfer")
		]

	def new_request(self):
		request = self.step(
			clerk(SHORT),
			exchange.create_request,
			{"remarks": "lain"},
			outlet=SHORT,
			items=[{"item_code": OIL, "qty": 12}],
			needed_by=add_days(today(), 3),
		)
		self.request = request.name
		return request

	def promised(self):
		return self.step(
			clerk(NEXT),
			exchange.answer,
			{"items": [{"item_code": OIL, "qty": 11}]},
			transfer=self.transfer_of(NEXT, "Asked"),
			items=[{"item_code": OIL, "qty": 12}],
		)

	def approval_by_pusat(self):
		frappe.db.set_single_value("KS212 Settings", "approval_value", 0)
		frappe.clear_document_cache("KS212 Settings", "KS212 Settings")

	def test_from_asking_to_settling(self):
		self.approval_by_pusat()
		self.new_request()
		transfer = self.promised().name
		self.step(PUSAT, exchange.approve, {"transfer": self.transfer_of(story.NEAR)}, transfer=transfer)
		self.step(
			clerk(NEXT), exchange.dispatch, {"driver_name": "Lain"}, transfer=transfer, driver_name="Sopir"
		)
		self.step(
			clerk(SHORT),
			exchange.receive,
			{"items": [{"item_code": OIL, "received_qty": 12}]},
			transfer=transfer,
			items=[{"item_code": OIL, "received_qty": 10}],
		)
		self.step(
			PUSAT,
			exchange.settle,
			{"action": "Return to Source"},
			transfer=transfer,
			action="Write Off",
			reason="Pecah",
		)
		self.assertEqual(
			self.walked, {"create_request", "answer", "approve", "dispatch", "receive", "settle"}
		)

	def test_ways_back(self):
		self.approval_by_pusat()
		self.new_request()
		transfer = self.promised().name
		self.step(PUSAT, exchange.reject, {"reason": "lain"}, transfer=transfer, reason="Terlalu jauh")
		# The promise's end asks others; the requester takes one ask of those back.
		asked = self.transfer_of(sorted(self.sources())[0])
		self.step(clerk(SHORT), exchange.withdraw, {"reason": "lain"}, transfer=asked, reason="Tidak perlu")
		self.step(
			clerk(SHORT),
			exchange.cancel_request,
			{"reason": "lain"},
			request=self.request,
			reason="Sudah ada",
		)
		self.assertEqual(self.walked, {"create_request", "answer", "reject", "withdraw", "cancel_request"})
