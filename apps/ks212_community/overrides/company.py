"""Doc events of Company: the accounts of consignment stay, once they hold something."""

import frappe
from frappe import _

from ks212_community.umkm_supply import books


def validate(doc, method=None):
	"""Refuse another account for what is owed to owners where the one before has entries: settlements know a
	sale as invoiced by the account it went to."""
	if doc.is_new():
		return
	before = frappe.db.get_value("Company", doc.name, books.fieldname("liability"))
	if (
		before
		and before != doc.get(books.fieldname("liability"))
		and frappe.db.exists("GL Entry", {"account": before, "is_cancelled": 0})
	):
		frappe.throw(
			_("{0} has entries and stays the account of consigned goods. Rename it instead.").format(
				frappe.bold(before)
			)
		)
