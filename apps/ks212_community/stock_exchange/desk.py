"""What the desk may do to the documents of ERPNext's that a transfer made: it is followed, or refused with
the way to go."""

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from ks212_community.stock_exchange import exchange, loans, posting
from ks212_community.stock_exchange.posting import DISPATCH, RECEIPT, SETTLEMENT

INVOICES = {"Sales Invoice": "sales_invoice", "Purchase Invoice": "purchase_invoice"}


def refuse_by_hand(doc, transfer: str | None) -> None:
	"""Refuse a document made or changed by hand for goods of `transfer`: the transfer would not know what
	moved."""
	if transfer and not doc.flags.ks212_posting and doc.docstatus != 2:
		frappe.throw(
			_("These goods belong to Outlet Transfer {0}. Send and receive them there.").format(
				_link(transfer)
			)
		)


def before_cancel(doc) -> None:
	"""Refuse to cancel what a later step of the transfer rests on."""
	transfer = _transfer_of(doc)
	if not transfer or doc.flags.ks212_posting:
		return
	if _is_one_of(doc, transfer, (*DISPATCH, *RECEIPT)):
		# What is decided below holds until the transfer follows: nothing is given back of a loan meanwhile.
		transfer, _request = exchange.lock_transfer(transfer.name)
	settled = transfer.settled or any(transfer.get(field) for field in SETTLEMENT)
	if settled:
		frappe.throw(
			_("Outlet Transfer {0} has been settled; its documents stay.").format(_link(transfer.name))
		)
	receipt = next((field for field in RECEIPT if transfer.get(field)), None)
	if _is_one_of(doc, transfer, DISPATCH) and receipt:
		doctype = transfer.meta.get_field(receipt).options
		frappe.throw(
			_("Outlet Transfer {0} has been received. Cancel the receipt {1} first.").format(
				_link(transfer.name), get_link_to_form(doctype, transfer.get(receipt))
			)
		)
	if transfer.status == "Closed":
		frappe.throw(_("Outlet Transfer {0} is closed; its documents stay.").format(_link(transfer.name)))
	if _is_one_of(doc, transfer, RECEIPT):
		posting.check_undo_receipt(transfer)
		loans.check_undo(transfer)


def on_cancel(doc) -> None:
	"""Take the transfer one step back with its cancelled document."""
	transfer = _transfer_of(doc)
	if not transfer:
		return
	# The transfer itself names this document; it lets go of it below.
	let_go(doc)
	if doc.flags.ks212_posting:
		# Cancelled with the one beside it, which the transfer follows.
		return
	if _is_one_of(doc, transfer, RECEIPT):
		exchange.undo_receipt(transfer.name)
	elif _is_one_of(doc, transfer, DISPATCH):
		exchange.undo_dispatch(transfer.name)


def let_go(doc) -> None:
	"""Let a document be cancelled although its transfer names it."""
	doc.ignore_linked_doctypes = (*(doc.get("ignore_linked_doctypes") or ()), "Outlet Transfer")


def name_invoice(doc) -> None:
	"""Let the transfers whose goods an invoice bills name it, whoever made it and for however many of
	them."""
	if doc.flags.ks212_posting or doc.get("is_return"):
		return
	field = INVOICES[doc.doctype]
	for transfer in _billed_by(doc):
		if not frappe.db.get_value("Outlet Transfer", transfer, field):
			frappe.db.set_value("Outlet Transfer", transfer, field, doc.name, update_modified=False)


def forget_invoice(doc) -> None:
	"""Let the transfers go of an invoice that is cancelled or deleted."""
	if doc.flags.ks212_posting:
		return
	field = INVOICES[doc.doctype]
	for transfer in _billed_by(doc):
		let_go(doc)
		if frappe.db.get_value("Outlet Transfer", transfer, field) == doc.name:
			frappe.db.set_value("Outlet Transfer", transfer, field, None, update_modified=False)


def _billed_by(doc) -> list[str]:
	"""Return the transfers whose Delivery Notes or Purchase Receipts the rows of an invoice name."""
	doctype = {"Sales Invoice": "Delivery Note", "Purchase Invoice": "Purchase Receipt"}[doc.doctype]
	documents = sorted({row.get(frappe.scrub(doctype)) for row in doc.items} - {None, ""})
	if not documents:
		return []
	return frappe.get_all(
		doctype,
		filters={"name": ["in", documents], "ks212_outlet_transfer": ["is", "set"]},
		pluck="ks212_outlet_transfer",
		order_by="ks212_outlet_transfer",
	)


def _is_one_of(doc, transfer, fields: tuple[str, ...]) -> bool:
	return any(
		doc.name == transfer.get(field) and doc.doctype == transfer.meta.get_field(field).options
		for field in fields
	)


def _transfer_of(doc):
	return doc.ks212_outlet_transfer and frappe.get_doc("Outlet Transfer", doc.ks212_outlet_transfer)


def _link(transfer: str) -> str:
	return get_link_to_form("Outlet Transfer", transfer)
