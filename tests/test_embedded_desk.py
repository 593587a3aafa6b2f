"""Embedded's own parts that a bench has in another form: its desk, its login page, its installer."""

import os
import re

import pytest

import frappe
from frappe.auth import LoginManager

from tests import story, umkm_story
from tests.flow import FlowTestCase
from tests.portal import forget_documents

pytestmark = pytest.mark.skipif(
	bool(os.environ.get("BENCH")), reason="a bench has Frappe's own desk and installer"
)


class TestDesk:
	def test_guests_log_in_and_come_back(self, http):
		answer = http.get("/app/outlet-transfer")
		assert (answer.status_code, answer.headers["Location"]) == (
			302,
			"/login?redirect-to=/app/outlet-transfer",
		)
		page = http.get(answer.headers["Location"])
		assert 'value="/app/outlet-transfer"' in page.text
		form = {"usr": story.PUSAT, "pwd": "salah", "redirect-to": "/app"}
		assert http.post("/login", data=form).status_code == 401
		answer = http.post("/login", data={**form, "pwd": story.PASSWORD})
		assert (answer.status_code, answer.headers["Location"]) == (303, "/app")
		form = {**form, "pwd": story.PASSWORD, "redirect-to": "//evil.example"}
		token = {"X-Frappe-CSRF-Token": "x"}
		assert http.post("/login", data=form, headers=token).headers["Location"] == "/app"

	def test_portal_users_stay_outside(self, http):
		http.login(story.clerk(story.SHORT))
		assert http.get("/app").status_code == 403

	def test_lists_forms_and_reports(self, http):
		http.login(story.PUSAT)
		assert "/app/outlet-transfer" in http.get("/app").text
		assert f"/app/outlet/{story.SHORT}" in http.get("/app/outlet").text
		assert "kepala" in http.get(f"/app/outlet/{story.SHORT}").text
		for report in frappe.get_all("Report", pluck="name"):
			assert http.get(f"/app/query-report/{report}").status_code == 200, report
		assert http.get("/app/tidak-ada").status_code == 404
		assert http.get("/app/outlet/tidak-ada").status_code == 404
		assert http.get("/app/journal-entry").status_code == 404

	def test_a_report_is_for_who_may_read_its_doctype(self, http):
		http.login("Administrator", "admin")
		assert http.get("/app/query-report/Tidak ada").status_code == 404

	def test_files_of_the_app(self, http):
		answer = http.get("/assets/ks212_community/css/gerai.css")
		assert (answer.status_code, answer.mimetype) == (200, "text/css")
		assert "max-age" in answer.headers["Cache-Control"]
		for path in ("ks212_community/css/tidak-ada.css", "ks212_community/../hooks.py", "tidak_ada/x.css"):
			assert http.get(f"/assets/{path}").status_code == 404


class TestActions(FlowTestCase):
	@pytest.fixture(autouse=True)
	def _http(self, http):
		self.http = http

	def test_pusats_actions_are_forms(self):
		from ks212_community.api import exchange

		limit = frappe.db.get_single_value("KS212 Settings", "approval_value")
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.set_single_value, "KS212 Settings", "approval_value", limit)
		frappe.db.set_single_value("KS212 Settings", "approval_value", 1)
		self.ask((story.OIL, 12))
		transfer = self.promise(story.NEXT)
		self.assertEqual(transfer.approval_status, "Pending")
		path = f"/app/outlet-transfer/{transfer.name}"
		self.http.login(story.PUSAT)
		page = self.http.get(path).text
		self.assertIn('value="approve"', page)
		hidden = dict(re.findall(r'name="(csrf_token|key)" value="([^"]+)"', page))
		self.assertIn("failed", self.http.post(path, data={**hidden, "action": "reject"}).text)
		page = self.http.post(path, data={**hidden, "key": "k" * 20, "action": "approve"}).text
		self.assertNotIn('value="approve"', page)
		with story.acting_as(story.PUSAT):
			self.assertEqual(exchange.get_transfer(transfer.name)["approval_status"], "Approved")

	def test_a_registration_is_reviewed_on_its_form(self):
		values = {**umkm_story.REGISTRATION, "region": "Depok"}
		doc = frappe.get_doc({"doctype": "UMKM Registration", **values}).insert()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(doc.delete, ignore_permissions=True, force=True)
		path = f"/app/umkm-registration/{doc.name}"
		self.http.login(story.PUSAT)
		hidden = dict(re.findall(r'name="(csrf_token|key)" value="([^"]+)"', self.http.get(path).text))
		page = self.http.post(path, data={**hidden, "action": "verify", "note": "Dapurnya bersih"}).text
		self.assertIn('value="approve"', page)
		self.assertEqual(doc.reload().verification_note, "Dapurnya bersih")

	def _forget(self):
		"""The requests committed, and the savepoint went with that."""
		forget_documents()
		frappe.local.message_log = []


def fail(login_manager=None):
	raise frappe.ValidationError("Sengaja")


class TestJobs:
	def test_a_job_that_fails_is_logged_and_nothing_else(self):
		frappe.enqueue("tests.test_embedded_desk.fail")
		found = frappe.get_all(
			"Error Log", {"method": "Job tests.test_embedded_desk.fail"}, ["name", "error"]
		)
		assert "Sengaja" in found[0].error
		frappe.db.delete("Error Log", {"name": found[0].name})
		frappe.db.commit()

	def test_a_login_calls_the_apps_hooks(self, monkeypatch):
		monkeypatch.setattr(frappe, "get_hooks", lambda hook: ["tests.test_embedded_desk.fail"])
		with pytest.raises(frappe.ValidationError):
			LoginManager.run_trigger(None, "on_session_creation")


class TestInstaller:
	def test_an_app_goes_and_comes_again(self, tmp_path):
		"""On a site of its own, in the middle of the others' run."""
		from frappe.installer import _new_site, install_app, remove_app

		site, sites_path = frappe.local.site, frappe.local.sites_path
		(tmp_path / "lain.localhost").mkdir()
		(tmp_path / "lain.localhost" / "site_config.json").write_text("{}")
		(tmp_path / "apps.txt").write_text("frappe\nerpnext\nks212_community\n")
		frappe.db.commit()
		try:
			frappe.init("lain.localhost", str(tmp_path))
			_new_site(None, "lain.localhost", install_apps=["erpnext"])
			before = self.site_as_it_is()
			install_app("ks212_community")
			install_app("ks212_community")
			installed = self.site_as_it_is()
			remove_app("ks212_community", yes=True, no_backup=True)
			after = self.site_as_it_is()
			assert {kind: after[kind] - before[kind] for kind in after if kind != "Workflow State"} == {
				kind: set() for kind in after if kind != "Workflow State"
			}
			install_app("ks212_community")
			assert self.site_as_it_is() == installed
		finally:
			frappe.init(site, sites_path)
			frappe.connect()
			frappe.flags.in_test = True

	def site_as_it_is(self):
		kinds = (
			"DocType",
			"Role",
			"Custom Field",
			"Report",
			"Workspace",
			"Workflow",
			"Workflow State",
			"Module Def",
		)
		rows = {kind: set(frappe.get_all(kind, pluck="name")) for kind in kinds}
		tables = frappe.db.sql("SELECT name FROM sqlite_master WHERE type = 'table'")
		return {**rows, "tables": {row[0] for row in tables}}
