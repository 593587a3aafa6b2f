"""`frappe.db` on SQLite: the site's one file, a transaction at a time."""

import datetime
import os
import re
import sqlite3
from collections import deque

from pypika.queries import QueryBuilder
from pypika.terms import Field, Function

import frappe
from frappe.database.query import get_query, where
from frappe.model import no_value_fields, number_fields
from frappe.model.meta import get_fieldtype
from frappe.utils.data import cast, cint, cstr, flt, get_timedelta, now

SAME_TYPE_AS_ARGUMENT = ("MAX", "MIN", "IFNULL", "COALESCE")
FROM_TEXT = {
	"Date": datetime.date.fromisoformat,
	"Datetime": datetime.datetime.fromisoformat,
	"Time": get_timedelta,
}
STANDARD_COLUMNS = """`name` TEXT PRIMARY KEY, `creation` TEXT, `modified` TEXT, `modified_by` TEXT, `owner` TEXT,
	`docstatus` INTEGER NOT NULL DEFAULT 0, `idx` INTEGER NOT NULL DEFAULT 0"""
SYSTEM_TABLES = """
	CREATE TABLE `tabSingles` (`doctype` TEXT, `field` TEXT, `value` TEXT, PRIMARY KEY (`doctype`, `field`));
	CREATE TABLE `tabSeries` (`name` TEXT PRIMARY KEY, `current` INTEGER NOT NULL);
	CREATE TABLE `tabSessions` (`sid` TEXT PRIMARY KEY, `user` TEXT, `sessiondata` TEXT, `lastupdate` TEXT);
	CREATE TABLE `__Auth` (`name` TEXT PRIMARY KEY, `password` TEXT);
"""


def _like(pattern, value):
	"""MariaDB's LIKE: no difference of case in any script, the backslash escapes."""
	tokens = re.findall(r"\\.|.", cstr(pattern), re.DOTALL)
	regex = "".join({"%": ".*", "_": "."}.get(token) or re.escape(token[-1]) for token in tokens)
	return value is not None and re.fullmatch(regex, cstr(value), re.IGNORECASE | re.DOTALL) is not None


def _concat(*values):
	return None if None in values else "".join(map(cstr, values))


class CallbackManager:
	"""Functions to call once, in the order they came, after the transaction."""

	def __init__(self):
		self.functions = deque()

	def add(self, func):
		self.functions.append(func)

	def run(self):
		while self.functions:
			self.functions.popleft()()


class SQLiteDatabase:
	def __init__(self, path):
		self._conn = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
		self._conn.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
		self._conn.create_function("like", 2, _like)
		self._conn.create_function("concat", -1, _concat)
		self.after_commit, self.after_rollback = CallbackManager(), CallbackManager()
		self.sql("BEGIN")

	# statements

	def sql(self, query, values=()):
		if query.startswith("SET SESSION TRANSACTION"):
			return  # whoever reads here never locks
		return self._conn.execute(query, values)

	def run(self, query, as_dict=False, as_list=False, pluck=False):
		"""Run a PyPika query; rows with the types that MariaDB gives (dates are text in SQLite)."""
		cursor = self.sql(query.get_sql())
		if cursor.description is None:
			return ()
		columns = [column[0] for column in cursor.description]
		convert = [(i, FROM_TEXT[t]) for i, t in enumerate(_types(query, columns)) if t in FROM_TEXT]
		rows = [list(row) for row in cursor]
		for row in rows:
			for i, from_text in convert:
				row[i] = from_text(row[i]) if row[i] else None
		if pluck:
			return [row[0] for row in rows]
		if as_dict:
			return [frappe._dict(zip(columns, row)) for row in rows]
		return rows if as_list else tuple(tuple(row) for row in rows)

	def sql_ddl(self, query):
		"""A change of the schema, which on MariaDB commits what came before."""
		self.commit()
		self.sql(query)

	# transactions

	def commit(self):
		self.sql("COMMIT")
		self.sql("BEGIN")
		self.after_rollback.functions.clear()
		self.after_commit.run()

	def rollback(self, *, save_point=None):
		frappe.local.cache.clear()
		if save_point:
			self.sql(f"ROLLBACK TO SAVEPOINT {save_point}")
			return
		self.after_commit.functions.clear()
		self.sql("ROLLBACK")
		self.sql("BEGIN")
		self.after_rollback.run()

	def savepoint(self, save_point):
		self.sql(f"SAVEPOINT {save_point}")

	def close(self):
		self._conn.close()

	# reading

	@staticmethod
	def escape(s):
		return "'" + s.replace("'", "''") + "'"

	def get_value(
		self, doctype, filters=None, fieldname="name", as_dict=False, order_by="modified", for_update=False
	):
		row = self.get_row(doctype, filters, fieldname, as_dict, order_by)
		return row if as_dict or not row or len(row) > 1 else row[0]

	def get_row(self, doctype, filters, fieldname, as_dict, order_by):
		if filters is None:
			values = self.get_singles_dict(doctype)
			return values if as_dict else [values.get(name) for name in [fieldname]]
		rows = get_query(doctype, fieldname, filters, order_by, limit=1).run(as_dict=as_dict)
		return rows[0] if rows else None

	def get_singles_dict(self, doctype):
		return frappe._dict(
			self.sql("SELECT `field`, `value` FROM `tabSingles` WHERE `doctype` = ?", (doctype,))
		)

	def get_single_value(self, doctype, fieldname):
		return cast(get_fieldtype(doctype, fieldname), self.get_singles_dict(doctype).get(fieldname))

	def exists(self, dt, dn=None):
		try:
			return dn if dt == dn else self.get_value(dt, dn, order_by=None)
		except sqlite3.OperationalError:  # a table without names, or no table: to Frappe, nothing is there
			return None

	def count(self, dt, filters=None):
		return get_query(dt, ["count(*)"], filters).run()[0][0]

	# writing

	def set_value(self, dt, dn, field, val=None, update_modified=True):
		if dn is None:
			return self.set_single_value(dt, field, val)
		values = dict(field) if isinstance(field, dict) else {field: val}
		if update_modified:
			values = {"modified": now(), "modified_by": frappe.session.user, **values}
		frappe.clear_document_cache(dt, dn if isinstance(dn, str) else None)
		query = frappe.qb.update(frappe.qb.DocType(dt))
		for column, value in values.items():
			query = query.set(column, round(value, 9) if isinstance(value, float) else value)
		where(query, dt, dn).run()

	def set_single_value(self, doctype, fieldname, value=None):
		values = fieldname if isinstance(fieldname, dict) else {fieldname: value}
		for key, val in values.items():
			text = None if val is None else cstr(to_text(val))
			self.sql("REPLACE INTO `tabSingles` VALUES (?, ?, ?)", (doctype, key, text))
		frappe.clear_document_cache(doctype)

	def delete(self, doctype, filters=None):
		where(frappe.qb.from_(frappe.qb.DocType(doctype)).delete(), doctype, filters).run()

	# the schema

	def updatedb(self, doctype):
		"""Make the table of `doctype`, or add the columns and indexes it lacks."""
		meta = frappe.get_meta(doctype)
		child = ", `parent` TEXT, `parentfield` TEXT, `parenttype` TEXT" if meta.istable else ""
		self.sql_ddl(f"CREATE TABLE IF NOT EXISTS `tab{doctype}` ({STANDARD_COLUMNS}{child})")
		self.add_index(doctype, ["parent"] if meta.istable else ["modified"])
		columns = [row[1] for row in self.sql(f"PRAGMA table_info(`tab{doctype}`)")]
		for df in meta.fields:
			if df.fieldtype in no_value_fields or df.fieldname in columns:
				continue
			self.sql_ddl(f"ALTER TABLE `tab{doctype}` ADD COLUMN `{df.fieldname}` {_column_type(df)}")
			if df.unique or df.search_index:
				self.add_index(doctype, [df.fieldname], unique=df.unique)

	def add_index(self, doctype, fields, index_name=None, unique=False):
		name, kind = index_name or "_".join(fields) + "_index", "UNIQUE INDEX" if unique else "INDEX"
		columns = ", ".join(f"`{field}`" for field in fields)
		self.sql_ddl(f"CREATE {kind} IF NOT EXISTS `{doctype}|{name}` ON `tab{doctype}` ({columns})")


def get_db(path):
	is_new = not os.path.exists(path)
	db = SQLiteDatabase(path)
	if is_new:
		db._conn.executescript(SYSTEM_TABLES + "BEGIN")
	return db


def to_text(value):
	"""A Python value as a column keeps it."""
	if isinstance(value, datetime.datetime):
		return f"{value:%Y-%m-%d %H:%M:%S.%f}"
	if isinstance(value, datetime.timedelta):
		return f"{datetime.datetime.min + value:%H:%M:%S.%f}"
	if isinstance(value, datetime.date):
		return value.isoformat()
	return round(value, 9) if isinstance(value, float) else int(value) if isinstance(value, bool) else value


def _column_type(df):
	if df.fieldtype in number_fields:
		kind, number = ("INTEGER", cint) if df.fieldtype in ("Int", "Check") else ("REAL", flt)
		return f"{kind} NOT NULL DEFAULT {number(df.default)}"
	return "TEXT"


def _types(query, columns):
	"""The fieldtype of each selected column, as far as it is known."""
	query = query if isinstance(query, QueryBuilder) else query.base_query
	if len(query._selects) == len(columns) and not query._select_star:
		return [_type_of(term, query) for term in query._selects]
	return [_fieldtype(query._from[0], column) for column in columns]


def _type_of(term, query):
	if isinstance(term, Field):
		return _fieldtype(term.table, term.name)
	if isinstance(term, Function) and term.name.upper() in SAME_TYPE_AS_ARGUMENT:
		return _type_of(term.args[0], query)
	found = re.match(r"(?:max|min)\((\w+)\)", getattr(term, "sql", ""))
	return _fieldtype(query._from[0], found.group(1)) if found else None


def _fieldtype(source, column):
	if isinstance(source, QueryBuilder):
		selects = {term.alias or getattr(term, "name", None): term for term in source._selects}
		return _type_of(selects[column], source)
	return get_fieldtype(source._table_name[3:], column)
