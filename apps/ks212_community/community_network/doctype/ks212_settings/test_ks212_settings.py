from datetime import time

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import get_time

from tests import story


class TestKS212Settings(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("settings")
		self.addCleanup(frappe.clear_document_cache, "KS212 Settings", "KS212 Settings")
		self.addCleanup(frappe.db.rollback, save_point="settings")
		self.settings = frappe.get_doc("KS212 Settings")

	def test_install_wrote_the_defaults(self):
		self.assertEqual((self.settings.ask_at_once, self.settings.answer_hours), (3, 4))
		self.assertEqual(self.settings.shelf_share_target, 20)
		self.assertEqual(
			(get_time(self.settings.opens_at), get_time(self.settings.closes_at)), (time(8), time(21))
		)

	def test_a_rule_that_cannot_work_is_refused(self):
		for values in (
			{"ask_at_once": 0},
			{"opens_at": "21:00:00", "closes_at": "08:00:00"},
			{"demand_days": 0},
			{"shelf_share_target": 101},
		):
			with self.subTest(**values):
				settings = frappe.get_doc("KS212 Settings")
				settings.update(values)
				self.assertRaises(frappe.ValidationError, settings.save)

	def test_pusat_sets_the_rules_and_a_clerk_does_not_see_them(self):
		with story.acting_as(story.PUSAT):
			self.settings.approval_value = 5000000
			self.settings.save()
		with story.acting_as(story.clerk(story.SHORT)):
			self.assertRaises(frappe.PermissionError, self.settings.check_permission, "read")
