import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, today

from tests import story


class TestInterOutletRequest(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("request")
		self.addCleanup(frappe.db.rollback, save_point="request")

	def draft(self, *items, **values):
		return frappe.get_doc(
			{
				"doctype": "Inter Outlet Request",
				"outlet": story.SHORT,
				"needed_by": add_days(today(), 2),
				"items": [dict(zip(("item_code", "qty", "uom"), item, strict=False)) for item in items],
				**values,
			}
		)

	def assert_refused(self, message, request):
		with self.assertRaises(frappe.ValidationError) as caught:
			request.insert(ignore_permissions=True)
		self.assertIn(message, str(caught.exception))

	def test_it_is_named_after_its_outlet_and_month(self):
		request = self.draft((story.OIL, 1)).insert(ignore_permissions=True)
		self.assertRegex(request.name, rf"^IOR-{story.SHORT}-\d{{4}}-\d{{4}}$")

	def test_it_is_kept_in_the_stock_uom_and_shown_as_asked(self):
		row = self.draft((story.OIL, 2, "Dus")).insert(ignore_permissions=True).items[0]
		self.assertEqual((row.qty, row.uom, row.stock_qty, row.stock_uom), (2, "Dus", 24, "Bungkus"))

	def test_what_cannot_be_asked_is_refused_with_its_row(self):
		cases = (
			("Row 1: SBK-004 is not counted in", ((story.OIL, 2, "Kg"),)),
			("Row 2: <strong>SBK-004</strong> is in row 1 already", ((story.OIL, 2), (story.OIL, 1, "Dus"))),
			("Row 1: Bungkus must be a whole number", ((story.OIL, 1.5),)),
			("Row 1: the quantity must be more than zero", ((story.OIL, 0),)),
		)
		for message, items in cases:
			with self.subTest(message):
				with self.assertRaises(frappe.ValidationError) as caught:
					self.draft(*items).insert(ignore_permissions=True)
				plain = frappe.utils.strip_html(str(caught.exception))
				self.assertIn(frappe.utils.strip_html(message), plain)

	def test_fractions_are_asked_where_the_uom_allows_them(self):
		row = self.draft((story.EGGS, 2.5)).insert(ignore_permissions=True).items[0]
		self.assertEqual(row.stock_qty, 2.5)

	def test_a_past_day_is_refused(self):
		self.assert_refused(
			"cannot be in the past", self.draft((story.OIL, 1), needed_by=add_days(today(), -1))
		)

	def test_an_outlet_at_rest_does_not_ask(self):
		frappe.get_doc("Outlet", story.SHORT).update({"status": "Paused"}).save()
		self.addCleanup(frappe.clear_document_cache, "Outlet", story.SHORT)
		self.assert_refused("it cannot ask", self.draft((story.OIL, 1)))

	def test_what_was_asked_does_not_change(self):
		request = self.draft((story.OIL, 1)).insert(ignore_permissions=True)
		request.ask()
		request.items[0].qty = 5
		request.items[0].stock_qty = 5
		self.assertRaises(frappe.ValidationError, request.save)

	def test_what_was_asked_is_not_deleted(self):
		request = self.draft((story.OIL, 1)).insert(ignore_permissions=True)
		request.ask()
		self.assertRaises(frappe.ValidationError, request.delete)

	def test_another_outlets_clerk_does_not_ask_for_it(self):
		request = self.draft((story.OIL, 1)).insert(ignore_permissions=True)
		with story.acting_as(story.clerk(story.NEAR)), self.assertRaises(frappe.PermissionError):
			request.ask()
