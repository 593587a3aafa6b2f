"""Serves the pages of www/gerai without what Frappe puts around a website page: the desk's boot data and templates
compiled anew for each request, which cost more than all that our pages do."""

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, PrefixLoader
from werkzeug.wrappers import Response

import frappe
from frappe import _

APP = Path(__file__).parents[1]
PAGES = APP / "www" / "gerai"


class PortalPage:
	"""page_renderer hook: everything under /gerai, what does not exist too."""

	def __init__(self, path: str, http_status_code: int | None = None):
		self.path = path.strip("/ ")
		self.http_status_code = http_status_code or 200

	def can_render(self) -> bool:
		return self.path.split("/")[0] == "gerai"

	def render(self) -> Response:
		name = self.path.removeprefix("gerai").strip("/") or "index"
		if name not in page_names():
			raise frappe.PageDoesNotExistError
		context = frappe._dict()
		frappe.get_module(f"ks212_community.www.gerai.{name.replace('-', '_')}").get_context(context)
		html = render(f"ks212_community/www/gerai/{name}.html", context)
		return Response(html, context.http_status_code or self.http_status_code, mimetype="text/html")


@functools.cache
def page_names() -> frozenset[str]:
	"""Return the names of the pages there are."""
	return frozenset(path.stem for path in PAGES.glob("*.html"))


def render(template: str, context: dict) -> str:
	"""Return a template of ours, compiled once in a process."""
	return _environment().get_template(template).render(context)


@functools.cache
def _environment() -> Environment:
	loader = PrefixLoader({"ks212_community": FileSystemLoader(APP)})
	environment = Environment(loader=loader, autoescape=True)
	# Looked up for each request: a translation depends on who reads.
	environment.globals["_"] = lambda text: _(text)
	return environment
