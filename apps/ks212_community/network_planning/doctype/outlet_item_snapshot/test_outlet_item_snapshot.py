import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, today

from ks212_community.network_planning import snapshot
from tests import story


class TestOutletItemSnapshot(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("snapshot")
		self.addCleanup(frappe.db.rollback, save_point="snapshot")

	def row(self, outlet, item_code):
		snapshot.refresh()
		return frappe.db.get_value(
			"Outlet Item Snapshot",
			{"outlet": outlet, "item_code": item_code},
			["on_hand", "daily_demand", "last_sale", "days_of_cover", "warehouse"],
			as_dict=True,
		)

	def test_demand_is_what_was_sold_within_the_window(self):
		before = self.row(story.NEAR, story.OIL)
		sold_before = (before.daily_demand or 0) * 28
		story.sell(story.NEAR, {story.OIL: 14})
		row = self.row(story.NEAR, story.OIL)
		self.assertAlmostEqual(row.daily_demand, (sold_before + 14) / 28)
		self.assertEqual((row.on_hand, row.last_sale), (before.on_hand - 14, getdate(today())))
		self.assertAlmostEqual(row.days_of_cover, row.on_hand / row.daily_demand)
		self.assertEqual(row.warehouse, story.warehouse_of(story.NEAR))

	def test_what_is_not_a_sale_is_no_demand(self):
		before = self.row(story.NEAR, story.SUGAR)
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": "Material Issue",
				"company": story.COMPANY,
				"items": [
					{
						"item_code": story.SUGAR,
						"qty": 5,
						"uom": frappe.db.get_value("Item", story.SUGAR, "stock_uom"),
						"stock_uom": frappe.db.get_value("Item", story.SUGAR, "stock_uom"),
						"conversion_factor": 1,
						"s_warehouse": story.warehouse_of(story.NEAR),
					}
				],
			}
		)
		entry.insert(ignore_permissions=True)
		entry.submit()
		row = self.row(story.NEAR, story.SUGAR)
		self.assertEqual(row.daily_demand, before.daily_demand)
		self.assertEqual(row.on_hand, before.on_hand - 5)

	def test_a_sale_before_the_window_does_not_count(self):
		story.stock_up(story.WEST, {story.WATER: 10}, posting_date=add_days(today(), -60))
		story.sell(story.WEST, {story.WATER: 4}, posting_date=add_days(today(), -40))
		before = self.row(story.WEST, story.WATER)
		self.assertEqual(before.daily_demand, 0)
		story.sell(story.WEST, {story.WATER: 4}, posting_date=add_days(today(), -20))
		self.assertAlmostEqual(self.row(story.WEST, story.WATER).daily_demand, 4 / 28)

	def test_what_is_past_its_date_and_what_expires_next_is_kept(self):
		story.stock_up(story.NEAR, {story.MILK: {f"{story.MILK}-A": 6, f"{story.MILK}-C": 3}})
		frappe.db.set_value("Batch", f"{story.MILK}-A", "expiry_date", add_days(today(), -1))
		frappe.db.set_value("Batch", f"{story.MILK}-B", "expiry_date", add_days(today(), 9))
		snapshot.refresh()
		row = frappe.db.get_value(
			"Outlet Item Snapshot",
			{"outlet": story.NEAR, "item_code": story.MILK},
			["expired_qty", "nearest_expiry"],
			as_dict=True,
		)
		self.assertEqual((row.expired_qty, row.nearest_expiry), (6, getdate(add_days(today(), 9))))
		plain = frappe.db.get_value(
			"Outlet Item Snapshot",
			{"outlet": story.NEAR, "item_code": story.OIL},
			["expired_qty", "nearest_expiry"],
		)
		self.assertEqual(plain, (0, None))

	def test_refreshing_twice_keeps_one_row_an_outlet_and_item(self):
		snapshot.refresh()
		count = frappe.db.count("Outlet Item Snapshot")
		snapshot.refresh()
		self.assertEqual(frappe.db.count("Outlet Item Snapshot"), count)
		self.assertGreater(count, 0)

	def test_only_pusat_renews_it_on_demand(self):
		with story.acting_as(story.clerk(story.SHORT)):
			self.assertRaises(frappe.PermissionError, snapshot.refresh_now)
