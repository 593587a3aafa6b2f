"""Doc events of Purchase Invoice: consigned goods are not bought; a settlement's rows name no item."""

from ks212_community.umkm_supply import billing, consigned


def before_validate(doc, method=None):
	consigned.refuse_buying(doc)


def before_cancel(doc, method=None):
	billing.refuse_cancel(doc)
