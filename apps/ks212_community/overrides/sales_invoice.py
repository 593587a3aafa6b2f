"""Doc events of Sales Invoice: the sale of consigned goods has no cost and is owed to their owners; transfers
between companies follow what becomes of theirs."""

from ks212_community.stock_exchange import desk
from ks212_community.umkm_supply import consigned


def before_validate(doc, method=None):
	consigned.set_up_sale(doc)


def validate(doc, method=None):
	"""Again after ERPNext, which looks up the rate of a return by itself."""
	consigned.refuse_in_bundles(doc)
	consigned.set_up_sale(doc)


def on_update(doc, method=None):
	"""Let the transfers whose goods it bills name it."""
	desk.follow_invoice(doc)


def on_cancel(doc, method=None):
	"""Let its transfers go of a cancelled invoice."""
	desk.forget_invoice(doc)


def on_trash(doc, method=None):
	"""Let its transfers go of a deleted draft."""
	desk.forget_invoice(doc)
