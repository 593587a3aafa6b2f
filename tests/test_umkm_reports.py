"""What the desk shows of members' goods: consigned stock, sales, shelf share, the workspace's chart and
number."""

from datetime import date
from unittest.mock import patch

import pytest

import frappe
from frappe.utils import add_days, flt, getdate, today

from ks212_community.overrides.supplier import get_dashboard_data
from ks212_community.umkm_supply import cards
from ks212_community.umkm_supply.dashboard_chart_source.umkm_sales_per_week import umkm_sales_per_week
from ks212_community.umkm_supply.report.consignment_stock import consignment_stock
from ks212_community.umkm_supply.report.umkm_sales import umkm_sales
from ks212_community.umkm_supply.report.umkm_shelf_share import umkm_shelf_share
from tests import story, umkm_story
from tests.flow import FlowTestCase
from tests.story import FAR, NEAR, NEXT, OIL, OTHER, SHORT

# Suppliers and products of these tests alone, so that they count the same on a site with a past.
OWNER, OTHER_OWNER = "Dapur Laporan", "Madu Laporan"
CRACKERS, SAMBAL, HONEY = "LAP-KERIPIK", "LAP-SAMBAL", "LAP-MADU"
PRODUCTS = {
	CRACKERS: (OWNER, "Keripik laporan 200 g", 0, 10_000, 13_000),
	SAMBAL: (OWNER, "Sambal laporan 150 g", 180, 22_000, 28_000),
	HONEY: (OTHER_OWNER, "Madu laporan 350 ml", 0, 60_000, 75_000),
}

REPORTS = ("Consignment Stock", "UMKM Sales", "UMKM Shelf Share")


def ago(days):
	return add_days(today(), -days)


class UMKMReportTestCase(FlowTestCase):
	def setUp(self):
		super().setUp()
		umkm_story.setup_umkm()
		with patch.dict(umkm_story.PRODUCTS, PRODUCTS):
			self.owner = umkm_story.make_supplier(OWNER, umkm_story.OWNER_USER)
			self.other_owner = umkm_story.make_supplier(OTHER_OWNER, umkm_story.OTHER_OWNER_USER)
			for item_code in PRODUCTS:
				umkm_story.make_product(item_code)

	def run_report(self, report, user=story.ACCOUNTANT, **filters):
		with story.acting_as(user):
			return report.execute(filters)

	def set_price(self, item_code, owner_price, retail_price, valid_from):
		"""An approved price from a day on, which ends the one before it."""
		Price = "UMKM Product Price"
		last = frappe.get_all(
			Price,
			filters={"item_code": item_code, "status": "Approved"},
			fields=["name", "product", "supplier"],
			order_by="valid_from desc",
		)[0]
		frappe.db.set_value(Price, last.name, "valid_to", add_days(valid_from, -1))
		# Written as it is: a price of the past cannot be proposed.
		frappe.get_doc(
			{
				**last,
				"doctype": Price,
				"name": f"TEST-{frappe.generate_hash(length=8)}",
				"item_code": item_code,
				"owner_price": owner_price,
				"retail_price": retail_price,
				"valid_from": valid_from,
				"status": "Approved",
			}
		).db_insert()


class TestConsignmentStock(UMKMReportTestCase):
	def rows(self, **filters):
		return self.run_report(consignment_stock, supplier=self.owner, **filters)[1]

	def row(self, item_code=CRACKERS, outlet=SHORT, **filters):
		(found,) = [row for row in self.rows(outlet=outlet, **filters) if row.item_code == item_code]
		return found

	def test_quantity_and_value_at_the_price_in_force_today(self):
		story.stock_up(SHORT, {CRACKERS: 20})
		row = self.row()
		self.assertEqual((row.supplier, row.community, row.qty), (self.owner, umkm_story.COMMUNITY, 20))
		self.assertEqual((row.owner_price, row.value), (10_000, 200_000))
		self.set_price(CRACKERS, 12_000, 15_000, today())
		self.assertEqual(self.row().value, 240_000)
		self.set_price(CRACKERS, 13_000, 16_000, add_days(today(), 1))
		self.assertEqual(self.row().value, 240_000, "a price to come is not in force")

	def test_age_is_that_of_the_oldest_unit_first_in_first_out(self):
		story.stock_up(SHORT, {CRACKERS: 20}, posting_date=ago(20))
		story.stock_up(SHORT, {CRACKERS: 10}, posting_date=ago(4))
		story.stock_up(SHORT, {CRACKERS: 5}, posting_date=ago(4), posting_time="09:00:00")
		self.assertEqual(self.row().age_days, 20)
		story.sell(SHORT, {CRACKERS: 19})
		self.assertEqual(self.row().age_days, 20, "one of the oldest is left")
		story.sell(SHORT, {CRACKERS: 1})
		self.assertEqual(self.row().age_days, 4)
		story.sell(SHORT, {CRACKERS: 14})
		self.assertEqual((self.row().qty, self.row().age_days), (1, 4))
		story.sell(SHORT, {CRACKERS: 1})
		self.assertEqual([row for row in self.rows(outlet=SHORT) if row.item_code == CRACKERS], [])

	def test_dates_are_those_of_the_batches_on_hand(self):
		near, later, past = (
			story.make_batch(SAMBAL, letter, days) for letter, days in (("N", 10), ("L", 90), ("P", 3))
		)
		story.stock_up(SHORT, {SAMBAL: {near: 4, later: 6, past: 2}, CRACKERS: 5})
		frappe.db.set_value("Batch", past, "expiry_date", ago(1))
		row = self.row(SAMBAL)
		self.assertEqual((row.qty, row.nearest_expiry, row.days_to_expiry), (12, getdate(ago(1)), -1))
		frappe.db.set_value("Batch", past, "expiry_date", add_days(today(), 200))
		story.sell(SHORT, {SAMBAL: {near: 4}})
		self.assertEqual(self.row(SAMBAL).days_to_expiry, 90)
		self.assertEqual((self.row().nearest_expiry, self.row().days_to_expiry), (None, None))

	def test_what_expires_soon_can_be_chosen(self):
		batch = story.make_batch(SAMBAL, "S", 12)
		story.stock_up(SHORT, {SAMBAL: {batch: 3}, CRACKERS: 5})
		self.assertEqual([row.item_code for row in self.rows(outlet=SHORT, expiring_within=12)], [SAMBAL])
		self.assertEqual(self.rows(outlet=SHORT, expiring_within=11), [])

	def test_goods_on_the_road_are_still_the_owners(self):
		story.stock_up(NEXT, {CRACKERS: 10})
		before = sum(row.qty for row in self.rows(item_code=CRACKERS))
		self.ask((CRACKERS, 4))
		self.promise(NEXT)
		transfer = self.dispatch(NEXT).name
		rows = self.rows(item_code=CRACKERS)
		self.assertEqual(sum(row.qty for row in rows), before)
		(road,) = [row for row in rows if not row.outlet]
		self.assertEqual((road.qty, road.value), (4, 40_000))
		self.assertIn(road.warehouse, road.place)
		self.receive(transfer)
		self.assertEqual((self.row().qty, self.row().age_days), (4, 0))

	def test_filters_choose(self):
		story.stock_up(SHORT, {CRACKERS: 5, HONEY: 2})
		self.assertTrue(self.rows(company=story.COMPANY, community=umkm_story.COMMUNITY, item_code=CRACKERS))
		self.assertNotIn(HONEY, {row.item_code for row in self.rows()})
		for other in (
			{"company": story.OTHER_COMPANY},
			{"community": "Bogor Kota"},
			{"outlet": FAR},
			{"item_code": HONEY},
		):
			self.assertEqual(self.rows(**other), [], other)

	def test_quantities_are_totalled_for_one_item_only(self):
		def totalled(**filters):
			columns = self.run_report(consignment_stock, **filters)[0]
			return {column["fieldname"] for column in columns if not column.get("disable_total")}

		self.assertNotIn("qty", totalled())
		self.assertIn("qty", totalled(item_code=CRACKERS))
		self.assertIn("value", totalled())

	def test_figures_and_chart(self):
		def row(supplier, value, days):
			return frappe._dict(supplier=supplier, supplier_name=supplier, value=value, days_to_expiry=days)

		rows = [row("A", 100, -1), row("B", 300, 14), row("A", 50, None), row("B", 1, 15)]
		figures = consignment_stock.summary(rows)
		self.assertEqual([figure["value"] for figure in figures], [451, 2, 1, 1])
		data = consignment_stock.chart(rows)["data"]
		self.assertEqual((data["labels"], data["datasets"][0]["values"]), (["B", "A"], [301, 150]))
		self.assertIsNone(consignment_stock.chart(rows[:1]))


class SalesTestCase(UMKMReportTestCase):
	def rows(self, **filters):
		filters = {"from_date": ago(30), "to_date": today(), "supplier": self.owner, **filters}
		return self.run_report(umkm_sales, **filters)[1]

	def sold(self, **filters):
		(found,) = self.rows(group_by="Supplier", **filters)
		return found


class TestSales(SalesTestCase):
	def test_sales_without_an_invoice_are_worth_the_retail_price_of_their_day(self):
		self.set_price(CRACKERS, 11_000, 15_000, ago(5))
		story.stock_up(SHORT, {CRACKERS: 30}, posting_date=ago(20))
		story.sell(SHORT, {CRACKERS: 4}, posting_date=ago(10))
		story.sell(SHORT, {CRACKERS: 6}, posting_date=ago(2))
		old, new = self.rows(group_by="Day", outlet=SHORT)
		self.assertEqual((old.posting_date, old.qty), (getdate(ago(10)), 4))
		self.assertEqual((old.sale_value, old.owner_value, old.margin), (52_000, 40_000, 12_000))
		self.assertEqual((new.sale_value, new.owner_value, new.margin), (90_000, 66_000, 24_000))
		self.assertEqual((new.invoiced_qty, new.other_value, new.margin_percent), (0, 90_000, 26.67))

	def test_the_first_price_holds_for_what_sold_before_it(self):
		frappe.db.set_value("UMKM Product Price", {"item_code": CRACKERS}, "valid_from", today())
		story.stock_up(SHORT, {CRACKERS: 5}, posting_date=ago(20))
		story.sell(SHORT, {CRACKERS: 2}, posting_date=ago(10))
		self.assertEqual(self.sold(outlet=SHORT).sale_value, 26_000)

	def test_rows_by_day_outlet_product_and_supplier(self):
		batch = story.make_batch(SAMBAL, "G", 60)
		for outlet in (SHORT, NEAR):
			story.stock_up(outlet, {CRACKERS: 10, SAMBAL: {batch: 5}}, posting_date=ago(9))
			story.sell(outlet, {CRACKERS: 3, SAMBAL: {batch: 1}}, posting_date=ago(3))
		story.sell(NEAR, {CRACKERS: 2}, posting_date=ago(1))

		def by(group, field):
			return {row[field]: row.qty for row in self.rows(group_by=group, from_date=ago(4))}

		self.assertEqual(by("Day", "posting_date"), {getdate(ago(3)): 8, getdate(ago(1)): 2})
		self.assertEqual(by("Outlet", "outlet"), {SHORT: 4, NEAR: 6})
		self.assertEqual(by("Product", "item_code"), {CRACKERS: 8, SAMBAL: 2})
		self.assertEqual(by("Supplier", "supplier"), {self.owner: 10})
		totals = {
			group: flt(sum(row.sale_value for row in self.rows(group_by=group)))
			for group in umkm_sales.GROUPS
		}
		self.assertEqual(len(set(totals.values())), 1, totals)

	def test_what_left_otherwise_is_no_sale(self):
		story.stock_up(SHORT, {CRACKERS: 10})
		entry = story._post("Material Issue", SHORT, self.lines(CRACKERS, 3), None, None, None)
		self.assertEqual(entry.docstatus, 1)
		self.assertEqual(self.rows(outlet=SHORT), [])

	def lines(self, item_code, qty):
		return [
			{**line, "s_warehouse": story.warehouse_of(SHORT)} for line in story._lines({item_code: qty}, "B")
		]

	def test_filters_choose(self):
		story.stock_up(SHORT, {CRACKERS: 5})
		story.sell(SHORT, {CRACKERS: 2})
		self.assertTrue(
			self.rows(outlet=SHORT, company=story.COMPANY, community=umkm_story.COMMUNITY, item_code=CRACKERS)
		)
		for other in (
			{"company": story.OTHER_COMPANY},
			{"community": "Bogor Kota"},
			{"outlet": FAR},
			{"item_code": HONEY},
			{"supplier": self.other_owner},
			{"to_date": ago(1)},
		):
			self.assertEqual(self.rows(**other), [], other)

	def test_without_days_it_is_the_last_thirty(self):
		story.stock_up(SHORT, {CRACKERS: 5}, posting_date=ago(40))
		story.sell(SHORT, {CRACKERS: 1}, posting_date=ago(35))
		story.sell(SHORT, {CRACKERS: 2}, posting_date=ago(30))
		self.assertEqual([row.qty for row in self.rows(from_date=None, to_date=None)], [2])

	def test_bad_filters_are_refused(self):
		for filters in (
			{"from_date": today(), "to_date": ago(1)},
			{"group_by": "Moon"},
		):
			with self.subTest(**filters), self.assertRaises(frappe.ValidationError):
				self.rows(**filters)

	def test_quantities_are_totalled_for_one_item_only(self):
		def totalled(**filters):
			filters = {"from_date": today(), "to_date": today(), **filters}
			columns = self.run_report(umkm_sales, **filters)[0]
			return {column["fieldname"] for column in columns if not column.get("disable_total")}

		self.assertNotIn("qty", totalled())
		self.assertLessEqual({"qty", "sale_value"}, totalled(item_code=CRACKERS))

	def test_the_chart_is_a_line_of_days_or_the_largest(self):
		def row(day, place, value):
			return frappe._dict(posting_date=day, place=place, sale_value=value)

		rows = [row(date(2026, 11, 1), "A", 10), row(date(2026, 11, 2), "B", 30)]
		self.assertEqual(umkm_sales.chart(rows, "Day")["type"], "line")
		data = umkm_sales.chart(rows, "Outlet")["data"]
		self.assertEqual((data["labels"], data["datasets"][0]["values"]), (["B", "A"], [30, 10]))
		self.assertIsNone(umkm_sales.chart(rows[:1], "Outlet"))
		days = [row(getdate(add_days("2026-09-07", day)), "A", 1) for day in range(35)]
		self.assertEqual(umkm_sales.chart(days[:31], "Day")["data"]["labels"][::10], ["7", "17", "27", "7"])
		weeks = umkm_sales.chart(days, "Day")["data"]
		self.assertEqual(weeks["labels"], ["7/9", "14/9", "21/9", "28/9", "5/10"])
		self.assertEqual(weeks["datasets"][0]["values"], [7] * 5)
		year = [row(getdate(add_days("2026-01-01", day)), "A", 1) for day in range(365)]
		months = umkm_sales.chart(year, "Day")["data"]
		self.assertEqual((months["labels"][0], months["datasets"][0]["values"][:2]), ("1/26", [31, 28]))


@pytest.mark.erpnext
class TestInvoicedSales(SalesTestCase):
	"""Sales that ERPNext's own documents charge for: the invoice's value counts, in whatever order they were
	made."""

	def setUp(self):
		super().setUp()
		story.stock_up(SHORT, {CRACKERS: 40}, posting_date=ago(5))
		self.customer = story.ensure(
			"Customer",
			"Pelanggan Gerai",
			customer_name="Pelanggan Gerai",
			customer_group=story.ensure(
				"Customer Group", "Perorangan", customer_group_name="Perorangan", is_group=0
			),
			territory="All Territories",
		)

	def make(self, doctype, qty, rate, **values):
		doc = frappe.get_doc(
			{
				"doctype": doctype,
				"customer": self.customer,
				"company": story.COMPANY,
				"selling_price_list": "Standard Selling",
				"due_date": today(),
				"items": [
					{
						"item_code": CRACKERS,
						"qty": qty,
						"rate": rate,
						"warehouse": story.warehouse_of(SHORT),
						"cost_center": frappe.db.get_value("Outlet", SHORT, "cost_center"),
					}
				],
				**values,
			}
		)
		doc.insert()
		doc.submit()
		return doc

	def figures(self):
		row = self.sold(outlet=SHORT)
		return row.qty, row.invoiced_qty, row.invoiced_value, row.other_value

	def test_an_invoice_that_moves_the_goods(self):
		invoice = self.make("Sales Invoice", 3, 12_500, update_stock=1)
		story.sell(SHORT, {CRACKERS: 2})
		self.assertEqual(self.figures(), (5, 3, 37_500, 26_000))
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		back = make_return_doc("Sales Invoice", invoice.name)
		back.items[0].qty = back.items[0].stock_qty = -1
		back.update_stock = 1
		back.insert()
		back.submit()
		self.assertEqual(self.figures(), (4, 2, 25_000, 26_000))
		back.cancel()
		self.assertEqual(self.figures(), (5, 3, 37_500, 26_000))

	def test_a_delivery_note_before_its_invoice(self):
		note = self.make("Delivery Note", 4, 12_000)
		self.assertEqual(self.figures(), (4, 0, 0, 52_000))
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

		invoice = make_sales_invoice(note.name)
		invoice.items[0].qty = 3
		invoice.insert()
		invoice.submit()
		self.assertEqual(self.figures(), (4, 3, 36_000, 13_000))

	def test_a_delivery_note_after_its_invoice(self):
		invoice = self.make("Sales Invoice", 4, 12_000)
		self.assertEqual(self.rows(outlet=SHORT), [], "nothing has left yet")
		from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_delivery_note

		note = make_delivery_note(invoice.name)
		note.items[0].qty = 1
		note.insert()
		note.submit()
		self.assertEqual(self.figures(), (1, 1, 12_000, 0))


class TestShelfShare(UMKMReportTestCase):
	def rows(self, **filters):
		return {row.outlet: row for row in self.run_report(umkm_shelf_share, **filters)[1]}

	def test_shares_by_items_and_by_retail_value(self):
		before = self.rows()[SHORT]
		story.stock_up(SHORT, {CRACKERS: 10, HONEY: 2})
		row = self.rows()[SHORT]
		self.assertEqual((row.umkm_items, row["items"]), (before.umkm_items + 2, before["items"] + 2))
		self.assertEqual(row.umkm_value - before.umkm_value, 10 * 13_000 + 2 * 75_000)
		self.assertEqual(row.item_share, flt(100 * row.umkm_items / row["items"], 2))
		self.assertEqual(row.value_share, flt(100 * row.umkm_value / row.value, 2))

	def test_other_goods_are_worth_their_selling_price(self):
		before = self.rows()[SHORT].value
		story.stock_up(SHORT, {OIL: 3})
		price = frappe.db.get_value(
			"Item Price", {"item_code": OIL, "price_list": "Standard Selling"}, "price_list_rate"
		)
		self.assertEqual(flt(self.rows()[SHORT].value - before, 2), flt(3 * price, 2))
		self.assertEqual(self.rows(price_list="Standard Selling")[SHORT].value, before + 3 * price)
		self.assertGreater(self.rows(price_list="Standard Buying")[SHORT].unpriced, 0)

	def test_what_is_sold_out_is_not_on_the_shelf(self):
		story.stock_up(SHORT, {CRACKERS: 10})
		before = self.rows()[SHORT]
		story.sell(SHORT, {CRACKERS: 10})
		self.assertEqual(self.rows()[SHORT].umkm_items, before.umkm_items - 1)

	def test_those_below_the_target_come_first(self):
		story.stock_up(SHORT, {CRACKERS: 10, HONEY: 2})
		rows = self.run_report(umkm_shelf_share)[1]
		order = [list(umkm_shelf_share.INDICATORS).index(row.status) for row in rows]
		self.assertEqual(order, sorted(order))
		self.assertEqual({row.target for row in rows}, {20})
		self.set_target(100)
		self.assertEqual(self.rows()[SHORT].status, "Below Target")
		self.set_target(0)
		self.assertEqual(self.rows(measure="Retail Value")[SHORT].status, "On Target")

	def set_target(self, target):
		settings = frappe.get_doc("KS212 Settings")
		settings.shelf_share_target = target
		settings.save()

	def test_shops_only_as_the_filters_choose(self):
		rows = self.rows()
		self.assertNotIn(story.DC, rows)
		self.assertEqual(set(self.rows(company=story.OTHER_COMPANY)), {OTHER})
		community, region = frappe.db.get_value("Outlet", SHORT, ["community", "region"])
		self.assertIn(SHORT, self.rows(community=community, region=region))
		self.assertNotIn(FAR, self.rows(region=region))
		with self.assertRaises(frappe.ValidationError):
			self.rows(measure="Weight")

	def test_how_many_items_are_missing(self):
		for umkm, items, target, missing in (
			(0, 10, 20, 3),
			(2, 10, 20, 0),
			(1, 10, 20, 2),
			(0, 0, 20, 0),
			(3, 10, 100, None),
			(10, 10, 100, 0),
			(0, 8, 20, 2),
		):
			with self.subTest(umkm=umkm, items=items, target=target):
				self.assertEqual(umkm_shelf_share.missing_items(umkm, items, target), missing)
				if missing:
					self.assertGreaterEqual(100 * (umkm + missing), target * (items + missing))
					self.assertLess(100 * (umkm + missing - 1), target * (items + missing - 1))

	def test_an_empty_shelf_is_not_below_the_target(self):
		row = frappe._dict(outlet="X", items=0, umkm_items=None, value=0, umkm_value=0, unpriced=None)
		row = umkm_shelf_share.complete(row, 20, "Items")
		self.assertEqual((row.status, row.item_share, row.value_share), ("Empty Shelf", 0, 0))


class TestWorkspace(UMKMReportTestCase):
	def test_the_chart_sums_the_weeks(self):
		def totals():
			with story.acting_as(story.PUSAT):
				data = umkm_sales_per_week.get()
			self.assertEqual({len(row["values"]) for row in data["datasets"]}, {len(data["labels"])})
			return [sum(row["values"]) for row in data["datasets"]]

		owner_value, margin = totals()
		story.stock_up(SHORT, {CRACKERS: 10}, posting_date=ago(9))
		story.sell(SHORT, {CRACKERS: 4})
		self.assertEqual(totals(), [owner_value + 40_000, margin + 12_000])

	def test_weeks_begin_on_monday(self):
		days = [
			frappe._dict(posting_date=date(2026, 11, day), owner_value=10, margin=day) for day in (22, 23, 25)
		]
		self.assertEqual(
			umkm_sales_per_week.by_week(days),
			{
				(date(2026, 11, 16), "owner_value"): 10,
				(date(2026, 11, 16), "margin"): 22,
				(date(2026, 11, 23), "owner_value"): 20,
				(date(2026, 11, 23), "margin"): 48,
			},
		)

	def test_licences_that_end_are_counted_until_they_are_renewed(self):
		def ending():
			with story.acting_as(story.ACCOUNTANT):
				return cards.licences_ending()["value"]

		def licence(days):
			doc = frappe.get_doc(
				{
					"doctype": "UMKM Licence",
					"supplier": self.owner,
					"kind": "Halal",
					"licence_no": f"ID3211000{1000000 + days}",
					"valid_until": add_days(today(), days),
					"checked": 1,
				}
			)
			with story.acting_as(story.PUSAT):
				doc.insert(ignore_permissions=True)

		before = ending()
		licence(20)
		self.assertEqual(ending(), before + 1)
		licence(400)
		self.assertEqual(ending(), before)

	def test_a_suppliers_form_links_to_what_the_network_has_of_it(self):
		data = get_dashboard_data({"transactions": [{"label": "Orders", "items": ["Purchase Order"]}]})
		(_orders, group) = data["transactions"]
		for doctype in group["items"]:
			self.assertIsNotNone(frappe.get_meta(doctype).get_field("supplier"), doctype)


class TestRights(UMKMReportTestCase):
	PORTAL = (story.clerk(SHORT), story.OUTSIDER, story.manager("Depok 3"), umkm_story.OWNER_USER, "Guest")

	def test_the_portal_is_refused_the_chart_and_the_number(self):
		for user in self.PORTAL:
			for function in (umkm_sales_per_week.get, cards.licences_ending):
				with self.subTest(user=user), story.acting_as(user):
					self.assertRaises(frappe.PermissionError, function)


@pytest.mark.erpnext
class TestInTheDesk(UMKMReportTestCase):
	"""As the desk runs them: Frappe checks a report's roles."""

	def run_in_the_desk(self, report, user):
		from frappe.desk.query_report import run

		filters = {"from_date": ago(30), "to_date": today()}
		with story.acting_as(user):
			return run(report, filters=filters, ignore_prepared_report=True)

	def test_pusat_accountants_and_system_managers_run_them(self):
		story.stock_up(SHORT, {CRACKERS: 10})
		story.sell(SHORT, {CRACKERS: 4})
		admin = f"pengelola@{story.DOMAIN}"
		story.make_user(admin, "Pengelola Sistem", ["System Manager"], login="pengelola")
		for report in REPORTS:
			for user in (story.PUSAT, story.ACCOUNTANT, admin):
				with self.subTest(report=report, user=user):
					self.assertTrue(self.run_in_the_desk(report, user)["result"])

	def test_people_of_the_portal_are_refused(self):
		for report in REPORTS:
			for user in TestRights.PORTAL:
				with self.subTest(report=report, user=user), self.assertRaises(frappe.PermissionError):
					self.run_in_the_desk(report, user)
