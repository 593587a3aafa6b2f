"""Batches and their dates: what may still be sent, and what soon may not. Quantities in the stock UOM."""

import frappe
from frappe.utils import add_days, flt, getdate, today


def unexpired_batches(item_code: str, warehouse: str) -> list[frappe._dict]:
	"""Return ERPNext's available batches of a warehouse that are not past their date, earliest date first and those
	without a date last; each with `batch_no`, `qty` and `expiry_date` (or None)."""
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


def near_expiry(
	item_code: str, within: int, warehouse: str | None = None
) -> dict[str, tuple[float, int | None]]:
	"""Return {warehouse: (quantity past its date, days to the earliest other date within `within` days, or None)}.

	Only the batches that matter are looked at: those whose date is past or near.
	"""
	if not frappe.get_cached_value("Item", item_code, "has_batch_no"):
		return {}
	day = getdate(today())
	days = {
		name: (expiry_date - day).days
		for name, expiry_date in frappe.get_all(
			"Batch",
			# Not by batch_qty: ERPNext's own sum leaves out batches past their date.
			filters={"item": item_code, "expiry_date": ["<", add_days(day, within)]},
			fields=["name", "expiry_date"],
			as_list=True,
		)
	}
	if not days:
		return {}
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import get_auto_batch_nos

	result: dict[str, tuple[float, int | None]] = {}
	# For stock levels: expired batches too.
	wanted = frappe._dict(
		item_code=item_code,
		warehouse=warehouse,
		batch_no=list(days),
		for_stock_levels=True,
		based_on="Expiry",
	)
	for batch in get_auto_batch_nos(wanted):
		past, earliest = result.get(batch.warehouse, (0.0, None))
		left = days[batch.batch_no]
		if left < 0:
			past += flt(batch.qty)
		else:
			earliest = left if earliest is None else min(earliest, left)
		result[batch.warehouse] = (past, earliest)
	return result
