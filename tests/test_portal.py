"""The portal as a browser meets it: over HTTP, committed, one request after another."""

import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest

import frappe
from frappe.utils import add_days, today

import ks212_community
from ks212_community.api import exchange
from ks212_community.portal import forms, page, words
from tests import story
from tests.portal import Browser, forget_documents, pdf_assets
from tests.story import EGGS, MILK, NEAR, NEXT, OIL, OTHER, OUTSIDER, PUSAT, SHORT, clerk

APP = Path(ks212_community.__file__).resolve().parent
FIRST_VISIT_BYTES = 100_000
LIST_PAGES = ("/gerai", "/gerai/cari", "/gerai/tanya", "/gerai/permintaan", "/gerai/diminta")
# A manager of several outlets, and two of them.
COMMUNITY = "Depok 3"


@pytest.fixture(scope="module", autouse=True)
def nothing_stays(story):
	"""Requests over HTTP commit: what this file leaves is taken back, and no job waits for documents that are
	gone."""
	patch = pytest.MonkeyPatch()
	patch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	forget_documents()
	yield
	patch.undo()
	forget_documents()


def guest():
	return Browser()


@cache
def browser(user):
	"""Somebody who has logged in, once for the whole file: logging in is the slowest thing there is."""
	somebody = Browser()
	assert somebody.login(user).status == 303
	return somebody


@pytest.fixture
def asker():
	return browser(clerk(SHORT))


@pytest.fixture
def giver():
	return browser(clerk(NEAR))


@pytest.fixture
def asked():
	"""A committed request of SHORT for oil, and the transfer that asks NEAR for it."""
	with story.acting_as(clerk(SHORT)):
		request = exchange.create_request(
			outlet=SHORT,
			items=[{"item_code": OIL, "qty": 1, "uom": "Dus"}],
			needed_by=add_days(today(), 3),
			key=frappe.generate_hash(length=20),
		)
	frappe.db.commit()
	transfer = next(row for row in request.transfers if row["source_outlet"] == NEAR)["name"]
	yield frappe._dict(request=request.name, transfer=transfer)
	forget_documents()


def status_of(transfer):
	return frappe.db.get_value("Outlet Transfer", transfer, "status")


def url(name, transfer):
	return f"/gerai/{name}?name={transfer}"


def indonesian(text):
	return frappe._(text, "id")


# -- who gets in --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["{0}", "+62{1}", "62 {1}", "0{1}", "name", "login"])
def test_a_clerk_logs_in_by_phone_user_name_or_mail(spelling):
	phone = story.phone_of(clerk(SHORT))
	typed = {"name": clerk(SHORT), "login": SHORT.lower()}.get(spelling) or spelling.format(phone, phone[1:])
	somebody = guest()
	answer = somebody.login(typed)
	assert (answer.status, answer.location) == (303, "/gerai?ok=login")
	assert "212 Mart Sukmajaya" in somebody.follow(answer).text


def test_a_wrong_password_and_an_unknown_user_hear_the_same():
	somebody = guest()
	answers = [somebody.login(clerk(SHORT), "salah"), somebody.login("089999999999", "salah")]
	assert [answer.status for answer in answers] == [401, 401]
	said = indonesian("That phone number, user name or password is not right. Look again.")
	assert all(said in answer.text for answer in answers)
	assert answers[1].form(action="/gerai/masuk").fields["usr"] == "089999999999"
	assert somebody.get("/gerai").status == 302
	assert somebody.login("", "").status == 417


@pytest.mark.parametrize(
	("asked_for", "goes_to"),
	[
		("/gerai/diminta", "/gerai/diminta"),
		("/gerai/terima?name=OT-1", "/gerai/terima?name=OT-1"),
		("https://evil.example/gerai", "/gerai?ok=login"),
		("//evil.example/gerai", "/gerai?ok=login"),
		("/gerai\\@evil.example", "/gerai?ok=login"),
		("/gerai/../app", "/gerai?ok=login"),
		("/app", "/gerai?ok=login"),
		("javascript:alert(1)", "/gerai?ok=login"),
	],
)
def test_login_leads_only_to_the_portals_own_pages(asked_for, goes_to):
	answer = guest().login(clerk(SHORT), **{"redirect-to": asked_for})
	assert (answer.status, answer.location) == (303, goes_to)


@pytest.mark.parametrize(
	"path", [*LIST_PAGES, "/gerai/transfer?name=X", "/gerai/surat-jalan?name=X", "/gerai/terima?name=X"]
)
def test_a_guest_is_sent_to_log_in_and_back(path):
	somebody = guest()
	answer = somebody.get(path)
	assert answer.status == 302
	assert answer.location == page.login_url(path)
	assert answer.headers["Cache-Control"].startswith("no-store")
	answer = somebody.follow(answer)
	assert answer.form(action="/gerai/masuk").fields["redirect-to"] == path
	assert somebody.post(path).status == 302


def test_logging_out(asker):
	somebody = guest()
	somebody.login(clerk(NEXT))
	answer = somebody.get("/gerai/keluar")
	assert somebody.get("/gerai").status == 200, "looking at the page alone does not log out"
	answer = somebody.send(answer.form(action="/gerai/keluar"))
	assert answer.location == "/gerai/masuk?ok=out"
	assert somebody.get("/gerai").status == 302
	assert asker.get("/gerai").status == 200


def test_who_works_for_no_outlet_is_told_so():
	somebody = browser(OUTSIDER)
	for path in ("/gerai", "/gerai/cari", "/gerai/tanya", "/gerai/diminta"):
		answer = somebody.get(path)
		assert answer.status == 403
		assert (
			indonesian("You are not on any outlet's list yet. Ask your outlet's head or head office (pusat).")
			in answer.text
		)


# -- the pages ----------------------------------------------------------------------------------------------


def weight_of(answer):
	"""What a first visit brings over the wire, uncompressed: the page and everything it names."""
	files = set(re.findall(r"/assets/ks212_community/([\w./-]+)", answer.html))
	return len(answer.html.encode()) + sum((APP / "public" / file).stat().st_size for file in files)


def assert_is_well_made(answer):
	assert answer.status == 200, answer.text[:1500]
	assert answer.headers["Cache-Control"] == "no-store"
	assert "{{" not in answer.html and "{%" not in answer.html
	assert "Traceback" not in answer.html
	assert weight_of(answer) <= FIRST_VISIT_BYTES
	for form in answer.forms:
		if form.method == "POST":
			assert form.fields.get("csrf_token")


@pytest.mark.parametrize("path", LIST_PAGES)
def test_each_list_page_empty_and_filled(path, asker, giver, asked):
	for somebody in (asker, giver, browser(clerk(OTHER))):
		assert_is_well_made(somebody.get(path))


@pytest.mark.parametrize("path", ["/gerai/masuk", "/gerai/keluar"])
def test_the_small_pages(path, asker):
	answer = (guest() if path == "/gerai/masuk" else asker).get(path)
	assert_is_well_made(answer)


def test_what_waits_shows_at_home(asker, giver, asked):
	home = giver.get("/gerai")
	assert indonesian("1 thing waits for you.") in home.text
	assert url("transfer", asked.transfer) in home.html
	assert asked.request in asker.get("/gerai").html
	assert url("transfer", asked.transfer) in giver.get("/gerai/diminta").html


def test_a_transfer_is_for_its_two_sides(asker, giver, asked):
	for somebody in (asker, giver):
		assert_is_well_made(somebody.get(url("transfer", asked.transfer)))
	stranger = browser(clerk(OTHER))
	for name, document in (
		("transfer", asked.transfer),
		("terima", asked.transfer),
		("surat-jalan", asked.transfer),
		("permintaan", asked.request),
	):
		answer = stranger.get(url(name, document))
		assert answer.status == 403
		assert "Minyak" not in answer.text
		answer = stranger.get(url(name, "TIDAK-ADA"))
		assert answer.status == 404
	assert giver.get(url("permintaan", asked.request)).status == 403, (
		"a source does not see the whole request"
	)
	home = stranger.get("/gerai")
	token = home.form(action="/gerai/bahasa").fields["csrf_token"]
	for do in ("answer", "decline", "withdraw", "approve", "dispatch", "receive", "settle"):
		fields = {
			"csrf_token": token,
			"key": frappe.generate_hash(length=20),
			"name": asked.transfer,
			"do": do,
		}
		assert stranger.post("/gerai/transfer", **fields).status == 403
	assert status_of(asked.transfer) == "Asked"


def test_pages_without_a_name_are_a_clear_refusal(asker):
	for name in ("transfer", "terima", "surat-jalan"):
		assert 400 <= asker.get(f"/gerai/{name}").status < 500
	answer = asker.get("/gerai/tidak-ada")
	assert answer.status == 404
	assert indonesian("There is no such page.") in answer.text


def test_searching(asker):
	answer = asker.get("/gerai/cari", q="minyak")
	assert f"/gerai/tanya?item={OIL}" in answer.html
	barcode = story.item_row(OIL)["barcode"]
	assert "Minyak" in asker.get("/gerai/cari", q=barcode).text
	answer = asker.get("/gerai/cari", q="<script>alert(1)</script>")
	assert answer.status == 200
	assert "<script>alert" not in answer.html
	assert "<script>alert" in unescape(answer.html)
	answer = asker.get("/gerai/cari", q="m")
	assert answer.status == 417
	assert indonesian("Type at least two letters of the item's name.") in answer.text


def test_what_people_type_never_becomes_markup(asker, giver):
	typed = '"><b id=x>tebal</b><script>alert(1)</script>'
	answer = asker.get("/gerai/tanya", item_1=OIL, qty_1=typed, needed_by=typed, remarks=typed, q=typed)
	assert "<script>alert" not in answer.html
	answer = asker.get(
		"/gerai/tanya", item_1=OIL, qty_1="2", needed_by=add_days(today(), 2), remarks=typed, do="look"
	)
	answer = asker.follow(asker.send(answer.form(action="/gerai/tanya")))
	assert "<script>alert" not in answer.html and "<b id=" not in answer.html
	assert "tebal" in answer.text
	forget_documents()
	for path in ("/gerai/transfer", "/gerai/permintaan", "/gerai", "/gerai/masuk"):
		answer = asker.get(path, name=typed, ok=typed, outlet=SHORT, **{"redirect-to": typed})
		assert "<script>alert" not in answer.html


# -- asking -------------------------------------------------------------------------------------------------


def test_asking_for_two_items_in_one_request(asker):
	answer = asker.get("/gerai/tanya", item=OIL)
	assert_is_well_made(answer)
	gathered = dict(item_1=OIL, qty_1="1", uom_1="Dus", needed_by=add_days(today(), 3), outlet=SHORT)
	answer = asker.get("/gerai/tanya", **gathered, q="telur", do="find")
	assert f'name="add" value="{EGGS}"' in answer.html
	answer = asker.get("/gerai/tanya", **gathered, add=EGGS)
	assert answer.html.count('name="qty_') == 2
	gathered.update(item_2=EGGS, qty_2="2,5", uom_2="Kg")
	answer = asker.get("/gerai/tanya", **gathered, do="look")
	assert_is_well_made(answer)
	assert "212 Mart Pancoran Mas" in answer.text
	assert "1 Dus (12 Bungkus)" in answer.text
	assert story.phone_of(clerk(OTHER)) in answer.html, "another cooperative's outlet can be called"
	form = answer.form(action="/gerai/tanya")
	answer = asker.send(form)
	assert answer.status == 303
	again = asker.send(form)
	assert again.location == answer.location, "a second tap on the same form is the same call"
	assert frappe.db.count("Inter Outlet Request") == 1
	answer = asker.follow(answer)
	assert_is_well_made(answer)
	request = frappe.get_last_doc("Inter Outlet Request")
	assert [(row.item_code, row.stock_qty) for row in request.items] == [(OIL, 12), (EGGS, 2.5)]
	taken_back = asker.send(answer.form("cancel"))
	assert taken_back.location == f"/gerai/permintaan?name={request.name}&ok=cancel"
	assert frappe.db.get_value("Inter Outlet Request", request.name, "status") == "Cancelled"
	assert_is_well_made(asker.follow(taken_back))
	forget_documents()


@pytest.mark.parametrize(
	("qty", "row_two", "said"),
	[
		("", "1", "Row {0}: how much {1} do you need?"),
		("banyak", "1", "{0} must be a number."),
		("0", "1", "{0} must be more than zero."),
		("1.250", "1", "Row {0}: is {1} more than a thousand? Write {2} for that, without a dot or comma."),
		("1,5", "1", "Row {0}: {1} must be a whole number."),
	],
)
def test_a_refused_line_is_named_and_what_was_typed_stays(asker, qty, row_two, said):
	fields = dict(
		item_1=OIL, qty_1=qty, uom_1="Bungkus", item_2=EGGS, qty_2=row_two, uom_2="Kg", outlet=SHORT
	)
	fields.update(needed_by=add_days(today(), 3), remarks="Untuk akhir pekan")
	for answer in (asker.get("/gerai/tanya", **fields, do="look"), send_as_if_reviewed(asker, fields)):
		if answer.status == 200 and said == "Row {0}: {1} must be a whole number.":
			continue  # only sending looks at the UOM
		assert answer.status == 417
		assert indonesian(said).split("{")[-1].split("}")[-1].strip(" .") in answer.text
		assert 'id="error"' in answer.html
		typed = {name: value for form in answer.forms for name, value in form.fields.items()}
		assert (typed["qty_1"], typed["qty_2"], typed["remarks"]) == (qty, row_two, "Untuk akhir pekan")
	assert frappe.db.count("Inter Outlet Request") == 0


def send_as_if_reviewed(somebody, fields):
	review = somebody.get("/gerai/tanya", **{**fields, "qty_1": "1"}, do="look")
	return somebody.send(review.form(action="/gerai/tanya"), qty_1=fields["qty_1"])


def test_an_item_that_does_not_exist_and_a_day_in_the_past(asker):
	answer = asker.get("/gerai/tanya", item="TIDAK-ADA")
	assert 400 <= answer.status < 500
	fields = dict(item_1=OIL, qty_1="1", uom_1="Bungkus", outlet=SHORT, needed_by=add_days(today(), 3))
	answer = send_as_if_reviewed(asker, {**fields, "qty_1": "1"})
	forget_documents()
	review = asker.get("/gerai/tanya", **fields, do="look")
	answer = asker.send(review.form(action="/gerai/tanya"), needed_by=add_days(today(), -1))
	assert answer.status == 417
	assert frappe.db.count("Inter Outlet Request") == 0


# -- answering ----------------------------------------------------------------------------------------------


def test_a_form_without_its_token_is_refused(giver, asked):
	form = giver.get(url("transfer", asked.transfer)).form("answer")
	fields = {name: value for name, value in form.fields.items() if name != "csrf_token"}
	for token in ({}, {"csrf_token": "x" * 56}):
		answer = giver.post(form.action, **fields, **token)
		assert answer.status == 400
		assert len(answer.html) < FIRST_VISIT_BYTES
		assert indonesian("Open the page again") in answer.text
	assert status_of(asked.transfer) == "Asked"


def test_promising_twice_promises_once(giver, asked):
	form = giver.get(url("transfer", asked.transfer)).form("answer")
	first, second = giver.send(form), giver.send(form)
	assert first.location == second.location == f"/gerai/transfer?name={asked.transfer}&ok=answer"
	doc = frappe.get_doc("Outlet Transfer", asked.transfer)
	assert [step.action for step in doc.get_steps()].count("promise") == 1
	changed = giver.send(form, qty_1="1")
	assert changed.status == 409
	assert (
		indonesian("This form was sent before with other content. Open the page again and repeat.")
		in changed.text
	)


def test_a_promise_of_too_much_is_refused_and_stays_typed(giver, asked):
	answer = giver.get(url("transfer", asked.transfer))
	answer = giver.send(answer.form("answer"), qty_1="500", note="Ambil sore")
	assert answer.status == 417
	assert re.search(r'class="line wrong"', answer.html), "the row is marked"
	assert answer.form("answer").fields["qty_1"] == "500"
	assert answer.form("answer").fields["note"] == "Ambil sore"
	assert giver.send(answer.form("answer"), qty_1="5").status == 303, (
		"the same form, put right, is sent with its key"
	)


def test_saying_no_needs_a_reason_and_can_be_taken_back(giver, asked):
	answer = giver.send(giver.get(url("transfer", asked.transfer)).form("decline"))
	assert answer.status == 417
	reason = indonesian("Sold out")
	answer = giver.follow(giver.send(answer.form("decline"), reason_choice=reason, reason="besok ada lagi"))
	assert f"{reason}: besok ada lagi" in answer.text
	assert status_of(asked.transfer) == "Declined"
	answer = giver.send(answer.form("answer"))
	assert answer.status == 303
	assert status_of(asked.transfer) == "Promised"


def test_a_wrong_tap_is_taken_back_while_nothing_has_moved(giver, asker, asked):
	answer = giver.follow(giver.send(giver.get(url("transfer", asked.transfer)).form("answer")))
	assert indonesian("Wrong tap? Take it back") in answer.text
	assert story.phone_of(clerk(SHORT)) in answer.html, "after a promise both sides see each other's phone"
	answer = giver.send(answer.form("withdraw"))
	assert answer.status == 303
	assert status_of(asked.transfer) == "Withdrawn"
	answer = giver.send(giver.follow(answer).form("answer"))
	assert status_of(asked.transfer) == "Promised"
	answer = asker.get(url("transfer", asked.transfer))
	answer = asker.send(answer.form("withdraw"), reason="Sudah dapat")
	assert status_of(asked.transfer) == "Withdrawn"


def test_an_unexpected_failure_leaves_nothing(giver, asked, monkeypatch):
	def half_done(transfer, **_rest):
		frappe.db.set_value("Outlet Transfer", transfer, "reason", "setengah jalan")
		raise ZeroDivisionError

	form = giver.get(url("transfer", asked.transfer)).form("answer")
	monkeypatch.setattr(exchange, "answer", half_done)
	answer = giver.send(form)
	assert answer.status == 500
	assert indonesian("Sorry, that failed") in answer.text
	assert len(answer.html) < FIRST_VISIT_BYTES
	assert not frappe.db.get_value("Outlet Transfer", asked.transfer, "reason")


# -- goods --------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(giver, asked):
	answer = giver.follow(giver.send(giver.get(url("transfer", asked.transfer)).form("answer")))
	sure = giver.send(answer.form("dispatch"), driver_name="Sopir Uji", vehicle_no="B 1234 XY")
	assert sure.status == 200
	assert status_of(asked.transfer) == "Promised", "what cannot be taken back is asked about first"
	form = sure.form("dispatch")
	first, second = giver.send(form), giver.send(form)
	assert first.location == second.location == f"/gerai/transfer?name={asked.transfer}&ok=dispatch"
	assert status_of(asked.transfer) == "In Transit"
	return asked


def test_dispatch_can_be_changed_before_it_is_sure(giver, asked):
	answer = giver.follow(giver.send(giver.get(url("transfer", asked.transfer)).form("answer")))
	assert giver.send(answer.form("dispatch"), qty_1="").status == 417
	assert giver.send(answer.form("dispatch"), qty_1="0").status == 417
	sure = giver.send(answer.form("dispatch"), qty_1="7", vehicle_no="B 1")
	answer = giver.send(sure.form("change"))
	assert answer.status == 200
	assert (answer.form("dispatch").fields["qty_1"], answer.form("dispatch").fields["vehicle_no"]) == (
		"7",
		"B 1",
	)
	sure = giver.send(answer.form("dispatch"), qty_1="13")
	answer = giver.send(sure.form("dispatch"))
	assert answer.status == 417, "more than was promised"
	assert answer.form("dispatch").fields["qty_1"] == "13"


def test_the_slip(giver, asker, sent):
	for somebody in (giver, asker):
		answer = somebody.get(url("surat-jalan", sent.transfer))
		assert_is_well_made(answer)
		for text in (
			sent.transfer,
			"212 Mart Pancoran Mas",
			"212 Mart Sukmajaya",
			"12 Bungkus",
			"Sopir Uji",
			"B 1234 XY",
		):
			assert text in answer.text
		assert "data:image/svg+xml;base64," in answer.html


def test_no_slip_before_the_goods_leave(giver, asked):
	answer = giver.get(url("surat-jalan", asked.transfer))
	assert answer.status == 417
	assert asked.transfer in answer.text


@pytest.mark.erpnext
def test_the_slip_as_pdf(giver, sent):
	page = unescape(giver.get(url("surat-jalan", sent.transfer)).html)
	path = re.search(r'href="(/api/method/[^"]*download_pdf[^"]*)"', page).group(1)
	with pdf_assets():
		answer = giver.open(path)
	assert (answer.status_code, answer.data[:4]) == (200, b"%PDF")
	for somebody in (browser(clerk(OTHER)), guest()):
		assert somebody.open(path).status_code in (403, 404)


def test_receiving_what_the_slip_says(asker, giver, sent):
	assert sent.transfer in asker.get("/gerai").html
	answer = giver.get(url("terima", sent.transfer))
	assert answer.status == 200
	assert (
		indonesian("Only the people of {0} can count these goods in.").format("212 Mart Sukmajaya")
		in answer.text
	)
	answer = asker.get(url("terima", sent.transfer))
	assert_is_well_made(answer)
	form = answer.form("receive")
	assert form.fields["received_1"] == "", "counting is not copying"
	answer = asker.send(form)
	assert answer.status == 417
	assert status_of(sent.transfer) == "In Transit"
	answer = asker.send(answer.form("receive"), received_1="12")
	assert indonesian("All as on the slip?") in answer.text
	before = story.on_hand(SHORT, OIL)
	form = answer.form("receive")
	first, second = asker.send(form), asker.send(form)
	assert first.location == second.location
	assert status_of(sent.transfer) == "Received"
	assert story.on_hand(SHORT, OIL) == before + 12
	assert_is_well_made(asker.follow(first))
	assert_is_well_made(asker.get(url("permintaan", sent.request)))


def test_goods_on_loan_are_shown_to_both_and_given_back(asker, giver, sent):
	with story.acting_as(clerk(SHORT)):
		exchange.receive(
			sent.transfer, [{"item_code": OIL, "received_qty": 12}], frappe.generate_hash(length=20)
		)
	# Between companies the transfer would be one, and want a general ledger.
	frappe.db.set_value(
		"Outlet Transfer",
		sent.transfer,
		{"loan_open": 1, "loan_days": 7, "return_by": add_days(today(), -1)},
	)
	frappe.db.set_value("Outlet Transfer Item", {"parent": sent.transfer}, "terms", "Loan")
	frappe.db.commit()
	for somebody, group in ((asker, "Borrowed: to give back"), (giver, "Lent: comes back")):
		home = somebody.get("/gerai")
		assert_is_well_made(home)
		assert indonesian(group) in home.text and indonesian("Overdue") in home.text
	assert "give_back" not in giver.get(url("transfer", sent.transfer)).html
	answer = asker.get(url("transfer", sent.transfer))
	assert_is_well_made(answer)
	form = answer.form("give_back")
	assert form.fields["qty_1"] == "12"
	answer = asker.send(form, qty_1="13")
	assert answer.status == 417
	assert answer.form("give_back").fields["qty_1"] == "13"
	answer = asker.send(answer.form("give_back"), qty_1="5")
	back = frappe.db.get_value("Outlet Transfer", {"return_of": sent.transfer})
	assert back in answer.location
	answer = asker.follow(answer)
	assert_is_well_made(answer)
	assert answer.form("dispatch").fields["qty_1"] == "5"
	assert sent.transfer in answer.html


def test_a_difference_is_shown_before_it_is_sent_and_pusat_settles_it(asker, sent):
	answer = asker.get(url("terima", sent.transfer))
	answer = asker.send(answer.form("receive"), received_1="9", damaged_1="1")
	assert indonesian("Your count differs from the slip") in answer.text
	assert indonesian("{0} missing").format("2 Bungkus") in answer.text
	assert indonesian("{0} damaged").format("1 Bungkus") in answer.text
	changed = asker.send(answer.form("change"))
	assert changed.form("receive").fields["received_1"] == "9"
	answer = asker.follow(asker.send(answer.form("receive")))
	assert status_of(sent.transfer) == "Discrepancy"
	assert indonesian("Received as counted. Head office settles the difference.") in answer.text
	pusat = browser(PUSAT)
	assert sent.transfer in pusat.get("/gerai").html
	answer = pusat.get(url("transfer", sent.transfer))
	assert pusat.send(answer.form("settle"), action="Write Off").status == 417, "a reason is needed"
	answer = pusat.send(answer.form("settle"), action="Write Off", reason="Pecah di jalan")
	assert answer.status == 303
	assert status_of(sent.transfer) == "Closed"
	assert_is_well_made(pusat.follow(answer))


# -- language, outlets --------------------------------------------------------------------------------------


def test_indonesian_first_and_english_on_request():
	somebody = guest()
	answer = somebody.get("/gerai/masuk")
	assert '<html lang="id">' in answer.html
	assert '<html lang="en">' in somebody.get("/gerai/masuk", _lang="en").html
	answer = somebody.send(answer.form(action="/gerai/bahasa"), language="en")
	assert answer.location == "/gerai/masuk"
	assert '<html lang="en">' in somebody.follow(answer).html


def test_the_language_chosen_stays_in_the_profile():
	user = clerk(NEXT)
	somebody = browser(user)
	answer = somebody.get("/gerai")
	assert "Beranda" in answer.text
	assert "What waits" not in somebody.get("/gerai", _lang="en").text
	assert "Nothing waits for you right now." in somebody.get("/gerai", _lang="en").text
	assert somebody.send(answer.form(action="/gerai/bahasa"), language="xx").status == 303
	assert frappe.db.get_value("User", user, "language") == "id"
	somebody.send(answer.form(action="/gerai/bahasa"), language="en")
	assert frappe.db.get_value("User", user, "language") == "en"
	assert "Home" in somebody.get("/gerai").text
	frappe.db.set_value("User", user, "language", "id")
	frappe.db.commit()


def test_a_manager_of_several_outlets_chooses_one():
	somebody = browser(story.manager(COMMUNITY))
	answer = somebody.get("/gerai")
	outlets = re.findall(r'href="/gerai\?outlet=(\w+)"', answer.html)
	assert SHORT in outlets and len(outlets) > 1
	for outlet in outlets:
		assert f"<b>{outlet}</b>" in somebody.get("/gerai", outlet=outlet).html
		assert f"<b>{outlet}</b>" in somebody.get("/gerai/diminta").html, "the choice is remembered"
	assert somebody.get("/gerai", outlet=NEAR).status == 403
	assert somebody.get("/gerai", outlet="TIDAK-ADA").status in (403, 404)


def test_pusat_looks_at_any_outlet():
	somebody = browser(PUSAT)
	assert_is_well_made(somebody.get("/gerai"))
	assert somebody.get("/gerai/diminta").location == "/gerai?ok=choose"
	assert f"<b>{NEAR}</b>" in somebody.get("/gerai", outlet=NEAR).html
	assert_is_well_made(somebody.get("/gerai/diminta"))


# -- how things are said ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("typed", "read"),
	[("12", "12"), ("12,5", "12.5"), (" 12.5 ", "12.5"), ("0,125", "0.125"), ("1250", "1250"), ("", "")],
)
def test_quantities_as_people_type_them(typed, read):
	assert forms.quantity(typed, 1) == read


@pytest.mark.parametrize("typed", ["1.250", "1,250", "12.000.000"])
def test_a_thousand_is_asked_about_not_guessed(typed):
	with pytest.raises(frappe.ValidationError, match="thousand"):
		forms.quantity(typed, 1)


@pytest.mark.parametrize(
	("lang", "number", "shown"),
	[("id", 1250.5, "1.250,5 Kg"), ("en", 1250.5, "1,250.5 Kg"), ("id", 12.0, "12 Kg")],
)
def test_quantities_are_shown_in_the_readers_way(lang, number, shown):
	frappe.local.lang = lang
	assert words.qty(number, "Kg") == shown


def test_moments_are_shown_on_the_outlets_own_clock():
	moment = frappe.utils.now_datetime().replace(hour=12, minute=5)
	jakarta, makassar = words.moment(moment, "Asia/Jakarta"), words.moment(moment, "Asia/Makassar")
	assert jakarta.endswith("WIB") and makassar.endswith("WITA")
	hours = [int(re.search(r"(\d\d):\d\d", text).group(1)) for text in (jakarta, makassar)]
	assert (hours[1] - hours[0]) % 24 == 1


def test_batches_are_offered_and_go_along(asker, giver):
	with story.acting_as(clerk(SHORT)):
		request = exchange.create_request(
			outlet=SHORT,
			items=[{"item_code": MILK, "qty": 10}],
			needed_by=add_days(today(), 3),
			key=frappe.generate_hash(length=20),
		)
	frappe.db.commit()
	transfer = next(row for row in request.transfers if row["source_outlet"] == NEAR)["name"]
	answer = giver.follow(giver.send(giver.get(url("transfer", transfer)).form("answer")))
	assert f'<option value="{MILK}-B"' in answer.html
	sure = giver.send(answer.form("dispatch"), batch_no_1=f"{MILK}-B")
	answer = giver.follow(giver.send(sure.form("dispatch")))
	assert f"{MILK}-B" in answer.text
	assert f"{MILK}-B" in asker.get(url("surat-jalan", transfer)).text
	forget_documents()


@pytest.mark.parametrize(
	"template",
	sorted(APP.glob("www/*/*.html")) + sorted(APP.glob("templates/ks212/*.html")),
	ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_every_template_escapes(template):
	"""Frappe's environment escapes nothing by itself: each block and macro turns it on, the base says
	`|e`."""
	source = template.read_text(encoding="utf-8")
	if template.name == "base.html":
		safe = ("gerai.css", "gerai.js", "gerai.logo", "name", "code", "href", "icon(")
		for expression in re.findall(r"{{-?\s*(.*?)\s*-?}}", source):
			assert expression.endswith("|e") or expression.startswith(safe), expression
		return
	outside = re.sub(r"{%-? autoescape true -?%}.*?{%-? endautoescape -?%}", "", source, flags=re.DOTALL)
	outside = outside.replace('<use href="#i-{{ name }}"/>', "")
	assert all(expression.endswith("|e") for expression in re.findall(r"{{-?\s*(.*?)\s*-?}}", outside))
