"""Log in by phone number, user name or e-mail."""

import re

import frappe
from frappe import _

from ks212_community.portal import forms, page

no_cache = 1


@page.portal_page(guests=True)
def get_context(context, frame):
	frame.tab, frame.title = None, _("Log in")
	frame.back = page.safe_path(frappe.form_dict.get("redirect-to"))
	page.notice(frame, out=_("You are logged out."))
	if frappe.session.user != "Guest" and not page.is_post():
		page.go(frame.back or frame.home, 302)
	frame.usr = forms.text("usr")
	if page.is_post():
		_log_in(context, frame)


def _log_in(context, frame) -> None:
	password = frappe.form_dict.pop("pwd", None)
	if not frame.usr or not isinstance(password, str) or not password:
		_fail(context, _("Enter your phone number or user name, and your password."), 417)
		return
	frappe.form_dict.usr, frappe.form_dict.pwd = _login_name(frame.usr), password
	manager = frappe.local.login_manager
	try:
		logged_in = manager.login()
	except frappe.SecurityException:
		_fail(context, _("Too many tries. Wait a few minutes, then try again."), 429)
		return
	except (frappe.AuthenticationError, frappe.ValidationError):
		# The same words whether the number is unknown, the password wrong or the user disabled.
		_fail(context, _("That phone number, user name or password is not right. Look again."), 401)
		return
	finally:
		frappe.form_dict.pop("pwd", None)
		frappe.clear_messages()
	if logged_in is False:
		# A second factor or a new password is asked for: Frappe's own page does that.
		page.go(f"/login?redirect-to={frame.back or page.HOME}")
	manager.run_trigger("on_session_creation")
	home = page.home()
	page.go(f"{home}?ok=login" if frame.back in ("", *page.HOMES) else frame.back)


def _fail(context, message: str, status: int) -> None:
	frappe.db.rollback()
	context.http_status_code = status
	context.gerai.error = message


def _login_name(typed: str) -> str:
	"""Return the user's name for what was typed: a phone number in any usual way of writing it, or a user
	name."""
	if "@" in typed:
		return typed
	digits = re.sub(r"[\s().-]", "", typed)
	if re.fullmatch(r"\+?\d{8,15}", digits):
		national = re.sub(r"^(\+?62|0)", "", digits)
		spellings = [digits, *(prefix + national for prefix in ("0", "62", "+62"))]
		if user := frappe.db.get_value("User", {"mobile_no": ["in", spellings]}, "name"):
			return user
	return frappe.db.get_value("User", {"username": typed}, "name") or typed
