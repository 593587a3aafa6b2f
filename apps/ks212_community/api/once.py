"""Every writing call happens once, however often a bad line repeats it."""

import functools
import hashlib
import inspect
import json

import frappe
from frappe import _
from frappe.utils import add_days, now, now_datetime

from ks212_community import locks
from ks212_community.api import validate

DEADLOCK_ATTEMPTS = 8
KEEP_DAYS = 30
SAVEPOINT = "ks212_once"


class KeyReusedError(frappe.ValidationError):
	"""The same key came with another payload."""

	http_status_code = 409


class BusyError(frappe.ValidationError):
	"""Others held the same rows for too long, or too often."""

	http_status_code = 409


def once(check, unlocked: bool = False):
	"""Make a writing function repeatable: same user, method, key and payload give the first answer again.

	`check(**arguments)` verifies the caller's rights and is called before any answer, the first or a repeated
	one. It returns those arguments it has validated, which the function then gets in place of what the client
	sent. The key's row is inserted first, in the effect's own transaction, so that a failure takes the key
	back with it. A deadlock rolls everything back and repeats from the first read, a bounded number of times;
	then, or where a lock is not to be had, the caller is told to send it again. An `unlocked` function
	locks nothing that it reads (see locks.begin_unlocked).
	"""

	def decorate(function):
		signature = inspect.signature(function)
		method = f"{function.__module__}.{function.__qualname__}"

		@functools.wraps(function)
		def wrapper(*args, **kwargs):
			arguments = signature.bind(*args, **kwargs)
			arguments.apply_defaults()
			arguments = arguments.arguments
			key = validate.key(arguments.get("key"))
			for _attempt in range(DEADLOCK_ATTEMPTS):
				if unlocked:
					locks.begin_unlocked()
				try:
					return _call_once(function, check, method, key, arguments)
				except frappe.QueryDeadlockError:
					_start_over()
				except frappe.QueryTimeoutError:
					# The database has waited long enough for all of us.
					_start_over()
					break
			frappe.throw(
				_("Others are busy with the same goods right now. Nothing was changed; send it again."),
				BusyError,
			)

		return wrapper

	return decorate


def _start_over() -> None:
	frappe.db.rollback()
	frappe.local.message_log = []


def _call_once(function, check, method: str, key: str, arguments: dict):
	validated = check(**arguments)
	row = frappe._dict(
		name=_hash(frappe.session.user, method, key),
		user=frappe.session.user,
		method=method,
		payload_hash=_hash({name: value for name, value in arguments.items() if name != "key"}),
	)
	if (answer := _earlier_answer(row)) is not None:
		return answer
	frappe.db.savepoint(SAVEPOINT)
	try:
		_insert_key(row)
	except frappe.DuplicateEntryError:
		# Another process was faster; its row is visible only to a new snapshot.
		_start_over()
		check(**arguments)
		return _earlier_answer(row)
	try:
		answer = function(**{**arguments, **validated})
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:
		# Whoever goes on after the failure, in the same transaction, finds neither the key nor half an
		# effect.
		frappe.db.rollback(save_point=SAVEPOINT)
		raise
	RequestKey = frappe.qb.DocType("Request Key")
	(
		frappe.qb.update(RequestKey)
		.set(RequestKey.response, frappe.as_json(answer, indent=None))
		.where(RequestKey.name == row.name)
		.run()
	)
	return answer


def _insert_key(row) -> None:
	doc = frappe.get_doc(doctype="Request Key", **row)
	doc.creation = doc.modified = now()
	doc.owner = doc.modified_by = row.user
	doc.db_insert()


def _earlier_answer(row):
	earlier = frappe.db.get_value("Request Key", row.name, ["payload_hash", "response"], as_dict=True)
	if not earlier:
		return None
	if earlier.payload_hash != row.payload_hash:
		frappe.throw(
			_("This form was sent before with other content. Open the page again and repeat."), KeyReusedError
		)
	return json.loads(earlier.response or "{}", object_hook=frappe._dict)


def _hash(*parts) -> str:
	return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:40]


def purge() -> None:
	"""Forget keys older than KEEP_DAYS days; run by the scheduler every day."""
	RequestKey = frappe.qb.DocType("Request Key")
	oldest = add_days(now_datetime(), -KEEP_DAYS)
	frappe.qb.from_(RequestKey).delete().where(RequestKey.creation < oldest).run()
