"""Nothing waits for ever: each state's deadline in opening hours, and what happens when it passes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, get_system_timezone, get_time, now_datetime

from ks212_community.locks import in_own_transaction
from ks212_community.planning.opening_hours import WEEKDAYS, add_opening_hours, every_day


def deadline(outlet, hours: float, start: datetime | None = None) -> datetime:
	"""Return the moment, in the site's own time zone, at which `hours` opening hours of `outlet` have
	passed."""
	site_zone, zone = ZoneInfo(get_system_timezone()), ZoneInfo(outlet.time_zone)
	start = (start or now_datetime()).replace(tzinfo=site_zone).astimezone(zone).replace(tzinfo=None)
	end = add_opening_hours(start, hours, schedule_of(outlet))
	return end.replace(tzinfo=zone).astimezone(site_zone).replace(tzinfo=None, microsecond=0)


def today_at(outlet) -> date:
	"""Return the day it is at `outlet`, whatever day it is where the site is kept."""
	site_zone, zone = ZoneInfo(get_system_timezone()), ZoneInfo(outlet.time_zone)
	return now_datetime().replace(tzinfo=site_zone).astimezone(zone).date()


def schedule_of(outlet) -> dict[int, list[tuple[time, time]]]:
	"""Return the outlet's opening hours by weekday, or the network's where it names none."""
	if not outlet.opening_hours:
		settings = frappe.get_cached_doc("KS212 Settings")
		return every_day(_time(settings.opens_at), _time(settings.closes_at))
	schedule: dict[int, list[tuple[time, time]]] = {}
	for row in outlet.opening_hours:
		pair = (_time(row.opens_at), _time(row.closes_at))
		schedule.setdefault(WEEKDAYS.index(row.weekday), []).append(pair)
	return schedule


def _time(value) -> time:
	if isinstance(value, timedelta):
		return (datetime.min + value).time()
	return get_time(value)


def run() -> None:
	"""Follow every deadline that has passed; run by the scheduler. One transfer's failure does not stop the
	others: it is rolled back and logged."""
	from ks212_community.stock_exchange import exchange

	overdue = frappe.get_all(
		"Outlet Transfer",
		filters={
			"status": ["in", ("Asked", "Promised", "In Transit")],
			"docstatus": ["<", 2],
			"deadline": ["<", now_datetime()],
		},
		pluck="name",
		order_by="deadline",
	)
	for name in overdue:
		_follow(exchange.expire, name)
	for name in closable():
		_follow(exchange.close, name)


def closable() -> list[str]:
	"""Return the transfers received without a difference long enough ago to be closed."""
	days = frappe.get_cached_doc("KS212 Settings").close_after_days
	return frappe.get_all(
		"Outlet Transfer",
		filters={"status": "Received", "modified": ["<", add_days(now_datetime(), -int(days or 0))]},
		pluck="name",
	)


def _follow(step, name: str) -> None:
	in_own_transaction(_("Deadline of {0} could not be followed").format(name), step, name)


def is_past(moment) -> bool:
	"""Whether a transfer's deadline has passed."""
	return bool(moment) and get_datetime(moment) < now_datetime()
