"""The last word on every answer of the portal: nothing is kept by the browser, and no error is without a way
on."""

import frappe
from frappe import _

from ks212_community.portal import page, renderer


def after_request(response=None, request=None) -> None:
	"""after_request hook."""
	if response is None or request.path.split("/")[1] not in page.AREAS:
		return
	# A shared phone's back button must not show the last user's pages.
	response.headers["Cache-Control"] = "no-store"
	if response.status_code >= 400 and not frappe.local.flags.is_portal_page:
		_show_error(response)


def _show_error(response) -> None:
	"""Put a light page of ours in the place of Frappe's own, which is of the desk's weight and in its
	words."""
	page.speak()
	frame = page.new_frame()
	frame.title, frame.refusal = {
		400: (
			_("Open the page again"),
			_("It was open too long, or you logged in once more elsewhere. Nothing was changed."),
		),
		404: (_("Not found"), _("There is no such page.")),
	}.get(
		response.status_code,
		(_("Sorry, that failed"), _("Nothing was changed. Try again; if it fails again, tell head office.")),
	)
	frame.retry = frame.here if response.status_code != 404 else None
	response.data = renderer.render("ks212_community/templates/ks212/base.html", {"gerai": frame})
