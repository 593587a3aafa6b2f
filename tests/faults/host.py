"""Processes on the faults' site: `python -m tests.faults.host SITE`, in the bench's sites folder.

It reads one JSON line a turn, [{scene, arguments, user, kill}, …], gives each to a fork of its own, all at
the same moment, and writes one JSON line of their ends. Forks stay for the next turn, connected and warm,
unless they are killed. The host itself never connects, so that every fork has a connection of its own.
"""

import importlib
import json
import os
import signal
import sys
import traceback

import frappe


def main(site):
	import erpnext.stock.doctype.stock_entry.stock_entry  # noqa: F401 - once here, instead of in every fork

	from tests.faults import scenes  # noqa: F401

	answers = os.fdopen(os.dup(1), "w")
	os.dup2(2, 1)  # whatever else is printed is no answer
	forks = []
	for line in sys.stdin:
		jobs = json.loads(line)
		forks = [fork for fork in forks if not fork.killed]
		while len(forks) < len(jobs):
			forks.append(Fork(site, forks))
		for fork, job in zip(forks, jobs):
			fork.give(job)
		ends = [fork.end() for fork, _job in zip(forks, jobs)]
		print(json.dumps(ends), file=answers, flush=True)


class Fork:
	"""A process that performs jobs one after the other."""

	def __init__(self, site, others):
		job_read, job_write = os.pipe()
		end_read, end_write = os.pipe()
		self.killed = None
		self.pid = os.fork()
		if not self.pid:
			for fork in others:  # or they would not see the host go
				fork.jobs.close()
			os.close(job_write)
			os.close(end_read)
			serve(site, os.fdopen(job_read), os.fdopen(end_write, "w"))
		os.close(job_read)
		os.close(end_write)
		self.jobs, self.ends = os.fdopen(job_write, "w"), os.fdopen(end_read)

	def give(self, job):
		print(json.dumps(job), file=self.jobs, flush=True)

	def end(self) -> dict:
		if line := self.ends.readline():
			return json.loads(line)
		_pid, status = os.waitpid(self.pid, 0)
		self.killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else "gone"
		return {"killed": self.killed}


def serve(site, jobs, ends):
	"""Perform jobs until the host goes; never returns."""
	for line in jobs:
		end = {}
		try:
			if not frappe.db:
				frappe.init(site)
				frappe.connect()
				frappe.flags.in_test = True
			end["result"] = perform(json.loads(line))
		except BaseException as error:
			end["error"] = {
				"type": type(error).__name__,
				"status": getattr(error, "http_status_code", 500),
				"message": str(error),
				"traceback": traceback.format_exc(),
			}
			if frappe.db:
				frappe.db.rollback()
		frappe.local.message_log = []
		print(json.dumps(end, default=str), file=ends, flush=True)
	os._exit(0)


def perform(job):
	if kill := job.get("kill"):
		die_at(**kill)
	frappe.set_user(job.get("user") or "Administrator")
	path = job["scene"] if "." in job["scene"] else f"tests.faults.scenes.{job['scene']}"
	module, _dot, name = path.rpartition(".")
	result = getattr(importlib.import_module(module), name)(**job.get("arguments", {}))
	frappe.db.commit()
	# A snapshot that is left open would show the next job an older state.
	frappe.db.rollback()
	return result


def die_at(where, when):
	"""Kill this process `when` ("before" or "after") the function at the dotted path `where` is called."""
	if where == "commit":
		owner, name = frappe.db, "commit"
	else:
		module, _dot, name = where.rpartition(".")
		owner = importlib.import_module(module)
	original = getattr(owner, name)

	def deadly(*args, **kwargs):
		if when == "before":
			os.kill(os.getpid(), signal.SIGKILL)
		result = original(*args, **kwargs)
		os.kill(os.getpid(), signal.SIGKILL)
		return result

	setattr(owner, name, deadly)


if __name__ == "__main__":
	main(sys.argv[1])
