import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, today

from ks212_community.permissions import outlets_of
from tests import story


class TestCommunity(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("community")
		self.addCleanup(frappe.db.rollback, save_point="community")
		self.community = frappe.get_doc("Community", frappe.db.get_value("Outlet", story.SHORT, "community"))
		self.user = story.make_user(f"relawan@{story.DOMAIN}", "Pengurus Baru", [], login="relawan")

	def appoint(self, **term):
		self.community.append("managers", {"user": self.user, "manager_name": "Pengurus Baru", **term})
		self.community.save()

	def test_a_manager_acts_for_the_outlets_of_the_community(self):
		self.appoint(term_from=add_days(today(), -10))
		self.assertIn("KS212 Community Manager", frappe.get_roles(self.user))
		expected = frappe.get_all("Outlet", filters={"community": self.community.name}, pluck="name")
		self.assertEqual(sorted(outlets_of(self.user)), sorted(expected))

	def test_a_manager_acts_within_the_term_only(self):
		for term in ({"term_to": add_days(today(), -1)}, {"term_from": add_days(today(), 1)}):
			with self.subTest(**term):
				self.community.managers = []
				self.appoint(**term)
				self.assertEqual(outlets_of(self.user), [])

	def test_a_term_ends_after_it_begins(self):
		with self.assertRaises(frappe.ValidationError) as caught:
			self.appoint(term_from=today(), term_to=add_days(today(), -1))
		self.assertIn("the term ends before it begins", str(caught.exception))

	def test_who_is_a_manager_no_more_loses_the_role(self):
		self.appoint()
		self.community.managers = [row for row in self.community.managers if row.user != self.user]
		self.community.save()
		self.assertNotIn("KS212 Community Manager", frappe.get_roles(self.user))
