"""The faults' own site, and a host of processes on it.

The site is `FAULTS_SITE`, or faults.localhost beside `SITE`; a site with ERPNext and `allow_tests` that
nothing else uses. The app and the story are brought onto it here; tests reach it in other processes alone.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APP = "ks212_community"
FAULTS_SITE = os.environ.get("FAULTS_SITE") or "faults.localhost"
ROUNDS = int(os.environ.get("FAULT_ROUNDS") or 25)


def pytest_collection_modifyitems(items):
	for item in items:
		if Path(__file__).parent in item.path.parents:
			item.add_marker(pytest.mark.faults)
			item.add_marker(pytest.mark.erpnext)


class Host:
	"""Runs scenes on the faults' site, each in a process of its own."""

	def __init__(self, sites):
		environment = {
			**os.environ,
			"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
		}
		self.process = subprocess.Popen(
			[sys.executable, "-m", "tests.faults.host", FAULTS_SITE],
			cwd=sites,
			env=environment,
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
		)

	def together(self, jobs) -> list[dict]:
		"""Run jobs at the same moment; return each one's end: {result}, {error} or {killed}."""
		self.process.stdin.write(json.dumps(jobs) + "\n")
		self.process.stdin.flush()
		return json.loads(self.process.stdout.readline())

	def end_of(self, scene, user=None, kill=None, **arguments) -> dict:
		"""How one job ends."""
		return self.together([job(scene, user, kill, **arguments)])[0]

	def run(self, scene, user=None, **arguments):
		"""What one job that must not fail returns."""
		end = self.end_of(scene, user, **arguments)
		assert "result" in end, end.get("error", {}).get("traceback") or end
		return end["result"]

	def stop(self):
		self.process.stdin.close()
		self.process.wait(30)


def job(scene, user=None, kill=None, **arguments) -> dict:
	return {"scene": scene, "user": user, "kill": kill, "arguments": arguments}


@pytest.fixture(scope="session")
def host():
	sites = Path(os.environ["BENCH"]) / "sites"
	if not (sites / FAULTS_SITE / "site_config.json").exists():
		pytest.skip(
			f"the bench has no site {FAULTS_SITE} for races and kills; make one with: "
			f"bench new-site {FAULTS_SITE} --install-app erpnext && bench --site {FAULTS_SITE} set-config allow_tests true"
		)
	if FAULTS_SITE == os.environ.get("SITE"):
		pytest.skip(f"{FAULTS_SITE} is the site of the other tests; races and kills want one of their own")
	config = json.loads((sites / FAULTS_SITE / "site_config.json").read_text())
	if not config.get("allow_tests"):
		pytest.skip(f"{FAULTS_SITE} is no test site: allow_tests is not set in its site_config.json")
	bring_up_to_date(sites)
	host = Host(sites)
	host.run("prepare")
	yield host
	host.stop()


def bring_up_to_date(sites):
	"""Install the app on the faults' site, or migrate it where a doctype has changed since the last run."""
	inner = ROOT / "apps" / APP
	files = sorted(
		file for pattern in ("**/*.json", "patches.txt", "hooks.py") for file in inner.glob(pattern)
	)
	state = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
	stamp = sites / FAULTS_SITE / f".{APP}-faults"

	def frappe_command(*arguments):
		command = [
			sys.executable,
			"-m",
			"frappe.utils.bench_helper",
			"frappe",
			"--site",
			FAULTS_SITE,
			*arguments,
		]
		done = subprocess.run(command, cwd=sites, capture_output=True, text=True)
		assert done.returncode == 0, done.stdout + done.stderr
		return done.stdout

	if APP not in frappe_command("list-apps"):
		frappe_command("install-app", APP)
		with (ROOT / "scripts" / "set_up_site.py").open() as script:
			subprocess.run([sys.executable, "-", FAULTS_SITE], cwd=sites, stdin=script, check=True)
	elif not stamp.exists() or stamp.read_text() != state:
		frappe_command("migrate", "--skip-search-index")
	stamp.write_text(state)
