"""What Frappe gives to tests."""

import unittest
from contextlib import contextmanager

import frappe


class FrappeTestCase(unittest.TestCase):
	"""What a class of tests wrote is rolled back after it."""

	@classmethod
	def setUpClass(cls):
		frappe.db.commit()
		cls.addClassCleanup(frappe.db.rollback)

	@contextmanager
	def set_user(self, user):
		before = frappe.session.user
		frappe.set_user(user)
		try:
			yield
		finally:
			frappe.set_user(before)
