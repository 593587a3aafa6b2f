"""What a site is: its apps, files and messages, and who may call what with which types."""

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import frappe
from frappe.exceptions import FrappeTypeError
from frappe.rate_limiter import rate_limit

from tests.contract.base import ContractTestCase


class TestRuntime(ContractTestCase):
	def test_messages_are_kept_for_the_answer(self):
		self.refused(frappe.ValidationError, frappe.throw, "tidak bisa")
		self.assertEqual([m.message for m in frappe.local.message_log], ["tidak bisa"])
		frappe.clear_messages()
		self.assertEqual(frappe.local.message_log, [])

	def test_types_of_a_whitelisted_function_hold_in_a_request_and_in_tests(self):
		@frappe.whitelist()
		def typed(number: int, name: str | None = None, flag: bool = False):
			return number, name, flag

		self.assertEqual(typed("12", flag=1), (12, None, 1))
		self.assertEqual(typed(number=12, name="a"), (12, "a", False))
		with self.assertRaises(FrappeTypeError):
			typed(number="dua belas")

	def test_a_job_runs_at_once_where_now_is_asked(self):
		answer = frappe.enqueue(
			"erpnext.stock.utils.get_latest_stock_qty", now=True, item_code="x", unknown=1
		)
		self.assertIsNone(answer)

	def test_a_call_is_limited_by_address_and_method(self):
		calls = []

		@rate_limit(limit=lambda: 2, seconds=60, methods=["POST"])
		def knock():
			calls.append(frappe.local.request_ip)

		def from_address(address, cmd="ketuk", method="POST"):
			frappe.local.request = Request(EnvironBuilder(method=method).get_environ())
			frappe.local.request_ip, frappe.form_dict.cmd = address, cmd
			knock()

		self.addCleanup(delattr, frappe.local, "request")
		one, other = frappe.generate_hash(length=8), frappe.generate_hash(length=8)
		from_address(one)
		from_address(one)
		said = self.refused(frappe.RateLimitExceededError, from_address, one)
		self.assertIn("too many requests", said)
		self.assertEqual(frappe.RateLimitExceededError.http_status_code, 429)
		from_address(other)
		from_address(one, cmd="lain")
		from_address(one, method="GET")
		frappe.local.request = None
		knock()
		self.assertEqual(len(calls), 6)

	def test_dates_as_people_read_them(self):
		from frappe.utils import format_datetime, formatdate, get_datetime, getdate

		self.assertEqual(formatdate("2026-03-09", "d MMM yyyy"), "9 Mar 2026")
		self.assertEqual(format_datetime("2026-03-09 08:07:06", "HH.mm"), "08.07")
		self.assertEqual(formatdate(None), "")
		self.refused(frappe.ValidationError, getdate, "besok")
		self.assertEqual(get_datetime(getdate("2026-03-09")), get_datetime("2026-03-09 00:00:00"))

	def test_money_as_people_write_it(self):
		from frappe.utils import fmt_money

		settings = frappe.get_doc("System Settings")
		self.addCleanup(self.write_numbers, settings.number_format)
		for number_format, shown in (("#,###.##", "1,234,567.50"), ("#.###,##", "1.234.567,50")):
			self.write_numbers(number_format)
			self.assertEqual(fmt_money(1234567.5, 2), shown)
			self.assertEqual(fmt_money(1234567.5, 2, "IDR"), f"Rp {shown}")
			self.assertEqual(fmt_money(-1234.5, 0, "IDR"), f"Rp -1{number_format[1]}234")

	def write_numbers(self, number_format):
		settings = frappe.get_doc("System Settings")
		settings.number_format = number_format
		settings.save()

	def test_numbers_round_half_to_even(self):
		from frappe.utils import flt

		self.assertEqual([flt(value, 0) for value in (0.5, 1.5, 2.5, -0.5)], [0, 2, 2, 0])
		self.assertEqual(flt("1,234.561", 2), 1234.56)
		self.assertEqual((flt("x"), flt(None), flt(0, 2)), (0, 0, 0))

	def test_a_custom_field_is_a_column_until_it_goes(self):
		from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

		create_custom_fields({"ToDo": [{"fieldname": "kontrak", "label": "Kontrak", "fieldtype": "Data"}]})
		try:
			todo = frappe.get_doc({"doctype": "ToDo", "description": "x", "kontrak": "y"}).insert()
			self.assertEqual(frappe.db.get_value("ToDo", todo.name, "kontrak"), "y")
		finally:
			frappe.delete_doc("ToDo", todo.name)
			frappe.delete_doc("Custom Field", "ToDo-kontrak")
			frappe.db.commit()
			frappe.db.savepoint("contract")
		self.assertIsNone(frappe.get_meta("ToDo").get_field("kontrak"))
