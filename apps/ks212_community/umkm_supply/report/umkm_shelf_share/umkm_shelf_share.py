"""How much of each outlet's shelf is goods of members' enterprises, against the network's target.

Columns, one query, pure functions. Shares in per cent: of the items with stock, and of their retail value
(IDR).
"""

from math import ceil

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Max, Sum
from frappe.utils import cint, flt, getdate, today

from ks212_community.columns import column, link, money, text
from ks212_community.permissions import report_company
from ks212_community.umkm_supply.on_hand import prices_on

MEASURES = {"Items": "item_share", "Retail Value": "value_share"}
INDICATORS = {"Below Target": "red", "On Target": "green", "Empty Shelf": "grey"}
CHARTED_OUTLETS = 15


def execute(filters: dict | None = None):
	"""Return (columns, rows, message, chart, summary) of the active outlets that `filters` choose: company,
	community, region, price_list (default: all selling lists), measure (a key of MEASURES: what is held
	against the target)."""
	filters = frappe._dict(filters or {})
	filters.company = report_company(filters.company, "Outlet")
	measure = filters.measure or "Items"
	if measure not in MEASURES:
		frappe.throw(_("Measure must be one of: {0}.").format(", ".join(_(name) for name in MEASURES)))
	target = flt(frappe.get_cached_doc("KS212 Settings").shelf_share_target)
	rows = ranked([complete(row, target, measure) for row in find(filters)])
	return columns(), rows, None, chart(rows, target, measure), summary(rows, target, measure)


def columns() -> list[dict]:
	"""Return the report's columns."""
	return [
		link("outlet", _("Outlet"), "Outlet", 90),
		text("outlet_name", _("Outlet Name"), 190),
		link("community", _("Community"), "Community", 120),
		text("region", _("Region"), 130),
		text("status", _("Against the Target"), 160),
		column("item_share", _("Share of Items"), "Percent", 170, disable_total=True),
		column("value_share", _("Share of Retail Value"), "Percent", 180, disable_total=True),
		column("target", _("Target"), "Percent", 90, disable_total=True),
		column("missing_items", _("UMKM Items Missing"), "Int", 170, disable_total=True),
		column("umkm_items", _("UMKM Items"), "Int", 110, disable_total=True),
		column("items", _("Items on the Shelf"), "Int", 140, disable_total=True),
		money("umkm_value", _("Retail Value of UMKM"), 160),
		money("value", _("Retail Value"), 160),
		column("unpriced", _("Items without a Price"), "Int", 150, disable_total=True),
		text("currency", _("Currency"), 80, hidden=1),
	]


def find(filters) -> list[frappe._dict]:
	"""Return for each chosen outlet its numbers of items with stock and their retail value: `items`,
	`umkm_items`, `value`, `umkm_value`, and `unpriced`, the items that have no selling price."""
	Outlet = frappe.qb.DocType("Outlet")
	Company = frappe.qb.DocType("Company")
	shelf = _shelf(filters.price_list)
	query = (
		frappe.qb.from_(Outlet)
		.inner_join(Company)
		.on(Company.name == Outlet.company)
		.left_join(shelf)
		.on(shelf.warehouse == Outlet.warehouse)
		.select(
			Outlet.name.as_("outlet"),
			Outlet.outlet_name,
			Outlet.community,
			Outlet.region,
			Company.default_currency.as_("currency"),
			*(
				Coalesce(shelf[figure], 0).as_(figure)
				for figure in ("items", "umkm_items", "value", "umkm_value", "unpriced")
			),
		)
		.where((Outlet.status == "Active") & (Outlet.kind == "Outlet"))
		.orderby(Outlet.name)
	)
	for field in ("company", "community", "region"):
		if filters.get(field):
			query = query.where(Outlet[field] == filters[field])
	return query.run(as_dict=True)


def _shelf(price_list: str | None):
	"""Return the subquery of the figures of `find` by warehouse."""
	Bin = frappe.qb.DocType("Bin")
	Item = frappe.qb.DocType("Item")
	price = prices_on(getdate(today()))
	selling = _selling_rates(price_list)
	rate = Coalesce(price.retail_price, selling.rate, 0)
	is_umkm = Coalesce(Item.ks212_owner, "") != ""
	return (
		frappe.qb.from_(Bin)
		.inner_join(Item)
		.on(Item.name == Bin.item_code)
		.left_join(price)
		.on(price.item_code == Bin.item_code)
		.left_join(selling)
		.on(selling.item_code == Bin.item_code)
		.select(
			Bin.warehouse,
			Count("*").as_("items"),
			Sum(Case().when(is_umkm, 1).else_(0)).as_("umkm_items"),
			Sum(Bin.actual_qty * rate).as_("value"),
			Sum(Case().when(is_umkm, Bin.actual_qty * rate).else_(0)).as_("umkm_value"),
			Sum(Case().when(rate == 0, 1).else_(0)).as_("unpriced"),
		)
		.where(Bin.actual_qty > 0)
		.groupby(Bin.warehouse)
	).as_("shelf")


def _selling_rates(price_list: str | None):
	"""Return the subquery of (item_code, rate): the selling price of a stock unit today, for everyone; the
	highest where several hold."""
	ItemPrice = frappe.qb.DocType("Item Price")
	Item = frappe.qb.DocType("Item")
	day = getdate(today())
	query = (
		frappe.qb.from_(ItemPrice)
		.inner_join(Item)
		.on(Item.name == ItemPrice.item_code)
		.select(ItemPrice.item_code, Max(ItemPrice.price_list_rate).as_("rate"))
		.where(
			(ItemPrice.selling == 1)
			& (Coalesce(ItemPrice.customer, "") == "")
			& Coalesce(ItemPrice.uom, "").isin(["", Item.stock_uom])
			& (ItemPrice.valid_from.isnull() | (ItemPrice.valid_from <= day))
			& (ItemPrice.valid_upto.isnull() | (ItemPrice.valid_upto >= day))
		)
		.groupby(ItemPrice.item_code)
	)
	if price_list:
		query = query.where(ItemPrice.price_list == price_list)
	return query.as_("selling")


def complete(row, target: float, measure: str):
	"""Add to a row its shares, how it stands against the target, and how many more UMKM items would reach
	it."""
	row.target = target
	row.umkm_items, row.unpriced = cint(row.umkm_items), cint(row.unpriced)
	row.item_share = share(row.umkm_items, row["items"])
	row.value_share = share(row.umkm_value, row.value)
	if not row["items"]:
		row.status = "Empty Shelf"
	else:
		row.status = "On Target" if row[MEASURES[measure]] >= target else "Below Target"
	row.missing_items = missing_items(row.umkm_items, row["items"], target)
	return row


def share(part: float, whole: float) -> float:
	"""Return how many per cent `part` is of `whole`; 0 of nothing."""
	return flt(100 * flt(part) / flt(whole), 2) if flt(whole) else 0.0


def missing_items(umkm: int, items: int, target: float) -> int | None:
	"""Return how many more UMKM items bring their share to `target` per cent: the least k with
	(umkm + k) / (items + k) >= target / 100. None where no number does."""
	if 100 * umkm >= target * items:
		return 0
	if target >= 100:
		return None
	return ceil(flt((target * items - 100 * umkm) / (100 - target), 6))


def ranked(rows) -> list:
	"""Return the rows with those below the target first, farthest from it first; empty shelves last."""
	order = list(INDICATORS)
	return sorted(rows, key=lambda row: (order.index(row.status), row.item_share, row.outlet))


def summary(rows, target: float, measure: str) -> list[dict]:
	"""Return the figures above the report: the whole network as one shelf."""
	below = sum(row.status == "Below Target" for row in rows)
	totals = {
		"Items": share(sum(row.umkm_items for row in rows), sum(row["items"] for row in rows)),
		"Retail Value": share(sum(row.umkm_value for row in rows), sum(row.value for row in rows)),
	}
	return [
		{
			"label": _("Share of Items"),
			"value": totals["Items"],
			"datatype": "Percent",
			"indicator": _colour(totals["Items"], target, measure == "Items"),
		},
		{
			"label": _("Share of Retail Value"),
			"value": totals["Retail Value"],
			"datatype": "Percent",
			"indicator": _colour(totals["Retail Value"], target, measure == "Retail Value"),
		},
		{"label": _("Target"), "value": target, "datatype": "Percent", "indicator": "Blue"},
		{
			"label": _("Outlets below the Target"),
			"value": below,
			"datatype": "Int",
			"indicator": "Red" if below else "Green",
		},
	]


def _colour(value: float, target: float, is_measured: bool) -> str:
	if not is_measured:
		return "Blue"
	return "Green" if value >= target else "Red"


def chart(rows, target: float, measure: str) -> dict | None:
	"""Return a bar chart of the first outlets' share, with the target as a line."""
	shown = [row for row in rows if row["items"]][:CHARTED_OUTLETS]
	if len(shown) < 2:
		return None
	return {
		"data": {
			"labels": [row.outlet for row in shown],
			"datasets": [{"name": _(measure), "values": [row[MEASURES[measure]] for row in shown]}],
			"yMarkers": [{"label": _("Target"), "value": target, "options": {"labelPos": "left"}}],
		},
		"type": "bar",
		"colors": ["#48bb74"],
		"height": 160,
		"fieldtype": "Percent",
	}
