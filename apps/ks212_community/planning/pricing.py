"""What a unit costs between two companies. Pure functions on plain numbers; no frappe import."""


def price(
	basis: str, percent: float, ceiling_percent: float, cost: float, retail: float | None
) -> float | None:
	"""Return the price of a unit in the currency of `cost` and `retail`; None where it cannot be told.

	`basis` is "At Cost", "Cost Plus" (`percent` of cost on top) or "Retail Less" (`percent` off the retail
	price). The ceiling is a per cent of the retail price, 0 for none; an item without a retail price has no
	ceiling.
	"""
	if basis == "Retail Less":
		if not retail:
			return None
		result = retail * (1 - percent / 100)
	elif basis == "Cost Plus":
		result = cost * (1 + percent / 100)
	else:
		result = cost
	if ceiling_percent and retail:
		result = min(result, retail * ceiling_percent / 100)
	return result
