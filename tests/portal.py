"""A clerk's browser for tests of the portal: keeps cookies, reads the forms of a page, fills them in and sends them."""

import threading
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import urlencode

from werkzeug.test import Client

import frappe
import frappe.app

from tests import story

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
		elif tag in ("style", "script"):
			self.hidden_text -= 1

	def handle_data(self, data):
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


def forget_documents():
	"""Take everything back that went through the pages, which commit: the documents, their promises, the shelves."""
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
