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


def transfer_returned(doc) -> str | None:
	"""Return the transfer whose Delivery Note or Purchase Receipt a document returns goods of."""
	return doc.return_against and frappe.db.get_value(
		doc.doctype, doc.return_against, "ks212_outlet_transfer"
	)


def check_return(doc, transfer: str) -> None:
	"""Refuse a return, made by hand, of goods of `transfer` as long as they are not billed: the invoices bill
	what was counted in, and ERPNext takes what was returned off one of the two alone."""
	invoice = {"Delivery Note": "Sales Invoice", "Purchase Receipt": "Purchase Invoice"}[doc.doctype]
	# As it is now: the night's bills may be under way.
	if not frappe.db.get_value("Outlet Transfer", transfer, INVOICES[invoice], for_update=True):
		frappe.throw(
			_("The goods of Outlet Transfer {0} are not billed yet. Make the {1}, then return them.").format(
				_link(transfer), _(invoice)
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


def follow_invoice(doc) -> None:
	"""Let the transfers whose goods an invoice bills name it, whoever made it and for however many of them,
	and those whose goods were taken out of it since its last save let go of it."""
	if doc.flags.ks212_posting or doc.get("is_return"):
		return
	field = INVOICES[doc.doctype]
	before = doc.get_doc_before_save()
	billed, earlier = _billed_by(doc), _billed_by(before) if before else set()
	for transfer in sorted(billed ^ earlier):
		# As it is now: whoever bills the same goods at this moment holds the transfer.
		named = frappe.db.get_value("Outlet Transfer", transfer, field, for_update=True)
		if transfer in billed and not named:
			_name(transfer, field, doc.name)
		elif transfer in earlier and named == doc.name:
			_name(transfer, field, None)


def forget_invoice(doc) -> None:
	"""Let the transfers go of an invoice that is cancelled or deleted."""
	if doc.flags.ks212_posting:
		return
	field = INVOICES[doc.doctype]
	for transfer in sorted(_billed_by(doc)):
		let_go(doc)
		if frappe.db.get_value("Outlet Transfer", transfer, field, for_update=True) == doc.name:
			_name(transfer, field, None)


def _name(transfer: str, field: str, invoice: str | None) -> None:
	frappe.db.set_value("Outlet Transfer", transfer, field, invoice, update_modified=False)


def _billed_by(doc) -> set[str]:
	"""Return the transfers whose Delivery Notes or Purchase Receipts the rows of an invoice name."""
	doctype = {"Sales Invoice": "Delivery Note", "Purchase Invoice": "Purchase Receipt"}[doc.doctype]
	documents = sorted({row.get(frappe.scrub(doctype)) for row in doc.items} - {None, ""})
	if not documents:
		return set()
	return set(
		frappe.get_all(
			doctype,
			filters={"name": ["in", documents], "ks212_outlet_transfer": ["is", "set"]},
			pluck="ks212_outlet_transfer",
		)
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
