"""Settlement periods: when each ends. Pure functions of calendar days."""

from datetime import date, timedelta

WEEKLY, HALF_MONTHLY, MONTHLY = "Weekly", "Half-Monthly", "Monthly"
# A period that ended longer ago is not made by itself any more: somebody decided not to, or deleted the
# draft.
CATCH_UP_DAYS = 3
SUNDAY = 6


def last_end(period: str, day: date) -> date | None:
	"""Return the last day of the period that ended within CATCH_UP_DAYS before `day`, None where none did.

	A week ends on Sunday, half a month on the 15th and on the last day, a month on its last day.
	"""
	for back in range(1, CATCH_UP_DAYS + 1):
		end = day - timedelta(days=back)
		if is_end(period, end):
			return end
	return None


def is_end(period: str, day: date) -> bool:
	"""Whether a period of this kind ends with `day`."""
	if period == WEEKLY:
		return day.weekday() == SUNDAY
	if period == HALF_MONTHLY and day.day == 15:
		return True
	return (day + timedelta(days=1)).day == 1


def start_of(period: str, end: date) -> date:
	"""Return the first day of the period that ends with `end`."""
	if period == WEEKLY:
		return end - timedelta(days=6)
	if period == HALF_MONTHLY and end.day > 15:
		return end.replace(day=16)
	return end.replace(day=1)
