"""Deadlines that count in opening hours. Pure functions on naive local datetimes; no frappe import."""

from datetime import datetime, time, timedelta

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A year without an open hour is a mistake in the table, not a deadline.
MAX_DAYS = 366


def every_day(opens_at: time, closes_at: time) -> dict[int, list[tuple[time, time]]]:
	"""Return the schedule of an outlet that keeps the same hours on all seven days."""
	return {day: [(opens_at, closes_at)] for day in range(7)}


def add_opening_hours(
	start: datetime, hours: float, schedule: dict[int, list[tuple[time, time]]]
) -> datetime:
	"""Return the moment at which `hours` opening hours have passed since `start`.

	`schedule` maps a weekday (0 = Monday) to its (opens, closes) pairs, in the outlet's own local time; a
	pair that closes at or before it opens runs to midnight. An outlet without any opening hour counts by the
	clock.
	"""
	left = timedelta(hours=hours)
	day = start.date()
	for _day in range(MAX_DAYS):
		for opens_at, closes_at in sorted(schedule.get(day.weekday(), ())):
			opens = datetime.combine(day, opens_at)
			closes = datetime.combine(day, closes_at)
			if closes <= opens:
				closes = datetime.combine(day + timedelta(days=1), time.min)
			begin = max(opens, start)
			if begin >= closes:
				continue
			if begin + left <= closes:
				return begin + left
			left -= closes - begin
		day += timedelta(days=1)
	return start + timedelta(hours=hours)
