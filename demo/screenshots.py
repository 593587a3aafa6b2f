"""Take the README's pictures from a demo that is being served: `python -m demo.screenshots [address]`.

The portal as on a phone of 360 px, in docs/images/portal-*.png; of a bench also the desk of 1280 px,
desk-*.png. Needs Playwright and Debian's Chromium. Pages are flat: COLOURS of them look the same in a third
of the bytes.
"""

import sys

from PIL import Image
from playwright.sync_api import sync_playwright

from demo import runtime

IMAGES = runtime.ROOT / "docs" / "images"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 860}
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PASSWORD = "titip-212-Berkah"
SUPPLIER = "08600003102"  # the phone number of Sambal Mak Ipah, whose goods are settled
COLOURS = 255


def main(address: str) -> None:
	"""Log in as the story's people and keep what they see."""
	IMAGES.mkdir(parents=True, exist_ok=True)
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
		phone = _log_in(browser, address, "dpk03", PHONE)
		_keep(phone, f"{address}/gerai", "portal-home")
		_keep(phone, f"{address}/gerai/cari?q=minyak", "portal-search")
		_keep(phone, f"{address}/gerai/tanya?item_1=SBK-004&qty_1=2&uom_1=Dus&do=look", "portal-ask")
		phone.goto(f"{address}/gerai")
		on_the_road = phone.locator("a[href*='name=OT-']", has_text="Dalam perjalanan").first
		_keep(
			phone,
			on_the_road.evaluate("link => link.href").replace("/transfer?", "/terima?"),
			"portal-receive",
		)
		phone.goto(f"{address}/gerai/diminta")
		asked = phone.locator("a[href*='/gerai/transfer?']", has_text="Diminta").first
		_keep(phone, asked.evaluate("link => link.href"), "portal-transfer")
		_keep_supplier(_log_in(browser, address, SUPPLIER, PHONE), address)
		desk = _log_in(browser, address, "pusat", DESK)
		desk.goto(f"{address}/app/ks212-community")
		if desk.locator("body[data-route]").count():
			_keep_desks(desk, f"{address}/app")
		browser.close()


def _log_in(browser, address: str, user: str, viewport: dict):
	page = browser.new_context(viewport=viewport, locale="id-ID").new_page()
	page.goto(f"{address}/gerai/masuk")
	page.fill("input[type=password]", PASSWORD)
	page.locator("form input[type=text], form input[name=usr], form input[name=user]").first.fill(user)
	page.locator("form button[type=submit], form button").first.click()
	page.wait_for_load_state()
	return page


def _keep_supplier(phone, address: str) -> None:
	"""What a UMKM sees: what waits, what sold, what it is paid."""
	_keep(phone, f"{address}/umkm", "portal-umkm")
	_keep(phone, f"{address}/umkm/penjualan", "portal-umkm-sales")
	phone.goto(f"{address}/umkm/nota")
	_keep(
		phone,
		phone.locator("main a[href*='name=CS-']").first.evaluate("link => link.href"),
		"portal-umkm-settlement",
	)
	_keep(phone, f"{address}/umkm/kirim", "portal-umkm-delivery")


def _keep_desks(desk, app: str) -> None:
	_keep_desk(desk, f"{app}/ks212-community", "desk-workspace", ".number-card-loading, .widget")
	desk.goto(f"{app}/outlet-transfer?status=Closed")
	desk.wait_for_selector(".list-row a[data-name]")
	name = desk.locator(".list-row a[data-name]").first.get_attribute("data-name")
	_keep_desk(desk, f"{app}/outlet-transfer/{name}", "desk-transfer", ".ks212-timeline li")
	_keep_desk(desk, f"{app}/query-report/UMKM Sales?group_by=Day", "desk-umkm-sales", ".dt-row .dt-cell")


def _keep(page, address: str, name: str) -> None:
	page.goto(address)
	_shoot(page, name)


def _keep_desk(page, address: str, name: str, shown: str) -> None:
	page.goto(address)
	page.wait_for_selector(shown, timeout=60000)
	page.wait_for_timeout(3000)
	_shoot(page, name)


def _shoot(page, name: str) -> None:
	file = IMAGES / f"{name}.png"
	page.screenshot(path=file)
	Image.open(file).convert("RGB").quantize(
		COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
	).save(file, optimize=True)


if __name__ == "__main__":
	main(sys.argv[1] if len(sys.argv) > 1 else f"http://{runtime.HOST}:{runtime.PORT}")
