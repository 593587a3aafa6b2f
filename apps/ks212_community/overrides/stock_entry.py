"""Doc events of Stock Entry: the desk's hand in our legs is followed, or refused with the way to go."""

import frappe

from ks212_community.stock_exchange import desk
from ks212_community.umkm_supply import consigned, deliveries


def before_validate(doc, method=None):
	"""Consigned goods move at no value."""
	consigned.set_zero_value(doc)


def validate(doc, method=None):
	"""Refuse a hand-made leg of a transfer."""
	# ERPNext has looked rates up by itself since.
	if consigned.set_zero_value(doc):
		doc.set_total_incoming_outgoing_value()
		doc.set_total_amount()
	if not doc.flags.ks212_posting:
		desk.refuse_by_hand(doc, doc.ks212_outlet_transfer or _transfer_of(doc))


def before_cancel(doc, method=None):
	"""Refuse to cancel what a delivery or removal made, and what a later step of the transfer rests on."""
	deliveries.refuse_cancel(doc)
	desk.before_cancel(doc)


def on_cancel(doc, method=None):
	"""Take the transfer one step back with its cancelled leg."""
	desk.on_cancel(doc)


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
