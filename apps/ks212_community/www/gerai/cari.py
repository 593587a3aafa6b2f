"""Search the network for an item by name, code or barcode."""

from frappe import _

from ks212_community.api import exchange
from ks212_community.portal import forms, items, page

no_cache = 1


@page.portal_page
def get_context(context, frame):
	frame.tab, frame.title = "search", _("Search")
	frame.query = forms.text("q")
	if not frame.query:
		return
	found = forms.attempt(context, lambda: exchange.find_item(query=frame.query, outlet=frame.outlet.name))
	if found is not None:
		frame.found = [items.found(item) for item in items.best_first(found, frame.query)]
