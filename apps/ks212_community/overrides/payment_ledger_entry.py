"""Doc events of Payment Ledger Entry: what pays a settlement's invoice, or no longer does."""

from ks212_community.umkm_supply import billing


def on_update(doc, method=None):
	billing.follow_payment(doc)
