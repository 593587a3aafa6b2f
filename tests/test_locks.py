"""Long reads that lock nothing run in a transaction of their own."""

import unittest

import pytest

import frappe

from ks212_community import locks

KEY = "uji-kunci"


def write_elsewhere(name):
	"""Write and commit a key over a connection of its own."""
	here = frappe.local.db
	frappe.connect(set_admin_as_user=False)
	try:
		key = frappe.get_doc({"doctype": "Request Key", "name": name, "user": "Administrator", "method": KEY})
		key.db_insert()
		frappe.db.commit()
		frappe.db.close()
	finally:
		frappe.local.db = here


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

	def test_what_was_not_committed_is_gone_where_a_transaction_begins(self):
		self.write("sebelum")
		locks.begin_unlocked()
		self.assertEqual(self.written(), [])

	@pytest.mark.erpnext
	def test_only_its_own_transaction_is_isolated_in_another_way(self):
		sees = []

		def look():
			"""Whether this transaction sees what another connection commits after its first read."""
			frappe.db.count("Request Key", {"method": KEY})
			write_elsewhere(f"lain-{len(sees)}")
			sees.append(frappe.db.count("Request Key", {"method": KEY}) - len(sees))

		frappe.db.rollback()
		look()
		with locks.reading_unlocked():
			look()
		look()
		with self.assertRaises(ValueError), locks.reading_unlocked():
			raise ValueError
		look()
		self.assertEqual(sees, [0, 1, 0, 0])
