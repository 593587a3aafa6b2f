"""The posting seam: the one place that knows which of ERPNext's documents move a transfer's goods.

Inside a company goods move by transit Stock Entries (`within_company`); between legal entities a move is a sale
(`between_companies`). The two companies of a transfer decide, here alone. Each function names on the transfer the
documents it made; the caller writes the transfer.
"""

import frappe
from frappe import _

from ks212_community.stock_exchange.posting import within_company
from ks212_community.stock_exchange.posting.ledger import as_ledger_user, cancel, post

__all__ = ["as_ledger_user", "cancel", "post"]


def _of(transfer):
	return within_company


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
