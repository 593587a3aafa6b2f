"""Home: what waits for whoever opened it."""

from frappe import _

from ks212_community import permissions
from ks212_community.api import exchange
from ks212_community.portal import consigned, lists, page, registrations

no_cache = 1
OTHERS_COUNTED = 12


@page.portal_page(subject_needed=False)
def get_context(context, frame):
	frame.tab, frame.title = "home", _("Home")
	page.notice(frame, login=_("Welcome, {0}.").format(frame.user_name), choose=_("Choose an outlet first."))
	if not frame.is_pusat:
		page.need_outlet(frame)
	else:
		frame.pusat = [*lists.for_pusat(), *registrations.home_groups(frame)]
	if not frame.outlet:
		return
	outlet = frame.outlet.name
	asked = exchange.list_transfers(outlet=outlet, direction="out")
	coming = exchange.list_transfers(outlet=outlet, direction="in")
	requests = exchange.list_requests(outlet=outlet)
	frame.groups = [
		*lists.home_groups(asked, coming, requests, frame.time_zone),
		*lists.loan_groups(outlet),
		*consigned.home_groups(outlet),
		*(registrations.home_groups(frame) if permissions.communities_of() and not frame.is_pusat else []),
	]
	frame.waiting = sum(len(group["rows"]) for group in frame.groups if group["mine"])
	if not frame.is_pusat:
		for other in frame.outlets[:OTHERS_COUNTED]:
			if other.name != outlet:
				other.waiting = lists.count_waiting(other.name)
