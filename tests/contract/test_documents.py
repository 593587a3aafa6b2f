"""Documents: names, defaults, checks, the order of their events, and what each of them refuses."""

import datetime
from unittest.mock import patch

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, getdate, today

from tests import story
from tests.contract.base import OIL, ContractTestCase, material_request, new_item, new_warehouse


class TestLife(ContractTestCase):
	def test_rows_are_written_past_the_life_cycle(self):
		doc = new_item("KONTRAK-13")
		row = doc.append("uoms", {"uom": "Kg", "conversion_factor": 2})
		doc.set_parent_in_children()
		doc.set_name_in_children()
		self.assertTrue(row.name)
		row.db_update()
		self.assertEqual(frappe.db.get_value("UOM Conversion Detail", row.name, "parent"), doc.name)
		self.assertEqual(frappe.get_cached_value("Item", doc.name, "brand"), None)
		doc.db_set("description", "Baru")
		doc.clear_cache()
		self.assertEqual(frappe.get_cached_value("Item", doc.name, "description"), "Baru")

	def events_of(self, doctype, act):
		"""The events that `act` raises on documents of a kind, in their order."""
		seen = []
		original = Document.run_method

		def spy(doc, method, *args, **kwargs):
			if doc.doctype == doctype:
				seen.append(method)
			return original(doc, method, *args, **kwargs)

		with patch.object(Document, "run_method", spy):
			act()
		ours = {"before_naming", "onload", "before_mapping", "after_mapping", "before_change", "autoname"}
		return [event for event in seen if event not in ours]

	def test_events_of_insert_save_submit_cancel_and_delete(self):
		warehouses = story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT)
		doc = None

		def insert():
			nonlocal doc
			doc = material_request(*warehouses, 1, submit=False)

		self.assertEqual(
			self.events_of("Material Request", insert),
			[
				"before_insert",
				"before_validate",
				"validate",
				"before_save",
				"after_insert",
				"on_update",
				"on_change",
			],
		)
		saved = self.events_of("Material Request", doc.save)
		self.assertEqual(
			[e for e in saved if e != "on_change"],
			["before_validate", "validate", "before_save", "on_update"],
		)
		self.assertEqual(
			[event for event in self.events_of("Material Request", doc.submit) if event != "on_change"],
			["before_validate", "validate", "before_submit", "on_update", "on_submit"],
		)
		doc.schedule_date = add_days(today(), 5)
		self.assertEqual(
			[event for event in self.events_of("Material Request", doc.save) if event != "on_change"],
			["before_update_after_submit", "on_update_after_submit"],
		)
		self.assertEqual(
			[event for event in self.events_of("Material Request", doc.cancel) if event != "on_change"],
			["before_cancel", "on_cancel"],
		)
		self.assertEqual(
			[event for event in self.events_of("Material Request", doc.delete) if event != "on_change"],
			["on_trash", "after_delete"],
		)
		self.assertFalse(frappe.db.exists("Material Request", doc.name))
		self.assertFalse(frappe.db.exists("Material Request Item", {"parent": doc.name}))

	def test_docstatus_moves_from_draft_to_submitted_to_cancelled_only(self):
		doc = material_request(
			story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT), 1, submit=False
		)
		self.assertTrue(doc.docstatus.is_draft())
		doc.docstatus = 2
		self.refused(frappe.DocstatusTransitionError, doc.save)
		doc.reload().submit()
		self.assertTrue(doc.docstatus.is_submitted())
		self.assertEqual(doc.items[0].docstatus, 1)
		doc.docstatus = 0
		self.refused(frappe.DocstatusTransitionError, doc.save)
		doc.reload().cancel()
		self.assertTrue(doc.docstatus.is_cancelled())
		self.refused(frappe.ValidationError, doc.reload().save)

	def test_a_submitted_document_changes_where_it_may_only(self):
		doc = material_request(story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT), 1)
		doc.items[0].schedule_date = add_days(today(), 9)
		doc.save()
		self.assertEqual(doc.reload().schedule_date, getdate(add_days(today(), 9)))
		doc.set_warehouse = story.warehouse_of(story.FAR)
		self.refused(frappe.UpdateAfterSubmitError, doc.save)
		doc.reload().items[0].qty = 3
		self.refused(frappe.UpdateAfterSubmitError, doc.save)
		doc.reload().append("items", doc.items[0].as_dict(no_default_fields=True))
		self.refused(frappe.UpdateAfterSubmitError, doc.save)
		doc.reload().set_warehouse = story.warehouse_of(story.FAR)
		doc.flags.ignore_validate_update_after_submit = True
		doc.save()

	def test_a_stale_copy_cannot_be_saved(self):
		first = frappe.get_doc("Item", OIL)
		second = frappe.get_doc("Item", OIL)
		first.save()
		self.refused(frappe.TimestampMismatchError, second.save)
		second.reload().save()

	def test_child_rows_come_and_go_with_their_parent(self):
		item = new_item("KONTRAK-1", uoms=[{"uom": "Pcs", "conversion_factor": 1}])
		item.append("barcodes", {"barcode": "2120000000017"})
		item.append("uoms", {"uom": "Dus", "conversion_factor": 12})
		item.save()
		item.reload()
		self.assertEqual(
			[(row.idx, row.uom, row.conversion_factor) for row in item.uoms], [(1, "Pcs", 1), (2, "Dus", 12)]
		)
		row = item.uoms[1]
		self.assertEqual((row.parent, row.parenttype, row.parentfield), (item.name, "Item", "uoms"))
		item.remove(item.uoms[0])
		self.assertEqual(item.uoms[0].idx, 1)
		item.set("barcodes", [])
		item.set(
			"uoms", [row for row in item.uoms if row.uom == "Dus"] + [{"uom": "Pcs", "conversion_factor": 1}]
		)
		item.save()
		self.assertEqual([row.uom for row in item.reload().uoms], ["Dus", "Pcs"])
		self.assertEqual(frappe.db.count("Item Barcode", {"parent": item.name}), 0)
		self.assertEqual(item.get("uoms", {"uom": "Dus"})[0].conversion_factor, 12)

	def test_what_changed_is_known_while_saving(self):
		seen = {}

		def validate(doc, *args, **kwargs):
			seen.update(
				before=doc.get_doc_before_save().item_name,
				name=doc.has_value_changed("item_name"),
				end=doc.has_value_changed("end_of_life"),
				group=doc.has_value_changed("item_group"),
			)

		item = frappe.get_doc("Item", OIL)
		old, item.item_name, item.end_of_life = item.item_name, "Minyak lain", str(item.end_of_life)
		with patch.object(type(item), "before_save", validate, create=True):
			item.save()
		self.assertEqual(seen, {"before": old, "name": True, "end": False, "group": False})

	def test_db_set_writes_without_validation(self):
		item = frappe.get_doc("Item", OIL)
		modified = item.modified
		item.db_set("item_name", "Minyak goreng curah")
		item.db_set({"safety_stock": 4.5, "shelf_life_in_days": 30}, update_modified=False)
		self.assertEqual((item.item_name, item.safety_stock), ("Minyak goreng curah", 4.5))
		item = frappe.get_doc("Item", OIL)
		self.assertEqual(
			(item.item_name, item.safety_stock, item.shelf_life_in_days), ("Minyak goreng curah", 4.5, 30)
		)
		self.assertGreater(item.modified, modified)

	def test_a_comment_stays_with_its_document(self):
		item = new_item("KONTRAK-2")
		item.add_comment("Comment", "Sudah dihitung")
		comment = {"reference_doctype": "Item", "reference_name": item.name, "comment_type": "Comment"}
		self.assertEqual(frappe.get_all("Comment", comment, pluck="content"), ["Sudah dihitung"])


class TestChecks(ContractTestCase):
	def test_a_missing_value_names_the_field(self):
		doc = frappe.get_doc({"doctype": "ToDo"})
		message = self.refused(frappe.MandatoryError, doc.insert)
		self.assertIn("description", message)
		doc.insert(ignore_mandatory=True)

	def test_a_missing_value_of_a_row_is_missed_too(self):
		item = new_item("KONTRAK-3")
		item.append("barcodes", {"barcode": ""})
		self.assertIn("barcode", self.refused(frappe.MandatoryError, item.save))

	def test_a_link_must_lead_somewhere(self):
		item = frappe.get_doc("Item", OIL)
		item.item_group = "Tidak ada"
		self.assertIn("Tidak ada", self.refused(frappe.LinkValidationError, item.save))
		item.reload().append("uoms", {"uom": "Tidak ada", "conversion_factor": 2})
		self.assertIn("Row #", self.refused(frappe.LinkValidationError, item.save))

	def test_a_select_takes_its_options_only(self):
		outlet = frappe.get_doc("Outlet", story.SHORT)
		outlet.status = "Sleeping"
		self.assertIn("Paused", self.refused(frappe.ValidationError, outlet.save))
		outlet.reload().users[0].part = "Penjaga"
		self.assertIn("Row #", self.refused(frappe.ValidationError, outlet.save))

	def test_a_number_below_nothing_is_refused(self):
		settings = frappe.get_doc("KS212 Settings")
		settings.near_expiry_days = -1
		self.refused(frappe.NonNegativeError, settings.save)

	def test_a_text_that_is_too_long_is_refused(self):
		item = frappe.get_doc("Item", OIL)
		item.item_name = "M" * 141
		self.refused(frappe.CharacterLengthExceededError, item.save)

	def test_an_email_address_must_look_like_one(self):
		user = frappe.get_doc(
			{"doctype": "User", "email": "bukan alamat", "first_name": "X", "send_welcome_email": 0}
		)
		self.refused(frappe.InvalidEmailAddressError, user.insert)

	def test_what_is_set_only_once_stays(self):
		company = frappe.get_doc("Company", story.COMPANY)
		company.abbr = "LAIN"
		self.refused(frappe.CannotChangeConstantError, company.save)

	def test_a_name_that_is_taken_is_refused(self):
		self.refused(frappe.DuplicateEntryError, new_item, OIL)
		doc = frappe.get_doc({"doctype": "Item Group", "item_group_name": "All Item Groups"})
		doc.name = "All Item Groups"
		doc.db_insert(ignore_if_duplicate=True)

	def test_a_value_that_is_unique_is_refused_the_second_time(self):
		outlet = frappe.get_doc("Outlet", story.EAST)
		outlet.warehouse = story.warehouse_of(story.NEAR)
		self.refused(frappe.UniqueValidationError, outlet.save)
		values = {
			"doctype": "User",
			"email": "kembar@ks212.example",
			"first_name": "X",
			"send_welcome_email": 0,
		}
		user = frappe.get_doc({**values, "mobile_no": story.phone_of(story.HEAD)})
		self.refused(frappe.UniqueValidationError, user.insert)

	def test_no_value_is_no_duplicate(self):
		for name in ("satu", "dua"):
			values = {
				"doctype": "User",
				"email": f"{name}@ks212.example",
				"first_name": name,
				"mobile_no": "",
			}
			frappe.get_doc({**values, "send_welcome_email": 0}).insert()

	def test_a_value_is_fetched_over_a_link(self):
		batch = frappe.get_doc({"doctype": "Batch", "batch_id": "KONTRAK-B", "item": story.MILK})
		batch.expiry_date = add_days(today(), 5)
		self.assertEqual(batch.insert().stock_uom, frappe.db.get_value("Item", story.MILK, "stock_uom"))

	def test_a_list_is_no_value(self):
		item = frappe.get_doc("Item", OIL)
		item.item_name = ["a"]
		self.refused(frappe.ValidationError, item.save)

	def test_what_another_document_links_to_is_kept(self):
		uom = frappe.db.get_value("Item", OIL, "stock_uom")
		self.refused(frappe.LinkExistsError, frappe.delete_doc, "UOM", uom)
		self.assertTrue(frappe.db.exists("UOM", uom))

	def test_a_submitted_document_is_not_deleted(self):
		doc = material_request(story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT), 1)
		self.refused(frappe.ValidationError, doc.delete)
		doc.cancel()
		doc.delete()

	def test_what_a_submitted_document_links_to_is_not_cancelled(self):
		from erpnext.stock.doctype.material_request.material_request import make_stock_entry

		doc = material_request(story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT), 1)
		entry = make_stock_entry(doc.name).insert()
		entry.submit()
		self.refused(frappe.LinkExistsError, doc.reload().cancel)

	def test_deleting_what_is_not_there_is_no_error(self):
		frappe.delete_doc("UOM", "Tidak ada")
		frappe.delete_doc_if_exists("UOM", "Tidak ada")
		self.refused(frappe.DoesNotExistError, frappe.delete_doc, "UOM", "Tidak ada", ignore_missing=False)

	def test_a_cancelled_document_is_not_linked(self):
		from erpnext.stock.doctype.material_request.material_request import make_stock_entry

		doc = material_request(story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT), 1)
		entry = make_stock_entry(doc.name)
		doc.cancel()
		self.refused(frappe.CancelledLinkError, entry.insert)

	def test_a_document_that_is_not_there(self):
		self.assertIn(
			"Tidak ada", self.refused(frappe.DoesNotExistError, frappe.get_doc, "Item", "Tidak ada")
		)
		self.refused(frappe.DoesNotExistError, frappe.get_meta, "Tidak ada")
		self.assertIsNone(frappe.get_cached_value("Item", "Tidak ada", "item_name"))


class TestNames(ContractTestCase):
	def test_kinds_of_names(self):
		self.assertEqual(len(frappe.get_doc({"doctype": "ToDo", "description": "x"}).insert().name), 10)
		name = material_request(
			story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT), 1, submit=False
		).name
		self.assertRegex(name, rf"^MAT-MR-{getdate().year}-\d{{5}}$")
		self.refused(frappe.ValidationError, frappe.get_doc({"doctype": "Warehouse Type"}).insert)
		self.assertEqual(frappe.get_doc({"doctype": "Warehouse Type", "name": "Rak"}).insert().name, "Rak")
		self.assertEqual(new_warehouse("Rak kontrak").name, f"Rak kontrak - {story.ABBR}")

	def test_names_that_are_refused(self):
		self.refused(frappe.NameError, frappe.get_doc({"doctype": "UOM", "uom_name": "a<b"}).insert)
		self.refused(frappe.NameError, frappe.get_doc({"doctype": "UOM", "uom_name": "UOM"}).insert)
		self.refused(frappe.ValidationError, frappe.get_doc({"doctype": "UOM", "uom_name": ""}).insert)

	def test_a_series_counts_by_its_prefix_and_takes_the_last_number_back(self):
		from frappe.model.naming import make_autoname

		series = "KTR-.YY..MM.-.####"
		prefix = getdate().strftime("KTR-%y%m-")
		self.assertEqual(make_autoname(series), f"{prefix}0001")
		self.assertEqual(make_autoname(series), f"{prefix}0002")
		self.assertEqual(make_autoname("LAIN-.####"), "LAIN-0001")
		first = self.named_transfer()
		frappe.delete_doc(first.doctype, first.name, force=True)
		self.assertEqual(self.named_transfer().name, first.name)

	def named_transfer(self):
		"""A row that its DocType's series names, written as it stands."""
		doc = frappe.get_doc({"doctype": "Outlet Transfer", "source_outlet": story.SHORT})
		doc.db_insert()
		return doc


class TestValues(ContractTestCase):
	def test_a_new_document_has_its_defaults(self):
		doc = frappe.new_doc("Item", item_code="KONTRAK-4")
		self.assertEqual((doc.is_stock_item, doc.disabled, doc.item_code), (1, 0, "KONTRAK-4"))
		self.assertTrue(doc.is_new())
		self.assertEqual(doc.uoms, [])
		entry = frappe.new_doc("Stock Entry")
		self.assertEqual((getdate(entry.posting_date), entry.is_opening), (getdate(), "No"))

	def test_types_that_come_back(self):
		item = frappe.get_doc("Item", OIL)
		self.assertIsInstance(item.creation, datetime.datetime)
		self.assertIsInstance(item.end_of_life, datetime.date)
		self.assertIsInstance(item.safety_stock, float)
		self.assertIsInstance(item.is_stock_item, int)
		entry = frappe.get_last_doc("Stock Entry")
		self.assertIsInstance(entry.posting_time, datetime.timedelta)
		self.assertIsInstance(entry.items[0].qty, float)

	def test_numbers_keep_nine_decimals(self):
		item = frappe.get_doc("Item", OIL)
		item.safety_stock = 1 / 3
		item.save()
		self.assertEqual(item.reload().safety_stock, 0.333333333)
		item.safety_stock = "12.5"
		item.is_stock_item = "1"
		item.save()
		self.assertEqual((item.reload().safety_stock, item.is_stock_item), (12.5, 1))

	def test_as_dict(self):
		values = frappe.get_doc("Item", OIL).as_dict()
		self.assertEqual(
			(values.doctype, values.name, values["uoms"][0].uom), ("Item", OIL, values.stock_uom)
		)
		bare = frappe.get_doc("Item", OIL).as_dict(no_default_fields=True, no_nulls=True)
		self.assertNotIn("name", bare)
		self.assertIsNone(values.get("brand"))
		self.assertNotIn("brand", bare)
		self.assertIn('"item_code"', frappe.get_doc("Item", OIL).as_json())

	def test_settings_are_read_and_written_as_a_document(self):
		settings = frappe.get_doc("Stock Settings")
		settings.stock_frozen_upto_days = 3
		settings.save()
		self.assertEqual(frappe.db.get_single_value("Stock Settings", "stock_frozen_upto_days"), 3)
		frappe.db.set_single_value("Stock Settings", "stock_frozen_upto_days", 0)
		self.assertEqual(frappe.get_doc("Stock Settings").stock_frozen_upto_days, 0)
		self.assertEqual(
			frappe.db.get_value("Stock Settings", None, "item_naming_by"), settings.item_naming_by
		)

	def test_a_copy_is_cached_until_the_document_changes(self):
		cached = frappe.get_cached_doc("Item", OIL)
		self.assertEqual(frappe.get_cached_value("Item", OIL, "item_name"), cached.item_name)
		values = frappe.get_cached_value("Item", OIL, ["item_name", "stock_uom"], as_dict=True)
		self.assertEqual(values.stock_uom, cached.stock_uom)
		frappe.db.set_value("Item", OIL, "item_name", "Minyak baru")
		self.assertEqual(frappe.get_cached_value("Item", OIL, "item_name"), "Minyak baru")
		doc = frappe.get_doc("Item", OIL)
		doc.item_name = "Minyak lagi"
		doc.save()
		self.assertEqual(frappe.get_cached_value("Item", OIL, ["item_name", "name"]), ["Minyak lagi", OIL])

	def test_a_copy_is_a_new_document(self):
		item = new_item("KONTRAK-6", uoms=[{"uom": "Dus", "conversion_factor": 12}], safety_stock=3)
		copy = frappe.copy_doc(item)
		self.assertTrue(copy.is_new())
		self.assertEqual((copy.name, copy.docstatus, copy.safety_stock), (None, 0, 3))
		copy.item_code = "KONTRAK-7"
		copy.insert()
		self.assertEqual([row.uom for row in copy.uoms], [row.uom for row in item.uoms])
		self.assertEqual(set(row.name for row in copy.uoms) & set(row.name for row in item.uoms), set())

	def test_get_doc_by_values(self):
		found = frappe.get_doc("Item", {"item_name": frappe.db.get_value("Item", OIL, "item_name")})
		self.assertEqual(found.name, OIL)
		self.assertIs(frappe.get_doc(found), found)
