"""`frappe.db`, lists and the query builder: filters, types, transactions."""

import datetime

from pypika import analytics
from pypika.analytics import RowNumber

import frappe
from frappe.query_builder import Case
from frappe.query_builder.custom import ConstantColumn
from frappe.query_builder.functions import Coalesce, Concat, Count, IfNull, Max, Min, Sum
from frappe.utils import add_days, get_datetime, getdate, now_datetime, today

from tests import story
from tests.contract.base import MILK, OIL, ContractTestCase, material_request, new_item, receive


def make_todo(name, **values):
	"""A ToDo of this name, written as it stands."""
	frappe.get_doc({"doctype": "ToDo", "name": name, "description": name, **values}).db_insert()


def names(**kwargs):
	return sorted(frappe.get_all("ToDo", pluck="name", **kwargs))


class TestFilters(ContractTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete("ToDo")
		for name, status, user in (
			("a", "Open", story.PUSAT),
			("b", "Closed", None),
			("c", "Open", story.HEAD),
		):
			make_todo(name, description=f"{name} 50%", status=status, allocated_to=user)

	def test_operators(self):
		self.assertEqual(names(filters={"status": "Open"}), ["a", "c"])
		self.assertEqual(names(filters={"status": ["!=", "Open"]}), ["b"])
		self.assertEqual(names(filters={"name": ["in", ["a", "b", "x"]]}), ["a", "b"])
		self.assertEqual(names(filters={"name": ["in", []]}), [])
		self.assertEqual(names(filters={"name": ["not in", ["a"]]}), ["b", "c"])
		self.assertEqual(names(filters={"name": [">", "a"], "status": "Open"}), ["c"])
		self.assertEqual(names(filters=[["name", "<=", "b"]]), ["a", "b"])
		self.assertEqual(names(filters=[["ToDo", "name", ">=", "b"]]), ["b", "c"])
		self.assertEqual(names(filters={"name": "a"}), ["a"])

	def test_a_list_reads_null_as_empty(self):
		self.assertEqual(names(filters={"allocated_to": ["is", "set"]}), ["a", "c"])
		self.assertEqual(names(filters={"allocated_to": ["is", "not set"]}), ["b"])
		self.assertEqual(names(filters={"allocated_to": ""}), ["b"])
		self.assertEqual(names(filters={"allocated_to": ["!=", story.PUSAT]}), ["b", "c"])
		self.assertEqual(names(filters={"allocated_to": ["not in", [story.PUSAT]]}), ["b", "c"])
		self.assertEqual(names(filters={"allocated_to": ["in", ["", story.HEAD]]}), ["b", "c"])

	def test_a_value_reads_null_as_null(self):
		self.assertEqual(frappe.db.get_value("ToDo", {"allocated_to": None}), "b")
		self.assertEqual(frappe.db.get_value("ToDo", {"allocated_to": ["is", "not set"]}), "b")
		self.assertEqual(frappe.db.count("ToDo", {"allocated_to": ["is", "set"]}), 2)
		self.assertEqual(frappe.db.count("ToDo", {"allocated_to": ["!=", story.PUSAT]}), 1)

	def test_like_ignores_case(self):
		self.assertEqual(names(filters={"description": ["like", "A 5%"]}), ["a"])
		self.assertEqual(names(filters={"description": ["like", "_ 50_"]}), ["a", "b", "c"])

	def test_like_is_escaped_with_a_backslash_but_not_in_a_list(self):
		ToDo = frappe.qb.DocType("ToDo")
		found = (
			frappe.qb.from_(ToDo).select(ToDo.name).where(ToDo.description.like("%50\\%")).orderby(ToDo.name)
		)
		self.assertEqual(found.run(pluck=True), ["a", "b", "c"])
		self.assertEqual(
			frappe.qb.from_(ToDo).select(ToDo.name).where(ToDo.description.like("%\\_%")).run(), ()
		)
		self.assertEqual(frappe.db.count("ToDo", {"description": ["like", "%50\\%"]}), 3)
		self.assertEqual(names(filters={"description": ["like", "%50\\%"]}), [])

	def test_dates(self):
		self.assertEqual(names(filters={"creation": [">=", today()]}), ["a", "b", "c"])
		self.assertEqual(names(filters={"creation": ["<", today()]}), [])
		self.assertEqual(
			names(filters={"creation": ["between", [add_days(today(), -1), today()]]}), ["a", "b", "c"]
		)
		self.assertEqual(names(filters={"creation": [">", now_datetime()]}), [])
		batches = {"item": MILK, "expiry_date": ["between", [today(), add_days(today(), 30)]]}
		self.assertEqual(frappe.get_all("Batch", batches, pluck="name"), [f"{MILK}-A"])
		self.assertEqual(frappe.db.count("Batch", {"item": MILK, "expiry_date": ["<", today()]}), 0)

	def test_order_and_pages(self):
		order = {"order_by": "name desc", "pluck": "name"}
		self.assertEqual(frappe.get_all("ToDo", **order), ["c", "b", "a"])
		self.assertEqual(frappe.get_all("ToDo", limit=1, **order), ["c"])
		self.assertEqual(frappe.get_all("ToDo", order_by="status, name desc", pluck="name"), ["b", "c", "a"])
		frappe.db.set_value("ToDo", "a", "status", "Cancelled")
		self.assertEqual(frappe.get_all("ToDo", pluck="name")[0], "a")
		self.assertEqual(frappe.db.get_value("ToDo", {"name": ["in", ["a", "b", "c"]]}), "a")
		self.assertEqual(frappe.db.get_value("ToDo", {}, order_by="name"), "c")
		self.assertEqual(frappe.db.get_value("ToDo", {}, order_by="name asc"), "a")

	def test_fields(self):
		rows = frappe.get_all("ToDo", fields=["name", "status as state"], order_by="name")
		self.assertEqual(rows[0], {"name": "a", "state": "Open"})
		self.assertEqual(rows[0].state, "Open")
		self.assertEqual(
			frappe.get_all("ToDo", fields=["name", "status"], as_list=True, order_by="name")[1],
			("b", "Closed"),
		)
		self.assertEqual(frappe.get_all("ToDo", fields="*", filters={"name": "a"})[0].description, "a 50%")
		self.assertEqual(frappe.get_all("ToDo", fields=["`tabToDo`.`name`"], order_by="name")[0].name, "a")
		counted = frappe.get_all(
			"ToDo", fields=["status", "count(name) as many"], group_by="status", order_by="status"
		)
		self.assertEqual({row.status: row.many for row in counted}, {"Open": 2, "Closed": 1})
		latest = frappe.get_all("ToDo", fields=["max(creation) as latest"])[0].latest
		self.assertIsInstance(latest, datetime.datetime)

	def test_values(self):
		self.assertEqual(frappe.db.get_value("ToDo", "a", "status"), "Open")
		self.assertEqual(tuple(frappe.db.get_value("ToDo", "a", ["name", "status"])), ("a", "Open"))
		self.assertEqual(frappe.db.get_value("ToDo", "a", ["name", "status"], as_dict=True).status, "Open")
		self.assertIsNone(frappe.db.get_value("ToDo", "x", "status"))
		self.assertEqual(frappe.db.get_value("ToDo", "a", "*", as_dict=True).status, "Open")

	def test_exists(self):
		self.assertEqual(frappe.db.exists("ToDo", "a"), "a")
		self.assertIsNone(frappe.db.exists("ToDo", "x"))
		self.assertEqual(frappe.db.exists("ToDo", {"status": "Closed"}), "b")
		self.assertEqual(frappe.db.exists("Stock Settings", "Stock Settings"), "Stock Settings")
		self.assertIsNone(frappe.db.exists("Tidak ada", "x"))
		self.assertIsNone(frappe.db.exists("Singles", {"doctype": "Stock Settings"}))

	def test_writing(self):
		frappe.db.set_value("ToDo", "a", {"status": "Closed", "description": "selesai"})
		self.assertEqual(
			tuple(frappe.db.get_value("ToDo", "a", ["status", "description"])), ("Closed", "selesai")
		)
		modified = frappe.db.get_value("ToDo", "b", "modified")
		frappe.db.set_value("ToDo", {"status": "Closed"}, "status", "Cancelled", update_modified=False)
		self.assertEqual(names(filters={"status": "Cancelled"}), ["a", "b"])
		self.assertEqual(frappe.db.get_value("ToDo", "b", "modified"), modified)
		frappe.db.delete("ToDo", {"status": "Cancelled"})
		self.assertEqual(names(), ["c"])
		frappe.db.set_value("Stock Settings", None, "stock_frozen_upto_days", 2)
		self.assertEqual(frappe.db.get_single_value("Stock Settings", "stock_frozen_upto_days"), 2)
		frappe.db.set_single_value("Stock Settings", "stock_auth_role", "Auditor")
		self.assertEqual(frappe.db.get_single_value("Stock Settings", "stock_auth_role"), "Auditor")


class TestQueryBuilder(ContractTestCase):
	def test_a_join_with_sums_dates_and_texts(self):
		receive(story.warehouse_of(story.NEAR), 5, 1000)
		Entry, Ledger = frappe.qb.DocType("Stock Entry"), frappe.qb.DocType("Stock Ledger Entry")
		query = (
			frappe.qb.from_(Ledger)
			.inner_join(Entry)
			.on((Entry.name == Ledger.voucher_no) & (Ledger.voucher_type == "Stock Entry"))
			.select(
				Ledger.warehouse,
				Sum(Ledger.actual_qty).as_("qty"),
				Max(Ledger.posting_date).as_("day"),
				Min(Ledger.posting_datetime).as_("moment"),
				Max(Ledger.posting_time).as_("time"),
				Count("*").as_("many"),
				Concat(Ledger.item_code, "/", Ledger.warehouse).as_("key"),
				Coalesce(Ledger.project, "tanpa").as_("project"),
				Sum(Case().when(Ledger.actual_qty < 0, 1).else_(0)).as_("out"),
			)
			.where((Ledger.item_code == OIL) & (Ledger.warehouse == story.warehouse_of(story.NEAR)))
			.groupby(Ledger.warehouse, Ledger.item_code, Ledger.project)
			.having(Sum(Ledger.actual_qty) > 0)
			.orderby(Ledger.warehouse, order=frappe.qb.desc)
			.limit(5)
			.for_update()
		)
		row = query.run(as_dict=True)[0]
		gone = {"item_code": OIL, "warehouse": story.warehouse_of(story.NEAR), "actual_qty": ["<", 0]}
		out = frappe.db.count("Stock Ledger Entry", gone)
		self.assertEqual((row.day, row.project, row.out), (getdate(), "tanpa", out))
		self.assertIsInstance(row.day, datetime.date)
		self.assertIsInstance(row.moment, datetime.datetime)
		self.assertIsInstance(row.time, datetime.timedelta)
		self.assertIsInstance(row.many, int)
		self.assertEqual(row.qty, story.on_hand(story.NEAR, OIL))
		self.assertEqual(row.key, f"{OIL}/{story.warehouse_of(story.NEAR)}")

	def test_rows_come_as_tuples_lists_or_one_column(self):
		Item = frappe.qb.DocType("Item")
		query = frappe.qb.from_(Item).select(Item.name, Item.creation).where(Item.name == OIL)
		((name, creation),) = query.run()
		self.assertIsInstance(query.run()[0], tuple)
		self.assertIsInstance(query.run(as_list=True)[0], list)
		self.assertEqual((name, query.run(pluck=True)), (OIL, [OIL]))
		self.assertIsInstance(creation, datetime.datetime)
		self.assertEqual(frappe.qb.from_(Item).select("name").where(Item.name == "x").run(as_dict=True), [])
		every = frappe.qb.from_(Item).select("*").where(Item.name == OIL).run(as_dict=True)[0]
		self.assertEqual((every.name, every.creation), (OIL, creation))

	def test_types_come_through_a_subquery_and_a_union(self):
		Batch = frappe.qb.DocType("Batch")
		inner = (
			frappe.qb.from_(Batch).select(Batch.item, Max(Batch.expiry_date).as_("last")).groupby(Batch.item)
		)
		outer = frappe.qb.from_(inner.as_("b")).select("item", "last")
		self.assertIsInstance(dict(outer.run())[MILK], datetime.date)
		either = frappe.qb.from_(Batch).select(Batch.expiry_date).where(Batch.name == f"{MILK}-A")
		either += frappe.qb.from_(Batch).select(Batch.expiry_date).where(Batch.name == f"{MILK}-B")
		self.assertEqual({type(row[0]) for row in either.run()}, {datetime.date})

	def test_a_running_sum_counts_within_each_group(self):
		for name, status in (("a", "Open"), ("b", "Open"), ("c", "Closed")):
			make_todo(f"urut-{name}", status=status)
		ToDo = frappe.qb.DocType("ToDo")
		place = RowNumber().over(ToDo.status).orderby(ToDo.name, order=frappe.qb.desc)
		length = analytics.Sum(ToDo.docstatus + 1).over(ToDo.status).orderby(ToDo.name)
		query = frappe.qb.from_(ToDo).select(ToDo.name, place.as_("place"), length.as_("so_far"))
		rows = query.where(ToDo.name.like("urut-%")).orderby(ToDo.name).run()
		self.assertEqual(rows, (("urut-a", 2, 1), ("urut-b", 1, 2), ("urut-c", 1, 1)))

	def test_rows_are_written_from_several_queries_at_once(self):
		ToDo, Series = frappe.qb.DocType("ToDo"), frappe.qb.Table("tabSeries")
		make_todo("asal-a", description="x")
		one = (
			frappe.qb.from_(ToDo)
			.select(ToDo.name, ConstantColumn(1).as_("part"))
			.where(ToDo.name == "asal-a")
		)
		both = (one * one).as_("both")
		counted = frappe.qb.from_(both).select(both.name, Sum(both.part).as_("parts")).groupby(both.name)
		source = counted.as_("source")
		(
			frappe.qb.into(ToDo)
			.columns("name", "description", "docstatus")
			.from_(source)
			.select(Concat(source.name, "-", source.parts), ConstantColumn("dari dua"), ConstantColumn(0))
			.run()
		)
		self.assertEqual(frappe.db.get_value("ToDo", "asal-a-2", "description"), "dari dua")
		done = Case().when(ToDo.name == "asal-a", "pertama").when(ToDo.name == "asal-a-2", "kedua")
		frappe.qb.update(ToDo).set(ToDo.description, done).where(ToDo.name.like("asal-%")).run()
		told = frappe.get_all("ToDo", {"name": ["like", "asal-%"]}, pluck="description", order_by="name")
		self.assertEqual(told, ["pertama", "kedua"])
		self.assertTrue(frappe.qb.from_(Series).select(Series.name).limit(1).run())

	def test_nested_conditions(self):
		Item, Batch = frappe.qb.DocType("Item"), frappe.qb.DocType("Batch")
		with_batches = frappe.qb.from_(Batch).select(Batch.item)
		query = frappe.qb.from_(Item).select(Item.name).where(Item.name.isin(with_batches))
		self.assertIn(MILK, query.run(pluck=True))
		self.assertNotIn(OIL, query.run(pluck=True))
		query = query.where((Item.has_batch_no == 0) | (IfNull(Item.brand, "") != ""))
		self.assertEqual(query.run(), ())

	def test_writing(self):
		item = new_item("KONTRAK-5")
		Item, ToDo = frappe.qb.DocType("Item"), frappe.qb.DocType("ToDo")
		frappe.qb.update(Item).set(Item.safety_stock, Item.safety_stock + 2.5).where(
			Item.name == item.name
		).run()
		self.assertEqual(frappe.db.get_value("Item", item.name, "safety_stock"), 2.5)
		moment = now_datetime()
		frappe.qb.into(ToDo).columns("name", "description", "creation").insert(
			"t'1", "a\"b'c\\", moment
		).run()
		row = frappe.db.get_value("ToDo", "t'1", ["description", "creation"], as_dict=True)
		self.assertEqual(row, {"description": "a\"b'c\\", "creation": moment})
		copied = (
			frappe.qb.from_(ToDo).select(Concat(ToDo.name, "-2"), ToDo.description).where(ToDo.name == "t'1")
		)
		frappe.qb.into(ToDo).columns("name", "description").from_(ToDo).select(*copied._selects).where(
			ToDo.name == "t'1"
		).run()
		self.assertEqual(frappe.db.get_value("ToDo", "t'1-2", "description"), "a\"b'c\\")
		frappe.qb.from_(ToDo).delete().where(ToDo.name.like("t'1%")).run()
		self.assertEqual(frappe.db.count("ToDo", {"name": ["like", "t'1%"]}), 0)

	def test_dates_compare_whatever_they_are_written_as(self):
		Item = frappe.qb.DocType("Item")
		moment = frappe.db.get_value("Item", OIL, "creation")
		query = frappe.qb.from_(Item).select(Item.name).where(Item.name == OIL)
		self.assertTrue(query.where(Item.creation == moment).run())
		self.assertTrue(query.where(Item.creation >= getdate(moment)).run())
		self.assertTrue(query.where(Item.creation >= str(getdate(moment))).run())
		self.assertFalse(query.where(Item.creation > get_datetime(moment)).run())


class TestTransactions(ContractTestCase):
	def test_back_to_a_savepoint(self):
		make_todo("satu")
		frappe.db.savepoint("here")
		make_todo("dua")
		frappe.db.rollback(save_point="here")
		self.assertEqual(frappe.db.get_value("ToDo", "satu"), "satu")
		self.assertIsNone(frappe.db.get_value("ToDo", "dua"))

	def test_a_failed_insert_can_be_gone_on_after(self):
		make_todo("satu")
		frappe.db.savepoint("here")
		self.refused(frappe.DuplicateEntryError, new_item, OIL)
		frappe.db.rollback(save_point="here")
		self.assertEqual(frappe.db.get_value("ToDo", "satu"), "satu")

	def test_a_taken_name_of_a_hash_is_not_refused_but_changed(self):
		"""A trap: a key that must be unique may not be the name of a DocType whose names are hashes."""
		before = frappe.db.count("ToDo")
		make_todo("satu")
		make_todo("satu")
		self.assertEqual(frappe.db.count("ToDo"), before + 2)


class TestLists(ContractTestCase):
	def test_a_list_of_the_session_user_keeps_to_what_he_may_read(self):
		material_request(story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT), 1)
		with self.set_user(story.PUSAT):
			self.assertTrue(frappe.get_list("Outlet"))
		with self.set_user(story.clerk(story.NEAR)):
			self.refused(frappe.PermissionError, frappe.get_list, "Material Request")
			self.assertTrue(frappe.get_list("Material Request", ignore_permissions=True))
			self.assertTrue(frappe.get_all("Material Request"))
