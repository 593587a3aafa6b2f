"""The bench's site that is measured: which one, and whether it may be."""

import os

import frappe

from tests import story


def connect(made: str | None = None) -> None:
	"""Connect to the site of BENCH and SITE; refuse one that is not for tests or holds other companies than
	the tests' and those whose name begins with `made`, what an earlier run made."""
	bench, site = os.environ.get("BENCH"), os.environ.get("SITE")
	if not bench or not site:
		raise SystemExit("Say which site, as in: make bench BENCH=<bench directory> SITE=<site>")
	# Frappe keeps its logs beside the directory it runs in.
	os.chdir(os.path.join(bench, "sites"))
	frappe.init(site=site)
	if not frappe.conf.allow_tests:
		raise SystemExit(
			f"{site} is no test site; if it may be measured: bench --site {site} set-config allow_tests true"
		)
	frappe.connect()
	foreign = {
		name
		for name in frappe.get_all("Company", pluck="name")
		if name not in story.COMPANIES and not (made and name.startswith(made))
	}
	if foreign:
		raise SystemExit(f"{site} has companies that are not the tests': {', '.join(sorted(foreign))}")
