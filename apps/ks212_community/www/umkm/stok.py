"""What of the UMKM's goods lies in which outlet, for how long and until when."""

from frappe import _

from ks212_community.api import consignment, supplier
from ks212_community.portal import consigned, page, umkm, words

no_cache = 1


@page.portal_page
def get_context(context, frame):
	frame.tab, frame.title = "stock", _("My stock")
	rows = supplier.stock(supplier=frame.supplier.name)
	frame.groups = umkm.stock_groups(rows)
	frame.removals = [
		consigned.removal_row(row, row.outlet_name)
		for row in consignment.list_removals(supplier=frame.supplier.name)
	]
	frame.value = words.money(sum(row["value"] for row in rows))
