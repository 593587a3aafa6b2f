"""Writing many rows at once."""

import hashlib

import frappe
from frappe.utils import now


def insert(doctype: str, rows) -> None:
	"""Bulk insert dictionaries that all have the same keys."""
	moment = now()
	standard = {
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": moment,
		"modified": moment,
	}
	rows = ({**standard, **row} for row in rows)
	first = next(rows)

	def values():
		yield tuple(first.values())
		for row in rows:
			yield tuple(row[field] for field in first)

	frappe.db.bulk_insert(doctype, list(first), values(), chunk_size=5000)


def row_name(*parts) -> str:
	"""A row's name as random as Frappe's own, and the same for the same parts."""
	return hashlib.sha1("/".join(map(str, parts)).encode()).hexdigest()[:10] + "bn"
