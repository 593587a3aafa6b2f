"""POS Invoices, open promises, and the documents of both portals' lists."""

from collections import defaultdict

import frappe
from frappe.utils import add_days, get_datetime, now, nowdate

from benchmarks import plan
from benchmarks.bulk import insert, row_name
from benchmarks.ledger import date_of, sale_of
from tests import story


def _pos_invoices():
	"""Yield (name, whether it is still open, outlet number, number of the invoice)."""
	for outlet in filter(plan.has_pos, range(1, plan.OUTLETS + 1)):
		states = [state for state, count in plan.POS_INVOICES.items() for _invoice in range(count)]
		for number, state in enumerate(states, 1):
			yield f"BEN-POS-{outlet:04}-{number:02}", state == "open", outlet, number
	# The other outlets hold the wide items only; there every second till has an open invoice.
	for outlet in filter(plan.has_pos, range(plan.OUTLETS + 1, plan.OUTLETS + plan.MORE_OUTLETS + 1, 2)):
		yield f"BEN-POS-{outlet:04}-01", True, outlet, 1


def write_pos_invoices() -> None:
	"""Today's sales that no closing has posted yet, and earlier ones that were posted with the ledger's last
	sale."""
	last = max(step for step, (_days, what) in enumerate(plan.COURSE) if what == "sale")
	insert(
		"POS Invoice",
		(
			{
				"name": name,
				"docstatus": 1,
				"company": story.COMPANY,
				"customer": plan.CUSTOMER,
				"posting_date": nowdate() if is_open else date_of(last),
				"posting_time": "00:00:01",
				"is_pos": 1,
				"update_stock": 1,
				"status": "Paid" if is_open else "Consolidated",
				"consolidated_invoice": None if is_open else sale_of(outlet, last)[1],
				"currency": "IDR",
			}
			for name, is_open, outlet, _number in _pos_invoices()
		),
	)

	def lines():
		for name, _is_open, outlet, invoice in _pos_invoices():
			numbers = [
				1 + (outlet * 31 + invoice * 17 + line * 37) % plan.ITEMS for line in range(plan.POS_LINES)
			]
			for line, number in enumerate(numbers if outlet <= plan.OUTLETS else plan.WIDE_ITEMS):
				yield {
					"name": row_name("pos", name, line),
					"docstatus": 1,
					"idx": line + 1,
					"parent": name,
					"parenttype": "POS Invoice",
					"parentfield": "items",
					"item_code": plan.item_code(number),
					"item_name": plan.item_name(number),
					"warehouse": plan.warehouse(plan.outlet_code(outlet)),
					"qty": 1,
					"stock_qty": 1,
					"uom": "Pcs",
					"stock_uom": "Pcs",
					"conversion_factor": 1,
					"rate": plan.rate(number),
					"batch_no": plan.batch(number, "C") if plan.is_batch(number) else None,
					"use_serial_batch_fields": int(plan.is_batch(number)),
				}

	insert("POS Invoice Item", lines())


def _requests():
	"""Yield the requests that TARGET has made: (name, number, item number, source outlet number, promised or
	not)."""
	for number in range(1, plan.DOCUMENTS + 1):
		source = 2 + number % (plan.OUTLETS - 1)
		item = 1 + number % plan.ITEMS
		promised = number <= plan.PROMISES and sum(plan.left(item, source)) > 0
		yield f"IOR-{plan.TARGET}-BEN-{number:04}", number, item, source, promised


def write_requests() -> None:
	"""DOCUMENTS requests of TARGET with a transfer each. The first PROMISES hold a promise of one piece on
	the source's bin; the others were received long ago, without a trace in the ledger."""
	transit = frappe.get_cached_value("Company", story.COMPANY, "default_in_transit_warehouse")
	requests = list(_requests())
	target_name = plan.outlet_name(1)

	def moment(number):
		return str(add_days(get_datetime(now()), -1 - number // 50))

	insert(
		"Inter Outlet Request",
		(
			{
				"name": name,
				"creation": moment(number),
				"modified": moment(number),
				"outlet": plan.TARGET,
				"outlet_name": target_name,
				"community": plan.community(plan.region_of(1)),
				"company": story.COMPANY,
				"status": "Open" if promised else "Filled",
				"needed_by": add_days(nowdate(), 14),
				"requested_by": plan.clerk(plan.TARGET),
				"requested_at": moment(number),
			}
			for name, number, _item, _source, promised in requests
		),
	)
	insert(
		"Inter Outlet Request Item",
		(
			{
				"name": row_name("request", name),
				"idx": 1,
				"parent": name,
				"parenttype": "Inter Outlet Request",
				"parentfield": "items",
				"item_code": plan.item_code(item),
				"item_name": plan.item_name(item),
				"qty": 1,
				"uom": "Pcs",
				"stock_uom": "Pcs",
				"conversion_factor": 1,
				"stock_qty": 1,
				"promised_qty": 1,
				"received_qty": int(not promised),
			}
			for name, _number, item, _source, promised in requests
		),
	)
	insert(
		"Outlet Transfer",
		(
			{
				"name": name.replace("IOR", "OT"),
				"creation": moment(number),
				"modified": moment(number),
				"docstatus": 1,
				"request": name,
				"needed_by": add_days(nowdate(), 14),
				"company": story.COMPANY,
				"source_outlet": plan.outlet_code(source),
				"source_name": plan.outlet_name(source),
				"source_warehouse": plan.warehouse(plan.outlet_code(source)),
				"target_outlet": plan.TARGET,
				"target_name": target_name,
				"target_warehouse": plan.warehouse(plan.TARGET),
				"transit_warehouse": transit,
				"status": "Promised" if promised else "Closed",
				"approval_status": "Approved",
				"deadline": add_days(nowdate(), 14) if promised else None,
				"transfer_value": plan.rate(item),
			}
			for name, number, item, source, promised in requests
		),
	)
	insert(
		"Outlet Transfer Item",
		(
			{
				"name": row_name("transfer", name),
				"docstatus": 1,
				"idx": 1,
				"parent": name.replace("IOR", "OT"),
				"parenttype": "Outlet Transfer",
				"parentfield": "items",
				"request_item": row_name("request", name),
				"item_code": plan.item_code(item),
				"item_name": plan.item_name(item),
				"uom": "Pcs",
				"stock_uom": "Pcs",
				"conversion_factor": 1,
				"rate": plan.rate(item),
				"asked_qty": 1,
				"promised_qty": 1,
				"sent_qty": int(not promised),
				"received_qty": int(not promised),
			}
			for name, _number, item, source, promised in requests
		),
	)
	held = defaultdict(int)
	for _name, _number, item, source, promised in requests:
		if promised:
			held[row_name("bin", item, source)] += 1
	for bin_name, qty in held.items():
		frappe.db.set_value("Bin", bin_name, "ks212_promised_qty", qty, update_modified=False)


def write_material_requests() -> None:
	"""As many submitted Material Requests of one customer as TARGET has requests, with one row each:
	ERPNext's own portal list shows them to that customer's user."""
	names = [f"BEN-MR-{number:04}" for number in range(1, plan.DOCUMENTS + 1)]
	insert(
		"Material Request",
		(
			{
				"name": name,
				"docstatus": 1,
				"title": "Barang uji",
				"material_request_type": "Material Transfer",
				"customer": plan.CUSTOMER,
				"company": story.COMPANY,
				"transaction_date": nowdate(),
				"schedule_date": add_days(nowdate(), 14),
				"status": "Transferred",
				"per_ordered": 100,
			}
			for name in names
		),
	)
	insert(
		"Material Request Item",
		(
			{
				"name": row_name("material", name),
				"docstatus": 1,
				"idx": 1,
				"parent": name,
				"parenttype": "Material Request",
				"parentfield": "items",
				"item_code": plan.item_code(1 + index % plan.ITEMS),
				"item_name": plan.item_name(1 + index % plan.ITEMS),
				"qty": 1,
				"stock_qty": 1,
				"ordered_qty": 1,
				"uom": "Pcs",
				"stock_uom": "Pcs",
				"conversion_factor": 1,
				"from_warehouse": plan.warehouse(plan.outlet_code(2)),
				"warehouse": plan.warehouse(plan.TARGET),
				"schedule_date": add_days(nowdate(), 14),
			}
			for index, name in enumerate(names)
		),
	)
