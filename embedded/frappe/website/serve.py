"""Pages: `www/` of each app, its template and its `get_context`."""

from pathlib import Path
from urllib.parse import quote

from werkzeug.utils import safe_join
from werkzeug.wrappers import Response

import frappe
from frappe import _
from frappe.utils.jinja import get_jenv


def get_response():
	try:
		return _page(frappe.request.path.strip("/ "))
	except frappe.Redirect as e:
		return Response(status=e.http_status_code, headers={"Location": frappe.flags.redirect_location})
	except Exception as e:
		# as in Frappe, the page of an error is an answer like any other: what a POST wrote before it is kept
		status = getattr(e, "http_status_code", 500)
		if status == 500:
			frappe.log_error(frappe.request.path)
		title = {403: _("Not Permitted"), 404: _("Not Found")}.get(status, _("Server Error"))
		return message_page(status, title, "" if status == 500 else str(e))


def message_page(status, title, message):
	login = f"/login?redirect-to={quote(frappe.request.path)}" if frappe.session.user == "Guest" else None
	context = {"title": title, "message": message, "login": login}
	html = get_jenv().get_template("frappe/templates/message.html").render(context)
	return Response(html, status, mimetype="text/html")


def _page(path):
	if not path:
		frappe.flags.redirect_location = "/" + frappe.auth.get_home_page()
		raise frappe.Redirect(302)
	if path.split("/")[0] == "app":
		from frappe.desk.pages import render

		return Response(render(path), mimetype="text/html")
	for app in reversed(frappe.get_installed_apps()):
		for ending in (".html", "/index.html"):
			template = safe_join("www", path + ending)
			if template and Path(frappe.get_app_path(app, template)).is_file():
				return _render(app, path, template)
	raise frappe.PageDoesNotExistError


def _render(app, path, template):
	context = frappe._dict(path=path, route=path, user=frappe.session.user)
	module = template.removesuffix(".html").replace("-", "_")
	if Path(frappe.get_app_path(app, f"{module}.py")).exists():
		get_context = frappe.get_attr(f"{app}.{module.replace('/', '.')}.get_context")
		context.update(get_context(context) or {})
	html = get_jenv().get_template(f"{app}/{template}").render(context)
	return Response(html, context.http_status_code or 200, mimetype="text/html")
