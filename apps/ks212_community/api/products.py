"""Products and prices of micro-enterprises, for the portal and other clients; types, units and errors in
docs/api.md.

Each function checks the caller, validates what it was given and hands over to `umkm_supply`. Prices are IDR
per stock UOM.
"""

from typing import Any

import frappe
from frappe import _

from ks212_community import permissions
from ks212_community.api import parties, validate
from ks212_community.api.once import once
from ks212_community.umkm_supply import files, labels, prices, products

COMPOSITION_LENGTH = 1000


# -- reading ------------------------------------------------------------------------------------------------


@frappe.whitelist()
def list_products(supplier: Any = None) -> list:
	"""Return the products of a supplier, newest first, with the prices in force."""
	return products.listing(parties.seen_supplier(supplier))


@frappe.whitelist()
def get_product(product: Any = None) -> dict:
	"""Return one product with its checklist and prices."""
	name = validate.name_of("UMKM Product", product, _("Product"))
	parties.require_sight_of(frappe.db.get_value("UMKM Product", name, "supplier"))
	return products.shown(frappe.get_doc("UMKM Product", name))


@frappe.whitelist()
def choices() -> dict:
	"""Return the item groups and units that a proposal may choose from; for UMKM and head office."""
	if not (permissions.is_pusat() or permissions.suppliers_of()):
		frappe.throw(_("Only an UMKM of the network can propose products."), frappe.PermissionError)
	return products.choices()


@frappe.whitelist(methods=["GET"])
def print_labels(
	product: Any = None,
	layout: Any = None,
	number: Any = None,
	batch_no: Any = None,
	expiry_date: Any = None,
	skip: Any = None,
) -> None:
	"""Answer with a PDF of a product's labels: `layout` "sheet" (A4, 3 × 8, the first `skip` places left
	empty) or "roll" (50 × 30 mm), with the date of `batch_no` or `expiry_date`."""
	name = validate.name_of("UMKM Product", product, _("Product"))
	parties.require_sight_of(frappe.db.get_value("UMKM Product", name, "supplier"))
	layout = validate.choice(layout, tuple(labels.PRINT_FORMATS), _("Layout"))
	settings = {"number": number, "batch_no": batch_no, "expiry_date": expiry_date, "skip": skip}
	content = labels.pdf(frappe.get_doc("UMKM Product", name), layout, settings)
	frappe.local.response.update(type="pdf", filename=f"label-{name}.pdf", filecontent=content)


# -- who may call a writer: checked before the first answer and before a repeated one -----------------------


def _check_owner(product, **_rest) -> dict:
	name = validate.name_of("UMKM Product", product, _("Product"))
	permissions.require_supplier(frappe.db.get_value("UMKM Product", name, "supplier"))
	return {"product": name}


def _check_product(product, **_rest) -> dict:
	permissions.require_pusat()
	return {"product": validate.name_of("UMKM Product", product, _("Product"))}


def _check_price_owner(price, **_rest) -> dict:
	name = validate.name_of("UMKM Product Price", price, _("Price"))
	permissions.require_supplier(frappe.db.get_value("UMKM Product Price", name, "supplier"))
	return {"price": name}


def _check_price(price, **_rest) -> dict:
	permissions.require_pusat()
	return {"price": validate.name_of("UMKM Product Price", price, _("Price"))}


# -- writing: the owner -------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@once(parties.check_supplier)
def propose(
	supplier: Any = None,
	product_name: Any = None,
	item_group: Any = None,
	stock_uom: Any = None,
	composition: Any = None,
	net_weight: Any = None,
	shelf_life_days: Any = None,
	owner_price: Any = None,
	retail_price: Any = None,
	barcode: Any = None,
	key: Any = None,
) -> dict:
	"""Propose a product, with a photo as the request's file `photo`; no shelf life: it does not expire; no
	barcode: it gets one. Return the product."""
	values = _proposal(locals())
	return products.shown(products.propose(supplier, values, files.uploaded("photo")))


@frappe.whitelist(methods=["POST"])
@once(_check_owner)
def correct(
	product: Any = None,
	product_name: Any = None,
	item_group: Any = None,
	stock_uom: Any = None,
	composition: Any = None,
	net_weight: Any = None,
	shelf_life_days: Any = None,
	owner_price: Any = None,
	retail_price: Any = None,
	barcode: Any = None,
	key: Any = None,
) -> dict:
	"""Propose a product again that waits for curation or correction; without a new photo the old one stays.
	Return it."""
	values = _proposal(locals())
	return products.shown(products.correct(products.lock(product), values, files.uploaded("photo")))


@frappe.whitelist(methods=["POST"])
@once(_check_owner)
def change_price(
	product: Any = None,
	owner_price: Any = None,
	retail_price: Any = None,
	valid_from: Any = None,
	key: Any = None,
) -> dict:
	"""Propose new prices of an approved product from a day on (today or later); return the product."""
	prices.propose(
		product,
		_amount(owner_price, _("Owner's Price")),
		_amount(retail_price, _("Retail Price")),
		validate.day(valid_from, _("Valid From")),
	)
	return _shown(product)


@frappe.whitelist(methods=["POST"])
@once(_check_price_owner)
def withdraw_price(price: Any = None, key: Any = None) -> dict:
	"""Take new prices back that head office has not decided on; return the product."""
	return _shown(prices.withdraw(price).product)


# -- writing: head office -----------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@once(_check_product)
def approve(product: Any = None, grade: Any = None, key: Any = None, checks: Any = None) -> dict:
	"""Approve a product with a grade: it gets its Item and its first price. `checks` [{specification, passed,
	remark}] fills in the checklist, where that has not been done in the desk. Return the product."""
	rows = []
	for idx, row in enumerate(validate.rows(checks, _("Checklist"), reqd=False), 1):
		label = _("Row {0}: {1}")
		rows.append(
			frappe._dict(
				specification=validate.text(row.specification, label.format(idx, _("Point"))),
				passed=_tick(row.passed, label.format(idx, _("Passed"))),
				remark=validate.text(row.remark, label.format(idx, _("Remark")), reqd=False),
			)
		)
	grade = validate.choice(grade, products.GRADES, _("Grade"))
	products.decide(product, "Approve", grade=grade, checks=rows)
	return _shown(product)


@frappe.whitelist(methods=["POST"])
@once(_check_product)
def ask_for_correction(product: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Give a product back to its owner with what to correct; return it."""
	products.decide(product, "Ask for Correction", reason=validate.reason(reason))
	return _shown(product)


@frappe.whitelist(methods=["POST"])
@once(_check_product)
def reject(product: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Refuse a product for good, with the reason; return it."""
	products.decide(product, "Reject", reason=validate.reason(reason))
	return _shown(product)


@frappe.whitelist(methods=["POST"])
@once(_check_price)
def approve_price(price: Any = None, key: Any = None) -> dict:
	"""Approve new prices: the ones before end the day before. Return the product."""
	return _decide_price(price, "Approve", None)


@frappe.whitelist(methods=["POST"])
@once(_check_price)
def reject_price(price: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Refuse new prices, with the reason; return the product."""
	return _decide_price(price, "Reject", validate.reason(reason))


def _decide_price(price: str, action: str, reason: str | None) -> dict:
	doc = prices.decide(price, action, reason)
	return _shown(doc.product)


# -- shared -------------------------------------------------------------------------------------------------


def _shown(product: str) -> dict:
	return products.shown(frappe.get_doc("UMKM Product", product))


def _proposal(given: dict) -> dict:
	"""Return what a call says of a product, out of its arguments by name."""
	days = 0 if given["shelf_life_days"] in validate.EMPTY else given["shelf_life_days"]
	return {
		"product_name": validate.text(given["product_name"], _("Product Name")),
		"item_group": validate.name_of("Item Group", given["item_group"], _("Item Group")),
		"stock_uom": validate.name_of("UOM", given["stock_uom"], _("Unit")),
		"composition": validate.text(given["composition"], _("Composition"), max_length=COMPOSITION_LENGTH),
		"net_weight": validate.text(given["net_weight"], _("Net Weight")),
		"shelf_life_days": int(validate.qty(days, _("Shelf Life (days)"), whole=True, zero=True)),
		"owner_price": _amount(given["owner_price"], _("Owner's Price")),
		"retail_price": _amount(given["retail_price"], _("Suggested Retail Price")),
		"barcode": validate.text(given["barcode"], _("Barcode"), reqd=False),
	}


def _amount(value, label: str) -> float:
	return round(validate.qty(value, label), 2)


def _tick(value, label: str) -> int:
	if value in (None, "", 0, "0"):
		return 0
	if value not in (1, "1"):
		frappe.throw(_("{0} must be 1 or 0.").format(label))
	return 1
