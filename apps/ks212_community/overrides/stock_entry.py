"""Doc events of Stock Entry: the desk's hand in our legs is followed, or refused with the way to go."""

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from ks212_community.stock_exchange import exchange
from ks212_community.umkm_supply import consigned, deliveries


def before_validate(doc, method=None):
	"""Consigned goods move at no value."""
	consigned.set_zero_value(doc)


def validate(doc, method=None):
	"""Refuse a hand-made leg of a transfer: the transfer would not know what moved."""
	# ERPNext has looked rates up by itself since.
	if consigned.set_zero_value(doc):
		doc.set_total_incoming_outgoing_value()
		doc.set_total_amount()
	if doc.flags.ks212_posting or doc.docstatus == 2:
		return
	transfer = doc.ks212_outlet_transfer or _transfer_of(doc)
	if transfer:
		frappe.throw(
			_("These goods belong to Outlet Transfer {0}. Send and receive them there.").format(
				get_link_to_form("Outlet Transfer", transfer)
			)
		)


def before_cancel(doc, method=None):
	"""Refuse to cancel what a delivery or removal made, and what a later step of the transfer rests on."""
	deliveries.refuse_cancel(doc)
	transfer = _follows(doc)
	if not transfer:
		return
	if doc.name == transfer.settlement_entry or transfer.settled or transfer.settlement_entry:
		frappe.throw(
			_("Outlet Transfer {0} has been settled; its Stock Entries stay.").format(
				get_link_to_form("Outlet Transfer", transfer.name)
			)
		)
	if doc.name == transfer.dispatch_entry and transfer.receipt_entry:
		frappe.throw(
			_("Outlet Transfer {0} has been received. Cancel the receipt {1} first.").format(
				get_link_to_form("Outlet Transfer", transfer.name),
				get_link_to_form("Stock Entry", transfer.receipt_entry),
			)
		)
	if transfer.status == "Closed":
		frappe.throw(
			_("Outlet Transfer {0} is closed; its Stock Entries stay.").format(
				get_link_to_form("Outlet Transfer", transfer.name)
			)
		)


def on_cancel(doc, method=None):
	"""Take the transfer one step back with its cancelled leg."""
	transfer = _follows(doc)
	if not transfer:
		return
	# The transfer itself names this entry; it lets go of it below.
	doc.ignore_linked_doctypes = (*(doc.get("ignore_linked_doctypes") or ()), "Outlet Transfer")
	if doc.name == transfer.receipt_entry:
		exchange.undo_receipt(transfer.name)
	elif doc.name == transfer.dispatch_entry:
		exchange.undo_dispatch(transfer.name)


def _follows(doc):
	if not doc.ks212_outlet_transfer:
		return None
	return frappe.db.get_value(
		"Outlet Transfer",
		doc.ks212_outlet_transfer,
		["name", "status", "dispatch_entry", "receipt_entry", "settlement_entry", "settled"],
		as_dict=True,
	)


def _transfer_of(doc) -> str | None:
	"""Return the transfer whose Material Request or leg 1 a hand-made entry was mapped from."""
	if doc.outgoing_stock_entry:
		transfer = frappe.db.get_value("Stock Entry", doc.outgoing_stock_entry, "ks212_outlet_transfer")
		if transfer:
			return transfer
	requests = {row.material_request for row in doc.items if row.material_request}
	for request in sorted(requests):
		transfer = frappe.db.get_value("Material Request", request, "ks212_outlet_transfer")
		if transfer:
			return transfer
	return None
