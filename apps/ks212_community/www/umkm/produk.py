"""The UMKM's products; with ?name= one of them, its prices, and the form for new ones."""

import frappe
from frappe import _
from frappe.utils import add_days, flt, today

from ks212_community.api import products
from ks212_community.portal import forms, page, words

no_cache = 1
ORDER = ("Needs Correction", "Pending", "Approved", "Rejected")


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "products", _("Products")
	if forms.text("name"):
		_one(context, frame)
	else:
		_list(frame)


def _list(frame) -> None:
	page.need_supplier(frame)
	rows = [_row(frappe._dict(row)) for row in products.list_products(supplier=frame.supplier.name)]
	frame.groups = [
		{"title": title, "rows": [row for row in rows if row["status"] in states], "icon": icon, "mine": mine}
		for title, states, icon, mine in (
			(_("To correct"), ("Needs Correction",), "alert", True),
			(_("Being looked at by head office"), ("Pending",), "clock", False),
			(_("In the network"), ("Approved",), "check", False),
			(_("Not accepted"), ("Rejected",), "list", False),
		)
	]
	frame.count = len(rows)


def _row(row) -> dict:
	return {
		"url": page.supply_url("produk", name=row.name),
		"title": row.product_name,
		"who": _("{0}, in the shop {1}").format(words.money(row.owner_price), words.money(row.retail_price)),
		"name": row.item_code or row.name,
		"by": _("a new price waits for head office") if row.pending_price else "",
		"status": row.status,
		"pill": words.state("UMKM Product", row.status),
	}


def _one(context, frame) -> None:
	name = forms.text("name")
	product = products.get_product(product=name)
	if page.is_post():
		step = "withdrawn" if forms.text("do") == "withdraw" else "price"
		if forms.attempt(context, lambda: _take(step, name, frame.key)):
			page.go(page.supply_url("produk", name=name, ok=step))
		frame.error_field = forms.field_named_in(frame.error, price_labels())
		product = products.get_product(product=name)
	_show(frame, frappe._dict(product))
	page.notice(
		frame,
		proposed=_("Sent. Head office looks at it and answers here."),
		corrected=_("Sent again. Head office looks at it once more."),
		price=_("Sent. The new price holds when head office has approved it."),
		withdrawn=_("Taken back. The present price stays."),
	)


def _take(step: str, name: str, key: str) -> dict:
	if step == "withdrawn":
		return products.withdraw_price(price=forms.text("price"), key=key)
	return products.change_price(
		product=name,
		owner_price=forms.money(forms.text("owner_price")),
		retail_price=forms.money(forms.text("retail_price")),
		valid_from=forms.text("valid_from"),
		key=key,
	)


def price_labels() -> dict[str, str]:
	"""Return the labels of the price form, as refusals name them."""
	return {
		"owner_price": _("Owner's Price"),
		"retail_price": _("Retail Price"),
		"valid_from": _("Valid From"),
	}


def _show(frame, product) -> None:
	frame.title = product.product_name
	frame.labels = price_labels()
	product.pill = words.state("UMKM Product", product.status)
	product.acts = frame.is_pusat or product.supplier in {row.name for row in frame.suppliers if frame.acts}
	product.can_correct = product.acts and product.status in ("Pending", "Needs Correction")
	product.shown_price = product.price or product
	product.owner = words.money(product.shown_price.owner_price)
	product.retail = words.money(product.shown_price.retail_price)
	product.shelf_life = words.age(product.shelf_life_days) if product.shelf_life_days else ""
	product.history = [
		{
			"owner": words.money(row["owner_price"]),
			"retail": words.money(row["retail_price"]),
			"from": words.date(row["valid_from"]),
			"to": words.date(row["valid_to"]) if row["valid_to"] else "",
			"reason": row.get("reason") if row["status"] == "Rejected" else "",
			"pill": words.state("UMKM Product Price", row["status"]),
		}
		for row in product.prices
	]
	product.price_waits = next((row["name"] for row in product.prices if row["status"] == "Pending"), None)
	product.can_change_price = product.acts and product.status == "Approved" and not product.price_waits
	product.failed = [row for row in product.checks if not row["passed"] and row["remark"]]
	product.typed = {
		field: words.typed(flt(product.shown_price.get(field))) for field in ("owner_price", "retail_price")
	}
	product.labels = (
		[{"text": _("Labels"), "url": page.supply_url("label", name=product.name)}]
		if product.item_code
		else []
	)
	frame.tomorrow = add_days(today(), 1)
	frame.product = product
