"""Doc events of Purchase Invoice: consigned goods are not bought; a settlement's rows name no item; a transfer between
companies follows what becomes of its invoice."""

from ks212_community.stock_exchange import desk
from ks212_community.umkm_supply import billing, consigned


def before_validate(doc, method=None):
	consigned.refuse_buying(doc)


def after_insert(doc, method=None):
	"""Let an amended invoice take the place of the cancelled one."""
	if doc.amended_from:
		desk.follow_invoice(doc)


def before_cancel(doc, method=None):
	billing.refuse_cancel(doc)


def on_cancel(doc, method=None):
	"""Let the transfer go of a cancelled invoice."""
	if doc.ks212_outlet_transfer:
		desk.let_go(doc)
		desk.follow_invoice(doc)


def on_trash(doc, method=None):
	"""Let the transfer go of a deleted draft."""
	doc.flags.in_delete = True
	desk.follow_invoice(doc)
