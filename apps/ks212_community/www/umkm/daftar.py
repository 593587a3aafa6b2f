"""A member registers a business as a supplier: open to everybody, without an account."""

import frappe
from frappe import _

from ks212_community.api import registration as api
from ks212_community.portal import forms, page
from ks212_community.umkm_supply import registration

no_cache = 1
CHOICES = ("community", "region", "food_licence")
DATES = ("food_licence_expiry", "halal_expiry")
FIELDS = (*registration.TEXTS, *CHOICES, *DATES, "is_pkp")


@page.portal_page(guests=True)
def get_context(context, frame):
	frame.tab, frame.title = "register", _("Register your business")
	frame.labels = {field: registration.label(field) for field in (*FIELDS, *registration.FILES)}
	if page.is_post():
		frame.files_lost = any(forms.sent_file(field) for field in registration.FILES)
		values = {field: forms.text(field) for field in FIELDS}
		values["is_pkp"] = int(values["is_pkp"] == "1")
		if done := forms.attempt(context, lambda: api.register(key=frame.key, **values)):
			page.go(page.supply_url("status", key=done["status_key"], ok="sent"))
		frame.error_field = forms.field_named_in(frame.error, frame.labels)
	frame.limits = {field: most for field, (_must, most) in registration.TEXTS.items()}
	frame.communities = [
		(name, name)
		for name in frappe.get_all("Community", filters={"disabled": 0}, pluck="name", order_by="name")
	]
	frame.regions = [
		(name, name)
		for name in frappe.get_all("Territory", filters={"is_group": 0}, pluck="name", order_by="name")
	]
	frame.food_licences = [(kind, kind) for kind in registration.FOOD_LICENCES]
