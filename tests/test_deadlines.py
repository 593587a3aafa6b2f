"""Deadlines in three time zones, kept in the site's own."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import frappe
from frappe.utils import get_system_timezone, now_datetime

from ks212_community.stock_exchange import deadlines
from tests import story
from tests.flow import FlowTestCase
from tests.story import NEXT, OIL


def site_time(moment: datetime, zone: str) -> datetime:
	"""A local moment of an outlet, in the site's time zone."""
	local = moment.replace(tzinfo=ZoneInfo(zone))
	return local.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
@pytest.mark.parametrize(
	("asked", "due"),
	[
		(datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 13)),
		(datetime(2026, 11, 24, 23, 59), datetime(2026, 11, 25, 12)),
		(datetime(2026, 11, 25, 0, 1), datetime(2026, 11, 25, 12)),
	],
)
def test_a_deadline_counts_in_the_outlets_own_day(zone, asked, due):
	outlet = frappe._dict(time_zone=zone, opening_hours=[])
	end = deadlines.deadline(outlet, 4, start=site_time(asked, zone))
	assert end == site_time(due, zone)


def test_own_opening_hours_win_over_the_networks():
	rows = [frappe._dict(weekday="Tuesday", opens_at=timedelta(hours=10), closes_at=timedelta(hours=12))]
	outlet = frappe._dict(time_zone=get_system_timezone(), opening_hours=rows)
	end = deadlines.deadline(outlet, 3, start=datetime(2026, 11, 24, 9))
	assert end == datetime(2026, 12, 1, 11)


class TestScheduler(FlowTestCase):
	def test_the_deadline_of_each_state_is_set(self):
		self.ask((OIL, 12))
		asked = self.view(self.transfer_of(NEXT)).deadline
		promised = self.promise(NEXT).deadline
		sent = self.dispatch(NEXT)
		self.assertTrue(now_datetime() < asked <= promised < sent.deadline)
		self.assertIsNone(self.receive(sent.name).deadline)


class TestRecipients(FlowTestCase):
	"""Who must act next is told, and nobody else."""

	def notices_of(self, step, transfer, actor="Administrator"):
		from ks212_community.stock_exchange import notices

		frappe.db.delete("Notification Log", {"document_name": transfer})
		notices.send(transfer, step, actor)
		logs = frappe.get_all(
			"Notification Log", filters={"document_name": transfer}, fields=["for_user", "subject"]
		)
		return logs

	def test_pusats_approval_is_asked_of_the_coordinator_in_the_desk(self):
		self.ask((story.MILK, 40))
		transfer = self.promise(story.SOUTH)
		logs = self.notices_of("promise", transfer.name)
		self.assertEqual([row.for_user for row in logs], [story.COORDINATOR])
		self.assertIn(transfer.name, logs[0].subject)

	def test_without_a_coordinator_the_settings_contacts_are_told(self):
		from ks212_community.stock_exchange import notices

		self.ask((OIL, 12))
		transfer = frappe.get_doc("Outlet Transfer", self.transfer_of(NEXT))
		community = frappe.get_cached_value("Outlet", transfer.target_outlet, "community")
		frappe.db.set_value("Community", community, "kpk_coordinator", None)
		frappe.clear_document_cache("Community", community)
		self.addCleanup(frappe.clear_document_cache, "Community", community)
		self.assertEqual(notices.pusat_recipients(transfer), [story.PUSAT])

	def test_an_outlets_people_are_told_not_everybody_with_the_role(self):
		from ks212_community.stock_exchange import notices

		self.assertEqual(notices.outlet_recipients([story.NEXT]), [story.clerk(story.NEXT)])
		self.assertEqual(
			set(notices.outlet_recipients([story.SHORT])), {story.HEAD, story.clerk(story.SHORT)}
		)
