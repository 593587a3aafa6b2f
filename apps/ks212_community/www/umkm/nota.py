"""The UMKM's settlements; with ?name= one of them: what sold, what is paid, and where the goods went."""

from frappe import _

from ks212_community.api import settlement
from ks212_community.portal import forms, page, settlements

no_cache = 1


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "settlements", _("Settlements")
	name = forms.text("name")
	if name:
		settlements.show(frame, settlement.get_settlement(settlement=name))
		frame.title = name
		return
	page.need_supplier(frame)
	frame.rows = [
		settlements.row(found) for found in settlement.list_settlements(supplier=frame.supplier.name)
	]
