"""Registering as a browser and other clients meet it: over HTTP, with files, from somewhere on the
internet."""

import itertools
import json
from io import BytesIO

import pytest

import frappe
from frappe.utils import add_days, today

from ks212_community import notices
from ks212_community.api import registration as api
from ks212_community.umkm_supply import files
from tests import story, umkm_story
from tests.flow import new_key

DOCTYPE = "UMKM Registration"
PATH = "/api/method/ks212_community.api.registration."
MANAGER = story.manager(umkm_story.COMMUNITY)
_addresses = itertools.count(1)


@pytest.fixture(autouse=True)
def nothing_stays(monkeypatch):
	"""Requests commit: what a test leaves is taken back, and no notice waits for documents that are gone."""
	monkeypatch.setattr(notices, "later", lambda *args, **kwargs: None)
	before = set(frappe.get_all(DOCTYPE, pluck="name"))
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	for name in set(frappe.get_all(DOCTYPE, pluck="name")) - before:
		forget(frappe.get_doc(DOCTYPE, name))
	frappe.db.commit()


def forget(doc):
	"""Delete a registration and all that it became."""
	if doc.supplier:
		found = [("Portal User", {"parent": doc.supplier}), ("UMKM Licence", {"supplier": doc.supplier})]
		found += [("Bank Account", {"party": doc.supplier})]
		links = {"link_doctype": "Supplier", "link_name": doc.supplier}
		for row in frappe.get_all("Dynamic Link", filters=links, fields=["parenttype", "parent"]):
			found.append((row.parenttype, {"name": row.parent}))
		found += [("Supplier", {"name": doc.supplier}), ("User", {"name": doc.user})]
		for doctype, filters in found:
			for name in frappe.get_all(doctype, filters=filters, pluck="name"):
				forget_files(doctype, name)
				frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)
	forget_files(DOCTYPE, doc.name)
	frappe.delete_doc(DOCTYPE, doc.name, force=True)


def forget_files(doctype, name):
	filters = {"attached_to_doctype": doctype, "attached_to_name": name}
	for file in frappe.get_all("File", filters=filters, pluck="name"):
		frappe.delete_doc("File", file, force=True)


def new_address():
	"""The headers of somebody who has not called before."""
	return {"X-Forwarded-For": f"198.51.100.{next(_addresses)}-{frappe.generate_hash(length=6)}"}


def register(http, sent=None, headers=None, **changes):
	"""Send the public form; `sent` are its files {field: (file name, content)}."""
	form = {**umkm_story.REGISTRATION, "key": new_key(), **changes}
	for fieldname, (filename, content) in (sent or {}).items():
		form[fieldname] = (BytesIO(content), filename)
	headers = {"Accept": "application/json", **(headers or new_address())}
	return http.post(PATH + "register", data=form, headers=headers)


def said(answer):
	return json.loads(answer.get_data(as_text=True))


def test_anybody_registers_with_files_that_reviewers_alone_can_open(http):
	answer = register(
		http,
		{
			"business_photo": ("gerobak.jpg", umkm_story.photo(size=(2000, 1500))),
			"product_photo": ("produk.png", umkm_story.photo("PNG")),
			"halal_file": ("halal.pdf", umkm_story.PDF),
		},
		halal_no="ID00110000123450722",
		halal_expiry=add_days(today(), 400),
	)
	assert answer.status_code == 200, answer.get_data(as_text=True)
	assert list(said(answer)["message"]) == ["name", "status_key"]
	doc = frappe.get_doc(DOCTYPE, said(answer)["message"]["name"])
	assert doc.owner == "Guest" and doc.status == "Pending"
	kept = [doc.business_photo, doc.product_photo, doc.halal_file]
	assert all(url.startswith("/private/files/") for url in kept)
	assert not doc.food_licence_file
	assert http.get(doc.halal_file).status_code in (401, 403)
	for user, status in ((MANAGER, 200), (story.PUSAT, 200), (story.manager("Bogor Kota"), 403)):
		assert http.login(user).status_code == 200
		for url in kept:
			assert http.get(url).status_code == status, (user, url)
	http.login(MANAGER)
	assert http.get(doc.halal_file).get_data() == umkm_story.PDF


@pytest.mark.parametrize(
	("field", "filename", "content", "words"),
	[
		("business_photo", "foto.jpg", umkm_story.PDF, "not a photo"),
		("halal_file", "halal.pdf", b"MZ\x90\x00" + b"x" * 400, "neither a photo nor a PDF"),
		("product_photo", "foto.jpg", b"x" * (files.MAX_BYTES + 100), "larger than 2 MB"),
		("product_photo", "foto.jpg", b"", "is empty"),
	],
)
def test_a_file_that_is_not_what_it_says_leaves_nothing(http, field, filename, content, words):
	before = frappe.db.count(DOCTYPE), frappe.db.count("File"), frappe.db.count("Request Key")
	answer = register(http, {field: (filename, content)})
	assert answer.status_code == 417
	assert words in answer.get_data(as_text=True)
	assert before == (frappe.db.count(DOCTYPE), frappe.db.count("File"), frappe.db.count("Request Key"))


def test_a_form_sent_again_is_one_registration_also_with_its_files(http):
	headers, key = new_address(), new_key()
	sent = {"product_photo": ("produk.jpg", umkm_story.photo())}
	first = said(register(http, sent, headers, key=key))["message"]
	assert said(register(http, sent, headers, key=key))["message"] == first
	assert frappe.db.count("File", {"attached_to_name": first["name"]}) == 1
	other = register(http, headers=new_address(), key=key, owner_name="Orang Lain")
	assert other.status_code == 409
	assert first["name"] not in other.get_data(as_text=True)


def test_one_address_tries_so_often_an_hour(http):
	headers = new_address()
	for _try in range(api.REGISTRATIONS_PER_HOUR):
		assert register(http, headers=headers, nib="12").status_code == 417
	assert register(http, headers=headers).status_code == 429
	assert register(http).status_code == 200, "others are not held up"


def look(http, status_key, headers=None):
	headers = {"Accept": "application/json", **(headers or new_address())}
	return http.get(PATH + "get_status", query_string={"status_key": status_key}, headers=headers)


def test_whoever_holds_the_link_sees_the_state_and_nothing_of_the_member(http):
	registered = said(register(http))["message"]
	answer = look(http, registered["status_key"])
	assert answer.status_code == 200
	assert sorted(said(answer)["message"]) == sorted(api.STATUS_FIELDS)
	assert said(answer)["message"]["status"] == "Pending"
	for guess in (registered["name"], "%", "", registered["status_key"][:-1]):
		assert look(http, guess).status_code in (404, 417), guess
	other = said(register(http))["message"]
	assert len({other["status_key"], registered["status_key"]}) == 2
	assert len(other["status_key"]) == 32, "not to be guessed"


def test_a_reason_is_told_when_it_is_decided_and_not_before(http):
	registered = said(register(http))["message"]
	frappe.db.set_value(api.DOCTYPE, registered["name"], "reason", "NIB perlu dicek")
	for status, reason in (("Pending", None), ("Verified", None), ("Rejected", "NIB perlu dicek")):
		frappe.db.set_value(api.DOCTYPE, registered["name"], "status", status)
		frappe.db.commit()
		assert said(look(http, registered["status_key"]))["message"]["reason"] == reason, status


def test_the_reviewers_view_leaves_the_link_out(http):
	registered = said(register(http))["message"]
	http.login(MANAGER)
	path = PATH.removeprefix("/api/method/") + "get_registration"
	answer = http.call(path, "GET", registration=registered["name"])
	assert answer.status_code == 200
	assert registered["status_key"] not in answer.get_data(as_text=True)


def test_one_address_looks_so_often_an_hour(http):
	headers, key = new_address(), said(register(http))["message"]["status_key"]
	for _look in range(api.LOOKS_PER_HOUR):
		assert look(http, key, headers).status_code == 200
	assert look(http, key, headers).status_code == 429
	assert look(http, key).status_code == 200, "others are not held up"


def test_only_a_post_registers(http):
	answer = http.get(PATH + "register", headers={"Accept": "application/json"})
	assert answer.status_code in (403, 405)


def test_guests_and_strangers_reach_nothing_else(http):
	name = said(register(http))["message"]["name"]
	calls = ("list_registrations", "get_registration", "verify", "approve", "reject", "invite")
	licences = ("list_licences", "renew_licence", "confirm_licence", "allow_exception")
	for user in (None, story.clerk(story.SHORT)):
		if user:
			http.login(user)
		for function in calls:
			http_method = "GET" if function in ("list_registrations", "get_registration") else "POST"
			arguments = {"community": umkm_story.COMMUNITY} if function == "list_registrations" else {}
			if function != "list_registrations":
				arguments = {"registration": name, "reason": "Tidak", "key": new_key()}
			path = PATH.removeprefix("/api/method/") + function
			assert http.call(path, http_method, **arguments).status_code == 403, (user, function)
		for function in licences:
			path = PATH.removeprefix("/api/method/") + function
			http_method = "GET" if function == "list_licences" else "POST"
			assert http.call(path, http_method, key=new_key()).status_code in (403, 417), (user, function)
		assert http.get(f"/api/resource/{DOCTYPE}/{name}").status_code == 403, user
	assert frappe.db.get_value(DOCTYPE, name, "status") == "Pending"


def admit(http, **changes):
	"""A registration with its certificate, verified and approved over HTTP; return the document."""
	sent = {"halal_file": ("halal.pdf", umkm_story.PDF)}
	numbers = {"halal_no": "ID00110000123450722", "halal_expiry": add_days(today(), 400)}
	name = said(register(http, sent, **numbers, **changes))["message"]["name"]
	for user, function in ((MANAGER, "verify"), (story.PUSAT, "approve")):
		with story.acting_as(user):
			getattr(api, function)(registration=name, key=new_key())
		frappe.db.commit()
	return frappe.get_doc(DOCTYPE, name)


def test_an_admitted_member_renews_a_licence_with_its_document(http):
	doc = admit(http)
	user = frappe.get_doc("User", doc.user)
	user.new_password = story.PASSWORD
	user.flags.ignore_password_policy = True
	user.save()
	assert http.login("+62" + doc.phone[1:]).status_code == 401, (
		"Frappe's own login takes the number as it is kept"
	)
	assert http.login(doc.phone).status_code == 200
	form = {
		"supplier": doc.supplier,
		"kind": "Halal",
		"licence_no": "ID00110000999999999",
		"valid_until": add_days(today(), 800),
		"key": new_key(),
	}
	wrong = {**form, "key": new_key(), "file": (BytesIO(b"MZ not a PDF"), "halal.pdf")}
	assert http.post(PATH + "renew_licence", data=wrong).status_code == 417
	answer = http.post(PATH + "renew_licence", data={**form, "file": (BytesIO(umkm_story.PDF), "halal.pdf")})
	assert answer.status_code == 200, answer.get_data(as_text=True)
	new = said(answer)["message"][-1]
	assert new["state"] == "unchecked" and new["file"].startswith("/private/files/")
	assert http.get(new["file"]).get_data() == umkm_story.PDF
	assert frappe.db.count("UMKM Licence", {"supplier": doc.supplier, "kind": "Halal"}) == 2
	file = frappe.get_doc("File", {"attached_to_name": new["name"]})
	assert file.has_permission("delete", user=doc.user), "a wrong one can be taken back"
	with story.acting_as(story.PUSAT):
		api.confirm_licence(licence=new["name"], key=new_key())
	frappe.db.commit()
	file.reload()
	assert not file.has_permission("delete", user=doc.user), "what was checked stays as it was checked"
	assert http.get(new["file"]).get_data() == umkm_story.PDF
	assert (
		http.get(frappe.db.get_value("UMKM Licence", {"licence_no": doc.halal_no}, "file")).status_code == 200
	)


def test_an_admitted_members_link_leads_to_the_login(http):
	doc = admit(http)
	page = http.get("/umkm/status", query_string={"key": doc.status_key}).get_data(as_text=True)
	assert "Anda boleh memasok gerai 212 Mart." in page
	assert '"/gerai/masuk"' in page
	assert doc.phone not in page


@pytest.mark.erpnext
def test_an_invited_member_chooses_a_password_and_logs_in(http):
	doc = admit(http)
	with story.acting_as(story.PUSAT):
		invitation = api.invite(registration=doc.name)
	assert invitation["whatsapp"].startswith("https://wa.me/6286090000471?text=")
	key = invitation["link"].split("key=")[1]
	password = "keripik-Balado-212"
	arguments = {"new_password": password, "key": key, "logout_all_sessions": 1}
	assert http.call("frappe.core.doctype.user.user.update_password", **arguments).status_code == 200
	assert http.login(doc.phone, password).status_code == 200


def test_an_invitation_is_no_way_into_a_desk_users_account(http):
	doc = admit(http)
	frappe.db.set_value(DOCTYPE, doc.name, "user", story.ACCOUNTANT)
	with story.acting_as(story.PUSAT), pytest.raises(frappe.ValidationError, match="works in the desk"):
		api.invite(registration=doc.name)
	frappe.db.rollback()


@pytest.mark.erpnext
def test_the_approval_is_one_transaction(http, monkeypatch):
	"""Nothing commits on the way, neither ours nor ERPNext's own events on contacts and users."""
	name = said(register(http))["message"]["name"]
	with story.acting_as(MANAGER):
		api.verify(registration=name, key=new_key())
	frappe.db.commit()
	commits = []
	monkeypatch.setattr(frappe.db, "commit", lambda: commits.append(True))
	with story.acting_as(story.PUSAT):
		supplier = api.approve(registration=name, key=new_key())["supplier"]
	assert frappe.db.exists("Supplier", supplier) and not commits
	monkeypatch.undo()
	frappe.db.rollback()
	assert not frappe.db.exists("Supplier", supplier)
	assert frappe.db.get_value(DOCTYPE, name, "status") == "Verified"
