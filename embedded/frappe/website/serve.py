"""Pages: those that an app's `page_renderer` knows, the demo's desk, and a plain login."""

from urllib.parse import quote

from werkzeug.wrappers import Response

import frappe
from frappe import _
from frappe.utils.jinja import render_template


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
	return Response(render_template("templates/message.html", context), status, mimetype="text/html")


def _page(path):
	if not path:
		frappe.flags.redirect_location = "/" + frappe.auth.get_home_page()
		raise frappe.Redirect(302)
	if path == "login":
		from frappe.www.login import get_context

		context = get_context(frappe._dict(http_status_code=200))
		html = render_template("www/login.html", context)
		return Response(html, context.http_status_code, mimetype="text/html")
	if path.split("/")[0] == "app":
		from frappe.desk.pages import render

		return Response(render(path), mimetype="text/html")
	for renderer in frappe.get_hooks("page_renderer"):
		page = frappe.get_attr(renderer)(path, 200)
		if page.can_render():
			return page.render()
	raise frappe.PageDoesNotExistError
