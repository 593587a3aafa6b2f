"""Registrations of members' businesses on a page, for those who review them."""

import frappe
from frappe import _
from frappe.utils import getdate

from ks212_community.api import registration as api
from ks212_community.portal import forms, page, words
from ks212_community.stock_exchange.views import wa_link
from ks212_community.umkm_supply import registration
from ks212_community.umkm_supply.duplicates import BANK, NIB, PHONE

DOCTYPE = "UMKM Registration"
# heading -> fields below it
SECTIONS = (
	("owner_name", "member_no", "community", "email"),
	("business_name", "address_line", "city", "region"),
	("bank_name", "bank_account_no", "bank_account_holder"),
	("nib", "food_licence", "food_licence_no", "food_licence_expiry", "halal_no", "halal_expiry", "npwp"),
)


def row(item) -> dict:
	"""Return one line of a list of registrations."""
	return {
		"url": page.url("umkm", name=item.name),
		"title": item.business_name,
		"who": f"{item.owner_name} · {item.city}",
		"name": item.name,
		"by": words.day(item.registered_at),
		"pill": words.state(DOCTYPE, item.status),
	}


def home_groups(frame) -> list[dict]:
	"""Return the registrations that wait for whoever reviews them: managers verify, head office decides."""
	status = "Verified" if frame.is_pusat else "Pending"
	title = _("Registrations to decide") if frame.is_pusat else _("Registrations to verify")
	rows = [row(item) for item in api.list_registrations() if item.status == status]
	return [{"title": title, "rows": rows, "mine": True, "icon": "shop"}] if rows else []


def show(frame, doc) -> None:
	"""Fill the page with a registration of `api.get_registration`."""
	doc.pill = words.state(DOCTYPE, doc.status)
	doc.sections = [
		[
			{"label": registration.label(field), "value": _shown(field, doc.get(field))}
			for field in fields
			if doc.get(field)
		]
		for fields in SECTIONS
	]
	doc.files = [
		{"label": registration.label(field), "url": doc.get(field)}
		for field in registration.FILES
		if doc.get(field)
	]
	doc.wa = wa_link(doc.phone)
	doc.came = words.day(doc.registered_at)
	same = {NIB: _("the same NIB"), PHONE: _("the same phone"), BANK: _("the same bank account")}
	twins: dict[tuple, dict] = {}
	for twin in doc.duplicates:
		known = twins.setdefault(
			(twin["doctype"], twin["name"]),
			{"title": twin["title"], "where": f"{_(twin['doctype'])} {twin['name']}", "what": []},
		)
		known["what"].append(same[twin["kind"]])
	doc.twins = list(twins.values())
	frame.doc = doc


def _shown(field: str, value) -> str:
	return words.date(getdate(value)) if field.endswith("_expiry") else str(value)


def act(context, frame, name: str) -> None:
	"""Do what the sent form asks with a registration, then go to its page."""
	do = forms.text("do")
	if do == "invite":
		# Not followed by a redirect: the address is shown this once and kept nowhere.
		frame.invitation = forms.attempt(context, lambda: api.invite(registration=name))
		return
	steps = {
		"verify": lambda: api.verify(registration=name, note=forms.text("note"), key=frame.key),
		"approve": lambda: api.approve(registration=name, key=frame.key),
		"reject": lambda: api.reject(registration=name, reason=forms.text("reason"), key=frame.key),
	}
	if forms.attempt(context, lambda: _step(steps, do)):
		page.go(page.url("umkm", name=name, ok=do))


def _step(steps: dict, do: str):
	if do not in steps:
		frappe.throw(_("Open the page again and repeat."))
	return steps[do]()
