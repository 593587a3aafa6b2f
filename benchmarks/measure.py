"""How to time fairly on a shared machine, and how a figure is printed.

Compared functions run in turns, so that whatever else the machine does hits both; medians of their times are
compared.
"""

import gc
import statistics
import time
from dataclasses import dataclass, field


@dataclass
class Ratio:
	"""One comparison: `value` must be at most `target`."""

	what: str
	value: float
	target: float
	detail: str = ""

	@property
	def met(self) -> bool:
		return self.value <= self.target

	def line(self) -> str:
		verdict = "OK    " if self.met else "MISSED"
		return f"  {verdict} {self.value:6.3f}  at most {self.target:5.3f}  {self.what}" + (
			f"  ({self.detail})" if self.detail else ""
		)


@dataclass
class Report:
	"""What one measurement has to say."""

	title: str
	ratios: list[Ratio] = field(default_factory=list)
	notes: list[str] = field(default_factory=list)

	@property
	def met(self) -> bool:
		return all(ratio.met for ratio in self.ratios)

	def print(self) -> None:
		print(f"\n{self.title}")
		for ratio in self.ratios:
			print(ratio.line())
		for note in self.notes:
			print(f"         {note}")


def interleaved(functions: dict, runs: int, warm_up: int = 2) -> dict[str, list[float]]:
	"""Call each function `runs` times in turns, in alternating order, after `warm_up` untimed rounds; return
	{name: seconds of each run}. A function that times itself, leaving out what is not to be timed, returns
	its own float."""
	times: dict[str, list[float]] = {name: [] for name in functions}
	order = list(functions)
	for turn in range(-warm_up, runs):
		for name in order if turn % 2 else reversed(order):
			gc.collect()
			start = time.perf_counter()
			own = functions[name]()
			seconds = time.perf_counter() - start
			if turn >= 0:
				times[name].append(own if isinstance(own, float) else seconds)
	return times


def against_erpnext(title: str, what: str, target: float, times: dict, seen: dict) -> Report:
	"""Return the report of `times` of "ours" and "erpnext", with the median of each step that `seen`, one
	Steps each, has timed."""
	middle = medians(times)
	report = Report(
		title,
		[
			Ratio(
				what,
				middle["ours"] / middle["erpnext"],
				target,
				f"{ms(middle['ours'])} / {ms(middle['erpnext'])}",
			)
		],
	)
	for name, label in (("ours", "ours"), ("erpnext", "ERPNext's")):
		steps = medians(seen[name].times)
		report.notes.append(f"{label}: " + ", ".join(f"{step} {ms(t)}" for step, t in steps.items()))
	return report


def medians(times: dict[str, list[float]]) -> dict[str, float]:
	return {name: statistics.median(values) for name, values in times.items()}


def ms(seconds: float) -> str:
	return f"{seconds * 1000:,.1f} ms"
