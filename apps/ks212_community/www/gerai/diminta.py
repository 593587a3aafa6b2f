"""What other outlets ask of this one."""

from frappe import _

from ks212_community.api import exchange
from ks212_community.portal import lists, page

no_cache = 1


@page.portal_page
def get_context(context, frame):
	frame.tab, frame.title = "asked", _("Asked of me")
	asked = exchange.list_transfers(outlet=frame.outlet.name, direction="out")
	frame.count = len(asked)
	frame.groups = lists.asked_groups(asked, frame.time_zone)
