"""The posting seam: the one place that knows which of ERPNext's documents move a transfer's goods.

Inside a company goods move by transit Stock Entries (`within_company`); between legal entities a move is a sale
(`between_companies`). The two companies of a transfer decide, here alone. Each function names on the transfer the
documents it made; the caller writes the transfer.
"""

import frappe
from frappe import _

from ks212_community.stock_exchange.posting import between_companies, within_company
from ks212_community.stock_exchange.posting.ledger import as_ledger_user, cancel, post

__all__ = ["as_ledger_user", "cancel", "post"]


def _of(transfer):
	return between_companies if is_sale(transfer) else within_company


def is_sale(transfer) -> bool:
	"""Whether a transfer's goods change owner."""
	return bool(transfer.source_company) and transfer.source_company != transfer.company


def is_inside(source, target) -> bool:
	"""Whether goods from one Outlet to the other stay with their owner."""
	return source.company == target.company


def transit_warehouse(source, target) -> str:
	"""Return the warehouse for goods on the road from one Outlet to the other: the requester's own, else its company's.

	Between companies it is the source's company's, and holds only what is lost on the way: goods on the road have left
	the seller's stock and are not yet in the buyer's.
	"""
	if not is_inside(source, target):
		target = frappe._dict(warehouse=None, company=source.company)
	warehouse = (
		target.warehouse
		and frappe.get_cached_value("Warehouse", target.warehouse, "default_in_transit_warehouse")
	) or frappe.get_cached_value("Company", target.company, "default_in_transit_warehouse")
	if not warehouse:
		frappe.throw(
			_("Company {0} has no Default In-Transit Warehouse. Set one, then repeat.").format(
				frappe.bold(target.company)
			)
		)
	return warehouse


def request_goods(transfer) -> None:
	"""Put an approved transfer on ERPNext's books as a request for goods, where its companies have one."""
	_of(transfer).request_goods(transfer)


def cancel_request(transfer) -> None:
	"""Take the request for goods back, where there is one that still stands."""
	_of(transfer).cancel_request(transfer)


def dispatch(transfer, lines: list[frappe._dict]) -> None:
	"""Post `lines` (row, qty, batch_no, serial_no, at_no_value) out of the source. Sets each line's `detail` to the row
	of ERPNext's that carries it."""
	_of(transfer).dispatch(transfer, lines)


def receive(transfer, lines: list[frappe._dict]) -> None:
	"""Post the `lines` that arrived into the requester's warehouse."""
	_of(transfer).receive(transfer, lines)


def return_goods(transfer, lines: list[frappe._dict]) -> None:
	"""Post what is missing back to the source."""
	_of(transfer).return_goods(transfer, lines)


def write_off(transfer, lines: list[frappe._dict]) -> None:
	"""Post what is missing as lost."""
	_of(transfer).write_off(transfer, lines)


def check_undo_receipt(transfer) -> None:
	"""Refuse to take a receipt back where something rests on it."""
	_of(transfer).check_undo_receipt(transfer)


def undo_receipt(transfer) -> None:
	"""Let go of a receipt that was cancelled in the desk, and of what was made beside it."""
	_of(transfer).undo_receipt(transfer)
	transfer.receipt_entry = transfer.purchase_receipt = None


def undo_dispatch(transfer) -> None:
	"""Let go of a dispatch that was cancelled in the desk."""
	transfer.dispatch_entry = transfer.delivery_note = None
