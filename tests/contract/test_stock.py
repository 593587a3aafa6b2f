"""ERPNext's stock: the ledger and its bins, transit, Material Requests, batches, and what each refuses."""

import frappe
from erpnext.accounts.doctype.pos_invoice.pos_invoice import get_stock_availability
from erpnext.stock.doctype.material_request.material_request import (
	make_in_transit_stock_entry,
	make_stock_entry,
)
from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import (
	BatchNegativeStockError,
	get_auto_batch_nos,
)
from erpnext.stock.doctype.stock_entry.stock_entry import make_stock_in_entry
from erpnext.stock.doctype.stock_ledger_entry.stock_ledger_entry import StockFreezeError
from erpnext.stock.get_item_details import get_bin_details, get_conversion_factor
from erpnext.stock.stock_ledger import NegativeStockError
from erpnext.stock.utils import (
	InvalidWarehouseCompany,
	get_bin,
	get_latest_stock_qty,
	get_stock_balance,
)
from erpnext.utilities.transaction_base import UOMMustBeIntegerError
from frappe.utils import add_days, today

from tests import story
from tests.contract.base import (
	EGGS,
	MILK,
	OIL,
	ContractTestCase,
	bin_of,
	material_request,
	new_item,
	new_warehouse,
	receive,
	stock_entry,
	transit,
)


class StockTestCase(ContractTestCase):
	def setUp(self):
		super().setUp()
		self.a, self.b = new_warehouse("Kontrak A").name, new_warehouse("Kontrak B").name

	def ledger(self, warehouse, item_code=OIL):
		return frappe.get_all(
			"Stock Ledger Entry",
			filters={"warehouse": warehouse, "item_code": item_code, "is_cancelled": 0},
			fields=[
				"actual_qty",
				"qty_after_transaction",
				"valuation_rate",
				"stock_value",
				"stock_value_difference",
			],
			order_by="posting_datetime, creation",
		)


class TestLedger(StockTestCase):
	def test_goods_come_at_their_rate_and_leave_at_the_average(self):
		receive(self.a, 10, 1000)
		receive(self.a, 10, 2000)
		entry = stock_entry("Material Transfer", {"s_warehouse": self.a, "t_warehouse": self.b, "qty": 5})
		self.assertEqual((entry.items[0].basic_rate, entry.total_amount), (1500, 7500))
		issue = stock_entry("Material Issue", {"s_warehouse": self.b, "qty": 2})
		self.assertEqual(
			(issue.total_outgoing_value, issue.total_incoming_value, issue.value_difference), (3000, 0, -3000)
		)
		self.assertEqual(
			bin_of(self.a), {**bin_of(self.a), "actual_qty": 15, "valuation_rate": 1500, "stock_value": 22500}
		)
		self.assertEqual(bin_of(self.b).actual_qty, 3)
		rows = self.ledger(self.a)
		self.assertEqual([row.actual_qty for row in rows], [10, 10, -5])
		self.assertEqual([row.qty_after_transaction for row in rows], [10, 20, 15])
		self.assertEqual([row.stock_value_difference for row in rows], [10000, 20000, -7500])

	def test_what_a_till_and_a_form_are_told(self):
		receive(self.a, 10, 1000)
		self.assertEqual(get_stock_availability(OIL, self.a)[0], 10)
		self.assertEqual(get_bin_details(OIL, self.a)["actual_qty"], 10)
		self.assertEqual(get_bin_details(OIL, self.b)["actual_qty"], 0)

	def test_a_document_of_several_units_is_kept_in_the_stock_unit(self):
		entry = receive(self.a, 2, 1000, uom="Dus", conversion_factor=12)
		self.assertEqual((entry.items[0].transfer_qty, entry.items[0].stock_uom), (24, "Bungkus"))
		self.assertEqual(bin_of(self.a).actual_qty, 24)
		self.assertEqual(get_conversion_factor(OIL, "Dus"), {"conversion_factor": 12})

	def test_what_is_not_there_does_not_leave(self):
		receive(self.a, 3, 1000)
		entry = stock_entry("Material Issue", {"s_warehouse": self.a, "qty": 4}, submit=False)
		self.refused(NegativeStockError, entry.submit)

	def test_nor_does_what_a_later_document_took(self):
		receive(
			self.a, 5, 1000, posting_date=add_days(today(), -5), set_posting_time=1, posting_time="08:00:00"
		)
		stock_entry("Material Issue", {"s_warehouse": self.a, "qty": 5})
		late = {"posting_date": add_days(today(), -2), "set_posting_time": 1, "posting_time": "08:00:00"}
		entry = stock_entry("Material Issue", {"s_warehouse": self.a, "qty": 1}, submit=False, **late)
		self.refused(NegativeStockError, entry.submit)

	def test_a_backdated_receipt_changes_the_balances_after_it(self):
		days = {"set_posting_time": 1, "posting_time": "08:00:00"}
		receive(self.a, 10, 1000, posting_date=add_days(today(), -4), **days)
		stock_entry(
			"Material Issue", {"s_warehouse": self.a, "qty": 4}, posting_date=add_days(today(), -2), **days
		)
		receive(self.a, 10, 2000, posting_date=add_days(today(), -3), **days)
		self.assertEqual([row.qty_after_transaction for row in self.ledger(self.a)], [10, 20, 16])
		self.assertEqual(bin_of(self.a).actual_qty, 16)
		self.assertEqual(get_stock_balance(OIL, self.a, add_days(today(), -3), "12:00:00"), 20)

	def test_a_cancelled_document_takes_back_what_it_posted(self):
		receive(self.a, 10, 1000)
		entry = stock_entry("Material Transfer", {"s_warehouse": self.a, "t_warehouse": self.b, "qty": 5})
		entry.cancel()
		self.assertEqual((bin_of(self.a).actual_qty, bin_of(self.b).actual_qty), (10, 0))
		rows = frappe.get_all(
			"Stock Ledger Entry", filters={"voucher_no": entry.name}, fields=["is_cancelled", "actual_qty"]
		)
		self.assertEqual(sorted(row.actual_qty for row in rows), [-5, -5, 5, 5])
		self.assertEqual({row.is_cancelled for row in rows}, {1})

	def test_goods_that_were_passed_on_cannot_be_taken_back(self):
		entry = receive(self.a, 10, 1000)
		stock_entry("Material Issue", {"s_warehouse": self.a, "qty": 5})
		self.refused(NegativeStockError, entry.cancel)

	def test_a_rate_is_found_for_goods_without_one(self):
		entry = receive(self.a, 1, 0, submit=False)
		self.assertEqual(
			entry.items[0].basic_rate,
			frappe.db.get_value("Item Price", {"item_code": OIL, "buying": 1}, "price_list_rate"),
		)
		receive(self.a, 1, 7000)
		self.assertEqual(receive(self.a, 1, 0).items[0].basic_rate, 7000)
		item = new_item("KONTRAK-6").name
		free = stock_entry(
			"Material Receipt", {"t_warehouse": self.a, "item_code": item, "allow_zero_valuation_rate": 1}
		)
		self.assertEqual(free.items[0].valuation_rate, 0)
		self.refused(frappe.ValidationError, receive, self.b, 1, 0, new_item("KONTRAK-7").name)

	def test_goods_of_no_value_stay_so(self):
		item = new_item("KONTRAK-0").name
		free = {"item_code": item, "allow_zero_valuation_rate": 1}
		stock_entry("Material Receipt", {**free, "t_warehouse": self.a, "qty": 5})
		moved = {**free, "s_warehouse": self.a, "t_warehouse": self.b, "qty": 3}
		self.assertEqual(stock_entry("Material Transfer", moved).total_amount, 0)
		gone = stock_entry("Material Issue", {**free, "s_warehouse": self.b})
		self.assertEqual((gone.total_outgoing_value, bin_of(self.b, item).stock_value), (0, 0))
		self.assertEqual((bin_of(self.a, item).actual_qty, bin_of(self.b, item).actual_qty), (2, 2))

	def test_helpers(self):
		receive(self.a, 10, 1000)
		self.assertEqual(get_stock_balance(OIL, self.a), 10)
		self.assertEqual(get_stock_balance(OIL, self.a, with_valuation_rate=True), (10, 1000))
		self.assertEqual(get_stock_balance(OIL, self.b), 0)
		self.assertEqual(get_stock_balance(OIL, self.a, add_days(today(), -1)), 0)
		self.assertEqual(get_latest_stock_qty(OIL, self.a), 10)
		self.assertGreaterEqual(get_latest_stock_qty(OIL), 10)
		self.assertEqual(get_bin(OIL, self.a).actual_qty, 10)
		self.assertEqual(get_bin(OIL, self.b).actual_qty, 0)
		doc = {"doctype": "Bin", "item_code": OIL, "warehouse": self.a}
		self.refused(frappe.UniqueValidationError, frappe.get_doc(doc).insert)


class TestRefusals(StockTestCase):
	def test_quantities(self):
		row = {"t_warehouse": self.a, "basic_rate": 1}
		for qty, exception in (
			(0, frappe.ValidationError),
			(-1, frappe.ValidationError),
			(0.5, UOMMustBeIntegerError),
		):
			self.refused(exception, stock_entry, "Material Receipt", {**row, "qty": qty})
		receive(self.a, 0.5, 1000, EGGS)
		self.assertEqual(bin_of(self.a, EGGS).actual_qty, 0.5)

	def test_items(self):
		new_item("KONTRAK-8", is_stock_item=0)
		new_item("KONTRAK-9", disabled=1)
		for item in ("KONTRAK-8", "KONTRAK-9"):
			self.refused(frappe.ValidationError, receive, self.a, 1, 1000, item)

	def test_warehouses(self):
		row = {"s_warehouse": self.a, "qty": 1}
		self.assertIn("Target", self.refused(frappe.ValidationError, stock_entry, "Material Transfer", row))
		row = {"t_warehouse": self.a, "qty": 1}
		self.assertIn("Source", self.refused(frappe.ValidationError, stock_entry, "Material Transfer", row))
		entry = stock_entry(
			"Material Transfer", {"qty": 1}, from_warehouse=self.a, to_warehouse=self.b, submit=False
		)
		self.assertEqual((entry.items[0].s_warehouse, entry.items[0].t_warehouse), (self.a, self.b))
		other = story.warehouse_of(story.OTHER)
		self.refused(InvalidWarehouseCompany, receive, other, 1, 1000)
		group = frappe.db.get_value("Warehouse", {"company": story.COMPANY, "is_group": 1})
		self.refused(frappe.ValidationError, receive, group, 1, 1000)
		frappe.db.set_value("Warehouse", self.b, "disabled", 1)
		self.refused(frappe.ValidationError, receive, self.b, 1, 1000)

	def test_frozen_stock(self):
		for field, value in (("stock_frozen_upto", today()), ("stock_auth_role", "Auditor")):
			frappe.db.set_single_value("Stock Settings", field, value)
		with self.set_user(story.PUSAT):
			entry = frappe.new_doc("Stock Entry", stock_entry_type="Material Receipt", company=story.COMPANY)
			entry.append("items", {"item_code": OIL, "qty": 1, "t_warehouse": self.a, "basic_rate": 1})
			entry.flags.ignore_permissions = True
			entry.insert()
			self.refused(StockFreezeError, entry.submit)

	def test_a_warehouse_with_a_history_stays(self):
		receive(self.a, 1, 1000)
		self.refused(frappe.ValidationError, frappe.delete_doc, "Warehouse", self.a)
		frappe.delete_doc("Warehouse", self.b)


class TestTransit(StockTestCase):
	def setUp(self):
		super().setUp()
		receive(self.a, 20, 1000)
		self.request = material_request(self.a, self.b, 10)

	def leg_1(self, qty=None):
		entry = make_in_transit_stock_entry(self.request.name, transit())
		if qty:
			entry.items[0].qty = qty
		entry.insert()
		return entry.submit()

	def leg_2(self, outward, qty=None):
		entry = make_stock_in_entry(outward.name)
		if qty:
			entry.items[0].qty = qty
		entry.insert()
		return entry.submit()

	def test_a_disabled_item_is_not_asked_for(self):
		frappe.db.set_value("Item", OIL, "disabled", 1)
		frappe.clear_document_cache("Item", OIL)
		self.refused(frappe.ValidationError, material_request, self.a, self.b, 1)

	def test_a_request_asks_at_the_target(self):
		self.assertEqual((self.request.status, self.request.title[:9]), ("Pending", "Material "))
		self.assertEqual((bin_of(self.b).indented_qty, bin_of(self.b).projected_qty), (10, 10))
		self.assertEqual(bin_of(self.a).indented_qty, 0)
		self.assertEqual(self.request.items[0].stock_qty, 10)

	def test_goods_go_by_transit_and_are_counted_in(self):
		outward = self.leg_1()
		row = outward.items[0]
		self.assertEqual((row.s_warehouse, row.t_warehouse, outward.add_to_transit), (self.a, transit(), 1))
		self.assertEqual(
			(row.material_request, row.material_request_item), (self.request.name, self.request.items[0].name)
		)
		self.request.reload()
		self.assertEqual((self.request.status, self.request.per_ordered), ("Transferred", 100))
		self.assertEqual(
			(self.request.items[0].ordered_qty, self.request.transfer_status), (10, "In Transit")
		)
		self.assertEqual((bin_of(self.b).indented_qty, bin_of(self.b).projected_qty), (0, 0))
		inward = self.leg_2(outward, 4)
		row = inward.items[0]
		self.assertEqual(
			(row.s_warehouse, row.t_warehouse, inward.outgoing_stock_entry), (transit(), self.b, outward.name)
		)
		self.assertEqual((row.against_stock_entry, row.ste_detail), (outward.name, outward.items[0].name))
		outward.reload()
		self.assertEqual((outward.items[0].transferred_qty, outward.per_transferred), (4, 40))
		self.assertEqual(self.request.reload().transfer_status, "Completed")
		self.assertEqual(make_stock_in_entry(outward.name).items[0].qty, 6)
		self.assertEqual(bin_of(self.b).actual_qty, 4)

	def test_each_cancellation_takes_its_step_back(self):
		outward = self.leg_1()
		inward = self.leg_2(outward)
		self.refused((NegativeStockError, frappe.LinkExistsError), outward.reload().cancel)
		inward.reload().cancel()
		self.assertEqual(
			(outward.reload().per_transferred, self.request.reload().transfer_status), (0, "In Transit")
		)
		outward.cancel()
		self.request.reload()
		self.assertEqual((self.request.status, self.request.transfer_status), ("Pending", "Not Started"))
		self.assertEqual((self.request.per_ordered, bin_of(self.b).indented_qty), (0, 10))
		self.request.cancel()
		self.assertEqual((self.request.reload().status, bin_of(self.b).indented_qty), ("Cancelled", 0))

	def test_a_part_goes_and_the_rest_is_stopped(self):
		self.leg_1(6)
		self.request.reload()
		self.assertEqual((self.request.status, self.request.per_ordered), ("Partially Received", 60))
		self.assertEqual(make_stock_entry(self.request.name).items[0].qty, 4)
		self.request.update_status("Stopped")
		self.assertEqual((self.request.reload().status, bin_of(self.b).indented_qty), ("Stopped", 0))
		entry = make_stock_entry(self.request.name)
		entry.insert()
		self.refused(frappe.ValidationError, entry.submit)
		self.refused(frappe.ValidationError, self.request.cancel)

	def test_no_more_than_was_asked(self):
		entry = make_in_transit_stock_entry(self.request.name, transit())
		entry.items[0].qty = 11
		entry.insert()
		self.refused(frappe.ValidationError, entry.submit)

	def test_only_a_submitted_document_is_mapped(self):
		draft = material_request(self.a, self.b, 1, submit=False)
		self.refused(frappe.ValidationError, make_stock_entry, draft.name)

	def test_fields_of_the_app_come_along(self):
		entry = make_in_transit_stock_entry(self.request.name, transit())
		self.assertFalse(entry.get("amended_from") or entry.get("name"))
		self.assertEqual((entry.purpose, entry.stock_entry_type), ("Material Transfer", "Material Transfer"))
		self.assertEqual((entry.company, entry.to_warehouse), (story.COMPANY, transit()))


class TestBatches(StockTestCase):
	def setUp(self):
		super().setUp()
		receive(self.a, 10, 1000, MILK, batch_no=f"{MILK}-A")
		receive(self.a, 10, 3000, MILK, batch_no=f"{MILK}-B")

	def batches(self, **values):
		rows = get_auto_batch_nos(frappe._dict({"item_code": MILK, "warehouse": self.a, **values}))
		return [(row.batch_no, row.qty) for row in rows]

	def test_a_batch_goes_out_at_what_it_came_in_for(self):
		row = {
			"s_warehouse": self.a,
			"t_warehouse": self.b,
			"item_code": MILK,
			"qty": 4,
			"batch_no": f"{MILK}-B",
		}
		entry = stock_entry("Material Transfer", row)
		self.assertEqual(entry.items[0].basic_rate, 3000)
		self.assertEqual((bin_of(self.a, MILK).stock_value, bin_of(self.b, MILK).stock_value), (28000, 12000))

	def test_what_there_is_of_each(self):
		self.assertEqual(self.batches(based_on="Expiry"), [(f"{MILK}-A", 10), (f"{MILK}-B", 10)])
		self.assertEqual(self.batches(warehouse=[self.b, self.a], based_on="Expiry")[0], (f"{MILK}-A", 10))

	def test_an_expired_batch_moves_but_is_not_offered(self):
		frappe.db.set_value("Batch", f"{MILK}-A", "expiry_date", add_days(today(), -1))
		self.assertEqual(self.batches(), [(f"{MILK}-B", 10)])
		row = {
			"s_warehouse": self.a,
			"t_warehouse": self.b,
			"item_code": MILK,
			"qty": 4,
			"batch_no": f"{MILK}-A",
		}
		stock_entry("Material Transfer", row)
		frappe.db.set_value("Batch", f"{MILK}-B", "disabled", 1)
		self.assertEqual(self.batches(), [])

	def test_stock_levels_count_expired_batches_too(self):
		frappe.db.set_value("Batch", f"{MILK}-A", "expiry_date", add_days(today(), -1))
		self.assertEqual(self.batches(for_stock_levels=True, batch_no=[f"{MILK}-A"]), [(f"{MILK}-A", 10)])
		self.assertEqual(self.batches(batch_no=f"{MILK}-A"), [])

	def test_a_batch_does_not_go_below_nothing(self):
		row = {"s_warehouse": self.a, "item_code": MILK, "qty": 11, "batch_no": f"{MILK}-A"}
		entry = stock_entry("Material Issue", row, submit=False)
		self.refused((BatchNegativeStockError, NegativeStockError), entry.submit)

	def test_a_batch_is_needed_and_needs_an_expiry_date(self):
		self.refused(frappe.ValidationError, receive, self.a, 1, 1000, MILK)
		batch = frappe.get_doc({"doctype": "Batch", "batch_id": "KONTRAK-C", "item": MILK})
		self.refused(frappe.ValidationError, batch.insert)


class TestMasters(ContractTestCase):
	def test_a_company_comes_with_warehouses_and_a_cost_centre(self):
		roots = frappe.get_all("Warehouse", {"company": story.COMPANY, "is_group": 1}, pluck="name")
		self.assertIn(f"All Warehouses - {story.ABBR}", roots)
		self.assertEqual(frappe.db.get_value("Warehouse", transit(), "warehouse_type"), "Transit")
		self.assertEqual(frappe.db.get_value("Company", story.COMPANY, "cost_center"), f"Main - {story.ABBR}")

	def test_a_cost_centre_belongs_to_its_company(self):
		cost_center = frappe.get_doc(
			{"doctype": "Cost Center", "cost_center_name": "Kontrak", "company": story.COMPANY}
		)
		cost_center.parent_cost_center = f"{story.COMPANY} - {story.ABBR}"
		self.assertEqual(cost_center.insert().name, f"Kontrak - {story.ABBR}")

	def test_an_item_has_its_own_unit_and_name(self):
		item = new_item("KONTRAK-11")
		self.assertEqual(item.item_name, "KONTRAK-11")
		self.assertEqual([(row.uom, row.conversion_factor) for row in item.uoms], [("Pcs", 1)])

	def test_a_price_takes_its_lists_currency(self):
		price = frappe.get_doc({"doctype": "Item Price", "item_code": OIL, "price_list": "Standard Selling"})
		price.update({"price_list_rate": 1, "uom": "Dus"})
		price.insert()
		self.assertEqual((price.currency, price.selling, price.buying), ("IDR", 1, 0))
		self.assertEqual(price.item_name, frappe.db.get_value("Item", OIL, "item_name"))
