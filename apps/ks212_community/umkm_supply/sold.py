"""What sold of a UMKM's goods: by day, by outlet, by product. Quantities in the stock UOM, values in IDR."""

from datetime import date

import frappe
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import add_days, flt, getdate

from ks212_community.umkm_supply import ledger, prices


def rows(supplier: str, from_date: date, to_date: date) -> list[frappe._dict]:
	"""Return a row for each day, outlet and product with sales of `supplier`: `day`, `outlet`, `outlet_name`,
	`item_code`, `item_name`, `stock_uom`, `qty` and `value`, at the owner's price in force that day;
	customers' returns subtract."""
	Ledger, StockEntry, Item = ledger.tables()
	Outlet = frappe.qb.DocType("Outlet")
	Price = frappe.qb.DocType("UMKM Product Price")
	sold = Ledger.actual_qty * -1
	return (
		ledger.consigned_rows(Ledger, StockEntry, Item, from_date, to_date, supplier=supplier)
		.left_join(Outlet)
		.on(Outlet.warehouse == Ledger.warehouse)
		.left_join(Price)
		.on((Price.item_code == Ledger.item_code) & prices.in_force(Price, Ledger.posting_date))
		.select(
			Ledger.posting_date.as_("day"),
			Coalesce(Outlet.name, Ledger.warehouse).as_("outlet"),
			Coalesce(Outlet.outlet_name, Ledger.warehouse).as_("outlet_name"),
			Ledger.item_code,
			Item.item_name,
			Item.stock_uom,
			Sum(sold).as_("qty"),
			Sum(sold * Price.owner_price).as_("value"),
		)
		.where(ledger.conditions(Ledger, StockEntry)["sold"])
		.groupby(
			Ledger.posting_date,
			Outlet.name,
			Outlet.outlet_name,
			Ledger.warehouse,
			Ledger.item_code,
			Item.item_name,
			Item.stock_uom,
		)
		.run(as_dict=True)
	)


def summary(supplier: str, days: int, to_date: date) -> dict:
	"""Return the sales of the last `days` days to `to_date`: `by_day` (each day, those without sales too),
	`by_outlet` and `by_item`, the best first, and the sums `qty` and `value`."""
	from_date = getdate(add_days(to_date, 1 - days))
	found = rows(supplier, from_date, to_date)
	by_day = {getdate(add_days(from_date, after)): frappe._dict(qty=0.0, value=0.0) for after in range(days)}
	by_outlet: dict[str, frappe._dict] = {}
	by_item: dict[str, frappe._dict] = {}
	for row in found:
		outlet = by_outlet.setdefault(
			row.outlet, frappe._dict(outlet=row.outlet, outlet_name=row.outlet_name, qty=0.0, value=0.0)
		)
		item = by_item.setdefault(
			row.item_code,
			frappe._dict(
				item_code=row.item_code,
				item_name=row.item_name,
				stock_uom=row.stock_uom,
				qty=0.0,
				value=0.0,
				outlets={},
			),
		)
		for sums in (by_day[getdate(row.day)], outlet, item):
			sums.qty = flt(sums.qty + flt(row.qty), 6)
			sums.value = flt(sums.value + flt(row.value), 2)
		item.outlets[row.outlet] = flt(item.outlets.get(row.outlet, 0.0) + flt(row.qty), 6)
	return {
		"from_date": from_date,
		"to_date": to_date,
		"qty": flt(sum(day.qty for day in by_day.values()), 6),
		"value": flt(sum(day.value for day in by_day.values()), 2),
		"by_day": [{"day": day, **sums} for day, sums in by_day.items()],
		"by_outlet": _best_first(by_outlet),
		"by_item": _best_first(by_item),
	}


def _best_first(groups: dict) -> list[frappe._dict]:
	return sorted(
		groups.values(), key=lambda row: (-row.value, -row.qty, row.get("item_name") or row.outlet_name)
	)
