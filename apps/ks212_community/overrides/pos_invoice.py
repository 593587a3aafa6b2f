"""Doc events of POS Invoice: its rows become those of a Sales Invoice when the till is closed."""

from ks212_community.umkm_supply import consigned


def before_validate(doc, method=None):
	consigned.set_up_sale(doc)


def validate(doc, method=None):
	"""Again after ERPNext, which takes accounts from the POS Profile."""
	consigned.refuse_in_bundles(doc)
	consigned.set_income_account(doc)
