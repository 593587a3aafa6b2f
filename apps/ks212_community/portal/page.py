"""The frame of every page of the portal: who calls, for which outlet or UMKM, in which language, how a
refusal looks.

Two areas share it: /gerai, whose pages are about an outlet, and /umkm, whose pages are about a supplier.
"""

import functools
import hashlib
import html
from pathlib import Path
from urllib.parse import quote, unquote, urlencode, urlsplit

import frappe
from frappe import _
from frappe.utils import strip_html

from ks212_community import permissions
from ks212_community.constants import COMMUNITY_MANAGER, OUTLET_USER, UMKM, UMKM_GROUP
from ks212_community.portal import words
from ks212_community.stock_exchange.views import LIST_LENGTH

GERAI, SUPPLY = "gerai", "umkm"
AREAS = (GERAI, SUPPLY)
HOME = "/gerai"
SUPPLY_HOME = "/umkm"
HOMES = (HOME, SUPPLY_HOME)
LOGIN = "/gerai/masuk"
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
OUTLET_COOKIE = "gerai"
SUPPLIER_COOKIE = "umkm"
COOKIE_SECONDS = 180 * 24 * 3600
PUBLIC = Path(__file__).parents[1] / "public"


def portal_page(build=None, *, guests: bool = False, subject_needed: bool = True):
	"""Make the `get_context` of a portal page out of `build(context, frame)`.

	Guests are sent to the login page and back, unless the page is for `guests`. The page is about an outlet
	under /gerai, about a supplier under /umkm; where `subject_needed`, a caller who has none is told so.
	Whatever is refused while the page is built becomes a page of ours with its status.
	"""
	if build is None:
		return functools.partial(portal_page, guests=guests, subject_needed=subject_needed)

	@functools.wraps(build)
	def get_context(context):
		context.no_cache = 1
		# Frappe's rate limits count by the called method; the pages, which have none, would all share one
		# count.
		frappe.form_dict.cmd = build.__module__
		speak()
		if frappe.session.user == "Guest" and not guests:
			go(login_url(here()), 302)
		frame = context.gerai = new_frame()
		try:
			if frame.user != "Guest":
				_choose_subject(frame)
				frame.tabs = menu(frame)
				frame.other_area = other_area(frame)
			if subject_needed and not guests:
				need_supplier(frame) if area() == SUPPLY else need_outlet(frame)
			build(context, frame)
		except frappe.PermissionError as error:
			_refuse(context, error, 403, _("Not for you"))
		except frappe.DoesNotExistError as error:
			_refuse(context, error, 404, _("Not found"))
		except frappe.ValidationError as error:
			_refuse(context, error, status_of(error), _("That did not work"))
		except frappe.Redirect:
			raise
		except Exception:
			# Frappe shows its error page for this and then commits what a POST did until here.
			frappe.db.rollback()
			frappe.log_error(title=f"Portal: {frappe.request.path}")
			frappe.db.commit()
			raise
		context.title = frame.title
		frappe.local.flags.is_portal_page = True
		return context

	return get_context


# -- who, where, in which language --------------------------------------------------------------------------


def speak() -> None:
	"""Speak Indonesian to whoever has not chosen a language: by address, in the profile, or (a guest) by
	cookie."""
	if frappe.form_dict.get("_lang"):
		return
	if frappe.session.user == "Guest":
		chosen = frappe.request.cookies.get("preferred_language")
	else:
		chosen = frappe.get_cached_value("User", frappe.session.user, "language")
	frappe.local.lang = chosen if chosen in LANGUAGES else "id"


def new_frame() -> frappe._dict:
	"""Return what the base template needs, under the one name `gerai`."""
	return frappe._dict(
		lang=frappe.local.lang,
		languages=LANGUAGES,
		home=home(),
		# Its people see a UMKM's menu on every page, the log-out page too.
		area=SUPPLY if home() == SUPPLY_HOME else area(),
		tabs=[],
		user=frappe.session.user,
		user_name=frappe.utils.get_fullname(frappe.session.user),
		is_pusat=permissions.is_pusat(),
		# A session without a token accepts a form without one: asking for it here makes it.
		csrf_token=frappe.sessions.get_csrf_token(),
		# A key is made with the form, so that a second tap on the same form is the same call.
		key=frappe.form_dict.get("key") or frappe.generate_hash(length=20),
		here=here(),
		css=asset("css/gerai.css"),
		js=asset("js/gerai.js"),
		logo=asset("images/logo.svg"),
		outlets=[],
		suppliers=[],
		list_length=LIST_LENGTH,
		title=_("Outlet") if area() == GERAI else "UMKM",
		form=frappe.form_dict,
		words=js_words(),
	)


def js_words() -> dict[str, str]:
	"""Return what the page's script says, by its data attribute."""
	return {
		"sending": _("Sending …"),
		"offline": _("No connection right now. What you typed is kept: try again when the line is back."),
		"scan": _("Hold the barcode in front of the camera."),
		"noscan": _("This browser cannot scan. Type the number below the bars."),
		"nohttps": _("Scanning needs a secure address (https). Type the number below the bars."),
		"nocamera": _("The camera could not be opened. Type the number below the bars."),
		"stop": _("Stop scanning"),
		"copied": _("Copied"),
	}


@functools.cache
def asset(path: str) -> str:
	"""Return the address of a file of ours, with a version that changes with its content."""
	version = hashlib.sha256((PUBLIC / path).read_bytes()).hexdigest()[:10]
	return f"/assets/ks212_community/{path}?v={version}"


def _choose_subject(frame) -> None:
	if frame.area == SUPPLY:
		_choose_supplier(frame)
	else:
		_choose_outlet(frame)


def _choose_outlet(frame) -> None:
	"""Find the outlets the caller acts for, and the one this page is about: as asked for, as last time, or
	the first."""
	filters = (
		{"status": ["!=", "Closed"]} if frame.is_pusat else {"name": ["in", permissions.outlets_of() or [""]]}
	)
	frame.outlets = frappe.get_all(
		"Outlet", filters=filters, fields=["name", "outlet_name", "time_zone", "status"], order_by="name"
	)
	by_code = {outlet.name: outlet for outlet in frame.outlets}
	asked, remembered = frappe.form_dict.get("outlet"), frappe.request.cookies.get(OUTLET_COOKIE)
	if asked and asked not in by_code:
		permissions.require_outlet(asked)
		frappe.throw(_("Outlet {0} was not found.").format(asked), frappe.DoesNotExistError)
	if asked and asked != remembered:
		frappe.local.cookie_manager.set_cookie(OUTLET_COOKIE, asked, httponly=True, max_age=COOKIE_SECONDS)
	frame.outlet = by_code.get(asked) or by_code.get(remembered)
	if not frame.outlet and frame.outlets and not frame.is_pusat:
		frame.outlet = frame.outlets[0]
	frame.time_zone = frame.outlet.time_zone if frame.outlet else None


def need_outlet(frame) -> None:
	"""Stop where the page is about an outlet and there is none: head office chooses one, others are told
	why."""
	if frame.outlet:
		return
	if frame.is_pusat:
		go(url(ok="choose"), 302)
	frappe.throw(
		_("You are not on any outlet's list yet. Ask your outlet's head or head office (pusat)."),
		frappe.PermissionError,
	)


def _choose_supplier(frame) -> None:
	"""Find the UMKM the caller speaks for or may look at, and the one this page is about: as asked for, as
	last time, or the first of the own ones. `frame.acts` tells whether the caller speaks for it."""
	own = permissions.suppliers_of()
	frame.suppliers = frappe.get_all(
		"Supplier",
		filters=_supplier_filters(frame, own),
		fields=["name", "supplier_name", "ks212_community"],
		order_by="supplier_name",
	)
	by_name = {supplier.name: supplier for supplier in frame.suppliers}
	asked = frappe.form_dict.get("supplier")
	remembered = unquote(frappe.request.cookies.get(SUPPLIER_COOKIE) or "")
	if asked and asked not in by_name:
		if not frappe.db.exists("Supplier", asked):
			frappe.throw(_("UMKM {0} was not found.").format(asked), frappe.DoesNotExistError)
		frappe.throw(_("You may not look at the UMKM {0}.").format(asked), frappe.PermissionError)
	if asked and asked != remembered:
		frappe.local.cookie_manager.set_cookie(SUPPLIER_COOKIE, asked, httponly=True, max_age=COOKIE_SECONDS)
	frame.supplier = by_name.get(asked) or by_name.get(remembered) or by_name.get(own[0] if own else None)
	frame.acts = bool(frame.supplier) and (frame.is_pusat or frame.supplier.name in own)


def _supplier_filters(frame, own: list[str]) -> dict:
	filters = {"supplier_group": UMKM_GROUP, "disabled": 0}
	if permissions.sees_everything():
		return filters
	if communities := permissions.communities_of():
		of_communities = frappe.get_all(
			"Supplier", filters={**filters, "ks212_community": ["in", communities]}, pluck="name"
		)
		own = sorted({*own, *of_communities})
	return {**filters, "name": ["in", own or [""]]}


def need_supplier(frame) -> None:
	"""Stop where the page is about a UMKM and there is none: who looks at several chooses one, others are
	told why."""
	if frame.supplier:
		return
	if frame.suppliers:
		go(supply_url(ok="choose"), 302)
	frappe.throw(
		_(
			"You are not on any UMKM's list yet. Register your business, or ask your community's manager"
			" (pengurus) or head office (pusat)."
		),
		frappe.PermissionError,
	)


def need_to_act(frame) -> None:
	"""Stop where the caller only looks at the UMKM this page is about."""
	if not frame.acts:
		frappe.throw(
			_("Only the people of {0} can do this; you may look.").format(frame.supplier.supplier_name),
			frappe.PermissionError,
		)


def menu(frame) -> list[dict]:
	"""Return the tabs of the page's area for whoever reads it."""
	if frame.area == SUPPLY:
		tabs = [("home", SUPPLY_HOME, "home", _("Home"))]
		if frame.supplier:
			tabs += [
				("stock", supply_url("stok"), "box", _("My stock")),
				("sales", supply_url("penjualan"), "chart", _("Sales")),
				*([("send", supply_url("kirim"), "truck", _("Send"))] if frame.acts else []),
				("settlements", supply_url("nota"), "paper", _("Settlements")),
			]
	else:
		tabs = [
			("home", url(), "home", _("Home")),
			("search", url("cari"), "search", _("Search")),
			("requests", url("permintaan"), "list", _("Requests")),
			("asked", url("diminta"), "ask", _("Asked")),
			("consigned", url("titipan"), "box", _("Consigned")),
		]
	if frame.is_pusat or permissions.communities_of():
		tabs.append(("community", url("umkm"), "shop", "UMKM"))
	return [{"tab": tab, "url": address, "icon": icon, "text": text} for tab, address, icon, text in tabs]


def other_area(frame) -> dict | None:
	"""Return the way to the other area for somebody who works in both."""
	if frame.area == SUPPLY and frame.home == HOME:
		return {"url": HOME, "text": _("Outlets")}
	if frame.area == GERAI and permissions.suppliers_of():
		return {"url": SUPPLY_HOME, "text": _("My business")}
	return None


# -- where to next ------------------------------------------------------------------------------------------


def is_post() -> bool:
	"""Whether a form was sent."""
	return frappe.request.method == "POST"


def go(location: str, status: int = 303):
	"""End this page: the browser goes to `location`."""
	frappe.local.flags.redirect_location = location
	raise frappe.Redirect(status)


def url(page: str = "", **arguments) -> str:
	"""Return the address of a page under /gerai."""
	return _url(HOME, page, arguments)


def supply_url(page: str = "", **arguments) -> str:
	"""Return the address of a page under /umkm."""
	return _url(SUPPLY_HOME, page, arguments)


def _url(home: str, page: str, arguments: dict) -> str:
	query = urlencode({name: value for name, value in arguments.items() if value not in (None, "")})
	return home + (f"/{page}" if page else "") + (f"?{query}" if query else "")


def pdf_url(doctype: str, name: str, print_format: str, language: str) -> str:
	"""Return where Frappe prints a document as PDF; `has_website_permission` says who may."""
	arguments = {"doctype": doctype, "name": name, "format": print_format, "_lang": language}
	return f"/api/method/frappe.utils.print_format.download_pdf?{urlencode(arguments, quote_via=quote)}"


def area() -> str:
	"""Return the area that the page asked for is in."""
	return SUPPLY if frappe.request.path.split("/")[1:2] == [SUPPLY] else GERAI


def home() -> str:
	"""Return where the caller is at home: a UMKM's people under /umkm, all others under /gerai."""
	roles = set(frappe.get_roles())
	return SUPPLY_HOME if UMKM in roles and roles.isdisjoint({OUTLET_USER, COMMUNITY_MANAGER}) else HOME


def here() -> str:
	"""Return the address of this page as a local path; a sent form's answer is looked at by its plain
	address."""
	path = quote(frappe.request.path)
	if is_post():
		name = frappe.form_dict.get("name")
		return f"{path}?{urlencode({'name': name})}" if isinstance(name, str) and name else path
	query = frappe.request.query_string
	query = query.decode("utf-8", "replace") if isinstance(query, bytes) else query
	return f"{path}?{query}" if query else path


def login_url(back: str | None = None) -> str:
	"""Return the login page's address, which leads `back` afterwards."""
	return url("masuk", **{"redirect-to": back})


def safe_path(value) -> str:
	"""Return `value` where it is an address of the portal on this very site, else ""."""
	if not isinstance(value, str) or "\\" in value or any(char < " " for char in value):
		return ""
	parts = urlsplit(value)
	if parts.scheme or parts.netloc or ".." in parts.path:
		return ""
	return value if parts.path.startswith("/") and parts.path.split("/")[1] in AREAS else ""


# -- what went wrong ----------------------------------------------------------------------------------------


def status_of(error: Exception) -> int:
	"""Return the HTTP status of a refusal."""
	status = getattr(error, "http_status_code", None) or 417
	return status if 400 <= status < 500 else 417


def plain(error: Exception | str) -> str:
	"""Return a refusal's message as plain text; pages escape it again."""
	return html.unescape(strip_html(str(error))).strip()


def _refuse(context, error: Exception, status: int, title: str) -> None:
	frappe.db.rollback()
	frappe.clear_messages()
	context.http_status_code = status
	context.gerai.refusal = plain(error) or _("You may not see this.")
	context.gerai.title = title


def notice(frame, **texts) -> None:
	"""Show the text of what was just done, named by `ok` in the address."""
	frame.notice = texts.get(str(frappe.form_dict.get("ok") or ""))


def pill(status: str, approval_status: str | None = None) -> dict:
	"""Return the coloured word for a state."""
	return words.pill(status, approval_status)
