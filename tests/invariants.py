"""What must hold after every step of every flow, per line and source, and against ERPNext's ledger.

asked = promised + open + refused
sent = in transit + arrived + missing + returned + written off
"""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import flt

from ks212_community.stock_exchange.asking import in_transit_qty, open_qty
from ks212_community.stock_exchange.states import ENDED, MOVED


def check(request: str) -> None:
	"""Assert every invariant of a request, its transfers, and the Bins and ledger they touch."""
	transfers = [
		frappe.get_doc("Outlet Transfer", name)
		for name in frappe.get_all("Outlet Transfer", filters={"request": request}, pluck="name")
	]
	for transfer in transfers:
		for row in transfer.items:
			_check_line(transfer, row)
		_check_ledger(transfer)
	for transfer in transfers:
		for item_code in {row.item_code for row in transfer.items}:
			_check_bin(item_code, transfer.source_warehouse)
			_check_bin(item_code, transfer.target_warehouse)
	_check_request(frappe.get_doc("Inter Outlet Request", request), transfers)


def _check_line(transfer, row) -> None:
	label = f"{transfer.name} row {row.idx} ({transfer.status})"
	for field in (
		"asked_qty promised_qty refused_qty sent_qty received_qty missing_qty damaged_qty returned_qty written_off_qty"
		" surplus_qty"
	).split():
		assert flt(row.get(field)) >= 0, f"{label}: {field} is {row.get(field)}"
	assert open_qty(row) >= 0, f"{label}: more is promised and refused than asked"
	assert in_transit_qty(row) >= 0, f"{label}: more has arrived than was sent"
	assert flt(row.damaged_qty) <= flt(row.sent_qty), label
	if transfer.status != "Asked":
		assert open_qty(row) == 0, f"{label}: still open"
	if transfer.status in ENDED:
		assert row.promised_qty == 0, f"{label}: a promise outlives the transfer"
	if transfer.status in MOVED:
		assert row.sent_qty == row.promised_qty, f"{label}: sent is not what was promised"
	else:
		assert row.sent_qty == 0, f"{label}: sent before the dispatch"
	if transfer.status in ("Received", "Closed"):
		assert in_transit_qty(row) == 0, f"{label}: closed over goods on the road"
		assert row.missing_qty == 0, f"{label}: closed over missing goods"


def _check_ledger(transfer) -> None:
	"""The stock ledger entries of the transfer's own documents say the same as its lines. Goods that are
	sold have left the seller's stock while they are on the road, and are not yet in the buyer's."""
	Ledger = frappe.qb.DocType("Stock Ledger Entry")
	vouchers = [
		name
		for doctype in ("Stock Entry", "Delivery Note", "Purchase Receipt")
		for name in frappe.get_all(doctype, filters={"ks212_outlet_transfer": transfer.name}, pluck="name")
	]
	moved = (
		frappe.qb.from_(Ledger)
		.select(Ledger.item_code, Ledger.warehouse, Sum(Ledger.actual_qty))
		.where((Ledger.is_cancelled == 0) & Ledger.voucher_no.isin(vouchers or [""]))
		.groupby(Ledger.item_code, Ledger.warehouse)
		.run()
	)
	ledger = {(item_code, warehouse): flt(qty, 6) for item_code, warehouse, qty in moved}
	for item_code in {row.item_code for row in transfer.items}:
		rows = [row for row in transfer.items if row.item_code == item_code]

		def sold(row):
			return row.terms == "Sale"

		def total(value, rows=rows):
			return flt(sum(value(row) for row in rows), 6)

		expected = {
			transfer.source_warehouse: total(lambda row: flt(row.returned_qty) - flt(row.sent_qty)),
			transfer.transit_warehouse: total(
				lambda row: 0.0 if sold(row) else in_transit_qty(row) + flt(row.missing_qty)
			),
			transfer.target_warehouse: total(lambda row: flt(row.received_qty)),
		}
		for warehouse, qty in expected.items():
			found = ledger.get((item_code, warehouse), 0.0)
			assert found == qty, (
				f"{transfer.name}: {item_code} in {warehouse}: ledger {found}, transfer {qty}"
			)


def _check_bin(item_code: str, warehouse: str) -> None:
	Ledger = frappe.qb.DocType("Stock Ledger Entry")
	Transfer = frappe.qb.DocType("Outlet Transfer")
	TransferItem = frappe.qb.DocType("Outlet Transfer Item")
	bin_row = frappe.db.get_value(
		"Bin",
		{"item_code": item_code, "warehouse": warehouse},
		["actual_qty", "ks212_promised_qty"],
		as_dict=True,
	) or frappe._dict(actual_qty=0, ks212_promised_qty=0)
	moved = (
		frappe.qb.from_(Ledger)
		.select(Sum(Ledger.actual_qty))
		.where((Ledger.item_code == item_code) & (Ledger.warehouse == warehouse) & (Ledger.is_cancelled == 0))
		.run()
	)
	assert flt(bin_row.actual_qty, 6) == flt(moved[0][0], 6), (
		f"{item_code} in {warehouse}: Bin and ledger differ"
	)
	promised = (
		frappe.qb.from_(TransferItem)
		.inner_join(Transfer)
		.on(Transfer.name == TransferItem.parent)
		.select(Sum(TransferItem.promised_qty))
		.where(
			(TransferItem.item_code == item_code)
			& (Transfer.source_warehouse == warehouse)
			& (Transfer.status == "Promised")
			& (Transfer.docstatus < 2)
		)
		.run()
	)
	assert flt(bin_row.ks212_promised_qty, 6) == flt(promised[0][0], 6), (
		f"{item_code} in {warehouse}: Bin promises {bin_row.ks212_promised_qty}, transfers {promised[0][0]}"
	)


def _check_request(request, transfers) -> None:
	for row in request.items:
		lines = [
			(transfer, line)
			for transfer in transfers
			for line in transfer.items
			if line.request_item == row.name
		]
		received = sum(flt(line.received_qty) for _transfer, line in lines)
		assert flt(row.received_qty, 6) == flt(received, 6), f"{request.name} row {row.idx}: received"
		in_transit = sum(in_transit_qty(line) for transfer, line in lines if transfer.status in MOVED)
		assert flt(row.in_transit_qty, 6) == flt(in_transit, 6), f"{request.name} row {row.idx}: in transit"
		waiting = any(transfer.status == "Asked" and open_qty(line) > 0 for transfer, line in lines)
		if row.unmet_qty:
			assert not waiting, f"{request.name} row {row.idx}: unmet while somebody is asked"
	if all(row.received_qty >= row.stock_qty for row in request.items):
		assert request.status == "Filled"
	if request.status == "Filled":
		assert all(row.received_qty >= row.stock_qty for row in request.items)
