"""`python -m benchmarks [name ...]`: builds the data where the site has none, measures, prints, exits 1 on a
miss.

Environment: BENCH and SITE, as `make bench` sets them. Without names, all of MEASUREMENTS.
"""

import importlib
import os
import sys
import time

import frappe

from benchmarks import data
from benchmarks.site import connect

MEASUREMENTS = ("rank", "life_cycle", "between", "lists", "snapshot", "settlement")


def main(names: list[str]) -> int:
	"""Return the number of measurements with a missed target."""
	connect()
	start = time.perf_counter()
	data.ensure()
	print(
		f"On {frappe.local.site}, {len(os.sched_getaffinity(0))} cores, {data.facts()} ({time.perf_counter() - start:.0f} s)"
	)
	importlib.import_module("benchmarks.snapshot").refresh()
	frappe.db.commit()
	missed = 0
	for name in names or MEASUREMENTS:
		# What ERPNext keeps for one request: the warehouses that a measurement makes are not in it.
		frappe.flags.pop("warehouse_account_map", None)
		report = importlib.import_module(f"benchmarks.{name}").run()
		frappe.db.rollback()
		frappe.set_user("Administrator")
		report.print()
		sys.stdout.flush()
		missed += not report.met
	print(f"\n{'All targets met.' if not missed else f'{missed} measurements miss a target.'}")
	frappe.destroy()
	return missed


if __name__ == "__main__":
	unknown = set(sys.argv[1:]) - set(MEASUREMENTS)
	if unknown:
		raise SystemExit(
			f"There is no measurement {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}"
		)
	raise SystemExit(1 if main(sys.argv[1:]) else 0)
