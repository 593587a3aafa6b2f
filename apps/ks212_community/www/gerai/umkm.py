"""The UMKM of the caller's communities: registrations to look at and verify, and the suppliers there are."""

import frappe
from frappe import _

from ks212_community import permissions
from ks212_community.api import registration as api
from ks212_community.constants import UMKM_GROUP
from ks212_community.portal import forms, page, registrations

no_cache = 1


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "community", "UMKM"
	if forms.text("name"):
		_one(context, frame)
	else:
		_list(frame)


def _list(frame) -> None:
	rows = api.list_registrations()
	frame.groups = [
		{
			"title": title,
			"rows": [registrations.row(row) for row in rows if row.status == status],
			"mine": mine,
			"icon": icon,
			"empty": empty,
		}
		for title, status, mine, icon, empty in (
			(_("To verify"), "Pending", True, "ask", _("No registration waits for you.")),
			(_("Waits for head office"), "Verified", frame.is_pusat, "clock", ""),
			(_("Not accepted"), "Rejected", False, "list", ""),
		)
	]
	communities = permissions.communities_of()
	filters = {"supplier_group": UMKM_GROUP, "disabled": 0}
	if not frame.is_pusat:
		filters["ks212_community"] = ["in", communities]
	frame.members = [
		{
			"url": page.supply_url(supplier=row.name),
			"title": row.supplier_name,
			"community": row.ks212_community,
		}
		for row in frappe.get_all(
			"Supplier",
			filters=filters,
			fields=["name", "supplier_name", "ks212_community"],
			order_by="ks212_community, supplier_name",
		)
	]
	frame.communities = communities
	frame.share = frappe.utils.get_url(page.supply_url("daftar"))


def _one(context, frame) -> None:
	name = forms.text("name")
	doc = api.get_registration(registration=name)
	if page.is_post():
		registrations.act(context, frame, name)
		doc = api.get_registration(registration=name)
	registrations.show(frame, doc)
	frame.title = doc.business_name
	page.notice(
		frame,
		verify=_("Verified. Head office decides next."),
		approve=_("Approved. Now let them choose a password."),
		reject=_("Rejected. The member is told why."),
	)
