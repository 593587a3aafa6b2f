"""Doc events of Delivery Note: consigned goods leave at no cost."""

from ks212_community.umkm_supply import consigned


def before_validate(doc, method=None):
	consigned.set_zero_value(doc)


def validate(doc, method=None):
	"""Again after ERPNext, which looks up the rate of a return by itself."""
	consigned.refuse_in_bundles(doc)
	consigned.set_zero_value(doc)
