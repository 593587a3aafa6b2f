"""What each outlet had and sold in the weeks before the demo: made up, but the same on every run. No Frappe
here."""

import random
from collections import namedtuple

from tests.story import BREAD, CHIPS, DC, FAR, MILK, NEAR, NEXT, OIL, OTHER, SHORT, SOUTH, STORE, TEMPEH, WEST

DEMAND = 0.6  # of the catalogue's daily sales
LINES = 20  # the larger, the fewer lines a day's document has, and the larger each
ITEMS_CARRIED = {"Outlet": 45, "DC": 60, "Community Store": 24}

# What the partners who fill the DC cannot get: the fast movers that everybody wants and few have.
NOT_AT_DC = (OIL, "SBK-005", "SBK-006", MILK)

NOWHERE = ("SNK-010",)  # dates, out of season: what nobody has is kept as unmet demand

# The shelves that the main job is about; everything else falls as it may.
SHELVES = {
	SHORT: {OIL: 2, MILK: 0, CHIPS: 3, TEMPEH: 6},
	NEXT: {OIL: 96, MILK: 60, CHIPS: 20},
	NEAR: {OIL: 140, MILK: 30, CHIPS: 25},
	FAR: {OIL: 160, MILK: 320},
	SOUTH: {OIL: 40, MILK: 210},
	WEST: {OIL: 75, MILK: 110},
	STORE: {OIL: 18, CHIPS: 90, TEMPEH: 40},
	OTHER: {OIL: 220, MILK: 150},
	DC: {},
}

Week = namedtuple("Week", "opening days")  # {item: qty} before the first day, [{item: qty sold}] for each day


def of(outlet, items, days):
	"""An outlet's opening stock and its sales of so many days.

	`outlet` and `items` are rows of the story; quantities are in stock UOM, whole but for items sold by
	weight. The closing stock lies between empty and five weeks of demand, or is what SHELVES says.
	"""
	chance = random.Random(outlet["code"])
	size = float(outlet["size"])
	sold = [{} for _ in range(days)]
	opening = {}
	for item in _carried(outlet, items, chance):
		code, by_weight = item["item_code"], item["stock_uom"] == "Kg"
		mean = float(item["daily_sales"]) * size * DEMAND
		total = 0
		for day in sold:
			seldom = min(0.6, mean / LINES)
			if chance.random() < seldom:
				quantity = chance.gauss(mean / seldom, mean / seldom / 4)
				day[code] = max(0.5, round(quantity * 2) / 2) if by_weight else max(1, round(quantity))
				total += day[code]
		opening[code] = total + _closing(outlet, item, mean, chance)
	return Week({code: quantity for code, quantity in opening.items() if quantity}, sold)


def _carried(outlet, items, chance):
	"""The items on an outlet's shelves: the shared fast movers, then by popularity; a fifth of them from
	UMKM."""
	wanted = SHELVES.get(outlet["code"], {})
	items = [item for item in items if item["item_code"] not in NOWHERE]
	if outlet["kind"] == "DC":
		items = [item for item in items if item["item_code"] not in NOT_AT_DC and not int(item["is_umkm"])]

	def rank(item):
		if item["item_code"] in wanted or (
			outlet["kind"] == "Outlet" and item["item_code"] in (OIL, MILK, BREAD)
		):
			return 2
		return chance.random() ** (1 / (0.2 + float(item["daily_sales"])))

	ranked = sorted(items, key=rank, reverse=True)
	umkm_share = 0.6 if outlet["kind"] == "Community Store" else 0.2
	number = ITEMS_CARRIED[outlet["kind"]]
	umkm = [item for item in ranked if int(item["is_umkm"])][: round(number * umkm_share)]
	others = [item for item in ranked if not int(item["is_umkm"])][: number - len(umkm)]
	return umkm + others


def _closing(outlet, item, mean, chance):
	"""What is left of an item on the last evening."""
	luck = chance.random()
	shelf = SHELVES.get(outlet["code"], {})
	if item["item_code"] in shelf:
		return shelf[item["item_code"]]
	if outlet["kind"] == "DC":
		return round(float(item["daily_sales"]) * 40)
	days_of_cover = luck * 10 if luck < 0.15 else 20 + 20 * luck if luck > 0.8 else 4 + 12 * luck
	if item["item_code"] == BREAD:
		days_of_cover = min(days_of_cover, 4)
	if item["item_code"] in NOT_AT_DC:
		days_of_cover /= 4
	return round(mean * days_of_cover)
