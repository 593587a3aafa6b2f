"""Doc events of Purchase Receipt: consigned goods are not bought; a delivery's receipt stays with its
delivery, and a transfer between companies follows its own."""

import frappe

from ks212_community.stock_exchange import desk
from ks212_community.umkm_supply import consigned, deliveries


def before_validate(doc, method=None):
	consigned.refuse_buying(doc)


def validate(doc, method=None):
	"""Refuse one made by hand for a transfer's goods, and a return of them before they are billed."""
	if doc.flags.ks212_posting:
		return
	desk.refuse_by_hand(doc, doc.ks212_outlet_transfer or _transfer_of(doc))
	if transfer := desk.transfer_returned(doc):
		desk.check_return(doc, transfer)


def before_cancel(doc, method=None):
	"""Refuse to cancel what a delivery made, and what a later step of the transfer rests on."""
	deliveries.refuse_cancel(doc)
	desk.before_cancel(doc)


def on_cancel(doc, method=None):
	"""Take the transfer one step back with its cancelled document."""
	desk.on_cancel(doc)


def _transfer_of(doc) -> str | None:
	"""Return the transfer whose Delivery Note a hand-made receipt was mapped from.

	A return to the seller after the goods were counted in is trade between the two companies as any other.
	"""
	return doc.inter_company_reference and frappe.db.get_value(
		"Delivery Note", doc.inter_company_reference, "ks212_outlet_transfer"
	)
