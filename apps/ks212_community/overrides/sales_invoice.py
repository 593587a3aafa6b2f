"""Doc events of Sales Invoice: the sale of consigned goods has no cost and is owed to their owners."""

from ks212_community.umkm_supply import consigned


def before_validate(doc, method=None):
	consigned.set_up_sale(doc)


def validate(doc, method=None):
	"""Again after ERPNext, which looks up the rate of a return by itself."""
	consigned.refuse_in_bundles(doc)
	consigned.set_up_sale(doc)
