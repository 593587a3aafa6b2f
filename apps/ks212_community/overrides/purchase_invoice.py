"""Doc events of Purchase Invoice: consigned goods are not bought; a settlement's rows name no item; transfers
between companies follow what becomes of theirs."""

from ks212_community.stock_exchange import desk
from ks212_community.umkm_supply import billing, consigned


def before_validate(doc, method=None):
	consigned.refuse_buying(doc)


def on_update(doc, method=None):
	"""Let the transfers whose goods it bills name it."""
	desk.follow_invoice(doc)


def before_cancel(doc, method=None):
	billing.refuse_cancel(doc)


def on_cancel(doc, method=None):
	"""Let its transfers go of a cancelled invoice."""
	desk.forget_invoice(doc)


def on_trash(doc, method=None):
	"""Let its transfers go of a deleted draft."""
	desk.forget_invoice(doc)
