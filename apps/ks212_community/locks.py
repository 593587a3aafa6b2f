"""Documents as they are now, locked until the end of the transaction; and long reads that lock nothing."""

from contextlib import contextmanager

import frappe
from frappe.utils import get_datetime


def lock(doctype: str, name: str, seen=None):
	"""Lock a document and return it as it is now.

	`seen` is when it was last modified, as far as this transaction knows (default: looked up first). Where
	somebody else changed the document while this transaction waited for the lock, the snapshot of its plain
	reads is older than the document, and ERPNext's mappers read plainly: raises `frappe.QueryDeadlockError`,
	so that once.py begins again with a new snapshot.
	"""
	seen = seen or frappe.db.get_value(doctype, name, "modified")
	doc = frappe.get_doc(doctype, name, for_update=True)
	if get_datetime(seen) != get_datetime(doc.modified):
		raise frappe.QueryDeadlockError
	return doc


def in_own_transaction(title: str, function, *args) -> None:
	"""Run one part of a background job and commit it; one that fails is rolled back and logged as `title`,
	and the others go on. Where somebody is at the same documents right now, the job's next run finds what
	they left."""
	try:
		function(*args)
		frappe.db.commit()
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		frappe.db.rollback()
	except Exception:
		frappe.db.rollback()
		frappe.log_error(title=title)
		frappe.db.commit()


def begin_unlocked() -> None:
	"""Begin a transaction that locks what it writes and nothing that it reads; what was written before it and
	not committed is rolled back.

	Under REPEATABLE READ, which Frappe relies on, INSERT … SELECT locks every row it reads: a pass over the
	ledger keeps the tills waiting, and one that has half a sale written may be told to start over. Under
	READ COMMITTED it does not, and each statement sees what was committed before it.
	"""
	_isolate("READ COMMITTED")
	frappe.db.rollback()
	_isolate("REPEATABLE READ")


@contextmanager
def reading_unlocked():
	"""Run what is within in a transaction of its own, as `begin_unlocked` begins it, and commit it; what came
	before is committed first. For background jobs."""
	frappe.db.commit()
	begin_unlocked()
	try:
		yield
	except BaseException:
		frappe.db.rollback()
		raise
	frappe.db.commit()


def _isolate(level: str) -> None:
	"""Say how the transactions that begin from now on are isolated."""
	frappe.db.sql(f"SET SESSION TRANSACTION ISOLATION LEVEL {level}")
