import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, today

from ks212_community import notices
from ks212_community.api import registration as api
from ks212_community.umkm_supply import licences
from tests import story, umkm_story
from tests.flow import call_as, new_key

DOCTYPE = "UMKM Licence"
MANAGER = story.manager(umkm_story.COMMUNITY)
STRANGER = story.manager("Bogor Kota")
OWNER, OTHER = umkm_story.OWNER_USER, umkm_story.OTHER_OWNER_USER


class LicenceTestCase(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("licence")
		self.addCleanup(self._forget)
		self.supplier = umkm_story.make_supplier(umkm_story.OWNER, OWNER)
		umkm_story.make_supplier(umkm_story.OTHER_OWNER, OTHER)

	def _forget(self):
		frappe.db.rollback(save_point="licence")
		frappe.local.message_log = []

	def call(self, user, function, **arguments):
		return call_as(user, function, **arguments)

	def licence(self, kind="Halal", days=365, checked=True, number="ID00110000123450722"):
		"""A licence that ends in so many days; one that has ended was a good one once."""
		until = None if days is None else add_days(today(), days)
		return licences.record(self.supplier, kind, number, until, checked=checked)

	def renew(self, user=OWNER, kind="Halal", days=730, number="ID00110000999999999", **changes):
		arguments = {"licence_no": number, "valid_until": add_days(today(), days), **changes}
		return self.call(user, api.renew_licence, supplier=self.supplier, kind=kind, **arguments)

	def states(self, user=OWNER):
		rows = self.call(user, api.list_licences, supplier=self.supplier)
		return [(row.kind, row.state) for row in rows]

	def assert_blocked(self, words):
		with self.assertRaisesRegex(frappe.ValidationError, words):
			licences.require_deliverable(self.supplier)


class TestBlocking(LicenceTestCase):
	def test_a_supplier_without_such_licences_is_not_blocked(self):
		licences.require_deliverable(self.supplier)

	def test_a_licence_counts_until_its_last_day(self):
		self.licence(days=0)
		licences.require_deliverable(self.supplier)
		self.assertEqual(self.states(), [("Halal", "soon")])

	def test_each_food_licence_blocks_once_it_has_ended(self):
		for kind, number in (
			("Halal", "ID0011"),
			("PIRT", "206317501012329"),
			("BPOM", "MD 867012345678"),
		):
			with self.subTest(kind=kind):
				doc = self.licence(kind, -1, number=number)
				self.assert_blocked(f"The {kind} licence .* ended on .* ask head office for an exception")
				doc.delete(ignore_permissions=True)
		self.licence("NIB", -1, number="9120000047110")
		licences.require_deliverable(self.supplier)

	def test_the_message_can_name_a_row(self):
		self.licence(days=-1)
		with self.assertRaisesRegex(frappe.ValidationError, "^Row 2: The Halal licence"):
			licences.require_deliverable(self.supplier, "Row 2")

	def test_one_without_an_end_never_blocks(self):
		self.licence("PIRT", None, number="206317501012329")
		licences.require_deliverable(self.supplier)
		self.assertEqual(self.states(), [("PIRT", "valid")])

	def test_the_newest_checked_one_decides(self):
		self.licence(days=-1)
		renewed = self.licence(days=365, checked=False, number="ID0022")
		self.assert_blocked("Halal")
		renewed.checked = 1
		renewed.save()
		licences.require_deliverable(self.supplier)

	def test_another_suppliers_licence_is_nobody_elses(self):
		self.licence(days=-1)
		licences.require_deliverable(umkm_story.make_supplier(umkm_story.OTHER_OWNER, OTHER))


class TestRenewal(LicenceTestCase):
	def test_it_counts_once_pusat_has_confirmed_it(self):
		self.licence(days=-1)
		rows = self.renew()
		self.assertEqual([row.state for row in rows], ["expired", "unchecked"])
		self.assert_blocked("Halal")
		rows = self.call(story.PUSAT, api.confirm_licence, licence=rows[1].name)
		self.assertEqual([row.state for row in rows], ["valid"])
		licences.require_deliverable(self.supplier)
		with self.assertRaisesRegex(frappe.ValidationError, "confirmed already"):
			self.call(story.PUSAT, api.confirm_licence, licence=rows[0].name)

	def test_it_is_sent_once(self):
		key = new_key()
		first = self.renew(key=key)
		self.assertEqual(len(self.renew(key=key)), len(first))
		with self.assertRaisesRegex(frappe.ValidationError, "was sent before"):
			self.renew()
		self.assertEqual(frappe.db.count(DOCTYPE, {"supplier": self.supplier}), 1)

	def test_bad_input_changes_nothing(self):
		for words, changes in (
			("has passed", {"days": -1}),
			("must be one of", {"kind": "SIM"}),
			("is missing", {"number": ""}),
			("is missing", {"valid_until": ""}),
			("must be a date", {"valid_until": "kapan"}),
			("15 digits", {"kind": "PIRT", "number": "12"}),
			("13 digits", {"kind": "NIB", "number": "12", "valid_until": ""}),
		):
			with self.subTest(words=words, **changes):
				with self.assertRaisesRegex(frappe.ValidationError, words):
					self.renew(**changes)
		self.assertFalse(frappe.db.exists(DOCTYPE, {"supplier": self.supplier}))

	def test_others_are_refused(self):
		name = self.licence(days=-1).name
		everybody = ("Guest", OTHER, MANAGER, STRANGER, story.clerk(story.SHORT), story.ACCOUNTANT)
		for user in everybody:
			with self.subTest(user=user), self.assertRaises(frappe.PermissionError):
				self.renew(user)
		until = add_days(today(), 30)
		for user in (*everybody, OWNER):
			with self.subTest(user=user):
				with self.assertRaises(frappe.PermissionError):
					self.call(user, api.confirm_licence, licence=name)
				with self.assertRaises(frappe.PermissionError):
					self.call(user, api.allow_exception, licence=name, until=until, reason="Titip")
		for user in ("Guest", OTHER, STRANGER, story.clerk(story.SHORT)):
			with self.subTest(user=user), self.assertRaises(frappe.PermissionError):
				self.states(user)
		for user in (OWNER, MANAGER, story.PUSAT, story.ACCOUNTANT):
			self.assertEqual(self.states(user), [("Halal", "expired")], user)

	def test_its_people_read_it_and_nobody_else(self):
		licence = frappe.get_doc(DOCTYPE, self.licence().name)
		everybody = {OWNER: True, MANAGER: True, story.PUSAT: True, story.ACCOUNTANT: True}
		everybody.update(dict.fromkeys((OTHER, STRANGER, story.clerk(story.SHORT), "Guest"), False))
		for user, reads in everybody.items():
			with self.subTest(user=user):
				self.assertEqual(bool(licence.has_permission("read", user=user)), reads)
				self.assertEqual(bool(licence.has_permission("write", user=user)), user == story.PUSAT)
		for user, reads in ((OWNER, True), (OTHER, False), (MANAGER, True), (STRANGER, False)):
			with story.acting_as(user):
				self.assertEqual(licence.name in frappe.get_list(DOCTYPE, pluck="name"), reads, user)

	def test_only_pusat_checks_a_licence(self):
		with story.acting_as(OWNER), self.assertRaises(frappe.PermissionError):
			self.licence()


class TestException(LicenceTestCase):
	def allow(self, licence, days=30, reason="Sertifikat sedang diperpanjang", user=story.PUSAT):
		return self.call(
			user, api.allow_exception, licence=licence, until=add_days(today(), days), reason=reason
		)

	def test_it_lets_goods_in_until_its_day_and_says_who_and_why(self):
		licence = self.licence(days=-1)
		rows = self.allow(licence.name, days=0)
		self.assertEqual([row.state for row in rows], ["exception"])
		licences.require_deliverable(self.supplier)
		licence.reload()
		self.assertEqual(licence.exception_by, story.PUSAT)
		self.assertTrue(licence.exception_at)
		self.assertEqual(licence.exception_reason, "Sertifikat sedang diperpanjang")
		frappe.db.set_value(DOCTYPE, licence.name, "exception_until", add_days(today(), -1))
		self.assert_blocked("Halal")

	def test_it_needs_a_reason_and_a_day_to_come(self):
		licence = self.licence(days=-1)
		for words, changes in (("is missing", {"reason": ""}), ("today or later", {"days": -1})):
			with self.assertRaisesRegex(frappe.ValidationError, words):
				self.allow(licence.name, **changes)
		with story.acting_as(story.PUSAT):
			licence.exception_until = add_days(today(), 5)
			with self.assertRaisesRegex(frappe.ValidationError, "Say why"):
				licence.save()

	def test_it_is_given_where_it_decides(self):
		old = self.licence(days=-300)
		self.licence(days=-1, number="ID0022")
		with self.assertRaisesRegex(frappe.ValidationError, "Another Halal licence"):
			self.allow(old.name)

	def test_the_desk_keeps_who_gave_it_and_takes_it_back(self):
		licence = self.licence(days=-1)
		with story.acting_as(story.PUSAT):
			licence.update({"exception_until": add_days(today(), 5), "exception_reason": "Antre"})
			licence.save()
			self.assertEqual(licence.exception_by, story.PUSAT)
			licence.exception_until = None
			licence.save()
		self.assertFalse(licence.exception_by or licence.exception_at or licence.exception_reason)
		self.assert_blocked("Halal")


class TestReminders(LicenceTestCase):
	def reminded(self, licence):
		"""Run the daily job; return who is told of this licence now."""
		told = []
		original = notices.to_people
		notices.to_people = lambda people, message, doctype, name, *rest, **more: told.extend(
			people if name == licence.name else ()
		)
		try:
			licences.remind()
		finally:
			notices.to_people = original
		return told

	def test_sixty_thirty_and_seven_days_before_once_each(self):
		licence = self.licence(days=61)
		for days, due in ((61, 0), (60, 60), (59, 0), (31, 0), (30, 30), (8, 0), (7, 7), (1, 0), (0, 0)):
			frappe.db.set_value(DOCTYPE, licence.name, "valid_until", add_days(today(), days))
			with self.subTest(days=days):
				told = self.reminded(licence)
				self.assertEqual(told, [OWNER, MANAGER] if due else [])
				self.assertEqual(self.reminded(licence), [], "once")
		frappe.db.set_value(DOCTYPE, licence.name, "valid_until", add_days(today(), -1))
		self.assertEqual(self.reminded(licence), [])

	def test_a_missed_day_is_made_up_for(self):
		self.assertEqual(
			[licences.stage_of(days) for days in (None, 61, 45, 12, 3, -1)], [None, None, 60, 30, 7, None]
		)
		self.assertTrue(self.reminded(self.licence(days=3)))

	def test_only_what_counts_is_reminded_of(self):
		old = self.licence(days=20)
		self.licence(days=400, number="ID0022")
		self.assertEqual(self.reminded(old), [])
		waiting = self.licence("PIRT", days=20, number="206317501012329", checked=False)
		self.assertEqual(self.reminded(waiting), [])
		self.assertEqual(
			self.reminded(self.licence("NIB", days=20, number="9120000047110")), [OWNER, MANAGER]
		)

	def test_a_corrected_date_is_reminded_of_anew(self):
		licence = self.licence(days=5)
		self.assertTrue(self.reminded(licence))
		licence.reload()
		licence.valid_until = add_days(today(), 58)
		licence.save()
		self.assertEqual(licence.reminded_days, 0)
		self.assertTrue(self.reminded(licence))

	def test_every_message_can_be_filled_in(self):
		licence = self.licence(days=5)
		for step, message in licences.MESSAGES.items():
			words = notices.in_words(message, licences._values(licence, step), "en")
			self.assertIn(licence.supplier_name, words)

	def test_the_day_is_the_licences_own(self):
		self.assertEqual(licences.days_until(getdate(today())), 0)
