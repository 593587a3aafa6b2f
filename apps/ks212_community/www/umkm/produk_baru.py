"""Propose a product, or with ?name= correct a proposal that head office has not decided on."""

import frappe
from frappe import _

from ks212_community.api import products
from ks212_community.portal import forms, page, words
from ks212_community.umkm_supply.products import PROPOSED

no_cache = 1
PRICES = ("owner_price", "retail_price")


@page.portal_page
def get_context(context, frame):
	frame.tab, frame.title = "products", _("Propose a product")
	page.need_to_act(frame)
	name = forms.text("name")
	frame.product = frappe._dict(products.get_product(product=name)) if name else None
	if page.is_post():
		frame.files_lost = forms.sent_file("photo")
		if product := forms.attempt(context, lambda: _send(frame, name)):
			page.go(page.supply_url("produk", name=product["name"], ok="corrected" if name else "proposed"))
		frame.error_field = forms.field_named_in(frame.error, labels())
	_show(frame)


def labels() -> dict[str, str]:
	"""Return the form's labels, as refusals name them."""
	meta = frappe.get_meta("UMKM Product")
	return {field: _(meta.get_field(field).label) for field in (*PROPOSED, "photo")}


def _send(frame, name: str):
	values = {field: forms.text(field) for field in PROPOSED}
	values.update({field: forms.money(values[field]) for field in PRICES})
	if name:
		return products.correct(product=name, **values, key=frame.key)
	return products.propose(supplier=frame.supplier.name, **values, key=frame.key)


def _show(frame) -> None:
	frame.labels = labels()
	choices = products.choices()
	frame.item_groups = [(group, _(group)) for group in choices["item_groups"]]
	usual = set(frappe.get_all("Item", filters={"disabled": 0}, pluck="stock_uom", group_by="stock_uom"))
	# The network's own units first: ERPNext knows hundreds.
	units = sorted(choices["uoms"], key=lambda uom: (uom not in usual, uom))
	frame.uoms = [(uom, _(uom)) for uom in units]
	if frame.product:
		frame.product.owner_typed = words.typed(frame.product.owner_price)
		frame.product.retail_typed = words.typed(frame.product.retail_price)
