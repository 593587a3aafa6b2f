"""The UMKM's deliveries; with ?name= one of them, which can be called off until it is counted in."""

import frappe
from frappe import _

from ks212_community.api import consignment
from ks212_community.portal import consigned, forms, page

no_cache = 1


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "send", _("Deliveries")
	if forms.text("name"):
		_one(context, frame)
	else:
		_list(frame)


def _list(frame) -> None:
	page.need_supplier(frame)
	rows = consignment.list_deliveries(supplier=frame.supplier.name)
	frame.count = len(rows)
	frame.groups = [
		{
			"title": title,
			"rows": [consigned.for_supplier(row) for row in rows if (row.status == "Announced") == announced],
			"icon": icon,
		}
		for title, announced, icon in ((_("On the way"), True, "truck"), (_("Earlier"), False, "list"))
	]


def _one(context, frame) -> None:
	name = forms.text("name")
	delivery = consignment.get_delivery(delivery=name)
	if page.is_post():
		reason = forms.reason(consigned.cancel_reasons())
		if forms.attempt(
			context, lambda: consignment.cancel_delivery(delivery=name, reason=reason, key=frame.key)
		):
			page.go(page.supply_url("kiriman", name=name, ok="cancel"))
		delivery = consignment.get_delivery(delivery=name)
	consigned.show_delivery(frame, delivery)
	frame.title = name
	page.notice(
		frame,
		sent=_("Announced. {0} has been told and counts it in when it arrives.").format(delivery.outlet_name),
		cancel=_("Called off. {0} no longer expects it.").format(delivery.outlet_name),
	)
	frame.can_undo = frappe.form_dict.get("ok") == "sent" and delivery.can_cancel
