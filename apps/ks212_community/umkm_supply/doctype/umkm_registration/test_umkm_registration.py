from io import BytesIO
from unittest.mock import patch

from PIL import Image

import frappe
from frappe.model.workflow import apply_workflow
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, today

from ks212_community import notices
from ks212_community.api import registration as api
from ks212_community.constants import UMKM
from ks212_community.permissions import suppliers_of
from ks212_community.umkm_supply import files, numbers, registration
from tests import story, umkm_story
from tests.flow import call_as, new_key

DOCTYPE = "UMKM Registration"
COMMUNITY = umkm_story.COMMUNITY
MANAGER = story.manager(COMMUNITY)
STRANGER = story.manager("Bogor Kota")  # manages another community
PHONE = "086090000471"
FOOD = {
	"food_licence": "PIRT",
	"food_licence_no": "P-IRT 2063175010123-29",
	"halal_no": "id00110000123450722",
}


class RegistrationTestCase(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("registration")
		self.addCleanup(self._forget)

	def _forget(self):
		frappe.db.rollback(save_point="registration")
		frappe.local.message_log = []

	def call(self, user, function, **arguments):
		return call_as(user, function, **arguments)

	def register(self, **changes):
		"""Register as anybody does; return the name."""
		answer = self.call("Guest", api.register, **{**umkm_story.REGISTRATION, **changes})
		return answer["name"]

	def register_with_licences(self, **changes):
		in_a_year = add_days(today(), 365)
		return self.register(
			**{**FOOD, "food_licence_expiry": in_a_year, "halal_expiry": in_a_year, **changes}
		)

	def admit(self, **changes):
		"""Take a registration with licences all the way; return it as its reviewer sees it."""
		name = self.register_with_licences(**changes)
		self.call(MANAGER, api.verify, registration=name)
		return self.call(story.PUSAT, api.approve, registration=name)

	def assert_refused(self, words, **changes):
		before = frappe.db.count(DOCTYPE)
		with self.assertRaisesRegex(frappe.ValidationError, words):
			self.register(**changes)
		self.assertEqual(frappe.db.count(DOCTYPE), before)


class TestRegistering(RegistrationTestCase):
	def test_numbers_are_kept_in_one_form(self):
		doc = frappe.get_doc(DOCTYPE, self.register_with_licences(email=" Siti@Contoh.ID "))
		self.assertEqual(doc.status, "Pending")
		self.assertEqual((doc.phone, doc.bank_account_no), (PHONE, "7120047110"))
		self.assertEqual((doc.food_licence_no, doc.halal_no), ("2063175010123-29", "ID00110000123450722"))
		self.assertEqual((doc.email, doc.region), ("siti@contoh.id", "Depok"))
		self.assertTrue(doc.registered_at)

	def test_phones_in_any_spelling_are_one(self):
		for spelling in ("086090000471", "0860 9000 0471", "62860-9000-0471", "+62 (0)860.9000.0471"):
			self.assertEqual(numbers.phone(spelling, "Phone"), PHONE, spelling)
		for wrong in ("12345", "021 7654321", "08x0", "", "+1 860 9000 0471"):
			self.assertIsNone(numbers.phone_or_none(wrong), wrong)

	def test_licence_numbers_as_people_write_them(self):
		self.assertEqual(numbers.pirt("P-IRT No. 206317501012329", "PIRT"), "2063175010123-29")
		self.assertEqual(numbers.bpom("bpom ri md 8670-1234-5678", "BPOM"), "MD 867012345678")
		self.assertEqual(numbers.npwp("01.234.567.8-901.000", "NPWP"), "012345678901000")
		self.assertEqual(numbers.nib("9120 0000 47110", "NIB"), "9120000047110")

	def test_bad_input_is_refused_with_a_remedy(self):
		yesterday = add_days(today(), -1)
		for words, changes in (
			("13 digits", {"nib": "123"}),
			("13 digits", {"nib": "912000004711x"}),
			("mobile phone number", {"phone": "021-123"}),
			("6 to 20 digits", {"bank_account_no": "12-AB"}),
			("15 digits", {**FOOD, "food_licence_no": "P-IRT 12345"}),
			("MD or ML", {"food_licence": "BPOM", "food_licence_no": "XX 123456789012"}),
			("must be one of", {**FOOD, "food_licence": "SNI"}),
			("PIRT or BPOM", {"food_licence_no": "2063175010123-29"}),
			("is missing", {"food_licence": "PIRT"}),
			("has passed. Renew", {**FOOD, "halal_expiry": yesterday}),
			("has passed. Renew", {**FOOD, "halal_expiry": today(), "food_licence_expiry": yesterday}),
			("is missing", {"halal_no": "ID0011"}),
			("is missing", {"halal_expiry": today()}),
			("halal certificate", {"halal_no": "belum ada", "halal_expiry": today()}),
			("must be a date", {**FOOD, "halal_expiry": "31-12-2030"}),
			("PKP has a tax number", {"is_pkp": "1"}),
			("15 or 16 digits", {"npwp": "1234"}),
			("must be an address", {"email": "siti"}),
			("must be an address", {"email": "ks212-ledger@ks212.invalid"}),
			("characters < and >", {"business_name": "<b>Dapur</b>"}),
			("is too long", {"business_name": "x" * 61}),
			("is missing", {"owner_name": " "}),
			("must be plain text", {"member_no": ["x"]}),
			("was not found", {"community": "Atlantis"}),
			("was not found", {"region": "Atlantis"}),
		):
			with self.subTest(words=words, **changes):
				self.assert_refused(words, **changes)

	def test_a_disabled_community_takes_nobody(self):
		frappe.db.set_value("Community", "Bogor Kota", "disabled", 1)
		frappe.clear_document_cache("Community", "Bogor Kota")
		self.addCleanup(frappe.clear_document_cache, "Community", "Bogor Kota")
		self.assert_refused("takes no registrations", community="Bogor Kota")

	def test_a_repeated_form_is_one_registration_and_tells_no_more_than_its_name_and_link(self):
		key, form = new_key(), umkm_story.REGISTRATION
		first = self.call("Guest", api.register, **form, key=key)
		self.assertEqual(list(first), ["name", "status_key"])
		before = frappe.db.count(DOCTYPE)
		self.assertEqual(dict(self.call("Guest", api.register, **form, key=key)), dict(first))
		self.assertEqual(frappe.db.count(DOCTYPE), before)
		with self.assertRaises(frappe.ValidationError):
			self.call("Guest", api.register, **{**form, "owner_name": "Orang Lain"}, key=key)


class TestReview(RegistrationTestCase):
	def test_a_manager_verifies_and_pusat_approves(self):
		name = self.register()
		seen = self.call(MANAGER, api.get_registration, registration=name)
		self.assertEqual(seen.actions, ["verify"])
		self.assertIn(name, [row.name for row in self.call(MANAGER, api.list_registrations)])
		verified = self.call(MANAGER, api.verify, registration=name, note="Kami kenal")
		self.assertEqual((verified.status, verified.verified_by), ("Verified", MANAGER))
		self.assertEqual(verified.verification_note, "Kami kenal")
		approved = self.call(story.PUSAT, api.approve, registration=name)
		self.assertEqual((approved.status, approved.decided_by), ("Approved", story.PUSAT))
		self.assertTrue(approved.supplier and approved.user)

	def test_pusat_may_verify_and_rejects_with_a_reason(self):
		name = self.register()
		with self.assertRaisesRegex(frappe.ValidationError, "not verified yet"):
			self.call(story.PUSAT, api.approve, registration=name)
		self.call(story.PUSAT, api.verify, registration=name)
		with self.assertRaisesRegex(frappe.ValidationError, "is missing"):
			self.call(story.PUSAT, api.reject, registration=name, reason="")
		rejected = self.call(story.PUSAT, api.reject, registration=name, reason="NIB bukan miliknya")
		self.assertEqual((rejected.status, rejected.reason), ("Rejected", "NIB bukan miliknya"))
		self.assertFalse(rejected.supplier)
		for function in (api.verify, api.approve):
			with self.assertRaisesRegex(frappe.ValidationError, "not open any more"):
				self.call(story.PUSAT, function, registration=name)

	def test_others_are_refused(self):
		name = self.register()
		calls = (
			(api.get_registration, {}),
			(api.verify, {}),
			(api.approve, {}),
			(api.reject, {"reason": "Tidak"}),
			(api.invite, {}),
		)
		for user in ("Guest", STRANGER, story.clerk(story.SHORT), story.UMKM, story.ACCOUNTANT):
			for function, arguments in calls:
				with self.subTest(user=user, function=function.__name__):
					with self.assertRaises(frappe.PermissionError):
						self.call(user, function, registration=name, **arguments)
			with self.assertRaises(frappe.PermissionError):
				self.call(user, api.list_registrations, community=COMMUNITY)
		for function, arguments in calls[2:]:
			with self.assertRaises(frappe.PermissionError):
				self.call(MANAGER, function, registration=name, **arguments)
		self.assertEqual(frappe.db.get_value(DOCTYPE, name, "status"), "Pending")

	def test_a_manager_reads_only_their_own_communities_documents(self):
		name = self.register()
		doc = frappe.get_doc(DOCTYPE, name)
		for user, reads in ((MANAGER, True), (STRANGER, False), (story.PUSAT, True), ("Guest", False)):
			self.assertEqual(bool(doc.has_permission("read", user=user)), reads, user)
		self.assertFalse(doc.has_permission("write", user=MANAGER))
		with story.acting_as(STRANGER):
			self.assertNotIn(name, frappe.get_list(DOCTYPE, pluck="name"))
		with story.acting_as(MANAGER):
			self.assertIn(name, frappe.get_list(DOCTYPE, pluck="name"))

	def test_the_desks_buttons_lead_to_the_same(self):
		name = self.register()
		with story.acting_as(story.PUSAT):
			apply_workflow(frappe.get_doc(DOCTYPE, name), "Verify")
			apply_workflow(frappe.get_doc(DOCTYPE, name), "Approve")
		doc = frappe.get_doc(DOCTYPE, name)
		self.assertEqual((doc.verified_by, doc.decided_by), (story.PUSAT, story.PUSAT))
		self.assertEqual(frappe.db.get_value("Supplier", doc.supplier, "ks212_registration"), name)

	def test_the_desk_wants_a_reason_too(self):
		name = self.register()
		with story.acting_as(story.PUSAT):
			with self.assertRaisesRegex(frappe.ValidationError, "the member is told"):
				apply_workflow(frappe.get_doc(DOCTYPE, name), "Reject")

	def test_a_decided_registration_does_not_change(self):
		doc = frappe.get_doc(DOCTYPE, self.admit().name)
		with story.acting_as(story.PUSAT):
			doc.phone = "081200000001"
			with self.assertRaisesRegex(frappe.ValidationError, "Change the supplier"):
				doc.save()

	def test_nobody_but_the_workflow_changes_the_status(self):
		doc = frappe.get_doc(DOCTYPE, self.register())
		with story.acting_as(story.PUSAT):
			doc.status = "Approved"
			with self.assertRaises(frappe.ValidationError):
				doc.save()


class TestApproval(RegistrationTestCase):
	def test_it_makes_the_supplier_and_its_people(self):
		seen = self.admit(is_pkp="1", npwp="01.234.567.8-901.000")
		supplier = frappe.get_doc("Supplier", seen.supplier)
		self.assertEqual((supplier.supplier_group, supplier.supplier_type), ("UMKM", "Individual"))
		self.assertEqual((supplier.ks212_community, supplier.ks212_member_no), (COMMUNITY, "212-004711"))
		self.assertEqual((supplier.tax_id, supplier.ks212_is_pkp), ("012345678901000", 1))
		self.assertEqual([row.user for row in supplier.portal_users], [seen.user])
		self.assertEqual(suppliers_of(seen.user), [supplier.name])
		contact = frappe.get_doc("Contact", supplier.supplier_primary_contact)
		self.assertEqual((contact.mobile_no, contact.user), (PHONE, seen.user))
		self.assertEqual([link.link_name for link in contact.links], [supplier.name])
		address = frappe.get_doc("Address", supplier.supplier_primary_address)
		self.assertEqual((address.address_line1, address.city), ("Jl. Tole Iskandar 47", "Depok"))
		self.assertEqual([link.link_name for link in address.links], [supplier.name])
		account = frappe.get_doc("Bank Account", {"party": supplier.name})
		self.assertEqual((account.bank_account_no, account.bank), ("7120047110", "Bank Syariah Indonesia"))
		user = frappe.get_doc("User", seen.user)
		self.assertEqual((user.mobile_no, user.language, user.user_type), (PHONE, "id", "Website User"))
		self.assertIn(UMKM, [row.role for row in user.roles])
		self.assertTrue(user.name.endswith(notices.NO_ADDRESS))

	def test_it_keeps_the_licences_as_checked(self):
		seen = self.admit()
		kept = {row.kind: row for row in self.call(story.PUSAT, api.list_licences, supplier=seen.supplier)}
		self.assertEqual(set(kept), {"NIB", "PIRT", "Halal"})
		self.assertEqual({row.state for row in kept.values()}, {"valid"})
		self.assertEqual(kept["PIRT"].days_left, 365)

	def test_it_happens_once(self):
		name = self.register()
		self.call(MANAGER, api.verify, registration=name)
		key = new_key()
		first = self.call(story.PUSAT, api.approve, registration=name, key=key)
		counted = [frappe.db.count(doctype) for doctype in ("Supplier", "User", "UMKM Licence", "Contact")]
		again = self.call(story.PUSAT, api.approve, registration=name, key=key)
		self.assertEqual(again.supplier, first.supplier)
		registration.admit(frappe.get_doc(DOCTYPE, name))
		self.assertEqual(
			counted, [frappe.db.count(doctype) for doctype in ("Supplier", "User", "UMKM Licence", "Contact")]
		)

	def test_a_second_business_of_one_person_is_the_same_user(self):
		first = self.admit()
		second = self.admit(nib="9120000047111", bank_account_no="7120047111", phone="62860 9000 0471")
		self.assertEqual(second.user, first.user)
		self.assertNotEqual(second.supplier, first.supplier, "the same name becomes a second supplier")
		self.assertEqual(suppliers_of(first.user), sorted([first.supplier, second.supplier]))

	def test_a_known_address_is_used(self):
		seen = self.admit(email=story.UMKM)
		self.assertEqual(seen.user, story.UMKM)
		self.assertIn(seen.supplier, suppliers_of(story.UMKM))

	def test_address_and_phone_of_two_users_are_for_people_to_sort_out(self):
		name = self.register(email=story.UMKM, phone=story.phone_of(story.PARTNER))
		self.call(MANAGER, api.verify, registration=name)
		with self.assertRaisesRegex(frappe.ValidationError, "Correct one of them"):
			self.call(story.PUSAT, api.approve, registration=name)
		self.assertEqual(frappe.db.get_value(DOCTYPE, name, "status"), "Verified")
		self.assertFalse(frappe.db.exists("Supplier", {"ks212_registration": name}))

	def test_a_disabled_user_is_not_let_in_again(self):
		frappe.db.set_value("User", story.UMKM, "enabled", 0)
		name = self.register(email=story.UMKM)
		self.call(MANAGER, api.verify, registration=name)
		with self.assertRaisesRegex(frappe.ValidationError, "is disabled"):
			self.call(story.PUSAT, api.approve, registration=name)


class TestDuplicates(RegistrationTestCase):
	def duplicates_of(self, name):
		found = self.call(MANAGER, api.get_registration, registration=name).duplicates
		return {(row["kind"], row["doctype"], row["name"]) for row in found}

	def test_another_registration_with_the_same_numbers(self):
		first = self.register()
		second = self.register(phone="62860 9000 0471", bank_account_no="712-004-7110")
		self.assertEqual(
			self.duplicates_of(second), {(kind, DOCTYPE, first) for kind in ("nib", "phone", "bank")}
		)

	def test_a_supplier_and_a_user_with_the_same_numbers(self):
		seen = self.admit()
		other = self.register()
		self.assertEqual(
			self.duplicates_of(other),
			{
				*((kind, DOCTYPE, seen.name) for kind in ("nib", "phone", "bank")),
				*((kind, "Supplier", seen.supplier) for kind in ("nib", "phone", "bank")),
				("phone", "User", seen.user),
			},
		)

	def test_what_a_registration_became_is_no_duplicate_of_it(self):
		seen = self.admit()
		self.assertEqual(seen.duplicates, [])

	def test_a_phone_written_in_another_way(self):
		clerk = story.clerk(story.SHORT)
		frappe.db.set_value("User", clerk, "mobile_no", "+62 860-9000-0471")
		self.assertEqual(self.duplicates_of(self.register()), {("phone", "User", clerk)})


class TestNotices(RegistrationTestCase):
	def test_who_is_told(self):
		self.assertEqual(notices.managers_of(COMMUNITY), [MANAGER])
		for coordinator, told in ((story.COORDINATOR, story.COORDINATOR), (None, story.PUSAT)):
			frappe.db.set_value("Community", COMMUNITY, "kpk_coordinator", coordinator)
			frappe.clear_document_cache("Community", COMMUNITY)
			self.addCleanup(frappe.clear_document_cache, "Community", COMMUNITY)
			self.assertEqual(notices.pusat_of(COMMUNITY), [told])
		row = frappe.get_doc("Community Manager", {"parent": COMMUNITY})
		frappe.db.set_value("Community Manager", row.name, "term_to", add_days(today(), -1))
		self.assertEqual(notices.managers_of(COMMUNITY), [])

	def test_the_desk_is_told_in_plain_text(self):
		name = self.register(business_name="Kue & Roti")
		doc = frappe.get_doc(DOCTYPE, name)
		notices.notify_desk(
			[story.PUSAT], registration.MESSAGES["Verified"], DOCTYPE, name, doc.as_dict(no_nulls=False)
		)
		subject = frappe.db.get_value(
			"Notification Log", {"document_name": name, "for_user": story.PUSAT}, "subject"
		)
		self.assertIn("Kue &amp; Roti", subject)

	def test_mail_goes_to_real_addresses_in_their_language(self):
		doc = frappe.get_doc(DOCTYPE, self.register(business_name="Kue & Roti"))
		frappe.db.set_value("User", MANAGER, "language", "en")
		made_up = registration.MADE_UP_ADDRESS.format(phone=doc.phone)
		arguments = [
			[MANAGER, "siti@contoh.id", made_up],
			registration.MESSAGES["registered"],
			DOCTYPE,
			doc.name,
		]
		with patch("frappe.sendmail", create=True) as sendmail:
			with patch.object(notices, "can_mail", return_value=False):
				notices.send_mail(*arguments, "/umkm", doc.as_dict())
			self.assertFalse(sendmail.called)
			with patch.object(notices, "can_mail", return_value=True):
				notices.send_mail(*arguments, "/umkm", doc.as_dict())
		self.assertEqual(
			[call.kwargs["recipients"] for call in sendmail.call_args_list], [[MANAGER], ["siti@contoh.id"]]
		)
		first = sendmail.call_args_list[0].kwargs
		self.assertTrue(first["subject"].startswith("Kue & Roti of Siti Aminah wants"))
		self.assertIn("Kue &amp; Roti", first["message"])
		self.assertIn("/umkm", first["message"])

	def test_each_step_tells_the_right_people(self):
		told = []
		with (
			patch.object(
				notices,
				"later",
				lambda method, people=(), **rest: told.append((method.split(".")[-1], *people)),
			),
		):
			name = self.register(email="siti@contoh.id")
			self.call(MANAGER, api.verify, registration=name)
			self.call(story.PUSAT, api.reject, registration=name, reason="Belum lengkap")
			self.assertEqual(
				told,
				[
					("send_mail", MANAGER),
					("notify_desk", *notices.pusat_of(COMMUNITY)),
					("send_mail", MANAGER),
					("send_mail", "siti@contoh.id"),
				],
			)
			told.clear()
			self.admit(email="siti@contoh.id", nib="9120000047119")
		self.assertEqual(told[2:], [("send_mail", MANAGER), ("send_first_login",)])

	def test_every_message_can_be_filled_in(self):
		doc = frappe.get_doc(DOCTYPE, self.register())
		for message in registration.MESSAGES.values():
			self.assertTrue(message.format(**doc.as_dict()))


class TestFiles(RegistrationTestCase):
	def attach(self, filename, content, fieldname="halal_file", **options):
		if not hasattr(self, "registration"):
			self.registration = self.register()
		url = files.attach(DOCTYPE, self.registration, fieldname, filename, content, **options)
		return frappe.get_doc("File", {"file_url": url, "attached_to_name": self.registration})

	def test_photos_and_documents_are_kept_privately(self):
		for kind in ("JPEG", "PNG", "WEBP"):
			file = self.attach(f"foto.{kind.lower()}", umkm_story.photo(kind), "product_photo")
			self.assertTrue(file.is_private and file.file_url.startswith("/private/files/"), kind)
			self.assertEqual(files.kind_of(file.get_content()), kind)
		self.assertEqual(self.attach("sertifikat.PDF", umkm_story.PDF).get_content(), umkm_story.PDF)

	def test_a_photo_is_made_smaller_and_tells_no_place(self):
		exif = Image.Exif()
		exif[0x010E] = "Rumah Bu Siti"
		exif[0x0112] = 6  # turned by 90 degrees
		sent = umkm_story.photo(size=(2400, 1200), exif=exif)
		self.assertIn(b"Rumah Bu Siti", sent)
		kept = self.attach("foto.jpg", sent, "business_photo").get_content()
		self.assertNotIn(b"Rumah Bu Siti", kept)
		self.assertEqual(Image.open(BytesIO(kept)).size, (800, 1600))

	def test_a_file_that_is_not_what_it_says_is_refused(self):
		jpeg = umkm_story.photo()
		for words, filename, content, options in (
			("neither a photo nor a PDF", "surat.pdf", b"MZ\x90\x00 program", {}),
			("neither a photo nor a PDF", "foto.jpg", b"<script>alert(212)</script>", {}),
			("neither a photo nor a PDF", "foto.jpg", jpeg[:20] + b"x" * 500, {}),
			("neither a photo nor a PDF", "foto.png", b"\x89PNG\r\n\x1a\n" + b"x" * 99, {}),
			("neither a photo nor a PDF", "surat.pdf", b"%PDF-1.4 cut off", {}),
			("not what its name says: it is a PDF", "foto.jpg", umkm_story.PDF, {}),
			("not what its name says: it is a JPEG", "surat.pdf", jpeg, {}),
			("not what its name says: it is a JPEG", "foto.exe", jpeg, {}),
			("this is not a photo", "surat.pdf", umkm_story.PDF, {"images_only": True}),
			("is empty", "foto.jpg", b"", {}),
			("larger than 2 MB", "foto.jpg", jpeg + b"x" * files.MAX_BYTES, {}),
			("too many pixels", "foto.png", umkm_story.photo("PNG", (6000, 5000)), {}),
		):
			with self.subTest(filename=filename, words=words):
				with self.assertRaisesRegex(frappe.ValidationError, words):
					self.attach(filename, content, **options)

	def test_a_photo_from_a_phone_may_be_of_another_photo_kind_than_its_name(self):
		self.assertTrue(self.attach("WA0001.jpg", umkm_story.photo("PNG")).file_url.endswith(".png"))
		self.assertTrue(self.attach("kamera", umkm_story.photo()).file_url.endswith(".jpg"))

	def test_reviewers_read_them_and_nobody_else(self):
		file = self.attach("foto.jpg", umkm_story.photo(), "product_photo")
		for user, reads in (
			(MANAGER, True),
			(story.PUSAT, True),
			(STRANGER, False),
			(story.UMKM, False),
			("Guest", False),
		):
			self.assertEqual(bool(file.has_permission("read", user=user)), reads, user)

	def test_no_request_sends_no_file(self):
		self.assertIsNone(files.uploaded("product_photo"))
