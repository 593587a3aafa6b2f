"""Announce a delivery: to which outlet, when, and how much of which product."""

from frappe import _
from frappe.utils import add_days, today

from ks212_community.api import consignment
from ks212_community.portal import forms, page

no_cache = 1
ROW_FIELDS = ("item", "qty", "made", "expiry")
MAX_ROWS = 200


@page.portal_page
def get_context(context, frame):
	frame.tab, frame.title = "send", _("Announce a delivery")
	page.need_to_act(frame)
	choices = consignment.deliverable(supplier=frame.supplier.name)
	frame.destinations = [
		(row["name"], " · ".join(filter(None, (row["outlet_name"], row["city"]))))
		for row in choices["outlets"]
	]
	frame.products = choices["products"]
	frame.expected_on = str(add_days(today(), 1))
	frame.today = today()
	if page.is_post():
		rows = [row for row in forms.numbered(*ROW_FIELDS, at_most=MAX_ROWS) if row.qty]
		sent = [row.idx for row in rows]
		if delivery := forms.attempt(context, lambda: _send(frame, rows), sent):
			page.go(page.supply_url("kiriman", name=delivery["name"], ok="sent"))


def _send(frame, rows):
	return consignment.announce(
		supplier=frame.supplier.name,
		outlet=forms.text("outlet"),
		items=[
			{
				"item_code": row.item,
				"qty": forms.quantity(row.qty, place),
				"manufacturing_date": row.made,
				"expiry_date": row.expiry,
			}
			for place, row in enumerate(rows, 1)
		],
		expected_on=forms.text("expected_on"),
		key=frame.key,
	)
