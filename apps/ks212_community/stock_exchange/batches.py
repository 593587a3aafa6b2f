"""Batches and their dates: what may still be sent, and what soon may not. Quantities in the stock UOM."""

from datetime import date

import frappe
from frappe.utils import add_days, flt, getdate, today


def unexpired_batches(item_code: str, warehouse: str) -> list[frappe._dict]:
	"""Return ERPNext's available batches of a warehouse that are not past their date, earliest date first and
	those without a date last; each with `batch_no`, `qty` and `expiry_date` (or None)."""
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import get_auto_batch_nos

	batches = get_auto_batch_nos(frappe._dict(item_code=item_code, warehouse=warehouse, based_on="Expiry"))
	dates = dict(
		frappe.get_all(
			"Batch",
			filters={"name": ["in", [batch.batch_no for batch in batches] or [""]]},
			fields=["name", "expiry_date"],
			as_list=True,
		)
	)
	for batch in batches:
		batch.expiry_date = dates.get(batch.batch_no)
	return sorted(
		batches,
		key=lambda batch: (batch.expiry_date is None, batch.expiry_date or getdate(today()), batch.batch_no),
	)


def expired_qty(item_code: str, warehouse: str) -> float:
	"""Return what a warehouse holds of an item in batches past their date: it cannot be sent."""
	if not frappe.get_cached_value("Item", item_code, "has_batch_no"):
		return 0.0
	expired, _nearest = near_expiry(0, item_code, warehouse).get((warehouse, item_code), (0.0, None))
	return expired


def near_expiry(
	within: int, item_code: str | None = None, warehouse: str | None = None
) -> dict[tuple[str, str], tuple[float, date | None]]:
	"""Return {(warehouse, item_code): (quantity past its date, nearest other date within `within` days, or
	None)}, of one item and warehouse or of all.

	Only the batches that matter are looked at: those whose date is past or near. Not by their batch_qty:
	ERPNext's own sum leaves out what is past its date.
	"""
	day = getdate(today())
	filters = {"expiry_date": ["<", add_days(day, within)], **({"item": item_code} if item_code else {})}
	batches = {
		batch.name: batch
		for batch in frappe.get_all("Batch", filters=filters, fields=["name", "item", "expiry_date"])
	}
	if not batches:
		return {}
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import get_auto_batch_nos

	result: dict[tuple[str, str], tuple[float, date | None]] = {}
	# "For stock levels" means: expired batches too.
	wanted = frappe._dict(
		item_code=item_code,
		warehouse=warehouse,
		batch_no=list(batches),
		for_stock_levels=True,
		based_on="Expiry",
	)
	for row in get_auto_batch_nos(wanted):
		batch = batches[row.batch_no]
		key = (row.warehouse, batch.item)
		expired, nearest = result.get(key, (0.0, None))
		if batch.expiry_date < day:
			expired += flt(row.qty)
		else:
			nearest = min(nearest or batch.expiry_date, batch.expiry_date)
		result[key] = (expired, nearest)
	return result
