"""Many legal entities on one site: what opening the desk, ranking, a transfer, migrate and one more company cost.

`python -m benchmarks.companies [5 50 200]` with BENCH and SITE: makes companies up to each number, each with a community, an
outlet and stock, and measures there. ERPNext's own making of a company with its chart is timed apart from ours. The site is
left with all of them: give it one of its own.
"""

import os
import statistics
import subprocess
import sys
import time

import frappe
from frappe.utils import add_days, today

from benchmarks import between, measure
from benchmarks.life_cycle import Steps, one_source, without_mail
from benchmarks.site import connect
from tests import story

NUMBERS = (5, 200)
RUNS = 5
ITEM = "CMP-001"
NAME = "Koperasi Ukur"


def main(numbers: list[int]) -> None:
	"""Grow the network to each number and print what was measured there, and the ratio of the last to the first."""
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
	"""Make companies until there are `number`; return the median seconds that the last ones took, ERPNext's part and ours."""
	from ks212_community.community_network import partners

	core, own = [], []
	for nr in range(frappe.db.count("Company") + 1, number + 1):
		name, code = f"{NAME} {nr:03}", f"U{nr:03}"
		start = time.perf_counter()
		partners._make_company(name, code)
		frappe.db.commit()
		core.append(time.perf_counter() - start)
		start = time.perf_counter()
		community = story.ensure("Community", name, community_name=name, region="Depok", company=name)
		story.ensure(
			"Outlet",
			code,
			outlet_code=code,
			outlet_name=f"Gerai {code}",
			community=community,
			company=story.COMPANY,
			region="Depok",
		)
		partners.set_up(community)
		frappe.db.commit()
		own.append(time.perf_counter() - start)
		story.ensure(
			"Transfer Price Policy",
			{"policy_title": "Ukur"},
			policy_title="Ukur",
			basis="At Cost",
		)
		_item()
		story.stock_up(code, {ITEM: 100})
		frappe.db.commit()
	if not core:
		return {}
	return {
		"a company of ERPNext's (s)": statistics.median(core[-RUNS:]),
		"its set-up (s)": statistics.median(own[-RUNS:]),
	}


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
