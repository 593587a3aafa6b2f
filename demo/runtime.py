"""Where the demo runs: a site of a bench where BENCH and SITE are set, else embedded on SQLite in .demo/.

The one place of the demo that knows the difference.
"""

import hashlib
import os
import shutil
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOST = os.environ.get("HOST_ADDRESS", "127.0.0.1")
PORT = int(os.environ.get("PORT") or 8212)
BENCH, SITE = os.environ.get("BENCH"), os.environ.get("SITE")
SITES, EMBEDDED_SITE = ROOT / ".demo", "demo.localhost"


def connect():
	"""Connect Frappe to the demo's site; on embedded, make the site where it is missing. Returns words for
	it."""
	return _connect_to_the_bench() if BENCH else _connect_embedded()


def _connect_embedded():
	sys.path[:0] = [str(ROOT / "apps"), str(ROOT / "embedded")]
	import frappe
	from frappe.installer import _new_site

	site = SITES / EMBEDDED_SITE
	stamp = site / ".made-of"
	if stamp.exists() and stamp.read_text() == _version_of_the_tables():
		frappe.init(EMBEDDED_SITE, sites_path=str(SITES))
		frappe.connect()
	else:
		# There is no migration here: a site of other tables makes way.
		shutil.rmtree(site, ignore_errors=True)
		site.mkdir(parents=True)
		(site / "site_config.json").write_text('{"allow_tests": true}')
		(SITES / "apps.txt").write_text("frappe\nerpnext\nks212_community\n")
		frappe.init(EMBEDDED_SITE, sites_path=str(SITES))
		_new_site(None, EMBEDDED_SITE, install_apps=["erpnext", "ks212_community"])
		stamp.write_text(_version_of_the_tables())
	return "embedded, on SQLite in .demo/"


def _version_of_the_tables():
	sources = [*ROOT.glob("apps/*/*/doctype/*/*.json"), *ROOT.glob("embedded/*/doctypes.txt")]
	sources += [ROOT / "apps/ks212_community/install.py", ROOT / "apps/ks212_community/constants.py"]
	content = b"".join(path.read_bytes() for path in sorted(sources))
	return hashlib.sha256(content).hexdigest()


def _connect_to_the_bench():
	import frappe

	# Frappe finds its sites and its logs from here.
	os.chdir(Path(BENCH) / "sites")
	frappe.init(site=SITE)
	frappe.connect()
	# The demo makes more users within an hour than Frappe lets in from outside.
	frappe.local.conf["throttle_user_limit"] = 1000
	return f"ERPNext {frappe.get_attr('erpnext.__version__')} on {SITE}"


def sell(outlet, goods, day=None, remarks=None):
	"""Sales of a day: on a bench one outlet's tills are ERPNext's own and make invoices; all else are
	imported as issues."""
	from tests import story

	if BENCH and outlet == story.SHORT:
		from demo import bookkeeping

		return bookkeeping.invoice(outlet, goods, day, remarks)
	return story.sell(outlet, goods, posting_date=day, remarks=remarks)


def is_posted(outlet, day, remarks):
	"""Whether `sell` has posted that day's sales before."""
	import frappe

	found = {"remarks": remarks, "posting_date": day, "docstatus": 1}
	return frappe.db.exists("Stock Entry", found) or frappe.db.exists("Sales Invoice", found)


def has_books():
	"""Whether there is a general ledger."""
	return bool(BENCH)


def settle(settlement):
	"""Submit a draft, pay it and show what the books say, where there are books."""
	from demo.speak import say

	if BENCH:
		from demo import bookkeeping

		bookkeeping.settle(settlement)
	else:
		say("It stays a draft here: embedded keeps no books. On a bench it becomes an invoice, and is paid.")


def serve():
	"""Print where the portal is and who may log in, and serve it until Ctrl-C."""
	import logging

	from werkzeug.serving import run_simple

	logging.getLogger("werkzeug").setLevel(logging.ERROR)
	application = _bench_application() if BENCH else _embedded_application()
	_print_logins()
	run_simple(HOST, PORT, application, threaded=True)


def _bench_application():
	"""The bench's own web application with its assets, without the development server's debugger."""
	import frappe.app

	frappe.app._site = SITE
	return frappe.app.application_with_statics()


def _embedded_application():
	import frappe.app

	frappe.app._site, frappe.app._sites_path = EMBEDDED_SITE, str(SITES)
	return frappe.app.application


def _print_logins():
	from demo.speak import heading, say, table
	from tests import story

	heading(f"The portal is at http://{HOST}:{PORT}/gerai, and for UMKM at http://{HOST}:{PORT}/umkm")
	say(
		f"Everybody's password is {story.PASSWORD}; log in with the user name, the phone number or the e-mail address."
	)
	table(["Role", "User name", "Phone", "Sees"], story.logins())
	desk = "ERPNext's desk" if BENCH else "a read-only desk with our own buttons"
	say(f"Pusat and the accountant find {desk} at http://{HOST}:{PORT}/app. Ctrl-C ends.")


def port_is_free():
	with socket.socket() as probe:
		probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		try:
			probe.bind((HOST, PORT))
		except OSError:
			return False
	return True
