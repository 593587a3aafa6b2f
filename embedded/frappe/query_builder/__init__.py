"""`frappe.qb`: PyPika's MySQL dialect, with what SQLite says differently."""

import datetime

import pypika.queries
import pypika.terms
from pypika import Case, Field, MySQLQuery, Order, terms  # noqa: F401
from pypika.dialects import MySQLQueryBuilder
from pypika.queries import Table, _SetOperation
from pypika.utils import ignore_copy

import frappe


class ValueWrapper(terms.ValueWrapper):
	"""Moments as the tables keep them, so that they compare as text; a NUL, at which SQLite would stop."""

	@classmethod
	def get_formatted_value(cls, value, **kwargs):
		if isinstance(value, datetime.datetime):
			return f"'{value:%Y-%m-%d %H:%M:%S.%f}'"
		sql = super().get_formatted_value(value, **kwargs)
		return "(" + sql.replace("\0", "' || char(0) || '") + ")" if "\0" in sql else sql


pypika.terms.ValueWrapper = ValueWrapper
# a method's name is a column here, as in Frappe
pypika.queries.Selectable.__getattr__ = ignore_copy(lambda table, x: Field(x, table=table))
pypika.queries.Selectable.__getitem__ = ignore_copy(lambda table, x: Field(x, table=table))
pypika.queries.Selectable.field = pypika.terms.PseudoColumn("field")


class SQL(terms.Criterion):
	"""A piece of SQL as it stands: a hook's condition, a field like "max(qty) as qty"."""

	def __init__(self, sql):
		super().__init__()
		self.sql = sql

	def nodes_(self):
		yield self

	def get_sql(self, **kwargs):
		return self.sql


class SQLiteQueryBuilder(MySQLQueryBuilder):
	def for_update(self, *args, **kwargs):
		"""SQLite has no row locks: one writer at a time holds the whole database."""
		return self

	def run(self, *args, **kwargs):
		return frappe.db.run(self, *args, **kwargs)


_SetOperation.run = SQLiteQueryBuilder.run


class QB(MySQLQuery):
	desc, asc = Order.desc, Order.asc

	@classmethod
	def _builder(cls, **kwargs):
		return SQLiteQueryBuilder(wrapper_cls=ValueWrapper, **kwargs)

	@staticmethod
	def DocType(name):
		return Table(f"tab{name}")
