"""Log in, log out, and whose request this is."""

from urllib.parse import quote

import frappe
from frappe import _
from frappe.core.doctype.user.user import find_by_credentials
from frappe.sessions import EXPIRY_SECONDS, Session, delete_session
from frappe.translate import get_language

UNSAFE_HTTP_METHODS = frozenset(("POST", "PUT", "DELETE", "PATCH"))


class HTTPRequest:
	def __init__(self):
		forwarded = frappe.request.headers.get("X-Forwarded-For", "127.0.0.1")
		frappe.local.request_ip = forwarded.split(",")[0].strip()
		frappe.local.cookie_manager = CookieManager()
		frappe.local.login_manager = LoginManager()
		frappe.local.lang = get_language()
		self.validate_csrf_token()

	def validate_csrf_token(self):
		saved = frappe.session.data.csrf_token
		if frappe.request.method not in UNSAFE_HTTP_METHODS or not saved:
			return
		sent = frappe.request.headers.get("X-Frappe-CSRF-Token") or frappe.form_dict.pop("csrf_token", None)
		if sent != saved:
			frappe.throw(_("Invalid Request"), frappe.CSRFTokenError)


class LoginManager:
	def __init__(self):
		self.make_session()
		if frappe.request.path == "/api/method/login":
			self.login()

	def make_session(self, user=None):
		frappe.local.session_obj = Session(user)
		self.user = frappe.session.user
		frappe.local.cookie_manager.set_cookie(
			"sid", frappe.session.sid, httponly=True, max_age=EXPIRY_SECONDS
		)

	def login(self):
		self.authenticate()
		self.post_login()

	def authenticate(self, user=None, pwd=None):
		user, pwd = user or frappe.form_dict.get("usr"), pwd or frappe.form_dict.get("pwd")
		self.user = find_by_credentials(user, pwd) if user and pwd else None
		if not self.user:
			frappe.local.response["message"] = "Invalid login credentials"
			raise frappe.AuthenticationError

	def post_login(self):
		self.make_session(self.user)
		info = frappe.get_cached_value("User", self.user, ["full_name", "user_type"], as_dict=True)
		is_desk_user = info.user_type == "System User"
		frappe.response.update(message="Logged In" if is_desk_user else "No App", full_name=info.full_name)
		frappe.response["home_page"] = "/app" if is_desk_user else "/" + get_home_page()

	def run_trigger(self, event):
		for method in frappe.get_hooks(event):
			frappe.call(method, login_manager=self)

	def logout(self):
		delete_session(frappe.session.sid)
		self.make_session()


class CookieManager:
	def __init__(self):
		self.cookies = {}

	def set_cookie(self, key, value, **options):
		self.cookies[key] = {"value": quote(value), "samesite": "Lax", **options}

	def flush_cookies(self, response):
		for key, options in self.cookies.items():
			response.set_cookie(key, secure=frappe.request.scheme == "https", **options)


def get_home_page():
	"""Where a user of the portal starts: the page of a role, by the apps' hooks."""
	pages = frappe.get_hooks("role_home_page", {})
	return next((pages[role][-1].strip("/") for role in frappe.get_roles() if role in pages), "login")
