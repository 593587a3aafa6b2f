import frappe
from frappe.tests.utils import FrappeTestCase

from tests import story


class TestOutlet(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("outlet")
		self.addCleanup(frappe.db.rollback, save_point="outlet")

	def new_outlet(self, **values):
		return frappe.get_doc(
			{
				"doctype": "Outlet",
				"outlet_code": "TES99",
				"outlet_name": "212 Mart Uji",
				"community": frappe.db.get_value("Outlet", story.SHORT, "community"),
				"company": story.COMPANY,
				"kind": "Outlet",
				"region": "Depok",
				"time_zone": "Asia/Jakarta",
				**values,
			}
		)

	def assert_refused(self, message, outlet):
		with self.assertRaises(frappe.ValidationError) as caught:
			outlet.insert()
		self.assertIn(message, str(caught.exception))

	def test_one_button_makes_its_leaf_warehouse_and_cost_center(self):
		with story.acting_as(story.PUSAT):
			outlet = self.new_outlet().insert()
			made = outlet.make_warehouse_and_cost_center()
		self.assertEqual(
			frappe.db.get_value("Warehouse", made["warehouse"], ["company", "is_group"]), (story.COMPANY, 0)
		)
		self.assertEqual(
			frappe.db.get_value("Cost Center", made["cost_center"], ["company", "is_group"]),
			(story.COMPANY, 0),
		)
		again = frappe.get_doc("Outlet", "TES99").make_warehouse_and_cost_center()
		self.assertEqual(again, made)

	def test_a_clerk_cannot_make_a_warehouse(self):
		outlet = frappe.get_doc("Outlet", story.SHORT)
		with story.acting_as(story.clerk(story.SHORT)), self.assertRaises(frappe.PermissionError):
			outlet.make_warehouse_and_cost_center()

	def test_its_code_is_short_and_plain(self):
		for code in ("dpk", "D", "DPK 03", "DPK-03", "DPK03DPK03DPK", ""):
			with self.subTest(code):
				self.assertRaises(frappe.ValidationError, self.new_outlet(outlet_code=code).insert)

	def test_its_code_never_changes(self):
		outlet = frappe.get_doc("Outlet", story.SHORT)
		outlet.outlet_code = "BARU1"
		outlet.save()
		self.assertEqual(outlet.reload().outlet_code, story.SHORT)
		with self.assertRaises(frappe.ValidationError):
			frappe.rename_doc("Outlet", story.SHORT, "BARU1")

	def test_a_warehouse_belongs_to_one_outlet(self):
		taken = story.warehouse_of(story.NEAR)
		self.assertRaises(frappe.UniqueValidationError, self.new_outlet(warehouse=taken).insert)

	def test_a_group_warehouse_is_refused(self):
		group = frappe.db.get_value("Warehouse", {"company": story.COMPANY, "is_group": 1})
		self.assert_refused("is a group", self.new_outlet(warehouse=group))

	def test_a_warehouse_of_another_company_is_refused(self):
		outlet = self.new_outlet(company=story.OTHER_COMPANY, warehouse=story.warehouse_of(story.NEAR))
		self.assert_refused("belongs to", outlet)

	def test_a_place_outside_the_world_is_refused(self):
		self.assert_refused("Correct the place", self.new_outlet(latitude=106.8, longitude=-6.2))

	def test_a_person_is_named_once(self):
		user = story.clerk(story.NEAR)
		self.assert_refused("Row 2", self.new_outlet(users=[{"user": user}, {"user": user}]))

	def test_its_people_get_the_portal_role_and_lose_it(self):
		user = story.make_user(f"baru@{story.DOMAIN}", "Petugas Baru", [], login="petugasbaru")
		outlet = self.new_outlet(users=[{"user": user}]).insert()
		self.assertIn("KS212 Outlet User", frappe.get_roles(user))
		outlet.users = []
		outlet.save()
		self.assertNotIn("KS212 Outlet User", frappe.get_roles(user))
