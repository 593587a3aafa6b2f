"""What the pages under /umkm show of a supplier's goods and sales, in its people's words."""

import math

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.api import consignment, products
from ks212_community.api.supplier import NEAR_EXPIRY_DAYS
from ks212_community.portal import page, words

CHART_HEIGHT = 100
BAR = 10
SALES_SPANS = (7, 30, 90)


def stock_groups(rows: list[dict]) -> list[dict]:
	"""Return the rows of `supplier.stock` by outlet, what expires first on top; goods on the road last."""
	groups: dict[str, dict] = {}
	for row in rows:
		row = frappe._dict(row)
		group = groups.setdefault(
			row.outlet or "",
			{"title": row.outlet_name or _("On the road between outlets"), "rows": [], "value": 0.0},
		)
		group["value"] += flt(row.value)
		group["rows"].append(_stock_row(row))
	for group in groups.values():
		group["rows"].sort(key=lambda row: (row["sort"], row["item_name"]))
		group["value"] = words.money(group["value"])
	return [groups[outlet] for outlet in sorted(groups, key=lambda outlet: (outlet == "", outlet))]


def _stock_row(row) -> dict:
	left = row.days_to_expiry
	facts = []
	if row.nearest_expiry:
		if left < 0:
			facts.append(("bad", _("past its date since {0}").format(words.date(row.nearest_expiry))))
		else:
			kind = "bad" if left <= 7 else "wait" if left <= 30 else "off"
			text = _("until {0} ({1})").format(words.date(row.nearest_expiry), words.days_left(left))
			facts.append((kind, text))
	if row.age_days is not None:
		facts.append(
			("off", _("there for {0}").format(words.age(row.age_days)) if row.age_days else _("since today"))
		)
	return {
		"item_name": row.item_name,
		"qty": words.qty(row.qty, row.stock_uom),
		"value": words.money(row.value),
		"facts": [{"kind": kind, "text": text} for kind, text in facts],
		"sort": left if left is not None else math.inf,
	}


def chart(by_day: list[dict]) -> dict:
	"""Return a bar chart of sales by day: bars in a box of `width` × CHART_HEIGHT, and the table that says
	the same."""
	most = max((flt(row["value"]) for row in by_day), default=0.0)
	bars = []
	for place, row in enumerate(by_day):
		height = round(CHART_HEIGHT * max(0.0, flt(row["value"])) / most, 1) if most > 0 else 0
		bars.append(
			{
				"x": place * BAR + 1,
				"width": BAR - 2,
				"height": max(height, 1.5),
				"y": round(CHART_HEIGHT - max(height, 1.5), 1),
				"has": height > 0,
				"title": f"{words.day(row['day'])}: {words.money(row['value'])}",
			}
		)
	with_sales = [row for row in reversed(by_day) if flt(row["qty"])]
	return {
		"bars": bars,
		"width": len(by_day) * BAR,
		"height": CHART_HEIGHT,
		"most": words.money(most),
		"first": words.day(by_day[0]["day"]),
		"last": words.day(by_day[-1]["day"]),
		"days": [
			{"day": words.day(row["day"]), "qty": words.qty(row["qty"]), "value": words.money(row["value"])}
			for row in with_sales
		],
	}


def sold_by(rows: list[dict], name: str) -> list[dict]:
	"""Return the rows of a list of sums for the page, each with its share of the largest in per cent."""
	most = max((flt(row["value"]) for row in rows), default=0.0) or 1.0
	return [
		{
			"name": row[name],
			# An outlet's goods are of several units.
			"qty": words.qty(row["qty"], row["stock_uom"])
			if row.get("stock_uom")
			else _("{0} sold").format(words.qty(row["qty"])),
			"value": words.money(row["value"]),
			"share": round(max(0.0, 100 * flt(row["value"]) / most), 1),
		}
		for row in rows
	]


# -- home ---------------------------------------------------------------------------------------------------


def waiting(licences, to_correct) -> dict:
	"""Return what the UMKM's people have to do: licences that end, proposals to correct."""
	rows = [
		{
			"url": page.supply_url("izin", kind=licence.kind),
			"title": _("Licence {0}").format(licence.kind),
			"who": licence.licence_no,
			"name": words.date(licence.valid_until),
			"by": words.days_left(licence.days_left),
			"late": licence.state == "expired",
			"pill": words.state("UMKM Licence", licence.state),
		}
		for licence in licences
		if licence.state in ("soon", "expired", "exception")
	]
	rows += [
		{
			"url": page.supply_url("produk", name=product["name"]),
			"title": product["product_name"],
			"who": product["reason"] or "",
			"name": product["name"],
			"pill": words.state("UMKM Product", product["status"]),
		}
		for product in to_correct
	]
	return {"title": _("Waits for you"), "rows": rows, "mine": True, "icon": "alert"}


def tiles(overview: dict) -> list[dict]:
	"""Return the figures of the home page."""
	stock, week, month = overview["stock"], overview["sold_in_7_days"], overview["sold_in_30_days"]
	return [
		{
			"label": _("Sold in 7 days"),
			"value": words.money(week["value"]),
			"more": _("{0} pieces").format(words.qty(week["qty"])),
			"url": page.supply_url("penjualan", days=7),
		},
		{
			"label": _("Sold in 30 days"),
			"value": words.money(month["value"]),
			"more": _("{0} pieces").format(words.qty(month["qty"])),
			"url": page.supply_url("penjualan", days=30),
		},
		{
			"label": _("Lies in outlets"),
			"value": words.money(stock["value"]),
			"more": _("1 outlet") if stock["outlets"] == 1 else _("{0} outlets").format(stock["outlets"]),
			"url": page.supply_url("stok"),
		},
		{
			"label": _("Close to its date"),
			"value": words.qty(stock["near_expiry"]),
			"more": _("within {0} days").format(NEAR_EXPIRY_DAYS),
			"url": page.supply_url("stok"),
		},
	]


def actions(frame) -> list[dict]:
	"""Return the quick ways of the home page."""
	rows = [
		{"url": page.supply_url("kirim"), "icon": "truck", "text": _("Announce a delivery"), "first": True},
		{"url": page.supply_url("kiriman"), "icon": "list", "text": _("Deliveries")},
		{"url": page.supply_url("produk"), "icon": "box", "text": _("Products")},
		{"url": page.supply_url("izin"), "icon": "check", "text": _("Licences")},
		{"url": page.supply_url("nota"), "icon": "paper", "text": _("Settlements")},
	]
	return rows if frame.acts else rows[1:]


def first_steps(supplier: str) -> list[dict]:
	"""Return the way of a new UMKM to its first sale, with what is behind it."""
	statuses = {row["status"] for row in products.list_products(supplier=supplier)}
	has_agreement = bool(consignment.deliverable(supplier=supplier)["outlets"])
	return [
		{
			"text": _("Propose a product"),
			"more": _("Photo, composition, your price."),
			"url": page.supply_url("produk-baru"),
			"done": bool(statuses),
		},
		{
			"text": _("Head office approves it"),
			"more": _("Then it has a code and a barcode."),
			"done": "Approved" in statuses,
		},
		{
			"text": _("Agreement with the outlets"),
			"more": _("Which outlets, what share, when you are paid."),
			"done": has_agreement,
		},
		{
			"text": _("Announce a delivery"),
			"more": _("The outlet counts it in, and it is for sale."),
			"url": page.supply_url("kirim"),
			"done": False,
		},
	]
