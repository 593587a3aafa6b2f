"""A clerk's browser for tests of the portal: keeps cookies, reads the forms of a page, fills them in and
sends them."""

import threading
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import urlencode

from werkzeug.test import Client

import frappe
import frappe.app

from ks212_community.constants import OUTLET_SALE
from tests import story, umkm_story

VOID_TYPES = ("submit", "button", "image", "reset")


class _Reader(HTMLParser):
	"""Collect the forms of a page: where they go, and the fields a browser would send untouched."""

	def __init__(self):
		super().__init__()
		self.forms, self.texts, self.hidden_text = [], [], 0
		self.select = self.textarea = None

	def handle_starttag(self, tag, attrs):
		attrs = dict(attrs)
		form = self.forms[-1] if self.forms and not self.forms[-1].closed else None
		if tag == "form":
			self.forms.append(
				SimpleNamespace(
					action=attrs.get("action", ""),
					method=attrs.get("method", "get").upper(),
					fields={},
					closed=False,
				)
			)
		elif tag in ("style", "script"):
			self.hidden_text += 1
		elif form and tag == "input":
			self._input(form, attrs)
		elif form and tag == "select":
			self.select = (form, attrs.get("name"))
		elif tag == "option" and self.select:
			form, name = self.select
			if name not in form.fields or "selected" in attrs:
				form.fields[name] = attrs.get("value", "")
		elif form and tag == "textarea":
			self.textarea = (form, attrs["name"])
			form.fields[attrs["name"]] = ""

	def _input(self, form, attrs):
		if not attrs.get("name") or attrs.get("type") in VOID_TYPES:
			return
		if attrs.get("type") in ("radio", "checkbox") and "checked" not in attrs:
			return
		form.fields[attrs["name"]] = attrs.get("value") or ""

	def handle_endtag(self, tag):
		if tag == "form":
			self.forms[-1].closed = True
		elif tag == "select":
			self.select = None
		elif tag == "textarea":
			self.textarea = None
		elif tag in ("style", "script"):
			self.hidden_text -= 1

	def handle_data(self, data):
		if self.textarea:
			form, name = self.textarea
			form.fields[name] += data
		if not self.hidden_text and data.strip():
			self.texts.append(" ".join(data.split()))


class Page:
	"""An answer, read."""

	def __init__(self, response):
		self.status = response.status_code
		self.location = response.headers.get("Location")
		self.headers = response.headers
		self.html = response.get_data(as_text=True)
		reader = _Reader()
		reader.feed(self.html)
		self.forms, self.text = reader.forms, " ".join(reader.texts)

	def form(self, do=None, action=None):
		"""The page's form with the hidden field do=`do`, or that goes to `action`."""
		for form in self.forms:
			if (do and form.fields.get("do") == do) or (
				action and form.action == action and form.method == "POST"
			):
				return form
		raise AssertionError(f"no form {do or action} on the page: {self.text[:1500]}")


class Browser:
	"""Somebody at the portal."""

	def __init__(self):
		self.client = Client(frappe.app.application)

	def get(self, path, **arguments):
		return Page(self.open(path + (f"?{urlencode(arguments)}" if arguments else "")))

	def post(self, path, **fields):
		return Page(self.open(path, method="POST", data=fields))

	def open(self, path, **options):
		"""One request, in a thread of its own as a server has it; what the test wrote is committed before."""
		answers = []
		frappe.db.commit()
		thread = threading.Thread(
			target=lambda: answers.append(self.client.open(path, buffered=True, **options))
		)
		thread.start()
		thread.join()
		frappe.db.rollback()
		return answers[0]

	def login(self, user, password=story.PASSWORD, **more):
		"""Log in on the portal's own page, by whatever names the user."""
		return self.send(self.get("/gerai/masuk", **more).form(action="/gerai/masuk"), usr=user, pwd=password)

	def send(self, form, **fields):
		"""Send a form as it stands on the page, with some fields filled in."""
		return self.post(form.action, **{**form.fields, **fields})

	def follow(self, page):
		"""Go where a redirect leads."""
		assert page.status in (302, 303), (page.status, page.text[:1500])
		return self.get(page.location)


@contextmanager
def pdf_assets():
	"""Let wkhtmltopdf find the style sheet that Frappe puts into each PDF and that a site's web server would
	serve."""
	with (
		served(Path.cwd()) as address,
		patch("frappe.utils.pdf.scrub_urls", lambda html: html.replace('"/assets', f'"{address}/assets')),
	):
		yield


@contextmanager
def served(folder):
	"""A folder on an address of its own."""
	handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
	with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
		threading.Thread(target=server.serve_forever, daemon=True).start()
		yield f"http://127.0.0.1:{server.server_port}"
		server.shutdown()


def forget_documents():
	"""Take everything back that went through the pages, which commit: the documents, their promises, the
	shelves."""
	with story.acting_as("Administrator"):
		for doctype in (
			"Outlet Transfer Event",
			"Outlet Transfer Item",
			"Outlet Transfer",
			"Inter Outlet Request Item",
			"Inter Outlet Request",
			"Request Key",
		):
			frappe.db.delete(doctype)
		Bin = frappe.qb.DocType("Bin")
		frappe.qb.update(Bin).set(Bin.ks212_promised_qty, 0).where(Bin.ks212_promised_qty > 0).run()
		story.empty_the_road()
		story.setup_story()
		frappe.db.commit()


def forget_supply():
	"""Take back what went through the pages of UMKM: deliveries, removals, sales and settlements,
	registrations, proposals, licences."""
	frappe.db.rollback()
	with story.acting_as("Administrator"):
		_cancel_the_newest_first()
		for doctype in (
			"Consignment Settlement Item",
			"Consignment Settlement Sale",
			"Consignment Settlement",
			"Consignment Delivery Item",
			"Consignment Delivery",
			"Consignment Removal Item",
			"Consignment Removal",
			"UMKM Registration",
			"UMKM Licence",
			"Request Key",
		):
			frappe.db.delete(doctype)
		items = list(umkm_story.PRODUCTS)
		kept = frappe.get_all("Item", filters={"name": ["in", items]}, pluck="ks212_product")
		frappe.db.delete("UMKM Product", {"name": ["not in", kept]})
		frappe.db.delete("UMKM Product Price", {"status": ["!=", "Approved"]})
		frappe.db.commit()


def _cancel_the_newest_first():
	"""Whatever moved goods of the story's UMKM, in the opposite order."""
	documents = []
	for doctype, filters in (
		("Consignment Delivery", {}),
		("Consignment Removal", {}),
		("Stock Entry", {"stock_entry_type": OUTLET_SALE}),
		("Consignment Settlement", {}),
	):
		documents += [
			(row.creation, doctype, row.name)
			for row in frappe.get_all(
				doctype, filters={**filters, "docstatus": 1}, fields=["name", "creation"]
			)
		]
	for _creation, doctype, name in sorted(documents, reverse=True):
		doc = frappe.get_doc(doctype, name)
		if doctype != "Stock Entry" or {row.item_code for row in doc.items} <= set(umkm_story.PRODUCTS):
			doc.cancel()
