"""Doc events of Stock Reconciliation: a count changes how many consigned goods there are, never what they are
worth."""

from ks212_community.umkm_supply import consigned


def before_validate(doc, method=None):
	consigned.set_zero_value(doc)


def validate(doc, method=None):
	"""Again after ERPNext, which takes the rate of a batch over."""
	consigned.set_zero_value(doc)
