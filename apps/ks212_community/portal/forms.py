"""Plain HTML forms: read their numbered fields, run what they ask for, keep what was typed when it is refused."""

import re

import frappe
from frappe import _

from ks212_community.api.once import KeyReusedError
from ks212_community.portal.page import plain, status_of

MAX_ROWS = 50


def attempt(context, action):
	"""Return what `action()` returns; None where it was refused, and then the page shows why, above the form.

	Nothing of a refused action stays: the page's own POST is committed by Frappe afterwards.
	"""
	frame = context.gerai
	try:
		return action()
	except KeyReusedError as error:
		frame.key = frappe.generate_hash(length=20)
		_show(context, error, status_of(error))
	except frappe.ValidationError as error:
		_show(context, error, status_of(error))
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		_show(context, _("Many people are using this right now. Send it once more."), 503)
	return None


def _show(context, error, status: int) -> None:
	frappe.db.rollback()
	frappe.clear_messages()
	context.http_status_code = status
	context.gerai.error = plain(error)
	context.gerai.error_row = row_named_in(context.gerai.error)


def row_named_in(message: str) -> int | None:
	"""Return the number of the row that a message begins with ("Row 2: …"), in whatever language."""
	found = re.match(r"\D{1,20}(\d+)\s*:", message)
	return int(found.group(1)) if found else None


def text(name: str) -> str:
	"""Return a field of the form, stripped; "" where it is missing."""
	value = frappe.form_dict.get(name)
	return value.strip() if isinstance(value, str) else ""


def numbered(*names: str, at_most: int = MAX_ROWS) -> list[frappe._dict]:
	"""Return the rows of fields `<name>_1`, `<name>_2` …, each with its number as `idx`, as texts."""
	rows = []
	for idx in range(1, at_most + 1):
		row = frappe._dict({name: text(f"{name}_{idx}") for name in names}, idx=idx)
		if any(f"{name}_{idx}" in frappe.form_dict for name in names):
			rows.append(row)
	return rows


def quantity(value: str, idx: int) -> str:
	"""Return a typed quantity with a decimal point, as the exchange takes it.

	People write "12,5" and "12.5"; "1.250" might be either, and is asked about instead of guessed at.
	"""
	value = value.strip().replace(" ", "")
	if re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", value):
		frappe.throw(
			_("Row {0}: is {1} more than a thousand? Write {2} for that, without a dot or comma.").format(
				idx, value, re.sub(r"[.,]", "", value)
			)
		)
	return value.replace(",", ".")


def reason(choices: list[str]) -> str:
	"""Return the reason given by choice, by words, or both. `choices` are those offered on the page."""
	chosen, more = text("reason_choice"), text("reason")
	if chosen and chosen not in choices:
		chosen = ""
	return ": ".join(part for part in (chosen, more) if part)
