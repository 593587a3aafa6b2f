"""Long reads that lock nothing run in a transaction of their own."""

import unittest

import frappe

from ks212_community import locks

KEY = "uji-kunci"


class TestReadingUnlocked(unittest.TestCase):
	"""Commits, so it is no FrappeTestCase."""

	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(self.forget)

	def forget(self):
		frappe.db.delete("Request Key", {"method": KEY})
		frappe.db.commit()

	def write(self, name):
		key = frappe.get_doc({"doctype": "Request Key", "name": name, "user": "Administrator", "method": KEY})
		key.db_insert()

	def written(self):
		frappe.db.rollback()
		return sorted(frappe.get_all("Request Key", filters={"method": KEY}, pluck="name"))

	def test_what_came_before_and_what_is_within_is_committed(self):
		self.write("sebelum")
		with locks.reading_unlocked():
			self.write("di-dalam")
		self.assertEqual(self.written(), ["di-dalam", "sebelum"])

	def test_what_fails_leaves_nothing(self):
		with self.assertRaisesRegex(ValueError, "gagal"), locks.reading_unlocked():
			self.write("di-dalam")
			raise ValueError("gagal")
		self.assertEqual(self.written(), [])

	def test_transactions_after_it_are_as_before(self):
		with self.assertRaises(ValueError), locks.reading_unlocked():
			raise ValueError
		with locks.reading_unlocked():
			pass
		self.write("sesudah")
		frappe.db.rollback()
		self.assertEqual(self.written(), [])
