"""Give an installed site what UMKM supply needs outside its own doctypes."""

from ks212_community.install import set_up


def execute():
	set_up()
