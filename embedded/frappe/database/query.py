"""Filters, fields and orders as Frappe writes them, made into PyPika queries."""

import datetime
import operator
import re

from pypika import Order

import frappe
from frappe.model import number_fields
from frappe.model.meta import get_fieldtype, get_meta
from frappe.query_builder import SQL
from frappe.query_builder.functions import IfNull
from frappe.utils.data import get_datetime, getdate

COMPARISONS = {
	"=": operator.eq,
	"!=": operator.ne,
	"<": operator.lt,
	">": operator.gt,
	"<=": operator.le,
	">=": operator.ge,
	"like": lambda field, value: field.like(value),
	"in": lambda field, value: field.isin(value),
	"not in": lambda field, value: field.notin(value),
	"between": lambda field, value: field.between(*value),
}


def get_query(
	doctype, fields=None, filters=None, order_by=None, limit=None, nulls_are_empty=False, start=None
):
	"""A query on `doctype`'s table. `nulls_are_empty`: a filter reads NULL as '' (`get_all` does, `frappe.db`
	not)."""
	table = frappe.qb.DocType(doctype)
	query = where(start or frappe.qb.from_(table), doctype, filters, nulls_are_empty)
	for field in [] if start else _as_list(fields or "name"):
		query = query.select(_select_term(table, field))
	if order_by and nulls_are_empty:
		query = query.orderby(SQL(order_by))
	elif order_by:
		field, direction = (*order_by.split(" "), "desc")[:2]  # without a direction: the last first
		query = query.orderby(field, order=Order[direction])
	return query.limit(limit) if limit else query


def where(query, doctype, filters, nulls_are_empty=False):
	for field, comparison, value in _filter_triples(filters):
		query = query.where(_condition(doctype, field, comparison, value, nulls_are_empty))
	return query


def get_rows(
	doctype,
	conditions,
	fields=None,
	filters=None,
	order_by="",
	group_by=None,
	limit_page_length=None,
	*,
	as_list=False,
	limit=None,
	pluck=None,
	ignore_permissions=None,
):
	"""What `frappe.get_all` and `frappe.get_list` share. `conditions`: pieces of SQL that hold besides."""
	if isinstance(fields, dict):
		fields, filters = filters, fields
	meta = get_meta(doctype)
	order_by = order_by or f"`tab{doctype}`.`{meta.sort_field or 'modified'}` {meta.sort_order or 'desc'}"
	query = get_query(
		doctype, pluck or fields, filters, order_by, limit or limit_page_length, nulls_are_empty=True
	)
	for condition in conditions:
		query = query.where(SQL(condition))
	query = query.groupby(SQL(group_by)) if group_by else query
	return query.run(as_dict=not as_list, pluck=bool(pluck))


def _as_list(fields):
	return [fields] if isinstance(fields, str) else fields


def _select_term(table, field):
	if field == "*":
		return table.star
	name, _as, alias = field.partition(" as ")
	return (table[name].as_(alias) if alias else table[name]) if re.fullmatch(r"\w+", name) else SQL(field)


def _filter_triples(filters):
	"""(field, comparison, value) for each way in which Frappe lets a filter be written."""
	if isinstance(filters, str):
		yield "name", "=", filters
	elif isinstance(filters, dict):
		for field, value in filters.items():
			yield (field, *value) if isinstance(value, (list, tuple)) else (field, "=", value)
	else:
		for row in filters or ():
			yield tuple(row[-3:])


def _condition(doctype, field, comparison, value, nulls_are_empty):
	column, fieldtype = frappe.qb.DocType(doctype)[field], get_fieldtype(doctype, field) or "Data"
	if comparison == "is":
		present = column.isnotnull() & (column != "") if nulls_are_empty else column.isnotnull()
		return present if value == "set" else present.negate()
	if value is None and not nulls_are_empty:
		return column.isnull()
	if comparison in ("in", "not in"):
		value = [_cast(fieldtype, v) for v in value or ("",)]
		may_match_null = comparison == "not in" or "" in value
	elif comparison == "between":
		value, may_match_null = _whole_days(fieldtype, value), False
	else:
		value = _cast(fieldtype, value)
		may_match_null = not value or comparison in ("!=", "<", "<=")
	if nulls_are_empty and comparison == "like":
		value = value.replace("\\", "\\\\")  # a list's LIKE has no escapes
	if nulls_are_empty and may_match_null and fieldtype not in number_fields:
		column = IfNull(column, "0001-01-01" if fieldtype.startswith("Date") else "")
	return COMPARISONS[comparison](column, value)


def _cast(fieldtype, value):
	cast = {"Datetime": get_datetime, "Date": getdate}.get(fieldtype)
	return cast(value) if cast and value else value


def _whole_days(fieldtype, value):
	start, end = (_cast(fieldtype, v) for v in value)
	if fieldtype == "Datetime" and end.time() == datetime.time():
		end += datetime.timedelta(days=1, microseconds=-1)
	return start, end
