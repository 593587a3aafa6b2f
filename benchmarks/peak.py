"""Peak memory of one call in a process of its own: the highest resident set (VmHWM) while it runs, and how
much of that is more than the process held when it was connected and had made the same call once. The database
server is not in it.

    python -m benchmarks.peak NAME     prints "peak MB, grown MB"
"""

import os
import re
import subprocess
import sys


def _calls() -> dict:
	from benchmarks import life_cycle, plan, rank, settlement, snapshot

	return {
		"rank_sources": lambda: rank.rank_sources(plan.WIDE_BATCH_ITEM),
		"get_stock_balance": lambda: rank.ask_erpnext(
			plan.WIDE_BATCH_ITEM, rank.warehouses_of(plan.OUTLETS + plan.MORE_OUTLETS)
		),
		"life_cycle": life_cycle.one_of_ours,
		"erpnext_cycle": life_cycle.one_of_erpnext,
		"refresh": snapshot.refresh,
		"aggregate": snapshot.aggregate,
		"settle": settlement.settle,
	}


def measure(name: str) -> tuple[float, float]:
	"""Return (peak, growth) in MB of the call `name` in a new process."""
	answer = subprocess.run(
		[sys.executable, "-W", "ignore", "-m", "benchmarks.peak", name],
		check=True,
		stdout=subprocess.PIPE,
		text=True,
		env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
	)
	peak, grown = answer.stdout.split()[-2:]
	return float(peak), float(grown)


def compare(ours: str, theirs: str) -> str:
	"""A line on both calls' peaks."""
	parts = []
	for name in (ours, theirs):
		peak, grown = measure(name)
		parts.append(f"{name} {peak:.0f} MB (+{grown:.1f} by the call)")
	return "peak memory (VmHWM of a process of its own): " + "; ".join(parts)


def resident(pid="self", high_water=True) -> float:
	"""The resident set of a process in MB: now, or the highest since it began or `_forget_peak` was
	called."""
	with open(f"/proc/{pid}/status") as file:
		return (
			int(re.search(r"VmHWM:\s+(\d+)" if high_water else r"VmRSS:\s+(\d+)", file.read()).group(1))
			/ 1024
		)


def _forget_peak() -> None:
	with open("/proc/self/clear_refs", "w") as file:
		file.write("5")


def main(name: str) -> None:
	import frappe

	from benchmarks import plan
	from benchmarks.site import connect

	connect()
	frappe.set_user(plan.clerk(plan.TARGET))
	call = _calls()[name]
	call()
	frappe.db.rollback()
	_forget_peak()
	before = resident(high_water=False)
	call()
	print(f"{resident():.1f} {resident() - before:.1f}")
	frappe.db.rollback()
	frappe.destroy()


if __name__ == "__main__":
	main(sys.argv[1])
