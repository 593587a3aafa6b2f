"""What a settlement tells its supplier, on the page and on paper: the money, what sold, and where the goods
went.

Quantities in the stock UOM, money in the company's currency.
"""

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.portal.words import date, money, qty

SALE_FIELDS = (
	*("item_code", "item_name", "outlet", "warehouse", "sold_qty", "agreed_price", "gross", "fee"),
	*("discount", "loss_qty", "loss_value", "amount"),
)
GOODS_FIELDS = (
	*("item_code", "item_name", "outlet", "warehouse", "opening", "received", "moved_in", "moved_out"),
	*("sold", "returned", "expired", "shrinkage", "closing"),
)


def sale(row) -> dict:
	"""Return what the supplier sees of a row of sales."""
	return {field: row.get(field) for field in SALE_FIELDS}


def goods(row) -> dict:
	"""Return what the supplier sees of a row of goods."""
	return {field: row.get(field) for field in GOODS_FIELDS}


def is_shown(row: dict) -> bool:
	"""Whether a row of sales says anything: rows of goods that only moved are in the other table."""
	return any(flt(row[field]) for field in ("sold_qty", "loss_qty", "discount", "amount"))


def consignment_statement(doc) -> frappe._dict:
	"""Return what the print format Consignment Statement shows of a settlement."""
	outlets = dict(
		frappe.get_all(
			"Outlet",
			filters={"name": ["in", [row.outlet for row in doc.get("items") if row.outlet] or [""]]},
			fields=["name", "outlet_name"],
			as_list=True,
		)
	)
	return frappe._dict(
		name=doc.name,
		company=doc.company,
		supplier_name=doc.supplier_name,
		status=_(doc.status),
		is_draft=doc.docstatus == 0,
		period=period(doc),
		due=date(doc.due_date) if doc.due_date else "",
		invoice=doc.purchase_invoice,
		sums=sums(doc),
		payable_label=payable_label(doc),
		payable=money(doc.payable),
		sales=[
			{
				**row,
				"outlet_name": place(row["outlet"], outlets),
				"qty": qty(row["sold_qty"]),
				"price": money(row["agreed_price"]),
				"less": money(-flt(row["fee"]) - flt(row["discount"])),
				"lost": money(row["loss_value"]),
				"sum": money(row["amount"]),
			}
			for row in map(sale, doc.sales)
			if is_shown(row)
		],
		goods=[
			{
				"item_name": row.item_name,
				"outlet_name": place(row.outlet, outlets),
				"numbers": [qty(row.get(field)) for field in GOODS_FIELDS[4:]],
			}
			for row in doc.get("items")
		],
	)


def sums(doc) -> list[tuple[str, str]]:
	"""Return how the sum of a settlement came about, as (label, money); lines of nothing are left out, but
	for the first."""
	rows = (
		(_("Sold at the agreed price"), doc.gross, True),
		(_("Fee (ujrah)"), -flt(doc.fee), False),
		(_("Discounts at your charge"), -flt(doc.discount), False),
		(_("Losses at our charge"), doc.loss_value, False),
		(_("Charge per settlement"), -flt(doc.charge), False),
		(_("From the last settlement"), doc.brought_forward, False),
	)
	return [(label, money(value)) for label, value, always in rows if always or flt(value)]


def payable_label(doc) -> str:
	"""Return what becomes of the sum of a settlement."""
	return _("To be paid") if flt(doc.payable) > 0 else _("Carried into the next")


def period(doc) -> str:
	"""Return the days that a settlement is about."""
	return _("{0} to {1}").format(date(doc.from_date), date(doc.to_date))


def place(outlet: str | None, outlets: dict) -> str:
	"""Return the name of an outlet, of `outlets` {code: name}, or of what lies between two."""
	return outlets.get(outlet) or _("On the road between outlets")
