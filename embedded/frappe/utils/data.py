"""Frappe's small helpers: numbers, dates, formats, links."""

import datetime
import math
import re
from html import escape
from urllib.parse import quote

import babel.dates
import pytz
from dateutil import parser
from dateutil.relativedelta import relativedelta

import frappe

DATE_FORMAT = "%Y-%m-%d"
TIME_FORMAT = "%H:%M:%S.%f"
DATETIME_FORMAT = f"{DATE_FORMAT} {TIME_FORMAT}"


def cint(s, default=0) -> int:
	try:
		return int(float(s))
	except Exception:
		return default


def flt(s, precision=None) -> float:
	try:
		num = float(s.replace(",", "") if isinstance(s, str) else s)
		return num if precision is None else rounded(num, precision)
	except Exception:
		return 0.0


def rounded(num, precision=0):
	"""Banker's rounding, as a new v15 site does it."""
	multiplier = 10**precision
	num = round(num * multiplier, 12)
	if num == 0:
		return 0.0
	whole = math.floor(num)
	is_tie = abs(num - whole - 0.5) < 2.0 ** (math.log(abs(num), 2) - 52.0)
	return (whole + whole % 2 if is_tie else round(num)) / multiplier


def cstr(s) -> str:
	return "" if s is None else str(s)


def strip_html(text: str) -> str:
	return re.sub(r"<[^>]*>", "", text)


def escape_html(text: str) -> str:
	return escape(text, quote=True).replace("`", "&#96;") if isinstance(text, str) else text


def validate_email_address(email_str, throw=False):
	if not re.fullmatch(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+", email_str):
		message = frappe._("{0} is not a valid Email Address").format(escape_html(email_str))
		frappe.throw(message, frappe.InvalidEmailAddressError)


def cast(fieldtype, value=None):
	"""The Python value of a setting's text."""
	if fieldtype in ("Currency", "Float", "Percent"):
		return flt(value)
	if fieldtype in ("Int", "Check"):
		return cint(value)
	return get_timedelta(value) if fieldtype == "Time" else value


def get_fullname(user=None):
	user = user or frappe.session.user
	return frappe.get_cached_value("User", user, "full_name") or user


# dates


def get_system_timezone() -> str:
	return frappe.get_system_settings("time_zone") or "Asia/Kolkata"


def now_datetime() -> datetime.datetime:
	return datetime.datetime.now(pytz.timezone(get_system_timezone())).replace(tzinfo=None)


def now() -> str:
	return now_datetime().strftime(DATETIME_FORMAT)


def nowdate() -> str:
	return now_datetime().strftime(DATE_FORMAT)


today = nowdate


def nowtime() -> str:
	return now_datetime().strftime(TIME_FORMAT)


def getdate(string_date=None):
	if not string_date:
		return now_datetime().date()
	if isinstance(string_date, datetime.date):
		return string_date.date() if isinstance(string_date, datetime.datetime) else string_date
	try:
		return parser.parse(string_date).date()
	except parser.ParserError:
		message = frappe._("{} is not a valid date string.").format(frappe.bold(string_date))
		frappe.throw(message, title=frappe._("Invalid Date"))


def get_datetime(datetime_str=None):
	if datetime_str is None or isinstance(datetime_str, datetime.datetime):
		return datetime_str or now_datetime()
	if isinstance(datetime_str, datetime.date):
		return datetime.datetime.combine(datetime_str, datetime.time())
	return parser.parse(datetime_str)


def get_time(time_str) -> datetime.time:
	if isinstance(time_str, datetime.timedelta):
		return (datetime.datetime.min + time_str).time()
	return time_str if isinstance(time_str, datetime.time) else get_datetime(time_str).time()


def get_timedelta(time=None):
	"""A time of the day as MariaDB returns it."""
	return (
		datetime.datetime.combine(datetime.date.min, get_time(time)) - datetime.datetime.min if time else None
	)


def add_to_date(date, as_string=False, as_datetime=False, **delta):
	"""`date` moved by years, months, weeks, days, hours, minutes, seconds; text in, text out."""
	if not isinstance(date, str):
		moved = (date or now_datetime()) + relativedelta(**delta)
		return moved.strftime(DATETIME_FORMAT if as_datetime else DATE_FORMAT) if as_string else moved
	return add_to_date(parser.parse(date), True, as_datetime or " " in date, **delta)


def add_days(date, days):
	return add_to_date(date, days=days)


def date_diff(string_ed_date, string_st_date) -> int:
	return (getdate(string_ed_date) - getdate(string_st_date)).days


# formats and links


def format_date(string_date=None, format_string=None) -> str:
	pattern = format_string or frappe.get_system_settings("date_format")
	date = getdate(string_date) if string_date else None
	return (
		babel.dates.format_date(date, pattern.replace("mm", "MM"), locale=frappe.local.lang) if date else ""
	)


formatdate = format_date


def format_datetime(datetime_string, format_string=None):
	pattern = frappe.get_system_settings("date_format").replace("mm", "MM") + " HH:mm:ss"
	moment = get_datetime(datetime_string)
	return babel.dates.format_datetime(moment, format_string or pattern, locale=frappe.local.lang)


def format_value(value, df=None) -> str:
	"""`value` as a person reads it."""
	if isinstance(value, datetime.date):
		return format_datetime(value) if isinstance(value, datetime.datetime) else format_date(value)
	return f"{value:,.10g}" if isinstance(value, float) else cstr(value)


def fmt_money(amount, precision=2, currency=None) -> str:
	text = f"{round(flt(amount), precision):,.{precision}f}"
	if frappe.get_system_settings("number_format") == "#.###,##":
		text = text.translate(str.maketrans(",.", ".,"))
	return f"{frappe.get_cached_value('Currency', currency, 'symbol')} {text}" if currency else text


def get_url(uri=None, full_address=False) -> str:
	request = getattr(frappe.local, "request", None)
	host = frappe.conf.host_name or (request.host_url if request else f"http://{frappe.local.site}")
	return host.rstrip("/") + ("/" + uri.lstrip("/") if uri else "")


def slug(name: str) -> str:
	return name.lower().replace(" ", "-")


def get_link_to_form(doctype: str, name: str, label=None) -> str:
	return f'<a href="{get_url(f"/app/{quote(slug(doctype))}/{quote(name)}")}">{label or name}</a>'
