"""Plain HTML forms: read their numbered fields, run what they ask for, keep what was typed when it is
refused."""

import re

import frappe
from frappe import _

from ks212_community.api.once import KeyReusedError
from ks212_community.portal.page import plain, status_of

MAX_ROWS = 50


def attempt(context, action, rows: list[int] | None = None):
	"""Return what `action()` returns; None where it was refused, and then the page shows why, above the form.

	Where only some of the form's rows were sent on, `rows` are their numbers on the page, in the order they
	were sent. Nothing of a refused action stays: the page's own POST is committed by Frappe afterwards.
	"""
	frame = context.gerai
	try:
		return action()
	except KeyReusedError as error:
		frame.key = frappe.generate_hash(length=20)
		_show(context, error, status_of(error))
	except frappe.RateLimitExceededError as error:
		_show(
			context,
			_(
				"Too many tries over this connection. What you typed is kept: wait an hour, then send it again."
			),
			status_of(error),
		)
	except frappe.ValidationError as error:
		_show(context, error, status_of(error), rows)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		_show(context, _("Many people are using this right now. Send it once more."), 503)
	return None


def _show(context, error, status: int, rows: list[int] | None = None) -> None:
	frappe.db.rollback()
	frappe.clear_messages()
	context.http_status_code = status
	message = plain(error)
	if rows and (sent := row_named_in(message)) and sent <= len(rows):
		message = re.sub(r"\d+", str(rows[sent - 1]), message, count=1)
	context.gerai.error = message
	context.gerai.error_row = row_named_in(message)


def row_named_in(message: str) -> int | None:
	"""Return the number of the row that a message begins with ("Row 2: …"), in whatever language."""
	found = re.match(r"\D{1,20}(\d+)\s*:", message)
	return int(found.group(1)) if found else None


def field_named_in(message: str, labels: dict[str, str]) -> str | None:
	"""Return the field whose label a message names first, the longest of them: {field: label as the page
	shows it}."""
	message = message.lower()
	places = {name: message.find(label.lower()) for name, label in labels.items() if label}
	named = [(place, -len(labels[name]), name) for name, place in places.items() if place >= 0]
	return min(named)[2] if named else None


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


def counted(value: str, idx: int, label: str) -> float:
	"""Return a counted quantity, from 0; the row is named where it is none."""
	if not value:
		frappe.throw(_("Row {0}: {1} is missing. Write 0 where nothing came.").format(idx, label))
	try:
		number = float(value)
	except ValueError:
		number = float("nan")
	if not 0 <= number < float("inf"):
		frappe.throw(_("Row {0}: {1} must be a number, from 0.").format(idx, label))
	return number


def typed() -> list[tuple[str, str]]:
	"""Return what was typed as (field, value), for a form that shows it once more before it is done."""
	return [
		(name, value)
		for name, value in frappe.form_dict.items()
		if isinstance(value, str) and name not in ("csrf_token", "key", "do", "confirm", "name", "cmd")
	]


def money(value: str) -> str:
	"""Return a typed price as a plain number: "Rp 12.500", "12,500" and "12500,00" are how people write
	rupiah, which have no cents. What cannot be read so is returned as it is, for the refusal to name."""
	written = re.sub(r"^rp\.?|,-$", "", re.sub(r"\s", "", value), flags=re.IGNORECASE)
	if found := re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,]00)?", written):
		return re.sub(r"\D", "", found.group(1))
	return value


def sent_file(name: str) -> bool:
	"""Whether the form came with a file in the field `name`."""
	file = frappe.request.files.get(name)
	return bool(file and file.filename)


def reason(choices: list[str]) -> str:
	"""Return the reason given by choice, by words, or both. `choices` are those offered on the page."""
	chosen, more = text("reason_choice"), text("reason")
	if chosen and chosen not in choices:
		chosen = ""
	return ": ".join(part for part in (chosen, more) if part)
