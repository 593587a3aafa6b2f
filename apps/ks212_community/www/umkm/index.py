"""A UMKM's home: what waits for its people, what sold, what lies in the outlets, what was settled."""

from frappe import _

from ks212_community.api import consignment, products, registration, settlement, supplier
from ks212_community.portal import consigned, page, settlements, umkm, words

no_cache = 1


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "home", _("Home")
	page.notice(frame, login=_("Welcome, {0}.").format(frame.user_name), choose=_("Choose a UMKM first."))
	if not frame.supplier and frame.suppliers:
		return
	page.need_supplier(frame)
	name = frame.supplier.name
	overview = supplier.overview(supplier=name)
	licences = registration.list_licences(supplier=name)
	deliveries = [row for row in consignment.list_deliveries(supplier=name) if row.status == "Announced"]
	to_correct = [row for row in products.list_products(supplier=name) if row["status"] == "Needs Correction"]
	frame.waiting = umkm.waiting(licences, to_correct)
	frame.on_the_way = {
		"title": _("On the way"),
		"rows": [consigned.for_supplier(row) for row in deliveries],
		"icon": "truck",
	}
	frame.tiles = umkm.tiles(overview)
	frame.actions = umkm.actions(frame)
	settled = settlement.list_settlements(supplier=name)
	frame.settled = settlements.row(settled[0]) if settled else None
	frame.is_new = not overview["stock"]["products"] and not deliveries and not settled
	frame.steps = umkm.first_steps(name) if frame.is_new and frame.acts else []
	frame.sold = words.money(overview["sold_in_30_days"]["value"])
