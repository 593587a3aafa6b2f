"""Labels for a product's packages: name, price, expiry and barcode, on an A4 sheet or a roll of 50 × 30 mm
labels."""

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, today
from frappe.utils.jinja import get_jenv

from ks212_community.api import validate
from ks212_community.portal import words
from ks212_community.umkm_supply import barcodes, prices

SHEET, ROLL = "sheet", "roll"
# layout -> its Print Format
PRINT_FORMATS = {SHEET: "UMKM Label Sheet", ROLL: "UMKM Label 50x30"}
PER_SHEET = 3 * 8
MAX_LABELS = 20 * PER_SHEET

# Width of the thinnest bar and height of the bars in mm. On the sheet GS1's nominal size; on the roll three
# dots of a label printer of 203 dots an inch.
BARS = {SHEET: (0.33, 10.5), ROLL: (0.375, 7)}


def label_sheet(doc, layout: str, settings=None) -> frappe._dict:
	"""Return what the labels of an approved UMKM Product say; used by the Print Formats and by portal pages
	alike.

	`settings` (else those of the print request): `number` of labels, `skip` (labels of the sheet that are
	used up), and `batch_no` or `expiry_date`; without either, the date is left to be written by hand where
	the product expires. Returns {title, layout, expires, pages: [[{name, net_weight, owner, price, expiry,
	batch_no, barcode (SVG)} or None]]}.
	"""
	settings = frappe._dict(settings or doc.flags.print_settings or {})
	if not doc.item_code:
		frappe.throw(
			_("Product {0} has no Item yet. Labels are printed once it is approved.").format(
				frappe.bold(doc.name)
			)
		)
	price = prices.price_at(doc.item_code, today())
	number = _whole(settings.number, _("Number of Labels"), PER_SHEET if layout == SHEET else 1, MAX_LABELS)
	skip = _whole(settings.skip, _("Labels to Skip"), 0, PER_SHEET - 1, zero=True) if layout == SHEET else 0
	batch_no, expiry = _batch_and_expiry(doc, settings)
	label = frappe._dict(
		name=doc.product_name,
		net_weight=doc.net_weight,
		owner=doc.supplier_name or doc.supplier,
		price=prices.rupiah(price.retail_price),
		expiry=words.date(expiry) if expiry else "",
		batch_no=batch_no,
		barcode=barcodes.svg(doc.barcode, *BARS[layout]),
	)
	return frappe._dict(
		title=doc.product_name,
		layout=layout,
		expires=bool(doc.shelf_life_days),
		pages=_pages(label, number, skip, layout),
	)


def _pages(label, number: int, skip: int, layout: str) -> list:
	per_page = PER_SHEET if layout == SHEET else 1
	places = [None] * skip + [label] * number
	return [places[start : start + per_page] for start in range(0, len(places), per_page)]


def _whole(value, label: str, default: int, most: int, zero: bool = False) -> int:
	if value in (None, ""):
		return default
	number = int(validate.qty(value, label, whole=True, zero=zero))
	if number > most:
		frappe.throw(_("{0}: at most {1}.").format(label, most))
	return number


def _batch_and_expiry(doc, settings) -> tuple[str, object]:
	batch_no = validate.text(settings.batch_no, _("Batch"), reqd=False)
	expiry = (
		None if settings.expiry_date in (None, "") else validate.day(settings.expiry_date, _("Expiry Date"))
	)
	if batch_no:
		batch = frappe.db.get_value("Batch", batch_no, ["name", "item", "expiry_date"], as_dict=True)
		if not batch or batch.item != doc.item_code:
			frappe.throw(
				_("Batch {0} is not one of this product. Choose another.").format(
					frappe.bold(escape_html(batch_no))
				)
			)
		batch_no, expiry = batch.name, batch.expiry_date or expiry
	if expiry and not doc.shelf_life_days:
		frappe.throw(_("This product does not expire. Leave the expiry date out."))
	if expiry and getdate(expiry) < getdate(today()):
		frappe.throw(_("The expiry date {0} has passed. Such goods get no label.").format(words.date(expiry)))
	return batch_no, expiry


def page(doc, layout: str, settings=None) -> str:
	"""Return the labels as an HTML document of their own; the browser prints it at its right size."""
	sheet = label_sheet(doc, layout, settings)
	template = get_jenv().get_template("ks212_community/templates/ks212/label_page.html")
	return template.render(sheet=sheet, lang=frappe.local.lang)


def pdf(doc, layout: str, settings=None) -> bytes:
	"""Return the labels as PDF by WeasyPrint, which Frappe brings and which keeps millimetres; wkhtmltopdf as
	Debian ships it draws everything a quarter smaller."""
	html = page(doc, layout, settings)
	try:
		from weasyprint import HTML
	except (ImportError, OSError):
		frappe.throw(_("This server cannot make a PDF. Print the labels from the browser instead."))
	return HTML(string=html).write_pdf()
