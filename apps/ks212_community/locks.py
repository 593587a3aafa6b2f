"""Documents as they are now, locked until the end of the transaction."""

import frappe
from frappe.utils import get_datetime


def lock(doctype: str, name: str, seen=None):
	"""Lock a document and return it as it is now.

	`seen` is when it was last modified, as far as this transaction knows (default: looked up first). Where somebody else
	changed the document while this transaction waited for the lock, the snapshot of its plain reads is older than the
	document, and ERPNext's mappers read plainly: raises `frappe.QueryDeadlockError`, so that once.py begins again with a new
	snapshot.
	"""
	seen = seen or frappe.db.get_value(doctype, name, "modified")
	doc = frappe.get_doc(doctype, name, for_update=True)
	if get_datetime(seen) != get_datetime(doc.modified):
		raise frappe.QueryDeadlockError
	return doc
