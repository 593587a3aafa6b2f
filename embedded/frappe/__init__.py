"""As much of Frappe 15's API as KS212 Community touches, in one process on SQLite.

For trying, showing and testing the app; production is Frappe itself, and where the two differ Frappe is
right. Names, arguments and files are Frappe's, so that a reader of one finds the way in the other.
"""

import functools
import importlib
import inspect
import json
import os
import traceback
from pathlib import Path
from secrets import token_hex

from werkzeug.local import Local, release_local

from frappe.exceptions import *  # noqa: F403
from frappe.exceptions import PermissionError, ValidationError
from frappe.utils.typing_validations import validate_argument_types

__version__ = "15.56.1"
STANDARD_USERS = ("Guest", "Administrator")

local = Local()
db, conf, session, flags = local("db"), local("conf"), local("session"), local("flags")
form_dict, request, response, lang = local("form_dict"), local("request"), local("response"), local("lang")


class _dict(dict):
	"""A dictionary whose keys are attributes too."""

	__getattr__ = dict.get
	__setattr__ = dict.__setitem__
	__delattr__ = dict.__delitem__

	def update(self, *args, **kwargs):
		super().update(*args, **kwargs)
		return self


# the site and its apps


def init(site, sites_path=".", force=False):
	"""Choose a site and reset everything that belongs to one request."""
	destroy()
	local.site, local.sites_path, local.site_path = site, sites_path, os.path.join(sites_path, site)
	local.flags = _dict(currently_saving=[])
	local.message_log, local.response, local.form_dict = [], _dict(), _dict()
	local.session, local.cache = _dict(data=_dict()), {}
	local.conf = _dict(json.loads(Path(local.site_path, "site_config.json").read_text()))
	local.lang = "en"


def connect(site=None, db_name=None, set_admin_as_user=True):
	local.db = database.get_db(os.path.join(local.site_path, "site.db"))
	if set_admin_as_user:
		set_user("Administrator")


def destroy():
	if db:
		db.close()
	release_local(local)


def set_user(username):
	"""Become another user; as in Frappe, session, form and caches start anew."""
	local.session.user = local.session.sid = username
	local.session.data, local.form_dict, local.cache = _dict(), _dict(), {}


def get_all_apps():
	return Path(local.sites_path, "apps.txt").read_text().split()


def get_installed_apps():
	if "installed_apps" not in local.cache:
		value = db.get_value("DefaultValue", {"defkey": "installed_apps"}, "defvalue")
		local.cache["installed_apps"] = json.loads(value or "[]")
	return local.cache["installed_apps"]


def get_module(modulename):
	return importlib.import_module(modulename)


def get_attr(method_string):
	modulename, _dot, name = method_string.rpartition(".")
	return getattr(get_module(modulename), name)


def get_app_path(app_name, *joins):
	return os.path.join(os.path.dirname(get_module(app_name).__file__), *joins)


def append_hook(target, key, value):
	if isinstance(value, dict):
		for inner in value:
			append_hook(target.setdefault(key, {}), inner, value[inner])
	else:
		target.setdefault(key, []).extend(value if isinstance(value, list) else [value])


@functools.cache
def _load_hooks(apps):
	hooks = _dict()
	for app in apps:
		for key, value in vars(get_module(f"{app}.hooks")).items():
			if not key.startswith("_"):
				append_hook(hooks, key, value)
	return hooks


def get_hooks(hook=None, default=None, app_name=None):
	hooks = _load_hooks((app_name,) if app_name else tuple(get_installed_apps()))
	return hooks if hook is None else hooks.get(hook, [] if default is None else default)


# messages


def _(msg, lang=None, context=None):
	"""Translate into the session's language."""
	return translate.get_all_translations(lang or local.lang).get(str(msg).strip(), msg)


def msgprint(msg, title=None, raise_exception=False, indicator=None, alert=False, **kwargs):
	"""Keep a message for the answer; `raise_exception` raises it too."""
	local.message_log.append(_dict(message=str(msg), title=title or _("Message"), indicator=indicator))
	if raise_exception:
		raise (raise_exception if inspect.isclass(raise_exception) else ValidationError)(str(msg))


def throw(msg, exc=ValidationError, title=None, **kwargs):
	msgprint(msg, raise_exception=exc, title=title, indicator="red")


def clear_messages():
	local.message_log = []


def log_error(title=None, message=None, reference_doctype=None, reference_name=None):
	values = {"method": title, "error": message or traceback.format_exc()}
	reference = {"reference_doctype": reference_doctype, "reference_name": reference_name}
	return get_doc({"doctype": "Error Log", **values, **reference}).insert(ignore_permissions=True)


# small things


def bold(text):
	return f"<strong>{text}</strong>"


def scrub(txt):
	return txt.replace(" ", "_").replace("-", "_").lower()


def generate_hash(txt=None, length=56):
	return token_hex(length // 2 + 1)[:length]


def as_json(obj, indent=1, separators=None):
	separators = separators or ((",", ":") if indent is None else (",", ": "))
	return json.dumps(obj, indent=indent, sort_keys=True, default=json_handler, separators=separators)


def json_handler(obj):
	return obj.as_dict() if hasattr(obj, "as_dict") else str(obj)


def parse_json(val):
	val = json.loads(val) if isinstance(val, str) else val
	return _dict(val) if isinstance(val, dict) else val


def call(fn, *args, **kwargs):
	"""Call with those of `kwargs` that the function takes."""
	fn = get_attr(fn) if isinstance(fn, str) else fn
	parameters = inspect.signature(fn).parameters
	if not any(p.kind == p.VAR_KEYWORD for p in parameters.values()):
		kwargs = {key: value for key, value in kwargs.items() if key in parameters}
	for never in ("ignore_permissions", "flags"):
		kwargs.pop(never, None)
	return fn(*args, **kwargs)


def enqueue(
	method,
	queue="default",
	timeout=None,
	now=False,
	enqueue_after_commit=False,
	job_id=None,
	deduplicate=False,
	**kwargs,
):
	"""A background job: here it runs in this process, after the commit where that is asked for."""
	if now:
		return call(method, **kwargs)
	job = functools.partial(_run_job, local.session.user, method, kwargs)
	return db.after_commit.add(job) if enqueue_after_commit else job()


def publish_realtime(*args, **kwargs):
	"""Nobody listens: the desk here has no socket."""


publish_progress = publish_realtime


def _run_job(user, method, kwargs):
	before, local.session = local.session, _dict(local.session, user=user)
	try:
		call(method, **kwargs)
	except Exception:
		db.rollback()
		log_error(f"Job {method}")
	finally:
		db.commit()
		local.session = before


# calls from outside


whitelisted, guest_methods, allowed_http_methods_for_whitelisted_func = [], [], {}


def whitelist(allow_guest=False, xss_safe=False, methods=None):
	"""Let a function be called over HTTP, its arguments checked against its type hints."""

	def innerfn(fn):
		fn = validate_argument_types(fn, lambda: getattr(local, "request", None) or local.flags.in_test)
		whitelisted.append(fn)
		allowed_http_methods_for_whitelisted_func[fn] = methods or ["GET", "POST", "PUT", "DELETE"]
		guest_methods.extend([fn] * allow_guest)
		return fn

	return innerfn


def is_whitelisted(method):
	if method not in whitelisted or (session.user == "Guest" and method not in guest_methods):
		throw(
			_("You are not permitted to access this resource."),
			PermissionError,
			title=_("Method Not Allowed"),
		)


# documents


def get_doc(*args, **kwargs):
	first = args[0] if args else kwargs
	if isinstance(first, Document):
		return first
	if len(args) > 1 and isinstance(args[1], dict):
		args = (first, db.get_value(first, args[1]))
	kwargs.pop("for_update", None)
	return get_controller(first if isinstance(first, str) else first["doctype"])(*args, **kwargs)


def new_doc(doctype, **kwargs):
	doc = get_doc(get_new_doc(doctype))
	doc._fix_numeric_types()
	return doc.update(kwargs)


def copy_doc(doc, ignore_no_copy=True):
	return get_doc({**doc.as_dict(no_default_fields=True), "doctype": doc.doctype, "__islocal": 1})


def get_last_doc(doctype, filters=None, order_by="creation desc"):
	return get_doc(doctype, get_all(doctype, filters, order_by=order_by, limit=1, pluck="name")[0])


def get_cached_doc(doctype, name=None):
	docs, key = local.cache.setdefault("documents", {}), (doctype, name or doctype)
	if key not in docs:
		docs[key] = get_doc(*key)
	return docs[key]


def get_cached_value(doctype, name, fieldname="name", as_dict=False):
	try:
		doc = get_cached_doc(doctype, name)
	except DoesNotExistError:  # noqa: F405
		local.message_log.pop()
		return None
	if isinstance(fieldname, str):
		return doc.get(fieldname)
	values = [doc.get(name) for name in fieldname]
	return _dict(zip(fieldname, values)) if as_dict else values


def clear_document_cache(doctype, name=None):
	docs = local.cache.get("documents", {})
	for key in [key for key in docs if key[0] == doctype and name in (None, key[1])]:
		del docs[key]


def clear_cache(user=None, doctype=None):
	local.cache = {}
	clear_meta(doctype)


def get_system_settings(key):
	return get_cached_value("System Settings", None, key)


def delete_doc_if_exists(doctype, name, force=0):
	delete_doc(doctype, name, force=force)


def get_all(doctype, *args, **kwargs):
	"""Rows of a table, without a look at permissions."""
	return get_rows(doctype, [], *args, **kwargs)


def get_list(doctype, *args, ignore_permissions=False, user=None, **kwargs):
	"""Rows that the session's user may see, 20 where nothing else is said."""
	conditions = [] if ignore_permissions else permissions.query_conditions(doctype, user)
	return get_rows(doctype, conditions, *args, **{"limit_page_length": 20, **kwargs})


from frappe import database, permissions, sessions, translate, utils  # noqa: F401
from frappe.database.query import get_rows
from frappe.model.delete_doc import delete_doc
from frappe.model.document import Document, get_new_doc
from frappe.model.meta import clear_meta, get_controller, get_meta  # noqa: F401
from frappe.model.rename_doc import rename_doc  # noqa: F401
from frappe.permissions import get_roles, has_permission  # noqa: F401
from frappe.query_builder import QB as qb  # noqa: F401
