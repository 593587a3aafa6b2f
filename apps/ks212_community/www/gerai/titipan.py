"""Consigned goods at an outlet: deliveries to expect and what lies there; with ?name= one delivery, to count
it in."""

import frappe
from frappe import _

from ks212_community.api import consignment
from ks212_community.portal import consigned, forms, page

no_cache = 1


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "consigned", _("Consigned goods")
	if forms.text("name"):
		_one(context, frame)
	else:
		_list(frame)


def _list(frame) -> None:
	page.need_outlet(frame)
	outlet = frame.outlet.name
	deliveries = consignment.list_deliveries(outlet=outlet)
	frame.groups = [
		{
			"title": _("To count in"),
			"rows": [consigned.for_outlet(row) for row in deliveries if row.status == "Announced"],
			"mine": True,
			"icon": "truck",
			"empty": _("No delivery is announced."),
		},
		{
			"title": _("Earlier"),
			"rows": [consigned.for_outlet(row) for row in deliveries if row.status != "Announced"],
			"icon": "list",
		},
	]
	frame.owners = consigned.owners(consignment.consigned_stock(outlet=outlet))
	frame.removals = [
		consigned.removal_row(row, row.supplier_name) for row in consignment.list_removals(outlet=outlet)
	]
	page.notice(frame, removed=_("Taken off the shelf. The UMKM has been told."))


def _one(context, frame) -> None:
	name = forms.text("name")
	delivery = consignment.get_delivery(delivery=name)
	if page.is_post():
		consigned.count(context, frame, delivery)
		delivery = consignment.get_delivery(delivery=name)
	consigned.show_delivery(frame, delivery, frappe.get_cached_value("Outlet", delivery.outlet, "time_zone"))
	frame.title = name
	page.notice(
		frame,
		receive=_("Counted in. {0} has been told.").format(delivery.supplier_name),
		refuse=_("Refused. {0} has been told.").format(delivery.supplier_name),
	)
