"""Over HTTP: who is logged in, what a call answers, what it commits, and how pages behave."""

import json
import re

import pytest

import frappe

from tests import story

SHORT_CLERK = story.clerk(story.SHORT)
FIND = "ks212_community.api.exchange.find_item"
PURGE_ALL = "ks212_community.network_planning.snapshot.refresh_now"


def cookies_of(response):
	return {c.split("=")[0]: c for c in response.headers.getlist("Set-Cookie")}


class TestLogin:
	def test_by_name_phone_or_address(self, http):
		for name in (SHORT_CLERK, story.phone_of(SHORT_CLERK), story.SHORT.lower()):
			with allowed_names():
				assert http.login(name).status_code == 200
			assert http.call(FIND, query=story.OIL, outlet=story.SHORT).status_code == 200

	def test_what_it_answers(self, http):
		answer = http.login(SHORT_CLERK)
		assert answer.json["message"] == "No App"
		assert answer.json["home_page"] == "/gerai"
		sid = cookies_of(answer)["sid"]
		assert "HttpOnly" in sid and "SameSite=Lax" in sid and "Secure" not in sid
		answer = http.login(story.PUSAT)
		assert (answer.json["message"], answer.json["full_name"]) == ("Logged In", "Petugas Pusat")

	@pytest.mark.parametrize(
		"user, password", [(SHORT_CLERK, "salah"), ("tidak.ada@ks212.example", "x"), ("", "")]
	)
	def test_who_is_refused(self, http, user, password):
		answer = http.post("/api/method/login", data={"usr": user, "pwd": password})
		assert (answer.status_code, answer.json["exc_type"]) == (401, "AuthenticationError")
		assert http.call(FIND, query=story.OIL, outlet=story.SHORT).status_code == 403

	def test_a_disabled_user_is_out_at_once(self, http):
		http.login(story.OUTSIDER)
		frappe.db.set_value("User", story.OUTSIDER, "enabled", 0)
		frappe.clear_document_cache("User", story.OUTSIDER)
		try:
			assert http.login(story.OUTSIDER).status_code == 401
		finally:
			frappe.db.set_value("User", story.OUTSIDER, "enabled", 1)
			frappe.clear_document_cache("User", story.OUTSIDER)
			frappe.db.commit()

	def test_logging_out_ends_the_session(self, http):
		http.login(SHORT_CLERK)
		sid = http.client.get_cookie("sid").value
		assert http.post("/api/method/logout").status_code == 200
		assert http.call(FIND, query=story.OIL, outlet=story.SHORT).status_code == 403
		http.client.set_cookie("sid", sid)
		assert http.call(FIND, query=story.OIL, outlet=story.SHORT).status_code == 403


def allowed_names():
	"""Log in by phone and user name is a setting of the site."""
	from contextlib import contextmanager

	@contextmanager
	def settings():
		names = ("allow_login_using_mobile_number", "allow_login_using_user_name")
		before = {name: frappe.db.get_single_value("System Settings", name) for name in names}
		_write(dict.fromkeys(names, 1))
		yield
		_write(before)

	def _write(values):
		for name, value in values.items():
			frappe.db.set_single_value("System Settings", name, value)
		frappe.clear_document_cache("System Settings", "System Settings")
		frappe.db.commit()

	return settings()


class TestCalls:
	def test_a_call_answers_json(self, http):
		http.login(SHORT_CLERK)
		answer = http.call(FIND, query=story.OIL, outlet=story.SHORT)
		assert (answer.status_code, answer.mimetype) == (200, "application/json")
		assert answer.json["message"][0]["item_code"] == story.OIL
		by_form = http.get(f"/api/method/{FIND}?query={story.OIL}&outlet={story.SHORT}&_=1&unknown=2")
		assert by_form.json["message"] == answer.json["message"]

	def test_a_refusal_says_what_and_why(self, http):
		http.login(SHORT_CLERK)
		answer = http.call(FIND, query=story.OIL, outlet=story.FAR)
		assert (answer.status_code, answer.json["exc_type"]) == (403, "PermissionError")
		answer = http.call("ks212_community.api.exchange.get_transfer", transfer="tidak ada")
		assert (answer.status_code, answer.json["exc_type"]) == (404, "DoesNotExistError")
		assert "tidak ada" in json.loads(json.loads(answer.json["_server_messages"])[0])["message"]

	def test_what_cannot_be_called(self, http):
		http.login(SHORT_CLERK)
		for method in ("frappe.db.get_value", "ks212_community.api.once.purge"):
			assert http.call(method).status_code in (403, 417)
		assert http.call("ks212_community.tidak.ada").status_code == 417
		assert http.get("/api/tidak/ada").status_code == 404
		assert http.call(PURGE_ALL, http_method="GET").status_code == 403
		assert http.post("/api/method/" + FIND, data="[1]", content_type="application/json").status_code in (
			417,
			500,
		)

	def test_guests_call_nothing(self, http):
		assert http.call(FIND, query=story.OIL, outlet=story.SHORT).status_code == 403

	def test_guests_call_what_is_open_to_them(self, http):
		headers = {"X-Forwarded-For": f"2001:db8::{frappe.generate_hash(length=4)}"}
		answer = http.call("ks212_community.api.registration.register", headers=headers)
		assert (answer.status_code, answer.json["exc_type"]) == (417, "ValidationError")
		answer = http.call("ks212_community.api.registration.register", http_method="GET", headers=headers)
		assert answer.status_code == 403

	def test_an_override_answers_in_the_originals_place(self, http):
		http.login(SHORT_CLERK)
		method = "erpnext.stock.utils.get_latest_stock_qty"
		own = http.call(method, item_code=story.SUGAR, warehouse=story.warehouse_of(story.SHORT))
		assert own.json["message"] == story.on_hand(story.SHORT, story.SUGAR)
		assert (
			http.call(method, item_code=story.SUGAR, warehouse=story.warehouse_of(story.FAR)).status_code
			== 403
		)

	def test_a_missing_argument_is_an_error_of_the_server(self, http):
		http.login(SHORT_CLERK)
		answer = http.call("erpnext.stock.get_item_details.get_conversion_factor", item_code=story.OIL)
		assert (answer.status_code, answer.json["exc_type"]) == (500, "TypeError")

	def test_a_browser_gets_a_page(self, http):
		answer = http.get(f"/api/method/{FIND}", headers={"Accept": "text/html"})
		assert (answer.status_code, answer.mimetype) == (403, "text/html")


class TestTokens:
	def token(self, http):
		page = http.get("/gerai").text
		return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)

	def test_a_session_without_a_token_needs_none(self, http):
		http.login(SHORT_CLERK)
		assert http.call(FIND, query=story.OIL, outlet=story.SHORT).status_code == 200

	def test_once_a_page_has_made_one_every_post_needs_it(self, http):
		http.login(SHORT_CLERK)
		token = self.token(http)
		assert http.call(FIND, query=story.OIL, outlet=story.SHORT).json["exc_type"] == "CSRFTokenError"
		assert http.call(FIND, query=story.OIL, outlet=story.SHORT).status_code == 400
		headers = {"X-Frappe-CSRF-Token": token}
		assert http.call(FIND, headers=headers, query=story.OIL, outlet=story.SHORT).status_code == 200
		form = {"query": story.OIL, "outlet": story.SHORT, "csrf_token": token}
		assert http.post(f"/api/method/{FIND}", data=form).status_code == 200
		assert http.get(f"/api/method/{FIND}?query={story.OIL}&outlet={story.SHORT}").status_code == 200
		assert self.token(http) == token


class TestResources:
	def test_portal_users_are_kept_out(self, http):
		http.login(SHORT_CLERK)
		for path in ("Outlet", f"Outlet/{story.SHORT}", "Item", "Outlet Transfer"):
			assert http.get(f"/api/resource/{path}").status_code == 403
		assert http.post("/api/resource/Outlet", json={}).status_code >= 400

	def test_pusat_reads(self, http):
		http.login(story.PUSAT)
		assert http.get(f"/api/resource/Outlet/{story.SHORT}").json["data"]["outlet_code"] == story.SHORT
		rows = http.get('/api/resource/Outlet?fields=["name","kind"]&filters={"kind":"DC"}').json["data"]
		assert rows == [{"name": story.DC, "kind": "DC"}]


class TestPages:
	def test_a_guest_is_sent_to_log_in(self, http):
		answer = http.get("/gerai")
		assert answer.status_code == 302
		assert answer.headers["Location"].startswith("/gerai/masuk?redirect-to=")

	def test_a_page_is_found_by_its_path(self, http):
		assert http.get("/gerai/masuk").status_code == 200
		assert http.get("/gerai/tidak-ada").status_code == 404
		assert http.get("/tidak-ada").status_code == 404

	def test_a_form_posts_to_its_page_and_is_sent_on(self, http):
		with allowed_names():
			answer = http.post("/gerai/masuk", data={"usr": story.SHORT.lower(), "pwd": story.PASSWORD})
		assert answer.status_code == 303
		assert http.get("/gerai").status_code == 200
		assert "no-store" in http.get("/gerai").headers["Cache-Control"]

	def test_the_language_is_asked_for_remembered_or_the_users_own(self, http):
		assert 'lang="id"' in http.get("/gerai/masuk").text
		assert 'lang="en"' in http.get("/gerai/masuk?_lang=en").text
		http.client.set_cookie("preferred_language", "en")
		assert 'lang="en"' in http.get("/gerai/masuk").text
		http.login(SHORT_CLERK)
		assert 'lang="id"' in http.get("/gerai").text

	def test_the_start_page_is_the_users_own(self, http):
		answer = http.get("/")
		assert answer.status_code in (200, 301, 302)
