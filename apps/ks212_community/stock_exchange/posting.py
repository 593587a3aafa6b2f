"""The posting seam: the one place that knows which of ERPNext's documents move a transfer's goods.

Inside a company goods move by a Material Request and transit Stock Entries. Between legal entities a move is a sale;
those are refused here until that sale is part of the app. The app writes no ledger entry itself.
"""

from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from ks212_community.constants import LEDGER_USER

# What frappe.set_user wipes. The last two depend on the user: the ledger user has its own, kept for its next turn.
PRESERVED = ("session", "cache", "form_dict", "jenv", "role_permissions", "new_doc_templates", "user_perms")
OWN = ("new_doc_templates", "user_perms")


@contextmanager
def as_ledger_user():
	"""Run ERPNext's mappers as the technical user, and restore the caller's whole session after.

	The mappers check the caller's own rights and refuse portal users whatever flag is set; `frappe.set_user` wipes
	session id, session data and form_dict, so it works on a copy here.
	"""
	saved = {name: getattr(frappe.local, name, None) for name in PRESERVED}
	frappe.local.session = frappe._dict(saved["session"])
	try:
		frappe.set_user(LEDGER_USER)
		# Frappe keys these by user wherever they depend on one.
		frappe.local.cache, frappe.local.role_permissions = saved["cache"], saved["role_permissions"]
		for name, value in (getattr(frappe.local, "ks212_ledger_user", None) or {}).items():
			setattr(frappe.local, name, value)
		yield
	finally:
		own = {name: getattr(frappe.local, name, None) for name in OWN}
		for name, value in saved.items():
			setattr(frappe.local, name, value)
		frappe.local.ks212_ledger_user = own


def can_move(source, target) -> bool:
	"""Whether goods can go from one Outlet to the other: only inside a company."""
	return source.company == target.company


def transit_warehouse(target) -> str:
	"""Return the warehouse that holds goods on the road to `target`: the outlet's own, else the company's."""
	warehouse = frappe.get_cached_value(
		"Warehouse", target.warehouse, "default_in_transit_warehouse"
	) or frappe.get_cached_value("Company", target.company, "default_in_transit_warehouse")
	if not warehouse:
		frappe.throw(
			_("Company {0} has no Default In-Transit Warehouse. Set one, then repeat.").format(
				frappe.bold(target.company)
			)
		)
	return warehouse


def request_goods(transfer) -> str:
	"""Make and submit the Material Request of an approved transfer; return its name."""
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
	return doc.name


def cancel_request(transfer) -> None:
	"""Cancel the transfer's Material Request, where there is one that still stands."""
	if transfer.material_request:
		cancel("Material Request", transfer.material_request)


def dispatch(transfer, lines: list[frappe._dict]) -> str:
	"""Post leg 1, source to transit, of `lines` (row, qty, batch_no, serial_no); return the Stock Entry's name.

	Sets each line's `detail` to the Stock Entry row that carries it. A Material Request of which less than everything
	goes out is stopped: ERPNext would otherwise wait for the rest for ever.
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
	return doc.name


def receive(transfer, lines: list[frappe._dict]) -> str | None:
	"""Post leg 2, transit to requester, of the `lines` that arrived; return the Stock Entry's name, None where
	nothing arrived."""
	from erpnext.stock.doctype.stock_entry.stock_entry import make_stock_in_entry

	arrived = {line.row.dispatch_detail: line for line in lines if flt(line.qty) > 0}
	if not arrived:
		return None
	with as_ledger_user():
		doc = make_stock_in_entry(transfer.dispatch_entry)
		doc.ks212_outlet_transfer = transfer.name
		doc.set("items", [row for row in doc.items if row.ste_detail in arrived])
		for idx, row in enumerate(doc.items, 1):
			row.update(_goods(arrived[row.ste_detail]))
			row.idx = idx
			row.allow_zero_valuation_rate = arrived[row.ste_detail].at_no_value
		post(doc)
	return doc.name


def return_goods(transfer, lines: list[frappe._dict]) -> str:
	"""Post what is missing from transit back to the source; return the Stock Entry's name."""
	return _settle(transfer, lines, "Material Transfer", transfer.source_warehouse)


def write_off(transfer, lines: list[frappe._dict]) -> str:
	"""Post what is missing out of transit as a Material Issue; return the Stock Entry's name."""
	return _settle(transfer, lines, "Material Issue", None)


def _settle(transfer, lines, purpose: str, to_warehouse: str | None) -> str:
	with as_ledger_user():
		doc = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": purpose,
				"purpose": purpose,
				"company": transfer.company,
				"ks212_outlet_transfer": transfer.name,
				"remarks": transfer.reason,
				"items": [
					{
						"item_code": line.row.item_code,
						"s_warehouse": transfer.transit_warehouse,
						"t_warehouse": to_warehouse,
						"uom": line.row.stock_uom,
						"stock_uom": line.row.stock_uom,
						"conversion_factor": 1,
						"allow_zero_valuation_rate": line.at_no_value,
						**_goods(line),
					}
					for line in lines
				],
			}
		)
		post(doc)
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


def post(doc) -> None:
	"""Submit a document of ERPNext's, as the ledger user. Orders take their status from the step from draft to submitted; a
	Stock Entry needs no draft, and half the work."""
	doc.flags.ks212_posting = True
	try:
		if doc.doctype != "Stock Entry":
			doc.insert()
		doc.submit()
	except frappe.DoesNotExistError as error:
		if str(error):
			raise
		# ERPNext's `get_or_make_bin` met a Bin that another process made after this transaction's snapshot, and cannot
		# see it: begin again with a new snapshot.
		raise frappe.QueryDeadlockError from error


def cancel(doctype: str, name: str) -> None:
	"""Cancel a document that was posted here, where it still stands."""
	with as_ledger_user():
		doc = frappe.get_doc(doctype, name)
		if doc.docstatus == 1:
			doc.flags.ks212_posting = True
			doc.cancel()
