"""Doc events of Delivery Note: consigned goods leave at no cost; a transfer between companies follows its
sale."""

import frappe

from ks212_community.stock_exchange import desk
from ks212_community.umkm_supply import consigned


def before_validate(doc, method=None):
	consigned.set_zero_value(doc)


def validate(doc, method=None):
	"""Refuse one made by hand for a transfer's goods; a return of them once they are counted in, settled and
	billed is trade between the two companies as any other."""
	# Again after ERPNext, which looks up the rate of a return by itself.
	consigned.refuse_in_bundles(doc)
	consigned.set_zero_value(doc)
	if doc.flags.ks212_posting:
		return
	transfer = desk.transfer_returned(doc)
	if transfer and frappe.db.get_value("Outlet Transfer", transfer, "status") == "Closed":
		desk.check_return(doc, transfer)
	else:
		desk.refuse_by_hand(doc, doc.ks212_outlet_transfer or transfer)


def before_cancel(doc, method=None):
	"""Refuse to cancel what a later step of the transfer rests on."""
	desk.before_cancel(doc)


def on_cancel(doc, method=None):
	"""Take the transfer one step back with its cancelled document."""
	desk.on_cancel(doc)
