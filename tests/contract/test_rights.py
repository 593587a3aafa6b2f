"""Rights: roles, the hooks that deny, and who is asked."""

from unittest.mock import patch

import frappe
from frappe.permissions import get_roles, has_permission

from tests import story
from tests.contract.base import OIL, ContractTestCase, material_request


class TestRoles(ContractTestCase):
	def test_whose_roles_are_which(self):
		clerk = story.clerk(story.SHORT)
		self.assertEqual(set(get_roles(clerk)), {"KS212 Outlet User", "All", "Guest"})
		self.assertIn("KS212 Pusat", frappe.get_roles(story.PUSAT))
		self.assertIn("Desk User", frappe.get_roles(story.PUSAT))
		self.assertEqual(get_roles("Guest"), ["Guest"])
		self.assertIn("KS212 Accountant", get_roles("Administrator"))

	def test_a_user_of_portal_roles_is_a_website_user(self):
		self.assertEqual(frappe.db.get_value("User", story.clerk(story.SHORT), "user_type"), "Website User")
		self.assertEqual(frappe.db.get_value("User", story.PUSAT, "user_type"), "System User")
		user = frappe.get_doc("User", story.clerk(story.SHORT))
		user.add_roles("KS212 Pusat")
		self.assertEqual(user.reload().user_type, "System User")
		user.remove_roles("KS212 Pusat")
		self.assertEqual(user.reload().user_type, "Website User")

	def test_a_right_comes_from_a_role(self):
		doc = frappe.get_doc("Item", OIL)
		for user, allowed in (("Administrator", True), (story.clerk(story.SHORT), False), ("Guest", False)):
			self.assertEqual(bool(has_permission("Item", "write", doc, user=user)), allowed)
		with self.set_user(story.clerk(story.SHORT)):
			self.assertFalse(frappe.has_permission("Item", "write"))
			self.assertFalse(doc.has_permission("write"))
			self.refused(frappe.PermissionError, doc.check_permission, "write")
			self.refused(frappe.PermissionError, frappe.has_permission, "Item", "write", throw=True)
			self.refused(frappe.PermissionError, doc.save)
			doc.reload().save(ignore_permissions=True)
			self.refused(frappe.PermissionError, frappe.delete_doc, "Item", story.SUGAR)

	def test_what_flags_ignore(self):
		doc = frappe.get_doc("Item", OIL)
		doc.flags.ignore_permissions = True
		with self.set_user(story.OUTSIDER):
			self.assertTrue(doc.has_permission("write"))
			doc.save()

	def test_an_answer_about_a_name(self):
		with self.set_user(story.PUSAT):
			self.assertTrue(frappe.has_permission("Outlet", "read", story.SHORT))
			self.assertFalse(frappe.has_permission("Item", "delete", OIL))


class TestLists(ContractTestCase):
	def test_a_hook_narrows_what_a_list_shows(self):
		for outlet in (story.NEAR, story.FAR):
			frappe.get_doc({"doctype": "Outlet Transfer", "source_outlet": outlet}).db_insert()
		condition = f"`tabOutlet Transfer`.source_outlet = {frappe.db.escape(story.FAR)}"
		hook = patch("ks212_community.permissions.transfer_query_conditions", lambda user, doctype: condition)
		with hook, self.set_user(story.PUSAT):
			shown = frappe.get_list("Outlet Transfer", pluck="source_outlet")
			self.assertEqual(set(shown), {story.FAR})
			self.assertIn(story.NEAR, frappe.get_all("Outlet Transfer", pluck="source_outlet"))
		self.assertIn(story.NEAR, frappe.get_list("Outlet", pluck="name", limit=1000))


class TestMapper(ContractTestCase):
	def test_a_mapper_asks_for_the_callers_own_rights(self):
		from erpnext.stock.doctype.material_request.material_request import make_in_transit_stock_entry

		request = material_request(story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT), 1)
		with self.set_user(story.clerk(story.NEAR)):
			self.refused(
				frappe.PermissionError,
				make_in_transit_stock_entry,
				request.name,
				story.warehouse_of(story.FAR),
			)

	def test_set_user_wipes_what_belonged_to_the_session(self):
		frappe.local.form_dict = frappe._dict(a=1)
		frappe.session.data.csrf_token = "x"
		frappe.set_user(story.PUSAT)
		self.assertEqual((frappe.session.user, frappe.session.sid), (story.PUSAT, story.PUSAT))
		self.assertEqual((frappe.form_dict, frappe.session.data), ({}, {}))
