"""Serves the pages of www/gerai and www/umkm without what Frappe puts around a website page: the desk's boot
data and templates compiled anew for each request, which cost more than all that our pages do."""

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, PrefixLoader
from werkzeug.wrappers import Response

import frappe
from frappe import _

from ks212_community.portal.page import AREAS

APP = Path(__file__).parents[1]
INDEX = "index"


class PortalPage:
	"""page_renderer hook: everything under /gerai and /umkm, what does not exist too."""

	def __init__(self, path: str, http_status_code: int | None = None):
		self.path = path.strip("/ ")
		self.http_status_code = http_status_code or 200

	def can_render(self) -> bool:
		return self.path.split("/")[0] in AREAS

	def render(self) -> Response:
		area, _slash, name = self.path.partition("/")
		page = f"{area}/{name or INDEX}"
		if page not in page_names():
			# Frappe's own page for this comes with status 200 wherever it is in the cache; answers.py writes
			# ours.
			return Response(status=404, mimetype="text/html")
		context = frappe._dict()
		module = page.replace("-", "_").replace("/", ".")
		frappe.get_module(f"ks212_community.www.{module}").get_context(context)
		html = render(f"ks212_community/www/{page}.html", context)
		return Response(html, context.http_status_code or self.http_status_code, mimetype="text/html")


@functools.cache
def page_names() -> frozenset[str]:
	"""Return the pages there are, as "area/name"."""
	return frozenset(f"{area}/{path.stem}" for area in AREAS for path in (APP / "www" / area).glob("*.html"))


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
