"""The portal in a real browser, on a phone of 360 px: the whole way of a request, wrong taps, a bad line."""

import io
import threading
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.serving import make_server

import frappe
import frappe.app
from frappe.utils import get_url

from ks212_community.umkm_supply import files
from tests import story, umkm_story
from tests.portal import forget_documents, forget_supply
from tests.story import NEAR, OIL, SHORT, clerk

CHROMIUM = Path("/usr/bin/chromium")
FIRST_VISIT_BYTES = 100_000
PHONE = {"width": 360, "height": 740}
TAP = 44

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
if not CHROMIUM.exists():
	pytest.skip("there is no /usr/bin/chromium", allow_module_level=True)


@pytest.fixture(scope="module")
def address(story):
	"""The site, served by a thread of this process."""
	patch = pytest.MonkeyPatch()
	patch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	with_files = getattr(frappe.app, "application_with_statics", lambda: frappe.app.application)
	server = make_server("127.0.0.1", 0, with_files(), threaded=True)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	forget_documents()
	yield f"http://127.0.0.1:{server.server_port}"
	server.shutdown()
	patch.undo()
	forget_documents()


@pytest.fixture(scope="module")
def chromium():
	with playwright.sync_playwright() as runner:
		browser = runner.chromium.launch(
			executable_path=str(CHROMIUM),
			args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-proxy-server"],
		)
		yield browser
		browser.close()


class Phone:
	"""Somebody's phone: a page of 360 px that is looked at wherever it goes."""

	def __init__(self, chromium, address, **options):
		self.address = address
		self.context = chromium.new_context(viewport=PHONE, locale="id-ID", **options)
		self.page = self.context.new_page()
		self.page.set_default_timeout(30_000)
		self.errors = []
		self.page.on("pageerror", lambda error: self.errors.append(str(error)))

	def open(self, path):
		self.page.goto(self.address + path)
		return self.look()

	def look(self):
		"""Nothing is wider than the phone, and everything to tap is large enough for a thumb."""
		self.page.wait_for_load_state()
		assert not self.errors
		assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], self.page.url
		assert self.page.evaluate(SMALL_TARGETS, TAP) == [], self.page.url
		return self

	def login(self, user):
		self.open("/gerai/masuk")
		return self.enter(user)

	def enter(self, user):
		self.page.fill("[name=usr]", story.phone_of(user) or user)
		self.page.fill("[name=pwd]", story.PASSWORD)
		return self.tap("form[action='/gerai/masuk'] button")

	def tap(self, selector):
		with self.page.expect_navigation():
			self.page.click(selector)
		return self.look()

	def sees(self, selector):
		return self.page.locator(selector).count() > 0

	def form(self, do):
		return f"form:has(input[name=do][value={do}])"


SMALL_TARGETS = """tap => [...document.querySelectorAll("a, button, select, summary, input:not([type=hidden])")]
	.map(element => element.matches("[type=radio], [type=checkbox]") ? element.closest("label") : element)
	.filter(element => element.checkVisibility() && !element.matches(".skip, .default, p small a"))
	.filter(element => element.getBoundingClientRect().height < tap)
	.map(element => element.outerHTML.slice(0, 100))"""


@pytest.fixture
def phone(chromium, address):
	phones = []

	def new(user=None, **options):
		phones.append(Phone(chromium, address, **options))
		return phones[-1].login(user) if user else phones[-1]

	yield new
	for one in phones:
		one.context.close()


@pytest.fixture
def clean():
	yield
	forget_documents()


def fresh(doctype, name, fieldname):
	"""A value as it is now, not as this process saw it before."""
	frappe.db.rollback()
	return frappe.db.get_value(doctype, name, fieldname)


def steps(transfer):
	frappe.db.rollback()
	return [step["action"] for step in frappe.get_doc("Outlet Transfer", transfer).get_steps()]


def ask(asker, qty="6"):
	"""Ask for oil through the pages; returns the request's name and the transfer that asks NEAR."""
	asker.open("/gerai")
	asker.page.fill("[name=q]", "minyak")
	asker.tap(".search .btn[aria-label]")
	asker.tap(f"a[href='/gerai/tanya?item={OIL}']")
	asker.page.fill("[name=qty_1]", qty)
	asker.tap("button.big[value=look]")
	asker.tap("form[method=post][action='/gerai/tanya'] button.big")
	request = asker.page.url.split("name=")[1].split("&")[0]
	frappe.db.rollback()
	return request, frappe.db.get_value("Outlet Transfer", {"request": request, "source_outlet": NEAR})


def test_the_whole_way_with_wrong_taps_taken_back(phone, clean):
	asker, giver = phone(clerk(SHORT)), phone(clerk(NEAR))

	# A request by mistake is taken back, the next one is meant.
	request, _transfer = ask(asker)
	assert asker.sees(".note.good")
	asker.tap(f".note {asker.form('cancel')} button")
	assert fresh("Inter Outlet Request", request, "status") == "Cancelled"
	request, transfer = ask(asker)

	# The source promises, takes the wrong tap back, promises less.
	giver.open("/gerai")
	giver.tap(f"a[href='/gerai/transfer?name={transfer}']")
	giver.tap(f"{giver.form('answer')} button.big")
	assert fresh("Outlet Transfer", transfer, "status") == "Promised"
	giver.tap(f".note {giver.form('withdraw')} button")
	assert fresh("Outlet Transfer", transfer, "status") == "Withdrawn"
	giver.page.click(".note a[href='#answer']")
	if not giver.sees("details#answer[open]"):
		giver.page.click("details#answer > summary")
	giver.page.fill(f"{giver.form('answer')} [name=qty_1]", "500")
	giver.tap(f"{giver.form('answer')} button.big")
	assert giver.sees("#error")
	assert giver.page.input_value(f"{giver.form('answer')} [name=qty_1]") == "500"
	giver.page.fill(f"{giver.form('answer')} [name=qty_1]", "5")
	giver.tap(f"{giver.form('answer')} button.big")
	assert fresh("Outlet Transfer", transfer, "status") == "Promised"

	# The goods leave: asked about once more, then there is a slip.
	giver.page.fill("[name=driver_name]", "Sopir Uji")
	giver.tap("#dispatch button.big")
	giver.tap(f"{giver.form('dispatch')} button.big")
	assert fresh("Outlet Transfer", transfer, "status") == "In Transit"
	giver.tap(".note a.btn")
	assert giver.page.locator(".slip img").evaluate("image => image.complete && image.naturalWidth > 100")

	# Whoever scans the slip's code logs in and counts.
	scanner = phone()
	scanner.open(get_url(f"/gerai/terima?name={transfer}").replace(get_url(), ""))
	assert "/gerai/masuk" in scanner.page.url
	scanner.enter(clerk(SHORT))
	assert scanner.page.url.endswith(f"/gerai/terima?name={transfer}")
	assert scanner.page.input_value("[name=received_1]") == ""
	scanner.tap("#receive button.big")
	assert scanner.sees("#error")
	scanner.page.click("[data-all]")
	scanner.tap("#receive button.big")
	scanner.tap(f"{scanner.form('receive')} button.big")
	assert fresh("Outlet Transfer", transfer, "status") == "Received"
	asker.open(f"/gerai/permintaan?name={request}")
	assert asker.sees(".fact.good")


def test_a_delivery_from_its_announcement_to_the_count(phone, umkm):
	owner, shop = phone(umkm_story.OWNER_USER), phone(clerk(SHORT))
	assert owner.page.url.split("?")[0].endswith("/umkm"), owner.page.inner_text("body")

	# Announced by mistake and taken back, then announced as it is meant; a mistyped quantity stays in its
	# field.
	owner.tap("a[href='/umkm/kirim'].btn")
	crackers = owner.page.locator(f"[value='{umkm_story.CRACKERS}']").get_attribute("name").split("_")[1]
	owner.page.select_option("[name=outlet]", SHORT)
	owner.page.fill(f"[name=qty_{crackers}]", "sepuluh")
	owner.tap("form[action='/umkm/kirim'] button.big")
	assert owner.sees("#error") and owner.sees(".card.line.wrong")
	assert owner.page.input_value(f"[name=qty_{crackers}]") == "sepuluh"
	owner.page.fill(f"[name=qty_{crackers}]", "10")
	owner.tap("form[action='/umkm/kirim'] button.big")
	mistake = owner.page.url.split("name=")[1].split("&")[0]
	owner.tap(f".note {owner.form('cancel')} button")
	assert fresh("Consignment Delivery", mistake, "status") == "Cancelled"
	owner.open(f"/umkm/kirim?outlet={SHORT}")
	assert owner.page.input_value("[name=outlet]") == SHORT
	owner.page.fill(f"[name=qty_{crackers}]", "12")
	owner.tap("form[action='/umkm/kirim'] button.big")
	delivery = owner.page.url.split("name=")[1].split("&")[0]

	# The outlet finds it at home, counts fewer, is asked why, and asked once more.
	shop.open("/gerai")
	shop.tap(f"a[href='/gerai/titipan?name={delivery}']")
	shop.page.click("[data-all]")
	assert shop.page.input_value("[name=received_1]") == "12"
	shop.page.fill("[name=received_1]", "9")
	shop.tap("#receive button.big")
	assert shop.sees("#error") and shop.sees(".line.wrong")
	shop.page.select_option("[name=refuse_reason_1]", index=2)
	shop.tap("#receive button.big")
	assert fresh("Consignment Delivery", delivery, "status") == "Announced"
	shop.tap(f"{shop.form('receive')} button.big")
	assert fresh("Consignment Delivery", delivery, "status") == "Received"
	shop.open("/gerai/titipan")

	# Two are broken: off the shelf, with a photo, which is made smaller on the phone.
	shop.tap("a[href^='/gerai/titipan-keluar']")
	shop.page.check("[name=kind][value=Shrinkage]")
	shop.page.fill("[name=qty_1]", "2")
	shop.page.fill("[name=reason]", "kemasan sobek")
	shop.tap("form[action='/gerai/titipan-keluar'] button.big")
	large = io.BytesIO()
	Image.effect_noise((2400, 1800), 60).save(large, "PNG")
	assert large.tell() > files.MAX_BYTES
	sent = {"name": "a.png", "mimeType": "image/png", "buffer": large.getvalue()}
	shop.page.set_input_files("[name=photo]", sent)
	shop.page.wait_for_function("document.querySelector('[data-file]').textContent.includes('a.jpg')")
	shop.tap(f"{shop.form('remove')} button.big")
	assert fresh("Consignment Removal", {"outlet": SHORT}, "photo")

	# The owner sees what lies there.
	owner.open("/umkm/stok")
	assert "7 " in owner.page.locator(".lines .big").first.inner_text()
	for path in ("", "/penjualan", "/produk", "/produk-baru", "/kiriman", "/nota", "/izin"):
		owner.open(f"/umkm{path}")
	for path in ("/gerai", "/gerai/umkm"):
		phone(story.manager(umkm_story.COMMUNITY)).open(path)


def test_a_registration_that_a_broken_line_interrupts(phone, umkm):
	member = phone().open("/umkm/daftar")
	for name, typed in umkm_story.REGISTRATION.items():
		if name == "community":
			member.page.select_option("[name=community]", typed)
		else:
			member.page.fill(f"[name={name}]", typed)
	# The page is lost and opened again: what was typed is there.
	member.open("/umkm/daftar")
	assert member.page.input_value("[name=business_name]") == umkm_story.REGISTRATION["business_name"]
	assert member.page.input_value("[name=community]") == umkm_story.REGISTRATION["community"]
	member.page.fill("[name=nib]", "12")
	member.page.evaluate("document.querySelector('form[data-keep]').noValidate = true")
	member.tap("form[data-keep] button.big")
	assert member.sees("#f-nib.wrong")
	member.page.fill("[name=nib]", umkm_story.REGISTRATION["nib"])
	member.page.evaluate("document.querySelector('form[data-keep]').noValidate = true")
	member.tap("form[data-keep] button.big")
	assert member.sees("[data-arrived]")
	member.open("/umkm/daftar")
	assert member.page.input_value("[name=business_name]") == ""


@pytest.fixture
def umkm(address):
	names = umkm_story.setup_umkm()
	# It begins with a rollback.
	frappe.db.commit()
	forget_supply()
	yield names
	forget_supply()
	forget_documents()


def test_a_line_that_breaks(phone, clean):
	asker, giver = phone(clerk(SHORT)), phone(clerk(NEAR))
	_request, transfer = ask(asker)
	button = f"{giver.form('answer')} button.big"

	# Without a connection nothing is sent, and nothing typed is lost.
	giver.open(f"/gerai/transfer?name={transfer}")
	giver.page.fill("[name=qty_1]", "4")
	giver.context.set_offline(True)
	giver.page.click(button)
	giver.page.wait_for_selector("#offline:not([hidden])")
	assert giver.page.input_value("[name=qty_1]") == "4"
	giver.context.set_offline(False)

	# The form arrives, its answer gets lost, the clerk sends it again.
	def lose_the_answer(route):
		route.fetch(max_redirects=0)
		route.abort()

	form = giver.page.locator(giver.form("answer"))
	sent = form.evaluate("form => new URLSearchParams(new FormData(form)).toString()")
	giver.page.route("**/gerai/transfer?*", lose_the_answer, times=1)
	form.evaluate(
		"""form => fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))}).catch(() => 0)"""
	)
	assert fresh("Outlet Transfer", transfer, "status") == "Promised"
	assert form.evaluate("form => new URLSearchParams(new FormData(form)).toString()") == sent
	giver.tap(button)
	assert giver.sees(".note.good")
	assert steps(transfer).count("promise") == 1


def test_two_taps_at_once(phone, clean):
	asker, giver = phone(clerk(SHORT)), phone(clerk(NEAR))
	_request, transfer = ask(asker)
	giver.open(f"/gerai/transfer?name={transfer}")
	went = giver.page.locator(giver.form("answer")).evaluate(
		"""form => Promise.all([1, 2, 3].map(() =>
			fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))}).then(answer => answer.url)))"""
	)
	assert all(f"name={transfer}" in url for url in went)
	assert steps(transfer).count("promise") == 1


def test_without_javascript(phone, clean):
	asker = phone(clerk(SHORT), java_script_enabled=False)
	giver = phone(clerk(NEAR), java_script_enabled=False)
	for one in (asker, giver):
		one.look = lambda one=one: one  # the look itself is JavaScript
	_request, transfer = ask(asker)
	giver.open(f"/gerai/transfer?name={transfer}")
	giver.tap(f"{giver.form('answer')} button.big")
	giver.tap("#dispatch button.big")
	giver.tap(f"{giver.form('dispatch')} button.big")
	asker.open(f"/gerai/terima?name={transfer}")
	asker.page.fill("[name=received_1]", "6")
	asker.tap("#receive button.big")
	asker.tap(f"{asker.form('receive')} button.big")
	assert fresh("Outlet Transfer", transfer, "status") == "Received"


def test_a_first_visit_is_light(chromium, address, record_property):
	"""Counted by the browser itself, headers included: the login page and then the first page after it."""
	visitor = Phone(chromium, address)
	received = {}
	session = visitor.context.new_cdp_session(visitor.page)
	session.send("Network.enable")
	session.on(
		"Network.loadingFinished",
		lambda event: received.update({event["requestId"]: event["encodedDataLength"]}),
	)
	visitor.open("/gerai")
	first = sum(received.values())
	visitor.enter(clerk(SHORT))
	visitor.page.wait_for_load_state("networkidle")
	everything = sum(received.values())
	record_property("first_visit_bytes", first)
	record_property("with_login_and_home_bytes", everything)
	print(f"first visit {first} bytes, with the login and the home page {everything}")
	assert 0 < everything <= FIRST_VISIT_BYTES
	visitor.context.close()
