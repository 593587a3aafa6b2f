"""Labels of a product: how many, with which date, on which paper; then the labels themselves, or their
PDF."""

from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import today

from ks212_community.api import products
from ks212_community.portal import forms, page
from ks212_community.umkm_supply import labels

no_cache = 1
SETTINGS = ("number", "skip", "batch_no", "expiry_date")
PDF = "/api/method/ks212_community.api.products.print_labels"


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "products", _("Labels")
	# Refuses whoever may not see the product.
	product = products.get_product(product=forms.text("name"))
	layout = forms.text("layout")
	if layout in labels.PRINT_FORMATS:
		settings = {name: forms.text(name) for name in SETTINGS}
		doc = frappe.get_doc("UMKM Product", product.name)
		sheet = forms.attempt(context, lambda: labels.label_sheet(doc, layout, settings))
		if sheet and forms.text("as") == "pdf":
			page.go(
				f"{PDF}?{urlencode({'product': product.name, 'layout': layout, **settings, '_lang': frame.lang})}"
			)
		context.sheet, context.lang = sheet, frame.lang
	frame.labels = field_labels()
	frame.error_field = forms.field_named_in(frame.error or "", frame.labels)
	frame.product = product
	frame.layouts = [
		(labels.SHEET, _("A4 sheet of 3 × 8 labels")),
		(labels.ROLL, _("Label of 50 × 30 mm")),
	]
	frame.per_sheet, frame.today = labels.PER_SHEET, today()


def field_labels() -> dict[str, str]:
	"""Return the labels of the form's fields, as refusals name them."""
	return {"number": _("Number of Labels"), "skip": _("Labels to Skip"), "expiry_date": _("Expiry Date")}
