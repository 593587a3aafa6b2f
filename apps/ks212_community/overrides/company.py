"""Doc events of Company: the accounts of consignment and of loans in kind stay, once they hold something."""

import frappe
from frappe import _

from ks212_community.umkm_supply import books

# What these hold is known by the account alone: sales as invoiced to owners, goods lent and borrowed.
KINDS = ("liability", "lent", "borrowed")


def validate(doc, method=None):
	"""Refuse another account for what is owed to owners, or for goods lent or borrowed, where the one before
	has entries: what it holds would be settled, or given back, against the new one."""
	if doc.is_new():
		return
	fields = [books.fieldname(kind) for kind in KINDS]
	chosen = frappe.db.get_value("Company", doc.name, fields, as_dict=True)
	for field in fields:
		before = chosen[field]
		if (
			before
			and before != doc.get(field)
			and frappe.db.exists("GL Entry", {"account": before, "is_cancelled": 0})
		):
			frappe.throw(
				_("{0} has entries and stays the {1}. Rename it instead.").format(
					frappe.bold(before), frappe.bold(_(doc.meta.get_label(field)))
				)
			)
