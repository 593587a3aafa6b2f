"""Prices of ERPNext's price lists that hold today for everybody."""

import frappe
from frappe.utils import flt, today


def newest(item_code: str, supplier: str | None = None, **where) -> float:
	"""Return the newest Item Price in force today, in IDR per stock UOM; 0 where there is none.

	`where` names its other fields (price_list, buying). What was agreed with one customer, for one batch or
	with another supplier than `supplier` is left out.
	"""
	ItemPrice = frappe.qb.DocType("Item Price")
	query = (
		frappe.qb.from_(ItemPrice)
		.select(ItemPrice.price_list_rate, ItemPrice.uom)
		.where(
			(ItemPrice.item_code == item_code)
			& (ItemPrice.customer.isnull() | (ItemPrice.customer == ""))
			& (ItemPrice.batch_no.isnull() | (ItemPrice.batch_no == ""))
			& (ItemPrice.supplier.isnull() | ItemPrice.supplier.isin(["", supplier or ""]))
			& (ItemPrice.valid_from.isnull() | (ItemPrice.valid_from <= today()))
			& (ItemPrice.valid_upto.isnull() | (ItemPrice.valid_upto >= today()))
		)
		.orderby(ItemPrice.valid_from, order=frappe.qb.desc)
		.orderby(ItemPrice.creation, order=frappe.qb.desc)
		.limit(1)
	)
	for field, value in where.items():
		query = query.where(ItemPrice[field] == value)
	prices = query.run(as_dict=True)
	if not prices:
		return 0.0
	factor = frappe.db.get_value(
		"UOM Conversion Detail", {"parent": item_code, "uom": prices[0].uom}, "conversion_factor"
	)
	return flt(prices[0].price_list_rate) / (flt(factor) or 1.0)
