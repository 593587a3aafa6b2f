"""The portal's list of requests against ERPNext's own portal list page, over HTTP.

Both pages are asked of one server process, by portal users that are logged in, with as many documents behind
each: ours is the asking outlet's clerk on /gerai/permintaan, ERPNext's a customer's user on
/material-requests. Both pages show the newest documents only; how many is counted in the HTML and printed.
Bytes are those of the uncompressed answer.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlencode

import frappe

from benchmarks import measure, peak, plan
from benchmarks.measure import Ratio, Report
from tests import story

RUNS = 30
TARGET_RATIO = 1 / 3
OURS, THEIRS = "/gerai/permintaan", "/material-requests"


@contextmanager
def server():
	"""A gunicorn with one worker for the site; yields its port."""
	with socket.socket() as free:
		free.bind(("127.0.0.1", 0))
		port = free.getsockname()[1]
	process = subprocess.Popen(
		[
			os.path.join(os.path.dirname(sys.executable), "gunicorn"),
			*("--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "1", "--timeout", "120"),
			*("--log-level", "warning", "frappe.app:application"),
		],
		cwd=os.path.join(os.environ["BENCH"], "sites"),
	)
	try:
		for _attempt in range(100):
			with socket.socket() as probe:
				if probe.connect_ex(("127.0.0.1", port)) == 0:
					break
			time.sleep(0.1)
		yield port, process.pid
	finally:
		process.terminate()
		process.wait()


class Browser:
	"""One person's session: a cookie, and GET and POST."""

	def __init__(self, port: int, user: str):
		self.port, self.cookie = port, ""
		status, headers, _body = self.request(
			"POST", "/api/method/login", urlencode({"usr": user, "pwd": story.PASSWORD})
		)
		assert status == 200, f"{user} could not log in: {status}"
		self.cookie = "; ".join(
			value.split(";")[0] for name, value in headers if name.lower() == "set-cookie" and "=" in value
		)

	def request(self, method: str, path: str, body: str | None = None):
		connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
		headers = {"Host": frappe.local.site, "Cookie": self.cookie, "Accept": "text/html"}
		if body:
			headers["Content-Type"] = "application/x-www-form-urlencoded"
		connection.request(method, path, body, headers)
		response = connection.getresponse()
		content = response.read()
		connection.close()
		return response.status, response.getheaders(), content

	def page(self, path: str) -> bytes:
		status, _headers, content = self.request("GET", path)
		assert status == 200, f"{path} answered {status}"
		return content


def _server_peak(master: int) -> float:
	"""The highest resident set among the server's processes, in MB."""
	with open(f"/proc/{master}/task/{master}/children") as file:
		return max(peak.resident(pid) for pid in (master, *file.read().split()))


def run() -> Report:
	report = Report(
		f"3. the portal's list of {plan.DOCUMENTS:,} requests over HTTP, median of {RUNS} interleaved visits"
	)
	peaks = {}
	for name, user, path in (
		("ours", plan.clerk(plan.TARGET), OURS),
		("ERPNext's", plan.CUSTOMER_USER, THEIRS),
	):
		with server() as (port, pid):
			browser = Browser(port, user)
			for _visit in range(5):
				browser.page(path)
			peaks[name] = _server_peak(pid)
	with server() as (port, _pid):
		ours, theirs = Browser(port, plan.clerk(plan.TARGET)), Browser(port, plan.CUSTOMER_USER)
		pages = {"ours": ours.page(OURS), "erpnext": theirs.page(THEIRS)}
		times = measure.medians(
			measure.interleaved(
				{"ours": lambda: ours.page(OURS), "erpnext": lambda: theirs.page(THEIRS)}, RUNS, 5
			)
		)
	rows = {
		"ours": len(set(re.findall(rb"IOR-[\w-]+", pages["ours"]))),
		"erpnext": len(set(re.findall(rb"/(BEN-MR-\d+)", pages["erpnext"]))),
	}
	assert all(rows.values()), rows
	sizes = {name: len(page) for name, page in pages.items()}
	report.ratios += [
		Ratio(
			f"bytes of {OURS} / of {THEIRS}",
			sizes["ours"] / sizes["erpnext"],
			TARGET_RATIO,
			f"{sizes['ours']:,} / {sizes['erpnext']:,}",
		),
		Ratio(
			f"time of {OURS} / of {THEIRS}",
			times["ours"] / times["erpnext"],
			TARGET_RATIO,
			f"{measure.ms(times['ours'])} / {measure.ms(times['erpnext'])}",
		),
	]
	report.notes.append(
		f"of {plan.DOCUMENTS:,} documents each, ours shows the newest {rows['ours']}, ERPNext's the newest {rows['erpnext']}"
	)
	report.notes.append(
		"peak memory (VmHWM of a server process of its own): "
		+ "; ".join(f"{name} {high:.0f} MB" for name, high in peaks.items())
	)
	return report
