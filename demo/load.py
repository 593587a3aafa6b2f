"""Fills a site with the whole story: the network, and weeks of stock and sales of every outlet."""

import time

import frappe
from frappe.utils import add_days, flt, getdate, nowdate

from demo import history
from tests import story

OPENING = "Demo: opening stock of {0}"
SALES = "Demo: sales of {0}"


def load(days=21):
	"""Create the story and its last `days` days, committing as it goes; what is there already stays as it
	is."""
	start = time.perf_counter()
	story.setup_story("demo")
	frappe.db.commit()
	print(
		f"{len(story.rows('communities'))} communities, {len(story.outlet_codes())} outlets, "
		f"{len(story.item_codes())} items ({time.perf_counter() - start:.0f} s)"
	)
	with story.acting_as("Administrator"):
		first = _first_day(days)
		histories = _stock(first, days)
		_sell(first, histories)
		renew_snapshot()
		frappe.db.commit()
	print(f"Loaded in {time.perf_counter() - start:.0f} s")


def _first_day(days):
	"""The day after the opening stock: that of an earlier run where there was one."""
	opening = {"remarks": OPENING.format(story.SHORT), "docstatus": 1}
	posted = frappe.db.get_value("Stock Entry", opening, "posting_date")
	return getdate(add_days(posted, 1)) if posted else getdate(add_days(nowdate(), -days))


def _stock(first, days):
	histories, made = {}, 0
	for outlet in story.outlet_rows():
		code = outlet["code"]
		histories[code] = history.of(outlet, story.item_rows(), days)
		remarks = OPENING.format(code)
		if not frappe.db.exists("Stock Entry", {"remarks": remarks, "docstatus": 1}):
			goods = {
				item: _in_batch(item, quantity, code) for item, quantity in histories[code].opening.items()
			}
			story.stock_up(code, goods, posting_date=add_days(first, -1), remarks=remarks)
			frappe.db.commit()
			made += 1
			_progress("stock", made, len(story.outlet_rows()), "outlets")
	return histories


def _sell(first, histories):
	"""One stock document an outlet and day, in the order of days, as an import of the tills' sales posts
	them."""
	made = 0
	for number in range(max(len(week.days) for week in histories.values())):
		day = add_days(first, number)
		posted = set(
			frappe.get_all(
				"Stock Entry",
				filters={"stock_entry_type": "Outlet Sale", "posting_date": day, "docstatus": 1},
				pluck="remarks",
			)
		)
		for code, week in histories.items():
			remarks = SALES.format(code)
			if week.days[number] and remarks not in posted:
				goods = {item: _in_batch(item, sold, code) for item, sold in week.days[number].items()}
				story.sell(code, goods, posting_date=day, remarks=remarks)
				made += 1
		frappe.db.commit()
		_progress("sales", number + 1, len(week.days), f"days, {made} documents")


def _in_batch(item_code, quantity, outlet):
	"""The batch that an outlet has of an item: most have the middle one, one in four that which expires
	soonest."""
	if not int(story.item_row(item_code)["has_batch"]):
		return quantity
	letter = "BCBA"[(sum(map(ord, outlet + item_code))) % 4]
	return {f"{item_code}-{letter}": quantity}


def renew_snapshot():
	"""Let the app work out each outlet's daily demand and days of cover from what was sold."""
	from ks212_community.network_planning.snapshot import refresh

	refresh()


def _progress(what, number, of, unit):
	if number == of or number % 7 == 0:
		print(f"  {what}: {number} of {of} {unit}", flush=True)


def shortages(limit=8):
	"""The fast movers that outlets are out of or nearly: dictionaries with outlet, item, on_hand, demand and
	cover."""
	Snapshot = frappe.qb.DocType("Outlet Item Snapshot")
	Outlet = frappe.qb.DocType("Outlet")
	Item = frappe.qb.DocType("Item")
	found = (
		frappe.qb.from_(Snapshot)
		.inner_join(Outlet)
		.on(Outlet.name == Snapshot.outlet)
		.inner_join(Item)
		.on(Item.name == Snapshot.item_code)
		.select(
			Snapshot.outlet,
			Outlet.outlet_name,
			Snapshot.item_code,
			Item.item_name,
			Item.stock_uom,
			Snapshot.on_hand,
			Snapshot.daily_demand,
		)
		.where((Snapshot.daily_demand > 0.5) & (Outlet.company == story.COMPANY))
		.run(as_dict=True)
	)
	for row in found:
		row.days_of_cover = flt(row.on_hand) / row.daily_demand
	short = [row for row in found if row.days_of_cover < 2]
	return sorted(short, key=lambda row: (row.days_of_cover, -row.daily_demand))[:limit], len(short)
