"""One validator for every argument that reaches the app from outside.

Each function takes what a client sent, of whatever type, and returns a clean value or raises a translated
`frappe.ValidationError` (HTTP 417) that names the argument and the remedy; a document that is not there
raises `frappe.DoesNotExistError` (404).
"""

import json
import math
from datetime import date, datetime

import frappe
from frappe import _
from frappe.utils import getdate

MAX_ROWS = 200
MAX_QTY = 1_000_000_000
QTY_PRECISION = 6
KEY_LENGTH = 8, 140
REASON_LENGTH = 500
# What a client sends for an argument that it leaves open.
EMPTY = (None, "")


def text(value, label: str, reqd: bool = True, max_length: int = 140) -> str:
	"""Return `value` as stripped text of at most `max_length` characters; "" where it may be missing."""
	if value in EMPTY:
		if reqd:
			frappe.throw(_("{0} is missing.").format(label))
		return ""
	if not isinstance(value, str):
		frappe.throw(_("{0} must be plain text.").format(label))
	value = value.strip()
	if reqd and not value:
		frappe.throw(_("{0} is missing.").format(label))
	if len(value) > max_length:
		frappe.throw(_("{0} is too long: at most {1} characters.").format(label, max_length))
	if not _is_storable(value):
		frappe.throw(_("{0} has characters that cannot be kept. Type it again.").format(label))
	return value


def _is_storable(value: str) -> bool:
	# Lone surrogates have no UTF-8 form: the database driver would fail on them.
	return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def reason(value, label: str | None = None, reqd: bool = True) -> str:
	"""Return the words in which somebody says why, at most REASON_LENGTH characters."""
	return text(value, label or _("Reason"), reqd, REASON_LENGTH)


def key(value) -> str:
	"""Return the key of a writing call: 8 to 140 characters that the client makes up and repeats on a
	retry."""
	value = text(value, "key")
	if len(value) < KEY_LENGTH[0]:
		frappe.throw(_("{0} is too short: at least {1} characters.").format("key", KEY_LENGTH[0]))
	return value


def name_of(doctype: str, value, label: str | None = None) -> str:
	"""Return the exact name of the `doctype` document that `value` names."""
	label = label or _(doctype)
	value = text(value, label)
	# The database compares without regard to case and trailing blanks; the name kept is the exact one.
	name = frappe.db.get_value(doctype, value, "name")
	if name is None:
		frappe.throw(
			_("{0} {1} was not found.").format(label, frappe.bold(frappe.utils.escape_html(value))),
			frappe.DoesNotExistError,
		)
	return name


def number(value, label: str) -> float:
	"""Return `value`, a number or its text, as a finite float."""
	if isinstance(value, bool) or not isinstance(value, int | float | str):
		frappe.throw(_("{0} must be a number.").format(label))
	try:
		result = float(value)
	except (ValueError, OverflowError):
		frappe.throw(_("{0} must be a number.").format(label))
	if not math.isfinite(result):
		frappe.throw(_("{0} must be a number.").format(label))
	return result


def qty(value, label: str, whole: bool = False, zero: bool = False) -> float:
	"""Return a quantity above zero (or from zero, where `zero`), whole where its UOM wants it."""
	if value in EMPTY:
		frappe.throw(_("{0} is missing.").format(label))
	given = number(value, label)
	if given > MAX_QTY:
		frappe.throw(_("{0} is too large.").format(label))
	if whole and abs(given - round(given)) > 1e-7:
		frappe.throw(_("{0} must be a whole number.").format(label))
	result = float(round(given, 0 if whole else QTY_PRECISION))
	if result < 0 or (result == 0 and not zero):
		frappe.throw(_("{0} must be more than zero.").format(label))
	return result


def day(value, label: str) -> date:
	"""Return a calendar day given as YYYY-MM-DD (or a date)."""
	if isinstance(value, datetime):
		return value.date()
	if isinstance(value, date):
		return value
	value = text(value, label, max_length=10)
	try:
		return getdate(datetime.strptime(value, "%Y-%m-%d"))
	except ValueError:
		frappe.throw(_("{0} must be a date such as 2026-12-31.").format(label))


def choice(value, options, label: str) -> str:
	"""Return `value` where it is one of `options`."""
	value = text(value, label)
	if value not in options:
		frappe.throw(_("{0} must be one of: {1}.").format(label, ", ".join(_(option) for option in options)))
	return value


def rows(value, label: str, reqd: bool = True) -> list[frappe._dict]:
	"""Return a list of objects, given as such or as JSON text, each as `_dict`."""
	if isinstance(value, str) and value.strip():
		try:
			value = json.loads(value)
		except (ValueError, RecursionError):
			frappe.throw(_("{0} must be a list.").format(label))
	if value in EMPTY:
		value = []
	if not isinstance(value, list | tuple):
		frappe.throw(_("{0} must be a list.").format(label))
	if reqd and not value:
		frappe.throw(_("{0}: give at least one item.").format(label))
	if len(value) > MAX_ROWS:
		frappe.throw(_("{0}: at most {1} rows.").format(label, MAX_ROWS))
	for idx, row in enumerate(value, 1):
		if not isinstance(row, dict):
			frappe.throw(_("Row {0}: not an item.").format(idx))
	return [frappe._dict(row) for row in value]
