"""Labels: what they say, how many, of which batch, for whom; as a page everywhere, as PDF on ERPNext."""

import re
from io import BytesIO

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from ks212_community import permissions
from ks212_community.api import products as api
from ks212_community.umkm_supply import barcodes, labels
from tests import story, umkm_story
from tests.umkm_products import MANAGER, STRANGERS, ProductTestCase
from tests.umkm_story import OWNER_USER


class TestLabels(ProductTestCase):
	def setUp(self):
		super().setUp()
		self.product = frappe.get_doc("UMKM Product", self.approved(product_name="Sambal <b>roa</b>").name)

	def page(self, layout="sheet", product=None, **settings):
		return labels.page(product or self.product, layout, settings)

	def refused_page(self, said, layout="sheet", product=None, **settings):
		with self.assertRaises(frappe.ValidationError) as caught:
			self.page(layout, product, **settings)
		self.assertIn(said, frappe.utils.strip_html(str(caught.exception)))

	def test_a_label_says_name_price_expiry_and_barcode(self):
		expiry = getdate(add_days(today(), 60))
		for layout in labels.PRINT_FORMATS:
			html = self.page(layout, expiry_date=expiry)
			for text in (
				"Sambal &lt;b&gt;roa&lt;/b&gt;",
				"Rp\N{NO-BREAK SPACE}38.500",
				"300 g",
				str(expiry.year),
			):
				self.assertIn(text, html)
			self.assertNotIn("<b>roa", html)
			self.assertEqual(self.barcodes_in(html), {self.product.barcode})

	def barcodes_in(self, html):
		"""The numbers of the barcodes on a page, by their bars."""
		bars = {barcodes.modules(self.product.barcode): self.product.barcode}
		found = set()
		for path in re.findall(r'<path d="([^"]+)"', html):
			dark = {
				place
				for start, width in re.findall(r"M(\d+) 0h(\d+)", path)
				for place in range(int(start), int(start) + int(width))
			}
			symbol = "".join("1" if place in dark else "0" for place in range(min(dark), max(dark) + 1))
			found.add(bars.get(symbol))
		return found

	def test_a_sheet_has_24_places_and_a_roll_one(self):
		for settings, pages, count in (
			({}, 1, 24),
			({"number": 5}, 1, 5),
			({"number": "30", "skip": "20"}, 3, 30),
			({"number": 4, "skip": 20}, 1, 4),
		):
			html = self.page(**settings)
			self.assertEqual((html.count('class="pl-sheet'), html.count("<svg")), (pages, count))
		self.assertEqual(self.page("roll").count('class="pl-label'), 1)
		self.assertEqual(self.page("roll", number=7, skip=3).count('class="pl-label'), 7)

	def test_the_date_is_the_batchs(self):
		batch = frappe.get_doc(
			{
				"doctype": "Batch",
				"batch_id": "SAMBAL-ROA-1",
				"item": self.product.item_code,
				"expiry_date": add_days(today(), 45),
			}
		).insert(ignore_permissions=True)
		html = self.page("roll", batch_no=batch.name, expiry_date=add_days(today(), 90))
		self.assertIn("SAMBAL-ROA-1", html)
		self.assertIn(labels.words.date(add_days(today(), 45)), html)
		self.assertNotIn(labels.words.date(add_days(today(), 90)), html)

	def test_without_a_date_it_is_written_by_hand(self):
		self.assertIn("____", self.page())
		product = frappe.get_doc("UMKM Product", self.approved(shelf_life_days=0).name)
		self.assertNotIn("____", self.page(product=product))
		self.refused_page("does not expire", product=product, expiry_date=add_days(today(), 9))

	def test_the_price_is_todays(self):
		crackers = frappe.db.get_value("UMKM Product", {"item_code": umkm_story.CRACKERS})
		product = frappe.get_doc("UMKM Product", crackers)
		self.assertIn("Rp\N{NO-BREAK SPACE}13.000", self.page(product=product))
		self.call(
			OWNER_USER,
			api.change_price,
			product=crackers,
			owner_price=10_000,
			retail_price=13_900,
			valid_from=today(),
		)
		price = frappe.db.get_value("UMKM Product Price", {"product": crackers, "status": "Pending"})
		self.call(story.PUSAT, api.approve_price, price=price)
		self.assertIn("Rp\N{NO-BREAK SPACE}13.900", self.page(product=product))

	def test_wrong_settings(self):
		other = frappe.get_all("Batch", filters={"item": story.MILK}, pluck="name", limit=1)[0]
		for said, settings in (
			("Number of Labels must be more than zero", {"number": 0}),
			("Number of Labels must be a whole number", {"number": 1.5}),
			("Number of Labels: at most 480", {"number": 481}),
			("Labels to Skip: at most 23", {"skip": 24}),
			("Expiry Date must be a date", {"expiry_date": "besok"}),
			("has passed", {"expiry_date": add_days(today(), -1)}),
			("is not one of this product", {"batch_no": other}),
			("is not one of this product", {"batch_no": "<b>x</b>"}),
			("Batch must be plain text", {"batch_no": ["x"]}),
		):
			self.refused_page(said, **settings)
		proposed = frappe.get_doc("UMKM Product", self.propose().name)
		self.refused_page("has no Item yet", product=proposed)
		self.refused(
			"Layout must be one of", OWNER_USER, api.print_labels, product=self.product.name, layout="A5"
		)

	def test_who_may_print_it_as_the_print_format(self):
		for user in (OWNER_USER, MANAGER, story.PUSAT, story.ACCOUNTANT):
			self.assertTrue(permissions.has_supplier_website_permission(self.product, "read", user), user)
		for user in STRANGERS:
			self.assertFalse(permissions.has_supplier_website_permission(self.product, "read", user), user)


@pytest.mark.erpnext
class TestPrinting(ProductTestCase):
	def setUp(self):
		super().setUp()
		self.product = self.approved().name

	def test_the_owner_gets_a_pdf_of_the_right_size(self):
		for layout, size, pages in (("sheet", (210, 297), 2), ("roll", (50, 30), 30)):
			self.call(OWNER_USER, api.print_labels, product=self.product, layout=layout, number=30)
			answer = frappe.local.response
			self.assertEqual((answer.type, answer.filename), ("pdf", f"label-{self.product}.pdf"))
			from pypdf import PdfReader

			document = PdfReader(BytesIO(answer.filecontent))
			self.assertEqual(len(document.pages), pages)
			box = document.pages[0].mediabox
			self.assertEqual((round(box.width / 72 * 25.4), round(box.height / 72 * 25.4)), size)

	def test_the_print_formats_show_the_same(self):
		for layout, name in labels.PRINT_FORMATS.items():
			for user in (OWNER_USER, MANAGER, story.PUSAT):
				with story.acting_as(user):
					# A user's change leaves no form behind.
					frappe.form_dict.settings = frappe.as_json({"number": 3})
					html = frappe.get_print("UMKM Product", self.product, name, no_letterhead=1)
				self.assertEqual(html.count("<svg"), 3, layout)
			with story.acting_as(umkm_story.OTHER_OWNER_USER), self.assertRaises(frappe.DoesNotExistError):
				frappe.get_print("UMKM Product", self.product, name)


def test_the_owner_prints_from_the_portal(http):
	umkm_story.setup_umkm()
	http.login(OWNER_USER)
	product = frappe.db.get_value("UMKM Product", {"item_code": umkm_story.SAMBAL})
	answer = http.get(f"/umkm/produk?name={product}")
	assert f"/umkm/label?name={product}" in answer.text
	form = http.get(f"/umkm/label?name={product}").text
	assert 'action="/umkm/label"' in form and 'name="expiry_date"' in form
	expiry = add_days(today(), 30)
	shown = http.get(f"/umkm/label?name={product}&layout=roll&number=2&expiry_date={expiry}&as=page")
	assert shown.status_code == 200 and shown.text.count("<svg") == 2
	assert "<form" not in shown.text, "nothing but labels is printed"
	to_pdf = http.get(f"/umkm/label?name={product}&layout=sheet&number=2&as=pdf")
	assert to_pdf.status_code == 303
	assert "print_labels" in to_pdf.headers["Location"]
	late = http.get(f"/umkm/label?name={product}&layout=sheet&expiry_date={add_days(today(), -1)}")
	assert late.status_code == 417 and 'role="alert"' in late.text
	other = frappe.db.get_value("UMKM Product", {"item_code": umkm_story.HONEY})
	assert http.get(f"/umkm/label?name={other}&layout=sheet").status_code == 403
