"""Inside a company goods move by a Material Request and transit Stock Entries. The app writes no ledger entry
itself."""

import frappe
from frappe.utils import flt, getdate, today

from ks212_community.stock_exchange.posting.ledger import as_ledger_user, post


def request_goods(transfer) -> None:
	"""Make and submit the Material Request of an approved transfer."""
	with as_ledger_user():
		doc = frappe.get_doc(
			{
				"doctype": "Material Request",
				"material_request_type": "Material Transfer",
				"company": transfer.company,
				"transaction_date": today(),
				"schedule_date": max(getdate(transfer.needed_by), getdate(today())),
				"set_from_warehouse": transfer.source_warehouse,
				"set_warehouse": transfer.target_warehouse,
				"ks212_outlet_transfer": transfer.name,
				"items": [
					{
						"item_code": row.item_code,
						"qty": row.promised_qty,
						"uom": row.stock_uom,
						"stock_uom": row.stock_uom,
						"conversion_factor": 1,
						"from_warehouse": transfer.source_warehouse,
						"warehouse": transfer.target_warehouse,
						"schedule_date": max(getdate(transfer.needed_by), getdate(today())),
					}
					for row in transfer.items
					if row.promised_qty > 0
				],
			}
		)
		post(doc)
	transfer.material_request = doc.name


def dispatch(transfer, lines: list[frappe._dict]) -> None:
	"""Post leg 1, source to transit, of `lines` (row, qty, batch_no, serial_no) as the transfer's dispatch
	entry.

	Sets each line's `detail` to the Stock Entry row that carries it. A Material Request of which less than
	everything goes out is stopped: ERPNext would otherwise wait for the rest for ever.
	"""
	from erpnext.stock.doctype.material_request.material_request import make_in_transit_stock_entry

	with as_ledger_user():
		doc = make_in_transit_stock_entry(transfer.material_request, transfer.transit_warehouse)
		doc.ks212_outlet_transfer = transfer.name
		mapped = {row.item_code: row for row in doc.items}
		doc.set("items", [])
		for line in lines:
			values = mapped[line.row.item_code].as_dict(no_default_fields=True)
			# The mapper counts the request's rows; ours follow in the order of the lines.
			values.update(_goods(line), idx=None, allow_zero_valuation_rate=line.at_no_value)
			doc.append("items", values)
		post(doc)
		for line, row in zip(lines, doc.items, strict=True):
			line.detail = row.name
		sent = sum(flt(line.qty) for line in lines)
		if flt(sum(flt(row.promised_qty) for row in transfer.items) - sent, 6) > 0:
			frappe.get_doc("Material Request", transfer.material_request).update_status("Stopped")
	transfer.dispatch_entry = doc.name


def receive(transfer, lines: list[frappe._dict]) -> None:
	"""Post leg 2, transit to requester, of the `lines` that arrived as the transfer's receipt entry; none
	where nothing arrived."""
	from erpnext.stock.doctype.stock_entry.stock_entry import make_stock_in_entry

	arrived = {line.row.dispatch_detail: line for line in lines if flt(line.qty) > 0}
	if not arrived:
		return
	with as_ledger_user():
		doc = make_stock_in_entry(transfer.dispatch_entry)
		doc.ks212_outlet_transfer = transfer.name
		doc.set("items", [row for row in doc.items if row.ste_detail in arrived])
		for idx, row in enumerate(doc.items, 1):
			row.update(_goods(arrived[row.ste_detail]))
			row.idx = idx
			row.allow_zero_valuation_rate = arrived[row.ste_detail].at_no_value
		post(doc)
	transfer.receipt_entry = doc.name


def return_goods(transfer, lines: list[frappe._dict]) -> None:
	"""Post what is missing from transit back to the source, as the transfer's settlement entry."""
	transfer.settlement_entry = move(transfer, lines, transfer.transit_warehouse, transfer.source_warehouse)


def write_off(transfer, lines: list[frappe._dict]) -> None:
	"""Post what is missing out of transit as a Material Issue, the transfer's settlement entry."""
	transfer.settlement_entry = move(transfer, lines, transfer.transit_warehouse, None)


def move(
	transfer, lines: list[frappe._dict], source: str | None, target: str | None, kind: str = "", **more
) -> str:
	"""Post a Stock Entry of `lines` from the warehouse `source` to `target`, both of one company; return its
	name.

	Without a source goods are received, at each line's `value_rate` where it has one, without a target
	issued. `kind` is the Stock Entry Type where that is not ERPNext's own; `more` are further values of every
	row. Sets each line's `posted` to its row.
	"""
	purpose = "Material Transfer" if source and target else "Material Issue" if source else "Material Receipt"
	with as_ledger_user():
		doc = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": kind or purpose,
				"purpose": purpose,
				"company": frappe.get_cached_value("Warehouse", source or target, "company"),
				"ks212_outlet_transfer": transfer.name,
				"remarks": transfer.reason,
				"items": [
					{
						"item_code": line.row.item_code,
						"s_warehouse": source,
						"t_warehouse": target,
						"uom": line.row.stock_uom,
						"stock_uom": line.row.stock_uom,
						"conversion_factor": 1,
						"basic_rate": line.value_rate,
						"allow_zero_valuation_rate": 0 if line.value_rate else line.at_no_value,
						**_goods(line),
						**more,
					}
					for line in lines
				],
			}
		)
		post(doc)
		for line, row in zip(lines, doc.items, strict=True):
			line.posted = row
	return doc.name


def _goods(line) -> dict:
	"""The fields of a Stock Entry row that say how much of what exactly moves, in the stock UOM."""
	return {
		"qty": line.qty,
		"transfer_qty": line.qty,
		"batch_no": line.batch_no,
		"serial_no": line.serial_no,
		"use_serial_batch_fields": int(bool(line.batch_no or line.serial_no)),
		"serial_and_batch_bundle": None,
	}
