"""Which source is asked first. Pure functions on plain sequences; no frappe import."""

from math import asin, cos, isfinite, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def distance_km(
	latitude: float | None,
	longitude: float | None,
	other_latitude: float | None,
	other_longitude: float | None,
) -> float | None:
	"""Return the great-circle distance in km by the haversine formula; None where a place is not known.

	A place at 0, 0 is taken as not known: that is what an empty Float field holds.
	Source: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
	"""
	if not (latitude or longitude) or not (other_latitude or other_longitude):
		return None
	phi, other_phi = radians(latitude), radians(other_latitude)
	half_phi = (other_phi - phi) / 2
	half_lambda = radians(other_longitude - longitude) / 2
	a = sin(half_phi) ** 2 + cos(phi) * cos(other_phi) * sin(half_lambda) ** 2
	return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(a)))


def free_qty(
	actual: float,
	reserved: float,
	pos_pending: float,
	promised: float,
	safety_days: float,
	daily_demand: float,
) -> float:
	"""Return what a source can give, in the stock UOM, never below zero.

	free = actual - reserved - sold by POS but not yet consolidated - promised - safety days x own daily
	demand
	"""
	return max(0.0, actual - reserved - pos_pending - promised - safety_days * daily_demand)


def scores(
	fill: list[float],
	distance: list[float | None],
	days: list[float],
	days_to_expiry: list[float | None],
	given_lately: list[float],
	weights: dict[str, float],
	near_expiry_days: float,
) -> list[float]:
	"""Return one score a candidate, higher is better, from parallel sequences.

	Each criterion is brought to 0..1 and multiplied by its weight (`fill`, `distance`, `days`, `expiry`,
	`fairness`): `fill` is the share of the need the source can give; distance, days and what was given lately
	(stock UOM) count against the largest among the candidates; goods expiring within `near_expiry_days` days
	count the more the nearer their date. An unknown distance counts as the largest.
	"""
	known = [d for d in distance if d is not None and isfinite(d)]
	far = max(known, default=0.0) or 1.0
	slow = max(days, default=0.0) or 1.0
	generous = max(given_lately, default=0.0) or 1.0
	result = []
	for share, km, d, expiry, given in zip(fill, distance, days, days_to_expiry, given_lately, strict=True):
		near = 0.0
		if expiry is not None and near_expiry_days > 0:
			near = min(1.0, max(0.0, 1 - expiry / near_expiry_days))
		result.append(
			weights["fill"] * share
			+ weights["distance"] * (1 - (far if km is None else km) / far)
			+ weights["days"] * (1 - d / slow)
			+ weights["expiry"] * near
			+ weights["fairness"] * (1 - given / generous)
		)
	return result
