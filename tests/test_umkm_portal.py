"""The portal of micro-enterprises as browsers meet it: a member registers, proposes and announces; an outlet
counts in and takes off the shelf; a community looks on. Over HTTP, committed, one request after another."""

import itertools
import re
from functools import cache
from html import unescape
from io import BytesIO
from unittest.mock import patch

import pytest

import frappe
from frappe.utils import add_days, today

from ks212_community.api import consignment, products, settlement, supplier
from ks212_community.api import registration as registration_api
from ks212_community.portal import forms, umkm, words
from tests import story, umkm_story
from tests.flow import new_key
from tests.portal import Browser, forget_documents, forget_supply, pdf_assets
from tests.story import ACCOUNTANT, NEAR, OTHER, PUSAT, SHORT, clerk
from tests.test_portal import assert_is_well_made, indonesian
from tests.umkm_story import CRACKERS, HONEY, OTHER_OWNER_USER, OWNER_USER, SAMBAL

PAGES = ("", "/stok", "/penjualan", "/produk", "/kiriman", "/nota", "/izin")
ACTING_PAGES = ("/produk-baru", "/kirim")
MANAGER = story.manager(umkm_story.COMMUNITY)
OTHER_MANAGER = story.manager("Depok 1")
_addresses = itertools.count(1)


@pytest.fixture(scope="module", autouse=True)
def umkm_network(story):
	"""The two suppliers; what this file leaves is taken back, and no job waits for documents that are
	gone."""
	patch = pytest.MonkeyPatch()
	patch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	names = umkm_story.setup_umkm()
	frappe.db.commit()
	forget_supply()
	forget_documents()
	yield names
	patch.undo()
	forget_supply()
	forget_documents()


@pytest.fixture(autouse=True)
def clean():
	yield
	forget_supply()


class Visitor(Browser):
	"""Somebody who calls from an address of their own."""

	def __init__(self):
		super().__init__()
		self.address = f"198.51.100.{next(_addresses)}-{frappe.generate_hash(length=6)}"

	def open(self, path, **options):
		return super().open(path, headers={"X-Forwarded-For": self.address}, **options)


@cache
def browser(user):
	somebody = Browser()
	assert somebody.login(user).status == 303
	return somebody


@pytest.fixture
def owner():
	return browser(OWNER_USER)


@pytest.fixture
def shop():
	return browser(clerk(SHORT))


@pytest.fixture
def announced(umkm_network):
	"""A committed delivery of 10 crackers and 6 sambal to SHORT."""
	return announce(umkm_network.owner, (CRACKERS, 10), (SAMBAL, 6))


def announce(name, *items, outlet=SHORT):
	with story.acting_as(PUSAT):
		delivery = consignment.announce(
			supplier=name,
			outlet=outlet,
			items=[{"item_code": item_code, "qty": qty} for item_code, qty in items],
			expected_on=add_days(today(), 1),
			key=new_key(),
		)
	frappe.db.commit()
	return delivery.name


def bring(name, *items, outlet=SHORT):
	"""Announce goods and count all of them in."""
	delivery = announce(name, *items, outlet=outlet)
	with story.acting_as(clerk(outlet)):
		rows = consignment.get_delivery(delivery=delivery)["items"]
		consignment.receive(
			delivery=delivery,
			items=[
				{"row": row["row"], "received_qty": row["qty"], "expiry_date": add_days(today(), 90)}
				for row in rows
			],
			key=new_key(),
		)
	frappe.db.commit()
	return delivery


def fresh(doctype, name, fieldname):
	frappe.db.rollback()
	return frappe.db.get_value(doctype, name, fieldname)


def photo():
	return BytesIO(umkm_story.photo()), "foto.jpg"


# -- who gets in --------------------------------------------------------------------------------------------


def test_a_umkm_lands_at_home_and_an_outlet_at_its_own():
	answer = Browser().login(OWNER_USER)
	assert (answer.status, answer.location) == (303, "/umkm?ok=login")
	answer = Browser().login(OWNER_USER, **{"redirect-to": "/umkm/stok"})
	assert answer.location == "/umkm/stok"
	assert Browser().login(clerk(SHORT), **{"redirect-to": "/umkm/../app"}).location == "/gerai?ok=login"


@pytest.mark.parametrize("path", [*PAGES, *ACTING_PAGES])
def test_a_guest_is_sent_to_log_in_and_back(path):
	answer = Browser().get(f"/umkm{path}")
	assert answer.status == 302
	assert Browser().follow(answer).form(action="/gerai/masuk").fields["redirect-to"] == f"/umkm{path}"


@pytest.mark.parametrize("path", [*PAGES, *ACTING_PAGES])
def test_each_page_empty_and_filled(path, owner, umkm_network):
	with_nothing = owner.get(f"/umkm{path}")
	assert_is_well_made(with_nothing)
	bring(umkm_network.owner, (CRACKERS, 10), (SAMBAL, 6))
	announce(umkm_network.owner, (CRACKERS, 5))
	announce(umkm_network.other_owner, (HONEY, 5))
	assert_is_well_made(owner.get(f"/umkm{path}"))
	theirs = browser(OTHER_OWNER_USER).get(f"/umkm{path}")
	assert_is_well_made(theirs)
	assert "Keripik" not in theirs.text and "Sambal" not in theirs.text


@pytest.mark.parametrize("path", [*PAGES, *ACTING_PAGES])
def test_an_outlet_and_a_umkm_without_a_business_are_told_so(path):
	said = indonesian(
		"You are not on any UMKM's list yet. Register your business, or ask your community's manager"
		" (pengurus) or head office (pusat)."
	)
	for user in (clerk(SHORT), story.UMKM):
		answer = browser(user).get(f"/umkm{path}")
		assert answer.status == 403
		assert said in answer.text


@pytest.mark.parametrize(
	"path", ["", "/cari", "/tanya", "/permintaan", "/diminta", "/titipan", "/titipan-keluar"]
)
def test_a_umkm_is_not_an_outlet(path, owner):
	answer = owner.get(f"/gerai{path}")
	assert answer.status == 403
	assert 'href="/umkm"' in answer.html, "the menu is their own"


def test_another_supplier_is_not_theirs_to_see(owner, umkm_network):
	for path in PAGES:
		answer = owner.get(f"/umkm{path}", supplier=umkm_network.other_owner)
		assert answer.status == 403
		assert "Madu hutan" not in answer.text
		assert owner.get(f"/umkm{path}", supplier="TIDAK-ADA").status == 404


def test_a_manager_looks_and_changes_nothing(umkm_network):
	somebody = browser(MANAGER)
	for path in PAGES:
		answer = somebody.get(f"/umkm{path}", supplier=umkm_network.owner)
		assert_is_well_made(answer)
		assert [form.action for form in answer.forms if form.method == "POST"] == ["/gerai/bahasa"]
	for path in ACTING_PAGES:
		assert somebody.get(f"/umkm{path}", supplier=umkm_network.owner).status == 403
	token = somebody.get("/umkm/stok").form(action="/gerai/bahasa").fields["csrf_token"]
	fields = {"csrf_token": token, "key": new_key(), "supplier": umkm_network.owner, "kind": "NIB"}
	assert somebody.post("/umkm/izin", **fields, licence_no="9120000047110").status == 403
	stranger = browser(OTHER_MANAGER)
	assert stranger.get("/umkm/stok", supplier=umkm_network.owner).status == 403


@pytest.mark.parametrize("user", [PUSAT, ACCOUNTANT])
def test_head_office_chooses_whom_to_look_at(user, umkm_network):
	somebody = Browser()
	somebody.login(user)
	answer = somebody.get("/umkm/stok")
	assert (answer.status, answer.location) == (302, "/umkm?ok=choose")
	answer = somebody.follow(answer)
	assert umkm_story.OWNER in answer.text and umkm_story.OTHER_OWNER in answer.text
	assert_is_well_made(somebody.get("/umkm", supplier=umkm_network.owner))
	assert_is_well_made(somebody.get("/umkm/stok"))
	assert somebody.get("/umkm/kirim").status == (200 if user == PUSAT else 403)


def test_documents_of_others_are_refused(owner, umkm_network):
	delivery = announce(umkm_network.other_owner, (HONEY, 5))
	product = frappe.db.get_value("Item", HONEY, "ks212_product")
	for page, name in (("kiriman", delivery), ("produk", product), ("produk-baru", product)):
		answer = owner.get(f"/umkm/{page}", name=name)
		assert answer.status == 403
		assert "Madu hutan" not in answer.text
		assert owner.get(f"/umkm/{page}", name="TIDAK-ADA").status == 404
	token = owner.get("/umkm").form(action="/gerai/bahasa").fields["csrf_token"]
	fields = {"csrf_token": token, "key": new_key(), "name": delivery, "do": "cancel", "reason": "x"}
	assert owner.post("/umkm/kiriman", **fields).status == 403
	stranger = browser(clerk(OTHER))
	assert stranger.get("/gerai/titipan", name=delivery).status == 403
	assert fresh("Consignment Delivery", delivery, "status") == "Announced"


def test_a_page_that_is_not_there(owner):
	for somebody in (owner, Browser()):
		for area in ("umkm", "gerai"):
			answer = somebody.get(f"/{area}/{frappe.generate_hash(length=8)}")
			assert answer.status == 404
			assert indonesian("There is no such page.") in answer.text


# -- registering --------------------------------------------------------------------------------------------


def registration_form(somebody, **fields):
	page = somebody.get("/umkm/daftar")
	assert_is_well_made(page)
	return somebody.send(page.form("register"), **{**umkm_story.REGISTRATION, "region": "", **fields})


def test_a_member_registers_once_with_photos():
	somebody = Visitor()
	form = somebody.get("/umkm/daftar").form("register")
	fields = {**umkm_story.REGISTRATION, "region": ""}
	first = somebody.send(form, **fields, business_photo=photo(), product_photo=photo())
	assert first.status == 303, first.text[:600]
	again = somebody.send(form, **fields, business_photo=photo(), product_photo=photo())
	assert again.location == first.location, "a second tap on the same form is the same call"
	name = frappe.get_last_doc("UMKM Registration").name
	assert name not in first.location, "a number is easily guessed"
	answer = somebody.follow(first)
	assert_is_well_made(answer)
	assert name in answer.text
	assert frappe.db.count("UMKM Registration", {"nib": umkm_story.REGISTRATION["nib"]}) == 1
	assert frappe.db.get_value("UMKM Registration", name, "business_photo")


@pytest.mark.parametrize(
	("field", "typed", "label"),
	[
		("owner_name", "", "Owner's Name"),
		("phone", "12", "Phone"),
		("nib", "123", "NIB"),
		("bank_account_no", "abc", "Account Number"),
		("community", "", "Community"),
		("halal_expiry", "2020-01-01", "Halal Certificate Number"),
	],
)
def test_a_refused_registration_names_the_field_and_keeps_what_was_typed(field, typed, label):
	answer = registration_form(Visitor(), **{field: typed}, business_photo=photo())
	assert answer.status in (417, 404), answer.text[:600]
	named = "halal_no" if field == "halal_expiry" else field
	assert re.search(rf'class="field wrong" id="f-{named}"', answer.html), answer.text[:600]
	assert f'href="#f-{named}"' in answer.html
	assert (
		indonesian("Your photos and files were not kept: choose them again before you send.") in answer.text
	)
	kept = answer.form("register").fields
	assert kept[field] == typed
	for other in ("business_name", "address_line", "bank_name"):
		assert kept[other] == umkm_story.REGISTRATION[other]
	assert frappe.db.count("UMKM Registration", {"nib": umkm_story.REGISTRATION["nib"]}) == 0


def test_a_file_that_is_not_what_it_says_is_refused():
	answer = registration_form(Visitor(), business_photo=(BytesIO(b"MZ not a picture"), "foto.jpg"))
	assert answer.status == 417
	assert re.search(r'class="field file wrong" id="f-business_photo"', answer.html)
	assert frappe.db.count("UMKM Registration", {"nib": umkm_story.REGISTRATION["nib"]}) == 0


def test_too_many_tries_are_a_clear_word():
	somebody = Visitor()
	form = somebody.get("/umkm/daftar").form("register")
	for _try in range(registration_api.REGISTRATIONS_PER_HOUR):
		assert somebody.send(form, owner_name="").status == 417
	answer = somebody.send(form, owner_name="Siti")
	assert answer.status == 429
	assert indonesian(
		"Too many tries over this connection. What you typed is kept: wait an hour, then send it again."
	) in (answer.text)
	assert answer.form("register").fields["owner_name"] == "Siti"


def test_what_people_type_never_becomes_markup():
	typed = '"><b id=x>tebal</b><script>alert(1)</script>'
	fields = {name: typed for name in ("business_name", "address_line", "nib", "community", "is_pkp")}
	answer = registration_form(Visitor(), **fields)
	assert "<script>alert" not in answer.html and "<b id=" not in answer.html
	answer = Visitor().get("/umkm/status", ok="sent", key=typed)
	assert answer.status == 404
	assert "<script>alert" not in answer.html


def test_a_member_without_an_account_sees_what_became_of_it(registered):
	link = f"/umkm/status?key={frappe.db.get_value('UMKM Registration', registered, 'status_key')}"
	somebody = Visitor()

	def page():
		answer = somebody.get(link)
		assert_is_well_made(answer)
		for personal in ("owner_name", "business_name", "phone", "nib", "bank_account_no", "city"):
			assert umkm_story.REGISTRATION[personal] not in answer.text, personal
		assert registered in answer.text
		return answer.text

	assert indonesian("Being looked at") in page()
	take(MANAGER, registration_api.verify, registration=registered, note="Rumahnya di RW 05")
	assert indonesian("Being looked at") in page() and "RW 05" not in page()
	take(PUSAT, registration_api.reject, registration=registered, reason="Foto produk belum ada")
	assert "Foto produk belum ada" in page()
	assert indonesian("Head office did not accept it.") in page()


def test_looking_does_not_use_up_the_tries_to_register():
	somebody = Visitor()
	for _look in range(registration_api.REGISTRATIONS_PER_HOUR + 1):
		assert somebody.get("/umkm/status", key="nobody's").status == 404
	assert registration_form(somebody).status == 303


def test_too_many_looks_are_a_clear_word():
	somebody = Visitor()
	with patch.object(registration_api, "get_status", side_effect=frappe.RateLimitExceededError):
		answer = somebody.get("/umkm/status", key="nobody's")
	assert answer.status == 429
	assert (
		indonesian("Too many looks over this connection. Wait an hour, then open the link again.")
		in answer.text
	)


def take(user, function, **arguments):
	"""Call a writing function as `user`, and commit."""
	with story.acting_as(user):
		answer = function(**arguments, key=new_key())
	frappe.db.commit()
	return answer


# -- the community ------------------------------------------------------------------------------------------


@pytest.fixture
def registered():
	answer = registration_form(Visitor())
	assert answer.status == 303
	frappe.db.rollback()
	return frappe.get_last_doc("UMKM Registration").name


def test_a_manager_verifies_and_sees_who_registered_before(registered):
	registration_form(Visitor(), business_name="Dapur Lain")
	somebody = browser(MANAGER)
	answer = somebody.get("/gerai/umkm")
	assert_is_well_made(answer)
	assert registered in answer.html and umkm_story.OWNER in answer.text
	assert registered in somebody.get("/gerai").html, "it waits at home"
	answer = somebody.get("/gerai/umkm", name=registered)
	assert_is_well_made(answer)
	for text in ("the same NIB", "the same phone", "the same bank account"):
		assert indonesian(text) in answer.text
	assert "Dapur Lain" in answer.text
	answer = somebody.send(answer.form("verify"), note="Kami kenal, dapurnya bersih")
	assert answer.location == f"/gerai/umkm?name={registered}&ok=verify"
	answer = somebody.follow(answer)
	assert_is_well_made(answer)
	assert "Kami kenal, dapurnya bersih" in answer.text
	assert fresh("UMKM Registration", registered, "status") == "Verified"
	assert registered not in somebody.get("/gerai").html
	assert registered in browser(PUSAT).get("/gerai").html


def test_registrations_are_for_their_community(registered, owner):
	stranger = browser(OTHER_MANAGER)
	assert registered not in stranger.get("/gerai/umkm").html
	assert stranger.get("/gerai/umkm", name=registered).status == 403
	token = stranger.get("/gerai/umkm").form(action="/gerai/bahasa").fields["csrf_token"]
	fields = {"csrf_token": token, "key": new_key(), "name": registered, "do": "verify"}
	assert stranger.post("/gerai/umkm", **fields).status == 403
	for somebody in (browser(clerk(SHORT)), owner):
		assert somebody.get("/gerai/umkm").status == 403
		assert somebody.get("/gerai/umkm", name=registered).status == 403
	assert fresh("UMKM Registration", registered, "status") == "Pending"


def test_a_manager_does_not_decide(registered):
	somebody = browser(MANAGER)
	form = somebody.get("/gerai/umkm", name=registered).form("verify")
	for do in ("approve", "reject", "invite", "nonsense"):
		answer = somebody.send(form, do=do, reason="x", key=new_key())
		assert 400 <= answer.status < 500
	assert fresh("UMKM Registration", registered, "status") == "Pending"


def test_head_office_rejects_with_a_reason(registered):
	somebody = browser(PUSAT)
	answer = somebody.get("/gerai/umkm", name=registered)
	refused = somebody.send(answer.form("reject"))
	assert refused.status == 417
	assert somebody.send(refused.form("reject"), reason="Bukan anggota").status == 303
	assert fresh("UMKM Registration", registered, "status") == "Rejected"


# -- products -----------------------------------------------------------------------------------------------

PRODUCT = {
	"product_name": "Rengginang terasi 250 g",
	"stock_uom": "Bungkus",
	"composition": "Ketan, terasi, garam",
	"net_weight": "250 g",
	"shelf_life_days": "120",
	"owner_price": "Rp 12.500",
	"retail_price": "16.000",
	"barcode": "",
}


def propose(owner, **fields):
	form = owner.get("/umkm/produk-baru").form("propose")
	group = frappe.db.get_value("Item", CRACKERS, "item_group")
	return owner.send(form, **{**PRODUCT, "item_group": group, **fields})


def test_proposing_correcting_and_pricing_a_product(owner):
	assert propose(owner, retail_price="9.000").status == 417, "less than the owner gets"
	refused = propose(owner, retail_price="seribu")
	assert refused.status == 417
	kept = refused.form("propose").fields
	assert (kept["product_name"], kept["retail_price"]) == (PRODUCT["product_name"], "seribu")
	assert 'class="field wrong" id="f-retail_price"' in refused.html
	answer = owner.send(refused.form("propose"), retail_price="16.000", photo=photo())
	assert answer.status == 303, answer.text[:600]
	name = re.search(r"name=([^&]+)", answer.location).group(1)
	answer = owner.follow(answer)
	assert_is_well_made(answer)
	assert "Rp\xa012.500" in answer.html
	assert frappe.db.get_value("UMKM Product", name, "owner_price") == 12_500

	with story.acting_as(PUSAT):
		products.ask_for_correction(product=name, reason="Tulis semua bahan", key=new_key())
	frappe.db.commit()
	assert name in owner.get("/umkm").html, "what is to be corrected waits at home"
	answer = owner.get("/umkm/produk-baru", name=name)
	assert "Tulis semua bahan" in answer.text
	fields = answer.form("propose").fields
	assert (fields["owner_price"], fields["shelf_life_days"]) == ("12500", "120")
	answer = owner.send(answer.form("propose"), composition="Ketan, terasi udang, garam, gula")
	assert answer.location == f"/umkm/produk?name={name}&ok=corrected"
	assert fresh("UMKM Product", name, "status") == "Pending"


@pytest.fixture
def waiting_price(owner):
	"""A price that was sent from the page and waits for head office; its product's page is open."""
	product = frappe.db.get_value("Item", CRACKERS, "ks212_product")
	form = owner.get("/umkm/produk", name=product).form("price")
	assert owner.send(form, owner_price="11.000", retail_price="14.000").status == 303
	frappe.db.rollback()
	return frappe.get_last_doc("UMKM Product Price")


def forms_that(answer, do):
	return [form for form in answer.forms if form.fields.get("do") == do]


def test_a_new_price_waits_for_head_office(owner):
	product = frappe.db.get_value("Item", CRACKERS, "ks212_product")
	answer = owner.get("/umkm/produk", name=product)
	refused = owner.send(answer.form("price"), owner_price="nol")
	assert refused.status == 417
	assert refused.form("price").fields["owner_price"] == "nol"
	answer = owner.send(refused.form("price"), owner_price="11.000", retail_price="14.000")
	assert answer.location == f"/umkm/produk?name={product}&ok=price"
	answer = owner.follow(answer)
	assert_is_well_made(answer)
	assert not forms_that(answer, "price"), "one at a time"
	price = frappe.get_last_doc("UMKM Product Price")
	assert (price.status, price.owner_price) == ("Pending", 11_000)


def test_a_new_price_is_taken_back_and_another_proposed(owner, waiting_price):
	product = waiting_price.product
	form = owner.get("/umkm/produk", name=product).form("withdraw")
	answer = owner.send(form)
	assert answer.location == f"/umkm/produk?name={product}&ok=withdrawn"
	assert owner.send(form).location == answer.location, "a second tap is the same call"
	answer = owner.follow(answer)
	assert_is_well_made(answer)
	assert indonesian("Taken back. The present price stays.") in answer.text
	assert fresh("UMKM Product Price", waiting_price.name, "status") == "Withdrawn"
	assert forms_that(answer, "price")


def test_a_price_is_taken_back_by_its_owner_alone(owner, waiting_price):
	product = waiting_price.product
	form = owner.get("/umkm/produk", name=product).form("withdraw")
	assert not forms_that(browser(MANAGER).get("/umkm/produk", name=product), "withdraw")
	for user in (MANAGER, OTHER_OWNER_USER):
		somebody = browser(user)
		form.fields["csrf_token"] = somebody.get("/umkm").forms[-1].fields["csrf_token"]
		assert somebody.send(form, key=new_key()).status == 403
	assert fresh("UMKM Product Price", waiting_price.name, "status") == "Pending"


# -- deliveries ---------------------------------------------------------------------------------------------


def test_announcing_a_delivery_and_taking_it_back(owner, umkm_network):
	page = owner.get("/umkm/kirim")
	form = page.form("announce")
	number = {form.fields[f"item_{n}"]: n for n in (1, 2)}
	cracker, sambal = number[CRACKERS], number[SAMBAL]
	fields = {"outlet": SHORT, "expected_on": add_days(today(), 2)}
	refused = owner.send(form, **fields, **{f"qty_{sambal}": "1,5"})
	assert refused.status == 417
	wrong = re.search(r'class="card line wrong">\s*<h2><span class="no">(\d)', refused.html)
	assert int(wrong.group(1)) == sambal, "the row is named by its number on the page"
	assert re.search(rf"\b{sambal}\b", re.search(r'id="error".*?</p>', refused.html, re.S).group(0))
	kept = refused.form("announce").fields
	assert (kept[f"qty_{sambal}"], kept["outlet"]) == ("1,5", SHORT)
	form = refused.form("announce")
	sent = {f"qty_{sambal}": "12", f"qty_{cracker}": "24", f"made_{sambal}": today()}
	answer = owner.send(form, **sent)
	assert answer.status == 303, answer.text[:600]
	assert owner.send(form, **sent).location == answer.location
	delivery = frappe.get_last_doc("Consignment Delivery")
	assert {row.item_code: row.qty for row in delivery.items} == {CRACKERS: 24, SAMBAL: 12}
	answer = owner.follow(answer)
	assert_is_well_made(answer)
	assert indonesian("Wrong tap? Take it back") in answer.text
	assert delivery.name in browser(clerk(SHORT)).get("/gerai").html
	answer = owner.send(answer.form("cancel"))
	assert answer.location == f"/umkm/kiriman?name={delivery.name}&ok=cancel"
	assert_is_well_made(owner.follow(answer))
	assert fresh("Consignment Delivery", delivery.name, "status") == "Cancelled"
	assert delivery.name not in browser(clerk(SHORT)).get("/gerai").html


def test_nothing_written_is_not_a_delivery(owner):
	answer = owner.send(owner.get("/umkm/kirim").form("announce"), outlet=SHORT)
	assert answer.status == 417
	assert frappe.db.count("Consignment Delivery") == 0


def test_an_outlet_counts_in_with_a_refused_line(owner, shop, announced):
	home = shop.get("/gerai")
	assert_is_well_made(home)
	assert f"/gerai/titipan?name={announced}" in home.html
	assert announced in shop.get("/gerai/titipan").html
	page = shop.get("/gerai/titipan", name=announced)
	assert_is_well_made(page)
	form = page.form("receive")
	assert form.fields["received_1"] == "", "nothing is counted for them"
	refused = shop.send(form, received_1="8", received_2="6")
	assert refused.status == 417
	assert 'class="line wrong"' in refused.html
	reason = indonesian("Packaging damaged")
	expiry = add_days(today(), 100)
	asked = shop.send(
		refused.form("receive"), received_1="8", refuse_reason_1=reason, received_2="6", expiry_2=expiry
	)
	assert asked.status == 200
	assert fresh("Consignment Delivery", announced, "status") == "Announced", "asked about once more"
	changed = shop.send(asked.form("change"))
	assert changed.form("receive").fields["received_1"] == "8"
	done = shop.send(asked.form("receive"))
	assert done.location == f"/gerai/titipan?name={announced}&ok=receive"
	assert shop.send(asked.form("receive")).location == done.location
	assert_is_well_made(shop.follow(done))
	frappe.db.rollback()
	doc = frappe.get_doc("Consignment Delivery", announced)
	assert [(row.received_qty, row.refused_qty) for row in doc.items] == [(8, 2), (6, 0)]
	assert str(doc.items[1].expiry_date) == str(expiry)

	answer = owner.get("/umkm/kiriman", name=announced)
	assert reason in answer.text
	stock = owner.get("/umkm/stok")
	assert_is_well_made(stock)
	assert "212 Mart Sukmajaya" in stock.text and "8 Bungkus" in stock.text
	assert announced not in shop.get("/gerai").html


def test_refusing_all_of_it(shop, owner, announced):
	page = shop.get("/gerai/titipan", name=announced)
	refused = shop.send(page.form("refuse"))
	assert refused.status == 417
	answer = shop.send(refused.form("refuse"), reason_choice=indonesian("No room on the shelf"))
	assert answer.location == f"/gerai/titipan?name={announced}&ok=refuse"
	assert_is_well_made(shop.follow(answer))
	assert fresh("Consignment Delivery", announced, "status") == "Refused"
	assert indonesian("No room on the shelf") in owner.get("/umkm/kiriman", name=announced).text


def test_only_the_outlet_counts_and_only_the_owner_calls_off(owner, shop, announced):
	assert not any(
		form.fields.get("do") == "cancel" for form in shop.get("/gerai/titipan", name=announced).forms
	)
	stranger = browser(clerk(NEAR))
	assert stranger.get("/gerai/titipan", name=announced).status == 403
	form = shop.get("/gerai/titipan", name=announced).form("receive")
	token = owner.get("/umkm").form(action="/gerai/bahasa").fields["csrf_token"]
	fields = {**form.fields, "csrf_token": token, "received_1": "10", "received_2": "6", "confirm": "1"}
	assert owner.post("/gerai/titipan", **fields).status == 403
	assert fresh("Consignment Delivery", announced, "status") == "Announced"


# -- off the shelf ------------------------------------------------------------------------------------------


def test_taking_goods_off_the_shelf_with_a_photo(owner, shop, umkm_network):
	bring(umkm_network.owner, (CRACKERS, 10), (SAMBAL, 6))
	shelf = shop.get("/gerai/titipan")
	assert_is_well_made(shelf)
	assert umkm_story.OWNER in shelf.text
	page = shop.get("/gerai/titipan-keluar", owner=umkm_network.owner)
	assert_is_well_made(page)
	form = page.form("remove")
	place = next(n for n in (1, 2) if form.fields[f"item_{n}"] == CRACKERS)
	reason = indonesian("Hardly sells")
	for missing in ({"kind": "Return to Owner"}, {"reason_choice": reason}):
		assert shop.send(form, **{f"qty_{place}": "3"}, **missing).status == 417
	fields = {"kind": "Return to Owner", "reason_choice": reason, "reason": "sepi pembeli"}
	asked = shop.send(form, **fields, **{f"qty_{place}": "3"})
	assert asked.status == 200
	assert "3 Bungkus" in asked.text
	refused = shop.send(asked.form("remove"), photo=(BytesIO(b"text"), "foto.jpg"))
	assert refused.status == 417
	assert refused.form("remove").fields[f"qty_{place}"] == "3"
	asked = shop.send(refused.form("remove"))
	done = shop.send(asked.form("remove"), photo=photo())
	assert done.status == 303, done.text[:600]
	assert_is_well_made(shop.follow(done))
	removal = frappe.get_last_doc("Consignment Removal")
	assert (removal.kind, removal.items[0].qty, removal.reason) == (
		"Return to Owner",
		3,
		f"{reason}: sepi pembeli",
	)
	assert removal.photo
	seen = owner.get("/umkm/stok")
	assert removal.name in seen.text and "7 Bungkus" in seen.text


def test_more_than_there_is_names_its_row(shop, umkm_network):
	bring(umkm_network.owner, (CRACKERS, 10), (SAMBAL, 6))
	form = shop.get("/gerai/titipan-keluar", owner=umkm_network.owner).form("remove")
	fields = {"kind": "Shrinkage", "reason": "hilang", "qty_2": "999"}
	asked = shop.send(form, **fields)
	refused = shop.send(asked.form("remove"))
	assert refused.status == 417
	wrong = re.search(r'class="line wrong">\s*<legend><span class="no">(\d)', refused.html)
	assert wrong.group(1) == "2"
	assert frappe.db.count("Consignment Removal") == 0


def test_goods_past_their_date_wait_at_home(shop, umkm_network):
	bring(umkm_network.owner, (SAMBAL, 6))
	batch = frappe.db.get_value("Batch", {"item": SAMBAL}, "name", order_by="creation desc")
	frappe.db.set_value("Batch", batch, "expiry_date", add_days(today(), -1))
	frappe.db.commit()
	home = shop.get("/gerai")
	assert "kind=Expired" in home.html
	form = shop.get("/gerai/titipan-keluar", owner=umkm_network.owner, kind="Expired").form("remove")
	assert form.fields["kind"] == "Expired"


# -- what sold ----------------------------------------------------------------------------------------------


def test_sales_by_day_by_outlet_and_by_product(owner, umkm_network):
	bring(umkm_network.owner, (CRACKERS, 10))
	bring(umkm_network.other_owner, (HONEY, 10))
	with story.acting_as("Administrator"):
		story.sell(SHORT, {CRACKERS: 4, HONEY: 2})
	frappe.db.commit()
	with story.acting_as(OWNER_USER):
		found = supplier.sales(supplier=umkm_network.owner, days=7)
		overview = supplier.overview(supplier=umkm_network.owner)
	assert [(row["qty"], row["value"]) for row in found["by_day"] if row["qty"]] == [(4, 40_000)]
	assert len(found["by_day"]) == 7
	assert [(row.outlet, row.qty) for row in found["by_outlet"]] == [(SHORT, 4)]
	assert [(row.item_code, row.value) for row in found["by_item"]] == [(CRACKERS, 40_000)]
	assert overview["sold_in_7_days"]["value"] == 40_000
	assert overview["stock"]["value"] == 60_000
	answer = owner.get("/umkm/penjualan", days=7)
	assert_is_well_made(answer)
	assert answer.html.count("<rect") == 7 and answer.html.count('class="has"') == 1
	assert "Rp\xa040.000" in answer.html and "Madu" not in answer.text
	assert "Rp\xa040.000" in owner.get("/umkm").html


@pytest.mark.parametrize("function", [supplier.overview, supplier.stock, supplier.sales])
def test_figures_are_for_those_who_see_the_supplier(function, umkm_network):
	for user in (OWNER_USER, MANAGER, PUSAT, ACCOUNTANT):
		with story.acting_as(user):
			function(supplier=umkm_network.owner)
	for user in (OTHER_OWNER_USER, OTHER_MANAGER, clerk(SHORT), story.UMKM, "Guest"):
		with story.acting_as(user), pytest.raises(frappe.PermissionError):
			function(supplier=umkm_network.owner)
	with story.acting_as(OWNER_USER):
		for bad in (None, "", 5, ["x"]):
			with pytest.raises(frappe.ValidationError):
				function(supplier=bad)
		with pytest.raises(frappe.DoesNotExistError):
			function(supplier="TIDAK-ADA")


@pytest.mark.parametrize("days", [0, -1, 1.5, "banyak", 367, "NaN", [1]])
def test_a_strange_number_of_days(days, umkm_network):
	with story.acting_as(OWNER_USER), pytest.raises(frappe.ValidationError):
		supplier.sales(supplier=umkm_network.owner, days=days)


# -- settlements --------------------------------------------------------------------------------------------


@pytest.fixture
def settled(umkm_network):
	"""A committed draft for the owner: 4 of 10 crackers sold."""
	bring(umkm_network.owner, (CRACKERS, 10))
	with story.acting_as("Administrator"):
		story.sell(SHORT, {CRACKERS: 4})
	frappe.db.commit()
	with story.acting_as(ACCOUNTANT):
		made = settlement.make_settlements(
			company=story.COMPANY, to_date=today(), supplier=umkm_network.owner, key=new_key()
		)
	frappe.db.commit()
	return made["settlements"][0]


def test_a_settlement_is_for_its_supplier_and_those_who_look_on(owner, settled, umkm_network):
	for somebody in (owner, browser(MANAGER), browser(PUSAT), browser(ACCOUNTANT)):
		assert settled in somebody.get("/umkm/nota", supplier=umkm_network.owner).html
		answer = somebody.get("/umkm/nota", name=settled)
		assert_is_well_made(answer)
		assert "Rp\xa040.000" in answer.html and "4 × Rp\xa010.000" in answer.html
		head = re.search(r'<h2 class="split"><span>(.*?)</span><span class="big">(.*?)</span>', answer.html)
		assert head.groups() == (indonesian("To be paid"), "Rp\xa040.000")
		assert indonesian("{0} sold").format(4) in answer.text
		assert indonesian("Being made") in answer.text
		assert "download_pdf" not in answer.html, "a draft may still change"
	assert settled in owner.get("/umkm").html
	for user in (OTHER_OWNER_USER, OTHER_MANAGER, clerk(SHORT), story.UMKM):
		answer = browser(user).get("/umkm/nota", name=settled)
		assert answer.status == 403
		assert "40.000" not in answer.text


@pytest.mark.erpnext
def test_a_submitted_settlement_says_when_it_is_paid_and_prints(owner, settled):
	with story.acting_as("Administrator"):
		frappe.get_doc("Consignment Settlement", settled).submit()
	frappe.db.commit()
	page = owner.get("/umkm/nota", name=settled)
	assert_is_well_made(page)
	assert indonesian("Not yet paid") in page.text
	address = unescape(re.search(r'href="(/api/method/[^"]*download_pdf[^"]*)"', page.html).group(1))
	with pdf_assets():
		answer = owner.open(address)
	assert (answer.status_code, answer.get_data()[:4]) == (200, b"%PDF")
	for user in (OTHER_OWNER_USER, clerk(SHORT), OTHER_MANAGER):
		assert browser(user).open(address).status_code in (403, 404)


# -- licences -----------------------------------------------------------------------------------------------


def test_sending_a_new_licence(owner, umkm_network):
	page = owner.get("/umkm/izin", kind="PIRT")
	form = page.form("renew")
	assert form.fields["kind"] == "PIRT"
	refused = owner.send(form, licence_no="12", valid_until=add_days(today(), 400))
	assert refused.status == 417
	assert refused.form("renew").fields["licence_no"] == "12"
	pdf = BytesIO(umkm_story.PDF), "pirt.pdf"
	answer = owner.send(refused.form("renew"), licence_no="2063175010123-29", file=pdf)
	assert answer.status == 303, answer.text[:600]
	answer = owner.follow(answer)
	assert_is_well_made(answer)
	assert indonesian("Being checked") in answer.text
	licence = frappe.get_last_doc("UMKM Licence")
	assert (licence.supplier, licence.checked) == (umkm_network.owner, 0)
	assert licence.file


def test_an_ended_licence_waits_at_home_and_blocks(owner, umkm_network):
	frappe.get_doc(
		{
			"doctype": "UMKM Licence",
			"supplier": umkm_network.owner,
			"kind": "Halal",
			"licence_no": "ID00110000123450722",
			"valid_until": add_days(today(), -3),
			"checked": 1,
		}
	).insert()
	frappe.db.commit()
	home = owner.get("/umkm")
	assert "/umkm/izin?kind=Halal" in home.html
	assert_is_well_made(owner.get("/umkm/izin"))
	form = owner.get("/umkm/kirim").form("announce")
	answer = owner.send(form, outlet=SHORT, qty_1="3")
	assert answer.status == 417
	assert "Halal" in answer.text


# -- words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("typed", "read"),
	[
		("12500", "12500"),
		("12.500", "12500"),
		("12,500", "12500"),
		("Rp 12.500", "12500"),
		("rp12.500,-", "12500"),
		("12.500,00", "12500"),
		("1.250.000", "1250000"),
		("12,5", "12,5"),
		("", ""),
		("dua ribu", "dua ribu"),
		("-500", "-500"),
	],
)
def test_prices_as_people_write_them(typed, read):
	assert forms.money(typed) == read


def test_money_in_words():
	with patch.object(frappe.local, "lang", "id"):
		assert words.money(1_250_000.4) == "Rp\xa01.250.000"
		assert words.money(-5000) == "-Rp\xa05.000"
		assert words.money(None) == "Rp\xa00"


def test_a_chart_of_no_sales_has_no_bars():
	days = [{"day": add_days(today(), -n), "qty": 0, "value": 0} for n in range(3)]
	assert not any(bar["has"] for bar in umkm.chart(days)["bars"])
