"""Says in one line why the demo and the tests cannot run on a bench's site, and exits 3; silent if they can.

Read from standard input by the bench's Python, in the bench's sites directory: `python - SITE
"Company|Company"`.
"""

import sys


def refuse(why):
	print(f"Not run on the bench: {why}", file=sys.stderr)
	raise SystemExit(3)


def main(site, companies):
	if sys.version_info < (3, 10):  # noqa: UP036 - the bench may be older than we ask
		refuse(f"its Python is {sys.version.split()[0]}, and 3.10 or newer is needed")
	try:
		import erpnext
		import frappe
	except ImportError as error:
		refuse(f"its Python cannot import {error.name}; run: bench setup requirements")
	for name, module in (("Frappe", frappe), ("ERPNext", erpnext)):
		if module.__version__.split(".")[0] != "15":
			refuse(f"{name} is {module.__version__}, and version 15 is needed")

	frappe.init(site=site)
	if not frappe.conf.allow_tests:
		refuse(
			f"{site} is no test site; if it may hold the demo: bench --site {site} set-config allow_tests true"
		)
	for name in ("redis_cache", "redis_queue"):
		if not answers(frappe.conf.get(name)):
			refuse(f"Redis does not answer at {frappe.conf.get(name)} ({name}); start it with: bench start")
	try:
		frappe.connect()
		foreign = [name for name in frappe.get_all("Company", pluck="name") if name not in companies]
	except Exception as error:
		where = f"{frappe.conf.db_host or 'localhost'}:{frappe.conf.db_port or 3306}"
		if frappe.db.is_table_missing(error):
			refuse(f"{site} has no ERPNext; install it with: bench --site {site} install-app erpnext")
		refuse(f"MariaDB at {where} does not let {site} in: {error}")
	if foreign:
		refuse(f"{site} has companies that are not the demo's: {', '.join(foreign)}")


def answers(url):
	import redis

	try:
		return redis.from_url(url, socket_connect_timeout=3, socket_timeout=3).ping()
	except redis.exceptions.RedisError:
		return False


if __name__ == "__main__":
	main(sys.argv[1], sys.argv[2].split("|"))
