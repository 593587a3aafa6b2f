"""Doc events of Purchase Order: consigned goods are not bought, and a delivery's order stays with its
delivery."""

from ks212_community.umkm_supply import consigned, deliveries


def before_validate(doc, method=None):
	consigned.refuse_buying(doc)


def before_cancel(doc, method=None):
	deliveries.refuse_cancel(doc)
