"""The ledger of the measured network: entries, batches' bundles, the vouchers behind them, and the bins."""

from collections import defaultdict

import frappe
from frappe.utils import add_days, nowdate

from benchmarks import plan
from benchmarks.bulk import insert, row_name
from tests import story


def write_entries() -> None:
	"""Every bin's course as Stock Ledger Entries, and one voucher an outlet and day."""
	insert("Stock Ledger Entry", _entries())
	insert("Stock Entry", _stock_entries())
	insert("Sales Invoice", _sales_invoices())


def write_batches() -> None:
	"""The bundles that say which batch each entry of a batch item moved, and each batch's quantity."""
	bins = [(number, outlet) for number, outlet in plan.bins() if plan.is_batch(number)]
	insert("Serial and Batch Bundle", _bundles(bins))
	insert("Serial and Batch Entry", _bundle_rows(bins))
	totals = defaultdict(int)
	for number, outlet in bins:
		for _step, qty, letter in plan.course(number, outlet):
			totals[plan.batch(number, letter)] += qty
	for batch, qty in totals.items():
		frappe.db.set_value("Batch", batch, "batch_qty", qty, update_modified=False)


def write_bins() -> None:
	"""What is left of each course."""
	insert("Bin", _bin_rows())


def sale_of(outlet: int, step: int) -> tuple[str, str]:
	"""Type and name of an outlet's document of a day."""
	if plan.COURSE[step][1] == "sale" and plan.has_pos(outlet):
		return "Sales Invoice", f"BEN-SI-{outlet:04}-{step}"
	return "Stock Entry", f"BEN-STE-{outlet:04}-{step}"


def date_of(step: int) -> str:
	return add_days(nowdate(), -plan.COURSE[step][0])


def _time(step: int) -> str:
	return "06:00:00" if plan.COURSE[step][1] == "receipt" else "21:00:00"


def _entries():
	days = [(date_of(step), _time(step)) for step in range(len(plan.COURSE))]
	for number, outlet in plan.bins():
		item, warehouse, rate = (
			plan.item_code(number),
			plan.warehouse(plan.outlet_code(outlet)),
			plan.rate(number),
		)
		has_batch = plan.is_batch(number)
		on_hand = 0
		for step, qty, _letter in plan.course(number, outlet):
			on_hand += qty
			voucher_type, voucher = sale_of(outlet, step)
			date, time = days[step]
			yield {
				"name": row_name("sle", number, outlet, step),
				"creation": f"{date} {time}",
				"modified": f"{date} {time}",
				"docstatus": 1,
				"item_code": item,
				"warehouse": warehouse,
				"posting_date": date,
				"posting_time": time,
				"posting_datetime": f"{date} {time}",
				"voucher_type": voucher_type,
				"voucher_no": voucher,
				"voucher_detail_no": row_name("detail", number, outlet, step),
				"serial_and_batch_bundle": _bundle(number, outlet, step) if has_batch else None,
				"actual_qty": qty,
				"qty_after_transaction": on_hand,
				"incoming_rate": rate if qty > 0 else 0,
				"outgoing_rate": rate if qty < 0 else 0,
				"valuation_rate": rate,
				"stock_value": on_hand * rate,
				"stock_value_difference": qty * rate,
				"company": story.COMPANY,
				"stock_uom": "Pcs",
				"fiscal_year": date[:4],
				"has_batch_no": int(has_batch),
				"to_rename": 0,
			}


def _vouchers(voucher_type: str):
	for outlet in range(1, plan.OUTLETS + plan.MORE_OUTLETS + 1):
		for step in range(len(plan.COURSE)):
			kind, name = sale_of(outlet, step)
			if kind == voucher_type:
				yield (
					{
						"name": name,
						"docstatus": 1,
						"company": story.COMPANY,
						"posting_date": date_of(step),
						"posting_time": _time(step),
					},
					plan.COURSE[step][1],
				)


def _stock_entries():
	for values, what in _vouchers("Stock Entry"):
		receipt = what == "receipt"
		yield {
			**values,
			"stock_entry_type": "Material Receipt" if receipt else "Outlet Sale",
			"purpose": "Material Receipt" if receipt else "Material Issue",
		}


def _sales_invoices():
	for values, _what in _vouchers("Sales Invoice"):
		yield {
			**values,
			"customer": plan.CUSTOMER,
			"is_pos": 1,
			"is_consolidated": 1,
			"update_stock": 1,
			"status": "Paid",
			"currency": "IDR",
		}


def _bundle(number: int, outlet: int, step: int) -> str:
	return f"BEN-SABB-{number:03}-{outlet:04}-{step}"


def _bundles(bins):
	for number, outlet in bins:
		for step, qty, _letter in plan.course(number, outlet):
			voucher_type, voucher = sale_of(outlet, step)
			yield {
				"name": _bundle(number, outlet, step),
				"docstatus": 1,
				"company": story.COMPANY,
				"item_code": plan.item_code(number),
				"item_name": plan.item_name(number),
				"has_batch_no": 1,
				"warehouse": plan.warehouse(plan.outlet_code(outlet)),
				"type_of_transaction": "Inward" if qty > 0 else "Outward",
				"total_qty": qty,
				"avg_rate": plan.rate(number),
				"total_amount": qty * plan.rate(number),
				"voucher_type": voucher_type,
				"voucher_no": voucher,
				"voucher_detail_no": row_name("detail", number, outlet, step),
				"posting_date": date_of(step),
				"posting_time": _time(step),
			}


def _bundle_rows(bins):
	for number, outlet in bins:
		for step, qty, letter in plan.course(number, outlet):
			yield {
				"name": row_name("batch", number, outlet, step),
				"docstatus": 1,
				"idx": 1,
				"parent": _bundle(number, outlet, step),
				"parenttype": "Serial and Batch Bundle",
				"parentfield": "entries",
				"batch_no": plan.batch(number, letter),
				"qty": qty,
				"warehouse": plan.warehouse(plan.outlet_code(outlet)),
				"incoming_rate": plan.rate(number) if qty > 0 else 0,
				"outgoing_rate": plan.rate(number) if qty < 0 else 0,
				"stock_value_difference": qty * plan.rate(number),
				"is_outward": int(qty < 0),
			}


def _bin_rows():
	for number, outlet in plan.bins():
		qty = sum(plan.left(number, outlet))
		yield {
			"name": row_name("bin", number, outlet),
			"item_code": plan.item_code(number),
			"warehouse": plan.warehouse(plan.outlet_code(outlet)),
			"actual_qty": qty,
			"projected_qty": qty,
			"stock_uom": "Pcs",
			"valuation_rate": plan.rate(number),
			"stock_value": qty * plan.rate(number),
		}
