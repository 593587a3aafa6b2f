"""What became of a registration, for whoever has its link; the page that a sent registration leads to."""

import frappe
from frappe import _
from frappe.utils import get_url

from ks212_community.api import registration as api
from ks212_community.portal import forms, page, words
from ks212_community.umkm_supply.registration import APPROVED, REJECTED, VERIFIED

no_cache = 1


@page.portal_page(guests=True)
def get_context(context, frame):
	frame.tab, frame.title = "register", _("Your registration")
	try:
		found = api.get_status(status_key=forms.text("key"))
	except frappe.RateLimitExceededError as error:
		# Said in a page of ours; Frappe's own words for it are about requests.
		raise frappe.RateLimitExceededError(
			_("Too many looks over this connection. Wait an hour, then open the link again.")
		) from error
	frame.arrived = forms.text("ok") == "sent"
	frame.registration = {
		"name": found.name,
		"pill": _pill(found.status),
		"reason": found.reason,
		"approved": found.status == APPROVED,
		"rejected": found.status == REJECTED,
		"steps": _steps(found),
		"link": get_url(page.supply_url("status", key=forms.text("key"))),
	}


def _pill(status: str) -> dict:
	# The reviewers' word for Pending is what they have to do.
	return (
		{"text": _("Being looked at"), "colour": "orange"}
		if status in ("Pending", VERIFIED)
		else words.state("UMKM Registration", status)
	)


def _steps(found) -> list[dict]:
	"""The course of a registration: {text, more, done}."""
	return [
		{"text": _("Your registration has arrived"), "more": words.date(found.registered_at), "done": True},
		{
			"text": _("Your community's managers look at it"),
			"more": words.date(found.verified_at)
			if found.verified_at
			else _("They may call you, or come and see what you make."),
			"done": bool(found.verified_at),
		},
		{
			"text": _("Head office decides"),
			"more": words.date(found.decided_at)
			if found.decided_at
			else _("The answer stands on this page."),
			"done": bool(found.decided_at),
		},
		{
			"text": _("You log in with your phone number"),
			"more": _("Then you propose your products and announce deliveries."),
			"done": False,
		},
	]
