"""Many legal entities on one site: what opening the desk, ranking, a transfer, migrate and one more company
cost.

`python -m benchmarks.companies [5 50 200]` with BENCH and SITE: makes companies up to each number, each with
a community, an outlet and stock, and measures there. The first companies are made by ERPNext, the others are
copies of one of them, its tables written in bulk: ERPNext renumbers the accounts of all companies for each
new one. What the app does for each company is its own set-up in full. The site is left with all of them: give
it one of its own.
"""

import os
import statistics
import subprocess
import sys
import time

import frappe
from frappe.query_builder.functions import Max
from frappe.utils import add_days, today

from benchmarks import between, measure
from benchmarks.life_cycle import Steps, one_source, without_mail
from benchmarks.site import connect
from tests import story

NUMBERS = (5, 200)
RUNS = 5
ITEM = "CMP-001"
NAME = "Koperasi Ukur"
MADE_BY_ERPNEXT = 5


def main(numbers: list[int]) -> None:
	"""Grow the network to each number and print what was measured there, and the ratio of the last to the
	first."""
	connect(NAME)
	frappe.set_user("Administrator")
	between.ensure()
	found = []
	for number in numbers:
		made = grow(number)
		figures = {"companies": frappe.db.count("Company"), **made, **measured()}
		found.append(figures)
		print(
			f"{figures['companies']} companies: "
			+ ", ".join(f"{name} {value:,.3f}" for name, value in figures.items() if name != "companies"),
			flush=True,
		)
	if len(found) > 1:
		print(
			f"{found[-1]['companies']} / {found[0]['companies']} companies: "
			+ ", ".join(
				f"{name} {found[-1][name] / found[0][name]:.2f}"
				for name in found[0]
				if name != "companies" and found[0][name] and name in found[-1]
			)
		)
	frappe.destroy()


def grow(number: int) -> dict[str, float]:
	"""Make companies until there are `number`; return the median seconds that our set-up of the last ones
	took."""
	from ks212_community.community_network import partners

	times = []
	_item()
	story.ensure("Transfer Price Policy", {"policy_title": "Ukur"}, policy_title="Ukur", basis="At Cost")
	for nr in range(frappe.db.count("Company") + 1, number + 1):
		name, code = f"{NAME} {nr:03}", f"U{nr:03}"
		if nr <= MADE_BY_ERPNEXT:
			partners._make_company(name, code)
		else:
			_copy_company(f"{NAME} {MADE_BY_ERPNEXT:03}", f"U{MADE_BY_ERPNEXT:03}", name, code)
		community = story.ensure("Community", name, community_name=name, region="Depok", company=name)
		values = {
			"outlet_code": code,
			"outlet_name": f"Gerai {code}",
			"community": community,
			"region": "Depok",
		}
		story.ensure("Outlet", code, company=story.COMPANY, **values)
		start = time.perf_counter()
		partners.set_up(community)
		frappe.db.commit()
		times.append(time.perf_counter() - start)
		story.stock_up(code, {ITEM: 100})
		frappe.db.commit()
	return {"set-up of a company (s)": statistics.median(times[-RUNS:])} if times else {}


def _copy_company(model: str, abbr: str, name: str, code: str) -> None:
	"""Copy a company with its accounts, cost centers, warehouses and departments: every name of it, and its
	places in the trees."""

	def renamed(value):
		if not isinstance(value, str):
			return value
		return name if value == model else value.replace(f" - {abbr}", f" - {code}")

	for doctype in ("Company", "Account", "Cost Center", "Warehouse", "Department"):
		key = "name" if doctype == "Company" else "company"
		table = frappe.qb.DocType(doctype)
		rows = frappe.qb.from_(table).select("*").where(table[key] == model).run(as_dict=True)
		beyond = frappe.qb.from_(table).select(Max(table.rgt)).run()[0][0] or 0
		for row in rows:
			# A copy keeps its order: it is moved beyond all that are there.
			row.lft, row.rgt = row.lft + beyond, row.rgt + beyond
			values = {field: renamed(value) for field, value in row.items()}
			if doctype == "Company":
				values["abbr"] = code
			if doctype == "Warehouse" and frappe.db.exists(doctype, values["name"]):
				continue
			frappe.qb.into(table).columns(*values).insert(*values.values()).run()
	frappe.clear_cache()


def _item() -> None:
	if not frappe.db.exists("Item", ITEM):
		values = {"item_code": ITEM, "item_name": "Barang ukur", "item_group": "Bench", "stock_uom": "Pcs"}
		story.make_item({**values, "buying_rate": 10000, "selling_rate": 12000})


def measured() -> dict[str, float]:
	"""Return milliseconds (median of RUNS) of boot, ranking and a transfer, and seconds of a migrate."""
	from ks212_community.api import exchange

	found = {"boot (ms)": _ms(_boot)}
	with story.acting_as(between.PERSON):
		found["ranking (ms)"] = _ms(
			lambda: exchange.rank_sources(between.BUYER, ITEM, 10, add_days(today(), 3))
		)
	between._open(True)
	with without_mail(), one_source():
		found["a transfer (ms)"] = _ms(lambda: between.ours(Steps()))
	frappe.set_user("Administrator")
	between._open(False)
	start = time.perf_counter()
	subprocess.run(
		[
			sys.executable,
			"-m",
			"frappe.utils.bench_helper",
			"frappe",
			"--site",
			os.environ["SITE"],
			"migrate",
			"--skip-search-index",
		],
		check=True,
		stdout=subprocess.DEVNULL,
	)
	found["migrate (s)"] = time.perf_counter() - start
	return found


def _boot() -> None:
	"""What opening the desk costs that is not kept in the cache."""
	from frappe.boot import get_bootinfo

	get_bootinfo()


def _ms(function) -> float:
	times = measure.interleaved({"it": function}, RUNS)
	return 1000 * measure.medians(times)["it"]


if __name__ == "__main__":
	main([int(number) for number in sys.argv[1:]] or list(NUMBERS))
