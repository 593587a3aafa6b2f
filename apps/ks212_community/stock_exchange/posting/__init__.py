"""The posting seam: the one place that knows which of ERPNext's documents move a transfer's goods.

Inside a company goods move by transit Stock Entries (`within_company`). Between legal entities each line says
on which terms: a sale (`between_companies`), consignment, where goods change their holder alone (`handover`),
or a loan in kind (`loan`); one transfer may hold several. Each function names on the transfer the documents
it made; the caller writes the transfer.
"""

import frappe
from frappe import _

from ks212_community.constants import CONSIGNMENT, LOAN, SALE
from ks212_community.stock_exchange.posting import between_companies, handover, invoices, loan, within_company
from ks212_community.stock_exchange.posting.ledger import as_ledger_user, cancel, payment_of, post
from ks212_community.stock_exchange.posting.loan import loan_rates

__all__ = ["CONSIGNMENT", "LOAN", "SALE", "as_ledger_user", "cancel", "loan_rates", "payment_of", "post"]

# On which terms a line goes -> what moves it
WAYS = {"": within_company, SALE: between_companies, CONSIGNMENT: handover, LOAN: loan}

# The documents of each step of a transfer, whichever ways its goods moved; a later one rests on those before.
DISPATCH = ("dispatch_entry", "delivery_note")
RECEIPT = ("receipt_entry", "handover_entry", "loan_in_entry", "loan_out_entry", "purchase_receipt")
SETTLEMENT = ("settlement_entry", "return_note")


def is_between(transfer) -> bool:
	"""Whether a transfer's goods go to another company."""
	return bool(transfer.source_company) and transfer.source_company != transfer.company


def _by(step: str, lines: list[frappe._dict]):
	"""Return (function, its lines) of each way that `lines` take a step; ways that share a function take it
	at once."""
	parts: dict = {}
	for line in lines:
		parts.setdefault(getattr(WAYS[line.row.terms or ""], step), []).append(line)
	return parts.items()


def is_inside(source, target) -> bool:
	"""Whether goods from one Outlet to the other stay with their owner."""
	return source.company == target.company


def transit_warehouse(source, target) -> str:
	"""Return the warehouse for goods on the road from one Outlet to the other: the requester's own, else its
	company's.

	Between companies it is the source's company's, and holds only what is lost on the way: goods on the road
	have left the seller's stock and are not yet in the buyer's.
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
	if not is_between(transfer):
		within_company.request_goods(transfer)
	elif any(row.promised_qty and row.terms == SALE for row in transfer.items):
		between_companies.allow(transfer)


def cancel_request(transfer) -> None:
	"""Take the request for goods back, where there is one that still stands."""
	if transfer.material_request:
		cancel("Material Request", transfer.material_request)


def dispatch(transfer, lines: list[frappe._dict]) -> None:
	"""Post `lines` (row, qty, batch_no, serial_no, at_no_value) out of the source. Sets each line's `detail`
	to the row of ERPNext's that carries it."""
	for post_dispatch, part in _by("dispatch", lines):
		post_dispatch(transfer, part)


def receive(transfer, lines: list[frappe._dict]) -> None:
	"""Post the `lines` that arrived into the requester's warehouse."""
	for post_receipt, part in _by("receive", lines):
		post_receipt(transfer, part)


def bill(transfer) -> None:
	"""Make the invoices of what was counted in of a sale, where the settings want them with each transfer and
	no accountant was faster."""
	billed = transfer.sales_invoice or transfer.purchase_invoice
	if transfer.purchase_receipt and not billed and invoices.gathered() == invoices.EACH_TRANSFER:
		invoices.bill([transfer])


def return_goods(transfer, lines: list[frappe._dict]) -> None:
	"""Post what is missing back to the source."""
	for post_return, part in _by("return_goods", lines):
		post_return(transfer, part)


def write_off(transfer, lines: list[frappe._dict]) -> None:
	"""Post what is missing as lost."""
	if sold := [line for line in lines if line.row.terms == SALE]:
		between_companies.take_back(transfer, sold)
	within_company.write_off(transfer, lines)


def check_undo_receipt(transfer) -> None:
	"""Refuse to take a receipt back where something rests on it."""
	invoices.check_undo_receipt(transfer)


def undo_receipt(transfer) -> None:
	"""Let go of a receipt that was cancelled in the desk, and of what was made beside it."""
	invoices.undo_receipt(transfer)
	if entry := transfer.difference_entry:
		# Let go of first: a Journal Entry does not let itself be cancelled while something names it.
		transfer.db_set("difference_entry", None, update_modified=False)
		cancel("Journal Entry", entry)
	_undo(transfer, RECEIPT)


def undo_dispatch(transfer) -> None:
	"""Let go of a dispatch that was cancelled in the desk, of what was made beside it, and of an invoice that
	an accountant made of it: the next dispatch is billed anew."""
	transfer.sales_invoice = None
	_undo(transfer, DISPATCH)


def _undo(transfer, fields: tuple[str, ...]) -> None:
	for field in fields:
		if name := transfer.get(field):
			cancel(transfer.meta.get_field(field).options, name)
			transfer.set(field, None)
