"""Doc events of Material Request: ours belong to their transfer."""

import frappe
from frappe import _
from frappe.utils import get_link_to_form


def before_cancel(doc, method=None):
	"""Refuse a cancellation by hand: the promise behind it would stand without a request."""
	if doc.ks212_outlet_transfer and not doc.flags.ks212_posting:
		frappe.throw(
			_("This request belongs to Outlet Transfer {0}. Withdraw the transfer instead.").format(
				get_link_to_form("Outlet Transfer", doc.ks212_outlet_transfer)
			)
		)


def on_cancel(doc, method=None):
	"""Let go of the transfer, which still names this request while it is being withdrawn."""
	if doc.ks212_outlet_transfer:
		doc.ignore_linked_doctypes = (*(doc.get("ignore_linked_doctypes") or ()), "Outlet Transfer")
