"""The web application (WSGI): calls, pages and assets, one request at a time."""

import json
import threading
from mimetypes import guess_type
from pathlib import Path

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.utils import safe_join
from werkzeug.wrappers import Request, Response

import frappe
from frappe import _
from frappe.auth import UNSAFE_HTTP_METHODS, HTTPRequest
from frappe.website.serve import get_response, message_page

_site, _sites_path = None, "."
_lock = threading.Lock()


@Request.application
def application(request):
	# SQLite has one writer: a second request would only wait inside the first one's transaction.
	with _lock:
		frappe.init(_site, _sites_path, force=True)
		frappe.local.request = request
		frappe.connect(set_admin_as_user=False)
		try:
			return _asset(request.path) if request.path.startswith("/assets/") else _respond(request)
		except HTTPException as e:
			return e
		finally:
			frappe.destroy()


def _asset(path):
	app, _slash, rest = path.removeprefix("/assets/").partition("/")
	file = app in frappe.get_installed_apps() and safe_join(frappe.get_app_path(app, "public"), rest)
	if not file or not Path(file).is_file():
		raise NotFound
	headers = {"Cache-Control": "max-age=43200"}
	return Response(Path(file).read_bytes(), mimetype=guess_type(file)[0], headers=headers)


def _private_file(path):
	files = frappe.get_all("File", {"file_url": path}, pluck="name")
	if frappe.session.user == "Guest" or not any(frappe.has_permission("File", "read", f) for f in files):
		frappe.throw(_("You don't have permission to access this file"), frappe.PermissionError)
	return Response(frappe.get_doc("File", files[0]).get_content(), mimetype=guess_type(path)[0])


def _respond(request):
	try:
		make_form_dict(request)
		HTTPRequest()
		if request.path.startswith("/private/files/"):
			response = _private_file(request.path)
		else:
			response = _api(request) if request.path.startswith("/api/") else get_response()
	except Exception as e:
		frappe.db.rollback()
		response = handle_exception(e)
	else:
		if request.method in UNSAFE_HTTP_METHODS:
			frappe.db.commit()
	for method in frappe.get_hooks("after_request"):
		frappe.call(method, response=response, request=request)
	frappe.local.cookie_manager.flush_cookies(response)
	return response


def make_form_dict(request):
	data = request.get_data(as_text=True)
	args = json.loads(data) if data and request.is_json else {**request.args, **request.form}
	frappe.local.form_dict = frappe._dict(args if isinstance(args, dict) else {"data": args})
	frappe.local.form_dict.pop("_", None)


def _api(request):
	kind, _slash, rest = request.path.removeprefix("/api/").partition("/")
	if kind == "method":
		frappe.form_dict.cmd = rest
		call_method(rest)
	elif kind == "resource" and request.method == "GET":
		doctype, _slash, name = rest.partition("/")
		frappe.response["data"] = read_resource(doctype, name)
	else:
		raise frappe.PermissionError if kind == "resource" else frappe.DoesNotExistError
	return as_json(200)


def call_method(cmd):
	if cmd == "logout":
		frappe.local.login_manager.logout()
	elif cmd != "login":
		override = frappe.get_hooks("override_whitelisted_methods", {}).get(cmd)
		try:
			method = frappe.get_attr(override[-1] if override else cmd)
		except Exception as e:
			frappe.throw(_("Failed to get method for command {0} with {1}").format(cmd, e))
		frappe.is_whitelisted(method)
		if frappe.request.method not in frappe.allowed_http_methods_for_whitelisted_func[method]:
			frappe.throw(_("Not permitted"), frappe.PermissionError)
		data = frappe.call(method, **frappe.form_dict)
		frappe.response.update({} if data is None else {"message": data})


def read_resource(doctype, name):
	if not name:
		asked = {key: json.loads(frappe.form_dict.get(key) or "null") for key in ("fields", "filters")}
		return frappe.get_list(doctype, **asked)
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	return doc.as_dict()


def as_json(status):
	if frappe.local.message_log:
		frappe.response["_server_messages"] = json.dumps([json.dumps(m) for m in frappe.local.message_log])
	return Response(frappe.as_json(frappe.local.response, indent=None), status, mimetype="application/json")


def handle_exception(e):
	status = getattr(e, "http_status_code", 500)
	if status == 500:
		frappe.log_error(frappe.request.path)
		frappe.db.commit()
	accept = frappe.request.headers.get("Accept", "")
	if (
		"application/json" in accept
		or frappe.request.path.startswith("/api/")
		and not accept.startswith("text")
	):
		frappe.response["exc_type"] = type(e).__name__
		return as_json(status)
	return message_page(status, _("Server Error"), "")
