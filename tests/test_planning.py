"""The pure functions: no site, no database."""

from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ks212_community.planning.opening_hours import add_opening_hours, every_day
from ks212_community.planning.ranking import distance_km, free_qty, scores

SHOP = every_day(time(8), time(21))
WEIGHTS = {"fill": 40, "distance": 25, "days": 15, "expiry": 10, "fairness": 10}


@pytest.mark.parametrize(
	("start", "hours", "end"),
	[
		(datetime(2026, 11, 24, 9), 4, datetime(2026, 11, 24, 13)),
		(datetime(2026, 11, 24, 19), 4, datetime(2026, 11, 25, 10)),
		(datetime(2026, 11, 24, 23, 30), 4, datetime(2026, 11, 25, 12)),
		(datetime(2026, 11, 24, 2), 4, datetime(2026, 11, 24, 12)),
		(datetime(2026, 11, 24, 8), 13, datetime(2026, 11, 24, 21)),
		(datetime(2026, 11, 24, 8), 14, datetime(2026, 11, 25, 9)),
		(datetime(2026, 12, 31, 20), 2, datetime(2027, 1, 1, 9)),
	],
)
def test_a_deadline_counts_in_opening_hours(start, hours, end):
	assert add_opening_hours(start, hours, SHOP) == end


def test_a_closed_day_and_a_break_do_not_count():
	"""Closed on Friday (weekday 4) for prayer from 11 to 13, and all Sunday."""
	week = {day: [(time(8), time(16))] for day in range(6)}
	week[4] = [(time(8), time(11)), (time(13), time(16))]
	friday = datetime(2026, 11, 27, 10)
	assert add_opening_hours(friday, 2, week) == datetime(2026, 11, 27, 14)
	saturday = datetime(2026, 11, 28, 15)
	assert add_opening_hours(saturday, 2, week) == datetime(2026, 11, 30, 9)


def test_hours_past_midnight_run_to_midnight():
	assert add_opening_hours(datetime(2026, 11, 24, 22), 3, every_day(time(20), time(2))) == datetime(
		2026, 11, 25, 21
	)


def test_an_outlet_that_never_opens_counts_by_the_clock():
	assert add_opening_hours(datetime(2026, 11, 24, 9), 4, {}) == datetime(2026, 11, 24, 13)


@given(
	start=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),
	hours=st.floats(min_value=0.1, max_value=200),
	more=st.floats(min_value=0, max_value=50),
)
def test_more_hours_are_never_earlier_and_end_while_open(start, hours, more):
	end = add_opening_hours(start, hours, SHOP)
	assert end > start
	assert time(8) <= end.time() <= time(21)
	assert add_opening_hours(start, hours + more, SHOP) >= end


def test_distance_of_two_known_places():
	"""Monas, Jakarta, to Gedung Sate, Bandung: 120 km by the great circle."""
	assert distance_km(-6.1754, 106.8272, -6.9025, 107.6187) == pytest.approx(119.2, abs=0.5)


@pytest.mark.parametrize("place", [(None, None), (0, 0)])
def test_a_place_that_is_not_known_has_no_distance(place):
	assert distance_km(-6.2, 106.8, *place) is None
	assert distance_km(*place, -6.2, 106.8) is None


def test_a_place_on_the_equator_is_known():
	assert distance_km(0, 109.3333, 0, 110.3333) == pytest.approx(111.2, abs=0.1)


def test_free_is_what_nobody_else_needs():
	assert free_qty(100, 10, 5, 15, safety_days=3, daily_demand=10) == 40
	assert free_qty(20, 0, 0, 0, safety_days=3, daily_demand=10) == 0


def score(**changes):
	"""Two candidates, alike but for the changes of the first."""
	columns = {
		"fill": [1.0, 1.0],
		"distance": [10.0, 10.0],
		"days": [1, 1],
		"days_to_expiry": [None, None],
		"given_lately": [0.0, 0.0],
	}
	for name, value in changes.items():
		columns[name][0] = value
	return scores(**columns, weights=WEIGHTS, near_expiry_days=30)


@pytest.mark.parametrize(
	("worse", "better"),
	[
		({"fill": 0.5}, {}),
		({"distance": 50.0}, {}),
		({"distance": None}, {"distance": 2.0}),
		({"days": 3}, {}),
		({}, {"days_to_expiry": 5}),
		({"days_to_expiry": 25}, {"days_to_expiry": 5}),
		({"given_lately": 40.0}, {}),
	],
)
def test_each_criterion_counts(worse, better):
	bad, good = score(**worse), score(**better)
	assert bad[0] - bad[1] < good[0] - good[1]


def test_without_candidates_there_are_no_scores():
	assert scores([], [], [], [], [], WEIGHTS, 30) == []
