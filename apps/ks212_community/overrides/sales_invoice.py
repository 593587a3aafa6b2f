"""Doc events of Sales Invoice: the sale of consigned goods has no cost and is owed to their owners; a transfer between
companies follows what becomes of its invoice."""

from ks212_community.stock_exchange import desk
from ks212_community.umkm_supply import consigned


def before_validate(doc, method=None):
	consigned.set_up_sale(doc)


def validate(doc, method=None):
	"""Again after ERPNext, which looks up the rate of a return by itself."""
	consigned.refuse_in_bundles(doc)
	consigned.set_up_sale(doc)


def after_insert(doc, method=None):
	"""Let an amended invoice take the place of the cancelled one."""
	if doc.amended_from:
		desk.follow_invoice(doc)


def on_cancel(doc, method=None):
	"""Let the transfer go of a cancelled invoice."""
	if doc.ks212_outlet_transfer:
		desk.let_go(doc)
		desk.follow_invoice(doc)


def on_trash(doc, method=None):
	"""Let the transfer go of a deleted draft."""
	doc.flags.in_delete = True
	desk.follow_invoice(doc)
