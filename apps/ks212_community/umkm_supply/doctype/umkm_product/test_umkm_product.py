from io import BytesIO

from PIL import Image

import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import getdate, today

from ks212_community.api import products as api
from ks212_community.constants import CURATION_POINTS, CURATION_TEMPLATE
from ks212_community.umkm_supply import barcodes, prices, products
from tests import story, umkm_story
from tests.story import ACCOUNTANT, OIL, PUSAT
from tests.umkm_products import MANAGER, STRANGERS, ProductTestCase, proposal
from tests.umkm_story import OTHER_OWNER_USER, OWNER_USER

FOREIGN = "8991002101630"  # a number as a manufacturer's goods carry it


def item_prices(item_code):
	rows = frappe.get_all(
		"Item Price",
		filters={"item_code": item_code},
		fields=["price_list", "price_list_rate", "supplier", "valid_from", "valid_upto", "uom"],
		order_by="price_list",
	)
	return {row.price_list: row for row in rows}


class TestProposing(ProductTestCase):
	def test_a_proposal_waits_with_a_barcode_and_a_checklist(self):
		product = self.propose()
		self.assertEqual((product.status, product.item_code), ("Pending", None))
		self.assertEqual(product.supplier, self.names.owner)
		self.assertTrue(product.own_barcode)
		self.assertEqual(barcodes.fault(product.barcode), "")
		self.assertEqual([row["specification"] for row in product.checks], list(CURATION_POINTS))
		self.assertFalse(any(row["passed"] for row in product.checks))
		self.assertEqual(product.prices, [], "a price comes with the approval")

	def test_numbers_given_back_are_not_given_again(self):
		first = self.propose()
		frappe.delete_doc("UMKM Product", first.name, ignore_permissions=True)
		second = self.propose()
		self.call(PUSAT, api.reject, product=second.name, reason="Bukan buatan sendiri")
		third = self.propose()
		self.assertEqual(len({first.barcode, second.barcode, third.barcode}), 3)

	def test_a_number_in_use_is_passed_over(self):
		last = int(self.propose().barcode[2:12])
		taken = barcodes.own(last + 1)
		item = frappe.get_doc("Item", OIL)
		item.append("barcodes", {"barcode": taken, "barcode_type": "EAN"})
		item.save()
		self.assertEqual(self.propose().barcode, barcodes.own(last + 2))

	def test_the_barcode_on_the_package_is_kept(self):
		product = self.propose(barcode=f" {FOREIGN[:3]} {FOREIGN[3:]} ")
		self.assertEqual((product.barcode, product.own_barcode), (FOREIGN, False))

	def test_wrong_barcodes(self):
		for said, barcode in (
			("digit 13, the last, is 1 but must be 0", FOREIGN[:-1] + "1"),
			("has 9 digits", "899100210"),
			("character 4 (A) is not a digit", "899A002101630"),
			("any shop may use for itself", "2000000000008"),
		):
			self.refused_proposal(said, barcode=barcode)
		self.propose(barcode=FOREIGN)
		self.refused_proposal("belongs to UMKM Product", barcode=FOREIGN)

	def test_a_number_is_the_same_with_a_zero_before_it(self):
		item = frappe.get_doc("Item", OIL)
		item.append("barcodes", {"barcode": "036000291452", "barcode_type": "UPC-A"})
		item.save()
		self.refused_proposal(f"belongs to Item {OIL}", barcode="0036000291452")

	def test_a_rejected_product_frees_its_barcode(self):
		product = self.propose(barcode=FOREIGN)
		self.call(PUSAT, api.reject, product=product.name, reason="Tanpa izin edar")
		self.assertEqual(self.propose(barcode=FOREIGN).barcode, FOREIGN)

	def test_wrong_values(self):
		for said, changes in (
			("Owner's Price must be more than zero", {"owner_price": 0}),
			("Owner's Price must be more than zero", {"owner_price": -1}),
			("Owner's Price must be more than zero", {"owner_price": 0.001}),
			("Suggested Retail Price must be a number", {"retail_price": "nan"}),
			("Suggested Retail Price is missing", {"retail_price": None}),
			("is below Owner's Price", {"retail_price": 29_999}),
			("Owner's Price is too large", {"owner_price": 10**12}),
			("must be a whole number", {"shelf_life_days": 1.5}),
			("must be between 0 (does not expire) and 3650", {"shelf_life_days": 3651}),
			("Shelf Life (days) must be more than zero", {"shelf_life_days": -1}),
			("Product Name is missing", {"product_name": "  "}),
			("Product Name is too long", {"product_name": "x" * 141}),
			("Composition is missing", {"composition": None}),
			("Net Weight must be plain text", {"net_weight": 300}),
			("is a group of Item Groups", {"item_group": "All Item Groups"}),
		):
			self.refused_proposal(said, **changes)
		for changes in ({"item_group": "Tidak ada"}, {"stock_uom": "Tidak ada"}):
			self.refused_proposal("was not found", frappe.DoesNotExistError, **changes)
		self.assertFalse(frappe.db.exists("UMKM Product", {"product_name": proposal()["product_name"]}))

	def refused_proposal(self, said, error=frappe.ValidationError, **changes):
		self.refused(said, OWNER_USER, api.propose, error, supplier=self.names.owner, **proposal(**changes))

	def test_only_a_micro_enterprise_proposes(self):
		group = frappe.get_doc({"doctype": "Supplier Group", "supplier_group_name": "Grosir"})
		group.insert(ignore_permissions=True)
		supplier = frappe.get_doc(
			{"doctype": "Supplier", "supplier_name": "Grosir Maju", "supplier_group": group.name}
		).insert(ignore_permissions=True)
		self.refused("is not an UMKM", PUSAT, api.propose, **proposal(), supplier=supplier.name)
		frappe.db.set_value("Supplier", self.names.owner, "disabled", 1)
		self.refused("is disabled", PUSAT, api.propose, **proposal(), supplier=self.names.owner)

	def test_a_call_repeated_is_one_product(self):
		first = self.propose(key="umkm-product-1")
		again = self.propose(key="umkm-product-1")
		self.assertEqual(first.name, again.name)
		self.assertEqual(frappe.db.count("UMKM Product", {"product_name": first.product_name}), 1)

	def test_a_photo_is_kept_with_its_product(self):
		picture = BytesIO()
		Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
		values = proposal()
		doc = products.propose(self.names.owner, values, ("nastar.jpg", picture.getvalue()))
		self.assertTrue(frappe.db.exists("File", {"attached_to_name": doc.name, "file_url": doc.photo}))
		photo = doc.photo
		doc = products.correct(products.lock(doc.name), {**values, "net_weight": "310 g"})
		self.assertEqual((doc.photo, doc.net_weight), (photo, "310 g"))
		item_code = self.approve(products.shown(doc)).item_code
		self.assertEqual(frappe.db.get_value("Item", item_code, "image"), photo)
		shared = {"attached_to_doctype": "Item", "attached_to_name": item_code, "file_url": photo}
		self.assertTrue(frappe.db.exists("File", {**shared, "is_private": 1}))
		with self.assertRaises(frappe.ValidationError):
			products.propose(self.names.owner, values, ("nastar.jpg", b"not a photo"))


class TestCorrecting(ProductTestCase):
	def test_what_head_office_asked_is_corrected_and_looked_at_again(self):
		product = self.propose()
		product = self.call(PUSAT, api.ask_for_correction, product=product.name, reason="Berat bersih?")
		self.assertEqual((product.status, product.reason), ("Needs Correction", "Berat bersih?"))
		self.refused("waits for its owner's correction", PUSAT, api.approve, product=product.name, grade="A")
		corrected = self.correct(product, net_weight="305 g", barcode=None)
		self.assertEqual((corrected.status, corrected.reason), ("Pending", None))
		self.assertEqual(corrected.net_weight, "305 g")
		self.assertEqual(corrected.barcode, product.barcode, "its own number stays")
		self.assertEqual(self.approve(corrected).status, "Approved")

	def correct(self, product, **changes):
		return self.call(OWNER_USER, api.correct, product=product["name"], **proposal(**changes))

	def test_an_own_number_gives_way_to_the_one_on_the_package(self):
		product = self.propose()
		self.assertEqual(self.correct(product, barcode=FOREIGN).barcode, FOREIGN)
		again = self.correct(product, barcode="")
		self.assertTrue(again.own_barcode)

	def test_what_is_decided_is_not_corrected(self):
		rejected = self.propose()
		self.call(PUSAT, api.reject, product=rejected.name, reason="Sudah ada")
		for product, word in ((self.approved(), "Approved"), (rejected, "Rejected")):
			self.refused(
				f"is {word}; it cannot be corrected",
				OWNER_USER,
				api.correct,
				product=product.name,
				**proposal(),
			)


class TestApproving(ProductTestCase):
	def test_approval_makes_the_item_its_prices_and_its_barcode(self):
		product = self.approve(self.propose(), grade="B")
		self.assertEqual((product.status, product.grade), ("Approved", "B"))
		item = frappe.get_doc("Item", product.item_code)
		expected = {
			"item_name": "Kue nastar 300 g",
			"stock_uom": "Bungkus",
			"is_stock_item": 1,
			"valuation_method": "Moving Average",
			"has_batch_no": 1,
			"create_new_batch": 1,
			"has_expiry_date": 1,
			"shelf_life_in_days": 90,
			"ks212_consigned": 1,
			"ks212_owner": self.names.owner,
			"ks212_product": product.name,
			"quality_inspection_template": CURATION_TEMPLATE,
		}
		self.assertEqual({field: item.get(field) for field in expected}, expected)
		self.assertFalse(item.get("inspection_required_before_purchase"))
		self.assertIn("Terigu, mentega, nanas", item.description)
		self.assertEqual([row.supplier for row in item.supplier_items], [self.names.owner])
		self.assertEqual(
			[(row.barcode, row.barcode_type, row.uom) for row in item.barcodes],
			[(product.barcode, "EAN", "Bungkus")],
		)
		price = product.price
		self.assertEqual((price.owner_price, price.retail_price), (30_000, 38_500))
		self.assertEqual(
			(getdate(price.valid_from), price.valid_to, price.is_first), (getdate(today()), None, 1)
		)
		listed = item_prices(product.item_code)
		buying, selling = listed["Standard Buying"], listed["Standard Selling"]
		self.assertEqual((buying.price_list_rate, buying.supplier), (30_000, self.names.owner))
		self.assertEqual((selling.price_list_rate, selling.supplier or ""), (38_500, ""))
		for row in (buying, selling):
			self.assertEqual(
				(getdate(row.valid_from), row.valid_upto, row.uom), (getdate(today()), None, "Bungkus")
			)

	def test_what_does_not_expire_has_no_batches(self):
		item = frappe.get_doc("Item", self.approved(shelf_life_days="", barcode="036000291452").item_code)
		self.assertEqual((item.has_batch_no, item.has_expiry_date, item.create_new_batch), (0, 0, 0))
		self.assertEqual(item.barcodes[0].barcode_type, "UPC-A")

	def test_text_is_not_markup(self):
		item = frappe.get_doc("Item", self.approved(composition="<script>alert(212)</script>").item_code)
		self.assertNotIn("<script>", item.description)

	def test_the_desks_workflow_does_the_same(self):
		product = self.propose()
		with story.acting_as(PUSAT):
			doc = frappe.get_doc("UMKM Product", product.name)
			doc.grade = "C"
			for row in doc.checks:
				row.passed = 1
			doc.save()
			doc = apply_workflow(doc, "Approve")
		self.assertEqual(doc.curated_by, PUSAT)
		self.assertTrue(doc.curated_at)
		self.assertEqual(frappe.db.count("Item", {"ks212_product": doc.name}), 1)
		self.assertEqual(prices.price_at(doc.item_code, today()).owner_price, 30_000)
		with story.acting_as(PUSAT):
			doc.grade = "A"
			doc.save()
		self.assertEqual(frappe.db.count("Item", {"ks212_product": doc.name}), 1, "the effects come once")
		self.assertEqual(frappe.db.count("UMKM Product Price", {"product": doc.name}), 1)

	def test_the_desks_refusals_need_a_reason(self):
		product = self.propose()
		for action in ("Ask for Correction", "Reject"):
			with story.acting_as(PUSAT), self.assertRaises(frappe.ValidationError) as caught:
				apply_workflow(frappe.get_doc("UMKM Product", product.name), action)
			self.assertIn("What to Correct, or Why Not", str(caught.exception))
		for function in (api.ask_for_correction, api.reject):
			self.refused("Reason is missing", PUSAT, function, product=product.name)
		self.assertEqual(frappe.db.get_value("UMKM Product", product.name, "status"), "Pending")

	def test_every_point_is_looked_at(self):
		product = self.propose()
		checks = self.all_passed(product)
		checks[2]["passed"] = 0
		self.refused(
			"Row 3: Izin edar has not been looked at",
			PUSAT,
			api.approve,
			product=product.name,
			grade="A",
			checks=checks,
		)
		self.assertFalse(frappe.db.exists("Item", {"ks212_product": product.name}))
		checks[2]["remark"] = "Menunggu PIRT, dijual di komunitas dulu"
		self.assertEqual(self.approve(product, checks=checks).status, "Approved")

	def test_a_point_added_to_the_checklist_is_asked_too(self):
		product = self.propose()
		point = frappe.get_doc({"doctype": "Quality Inspection Parameter", "parameter": "Foto"})
		point.insert(ignore_permissions=True)
		template = frappe.get_doc("Quality Inspection Template", CURATION_TEMPLATE)
		template.append("item_quality_inspection_parameter", {"specification": "Foto", "value": "Jelas"})
		template.save(ignore_permissions=True)
		arguments = {"product": product.name, "grade": "A", "checks": self.all_passed(product)}
		self.refused("Foto has not been looked at", PUSAT, api.approve, **arguments)

	def test_wrong_answers(self):
		product = self.propose()
		checks = self.all_passed(product)
		for said, changes in (
			("Grade is missing", {"grade": None}),
			("Grade must be one of: A, B, C", {"grade": "D"}),
			("is not a point of the checklist", {"checks": [{"specification": "Warna", "passed": 1}]}),
			("Row 1: Point is missing", {"checks": [{}]}),
			("must be a list", {"checks": "x"}),
		):
			arguments = {"grade": "A", "checks": checks, **changes}
			self.refused(said, PUSAT, api.approve, product=product.name, **arguments)
		with story.acting_as(PUSAT), self.assertRaises(frappe.ValidationError) as caught:
			apply_workflow(frappe.get_doc("UMKM Product", product.name), "Approve")
		self.assertIn("Choose a grade", str(caught.exception))

	def test_a_barcode_taken_meanwhile_is_found(self):
		product = self.propose(barcode=FOREIGN)
		item = frappe.get_doc("Item", OIL)
		item.append("barcodes", {"barcode": FOREIGN, "barcode_type": "EAN"})
		item.save()
		self.refused(
			f"Barcode {FOREIGN} belongs to Item {OIL}",
			PUSAT,
			api.approve,
			product=product.name,
			grade="A",
			checks=self.all_passed(product),
		)
		self.assertEqual(frappe.db.get_value("UMKM Product", product.name, "status"), "Pending")

	def test_a_product_is_decided_once(self):
		product = self.approved()
		arguments = {"grade": "A", "checks": self.all_passed(product)}
		self.refused("is Approved already", PUSAT, api.approve, product=product.name, **arguments)
		self.refused("is Approved already", PUSAT, api.reject, product=product.name, reason="Terlambat")
		self.assertEqual(frappe.db.count("Item", {"ks212_product": product.name}), 1)

	def test_what_was_decided_stays(self):
		product = self.approved()
		for field, value in (("owner_price", 1), ("barcode", FOREIGN), ("stock_uom", "Dus")):
			doc = frappe.get_doc("UMKM Product", product.name)
			doc.set(field, value)
			with story.acting_as(PUSAT), self.assertRaises(frappe.ValidationError) as caught:
				doc.save()
			self.assertIn("stays as it was decided", str(caught.exception))
		with self.assertRaises(frappe.LinkExistsError):
			frappe.delete_doc("UMKM Product", product.name)

	def test_the_owner_stays(self):
		doc = frappe.get_doc("UMKM Product", self.propose().name)
		doc.supplier = self.names.other_owner
		with story.acting_as(PUSAT), self.assertRaises(frappe.CannotChangeConstantError):
			doc.save()


class TestRights(ProductTestCase):
	def test_strangers_are_refused(self):
		product = self.propose()
		calls = (
			(api.list_products, {"supplier": self.names.owner}),
			(api.get_product, {"product": product.name}),
			(api.print_labels, {"product": product.name, "layout": "sheet"}),
			(api.propose, {"supplier": self.names.owner, **proposal()}),
			(api.correct, {"product": product.name, **proposal()}),
			(
				api.change_price,
				{"product": product.name, "owner_price": 1, "retail_price": 2, "valid_from": today()},
			),
			(api.approve, {"product": product.name, "grade": "A"}),
			(api.ask_for_correction, {"product": product.name, "reason": "x"}),
			(api.reject, {"product": product.name, "reason": "x"}),
		)
		for function, arguments in calls:
			for user in STRANGERS:
				with self.subTest(function=function.__name__, user=user):
					with self.assertRaises(frappe.PermissionError):
						self.call(user, function, **arguments)
		for user in (story.clerk(story.NEAR), story.UMKM, "Guest", MANAGER):
			with self.assertRaises(frappe.PermissionError):
				self.call(user, api.choices)

	def test_the_owner_does_not_curate(self):
		product = self.propose()
		for function, arguments in (
			(api.approve, {"grade": "A", "checks": self.all_passed(product)}),
			(api.ask_for_correction, {"reason": "x"}),
			(api.reject, {"reason": "x"}),
		):
			for user in (OWNER_USER, MANAGER, ACCOUNTANT):
				with self.assertRaises(frappe.PermissionError):
					self.call(user, function, product=product.name, **arguments)

	def test_the_community_and_the_accountant_read_alone(self):
		product = self.propose()
		for user in (MANAGER, ACCOUNTANT):
			names = [row.name for row in self.call(user, api.list_products, supplier=self.names.owner)]
			self.assertIn(product.name, names)
			self.assertEqual(self.call(user, api.get_product, product=product.name).name, product.name)
			with self.assertRaises(frappe.PermissionError):
				self.call(user, api.correct, product=product.name, **proposal())
			with self.assertRaises(frappe.PermissionError):
				self.call(user, api.propose, supplier=self.names.owner, **proposal())

	def test_rest_is_shut_to_the_portal(self):
		doc = frappe.get_doc("UMKM Product", self.propose().name)
		for user in (OWNER_USER, OTHER_OWNER_USER, MANAGER):
			for ptype in ("read", "write", "create", "delete"):
				self.assertFalse(frappe.has_permission("UMKM Product", ptype, doc, user))

	def test_a_list_shows_todays_prices(self):
		rows = self.call(OWNER_USER, api.list_products, supplier=self.names.owner)
		rows = {row.item_code: row for row in rows}
		self.assertEqual(rows[umkm_story.CRACKERS].owner_price, 10_000)
		self.assertNotIn(umkm_story.HONEY, rows)

	def test_choices_are_leaves(self):
		found = self.call(OWNER_USER, api.choices)
		self.assertIn(proposal()["item_group"], found["item_groups"])
		self.assertNotIn("All Item Groups", found["item_groups"])
		self.assertIn("Bungkus", found["uoms"])
