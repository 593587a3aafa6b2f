"""Where the suite runs: on a bench's site where BENCH and SITE are set, else on embedded, on a new site in a
temporary folder. Only this file knows which of the two it is."""

import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
BENCH, SITE = os.environ.get("BENCH"), os.environ.get("SITE") or "ks212.localhost"
BENCH_ONLY = ("erpnext", "faults")

if not BENCH:
	sys.path[:0] = [str(ROOT / "embedded"), str(ROOT / "apps")]


def pytest_sessionstart(session):
	if BENCH:
		os.chdir(Path(BENCH) / "sites")  # Frappe finds its logs from here
		connect(SITE, os.getcwd())
	else:
		session.config.sites = tempfile.mkdtemp(prefix="ks212-")
		make_embedded_site(session.config.sites)


def connect(site, sites_path):
	import frappe
	import frappe.app

	frappe.init(site, sites_path)
	if not frappe.local.conf.allow_tests:
		pytest.exit(f"Site {site} is not for tests: allow_tests is not set in its site_config.json.", 3)
	frappe.connect()
	frappe.flags.in_test = True
	frappe.local.conf["throttle_user_limit"] = 1000
	frappe.app._site, frappe.app._sites_path = site, sites_path


def make_embedded_site(sites_path):
	"""A site with ERPNext and the app, as `bench new-site` makes it."""
	folder = Path(sites_path, SITE)
	folder.mkdir()
	folder.joinpath("site_config.json").write_text('{"allow_tests": true}')
	Path(sites_path, "apps.txt").write_text("frappe\nerpnext\nks212_community\n")
	import frappe
	from frappe.installer import _new_site

	frappe.init(SITE, sites_path)
	_new_site(None, SITE, install_apps=["ks212_community"])
	frappe.destroy()
	connect(SITE, sites_path)
	# As the setup wizard: the outlets of the tests are in Jakarta, and so is their day.
	frappe.db.set_single_value("System Settings", "time_zone", "Asia/Jakarta")
	frappe.db.commit()


def pytest_sessionfinish(session):
	import frappe

	frappe.destroy()
	if not BENCH:
		shutil.rmtree(session.config.sites)


def pytest_collection_modifyitems(config, items):
	config.left_out = []
	for item in items:
		if not BENCH and any(item.get_closest_marker(name) for name in BENCH_ONLY):
			item.add_marker(pytest.mark.skip(reason="on ERPNext only"))
			config.left_out.append(item.nodeid)


def pytest_terminal_summary(terminalreporter, config):
	if left_out := getattr(config, "left_out", None):
		terminalreporter.section("left to the bench (make test BENCH=… SITE=…)")
		for nodeid in left_out:
			terminalreporter.write_line(nodeid)


@pytest.fixture(scope="session", autouse=True)
def story(request):
	"""The company, outlets, goods and people that tests share."""
	import frappe

	from tests.story import setup_story

	told = setup_story()
	frappe.db.commit()
	return told


@pytest.fixture(autouse=True)
def one_transaction(request, monkeypatch):
	"""A FrappeTestCase lives in one transaction, which it rolls back: nothing within begins another."""
	from frappe.tests.utils import FrappeTestCase

	if request.cls and issubclass(request.cls, FrappeTestCase):
		monkeypatch.setattr("ks212_community.locks.begin_unlocked", lambda: None)


@pytest.fixture(autouse=True)
def as_administrator():
	"""A test starts as Administrator, with nothing said and nothing asked, whatever the one before left."""
	import frappe

	frappe.set_user("Administrator")
	frappe.local.message_log = []
	frappe.local.lang = "en"


class Http:
	"""A browser without a screen: keeps its cookies, sends each request to the web application in a thread of
	its own."""

	def __init__(self):
		from werkzeug.test import Client

		import frappe.app

		self.client = Client(frappe.app.application)

	def open(self, path, method="GET", **kwargs):
		"""Commits before, so that the request sees what the test wrote, and starts a new snapshot after."""
		import frappe

		frappe.db.commit()
		with ThreadPoolExecutor(1) as thread:
			answer = thread.submit(self.client.open, path, method=method, buffered=True, **kwargs).result()
		frappe.db.rollback()
		frappe.clear_cache()
		return answer

	def get(self, path, **kwargs):
		return self.open(path, **kwargs)

	def post(self, path, **kwargs):
		return self.open(path, method="POST", **kwargs)

	def login(self, user, password=None):
		from tests.story import PASSWORD

		return self.post("/api/method/login", data={"usr": user, "pwd": password or PASSWORD})

	def call(self, method, http_method="POST", headers=None, **arguments):
		"""Call a whitelisted function with JSON, as a client other than the portal does."""
		headers = {"Accept": "application/json", **(headers or {})}
		return self.open(f"/api/method/{method}", http_method, json=arguments, headers=headers)


@pytest.fixture
def http():
	return Http()
