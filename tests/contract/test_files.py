"""Files that people send: where they are kept, who reads them, and when they go."""

from io import BytesIO
from pathlib import Path

import pytest

import frappe

from tests import story
from tests.contract.base import ContractTestCase


def make_file(content, name="kontrak.pdf", outlet=story.SHORT, **values):
	"""A private file that belongs to an outlet."""
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": name,
			"attached_to_doctype": "Outlet",
			"attached_to_name": outlet,
			"is_private": 1,
			"content": content,
			**values,
		}
	).insert(ignore_permissions=True)


class TestFiles(ContractTestCase):
	def test_a_private_file_is_kept_under_its_name(self):
		file = make_file(b"\xff\xd8 kontrak 1")
		self.addCleanup(file.delete)
		self.assertEqual(file.file_url, "/private/files/kontrak.pdf")
		self.assertEqual((file.file_size, len(file.content_hash), file.is_private), (12, 32, 1))
		stored = frappe.get_doc("File", file.name)
		self.assertEqual(stored.get_content(), b"\xff\xd8 kontrak 1")
		self.assertEqual((stored.file_name, stored.attached_to_name), ("kontrak.pdf", story.SHORT))
		self.assertTrue(Path(stored.get_full_path()).exists())

	def test_another_file_of_that_name_gets_one_of_its_own(self):
		first, second = make_file(b"\xff kontrak 2"), make_file(b"\xff kontrak 3")
		self.addCleanup(first.delete)
		self.addCleanup(second.delete)
		self.assertEqual(second.file_url, f"/private/files/kontrak{second.content_hash[-6:]}.pdf")
		self.assertEqual(first.get_content(), b"\xff kontrak 2")

	def test_the_same_content_is_kept_once_and_goes_with_the_last(self):
		first, second = (
			make_file(b"\xff kontrak 4"),
			make_file(b"\xff kontrak 4", name="lain.pdf", outlet=story.NEAR),
		)
		self.assertEqual(first.file_url, second.file_url)
		path = Path(first.get_full_path())
		first.delete()
		self.assertTrue(path.exists())
		second.delete()
		self.assertFalse(path.exists())

	def test_what_is_rolled_back_leaves_no_file(self):
		frappe.db.commit()
		path = Path(make_file(b"\xff kontrak 5").get_full_path())
		frappe.db.rollback()
		frappe.db.savepoint("contract")
		self.assertFalse(path.exists())

	def test_a_path_in_a_name_is_no_path(self):
		file = make_file(b"\xff kontrak 6", name="../../kontrak.pdf")
		self.addCleanup(file.delete)
		self.assertEqual(file.file_url, "/private/files/....kontrak.pdf")

	def test_a_file_is_its_owners_and_of_whoever_reads_its_document(self):
		with self.set_user(story.OUTSIDER):
			own = make_file(b"\xff kontrak 7", attached_to_doctype=None, attached_to_name=None)
		self.addCleanup(own.delete)
		self.assertTrue(frappe.has_permission("File", "read", own.name, user=story.OUTSIDER))
		self.assertFalse(frappe.has_permission("File", "read", own.name, user=story.PUSAT))
		file = make_file(b"\xff kontrak 8")
		self.addCleanup(file.delete)
		self.assertTrue(frappe.has_permission("File", "read", file.name, user=story.PUSAT))
		self.assertFalse(frappe.has_permission("File", "read", file.name, user=story.OUTSIDER))


@pytest.fixture
def kept():
	file = make_file(b"\xff\xd8 kontrak 9")
	frappe.db.commit()
	yield file
	file.delete()
	frappe.db.commit()


def test_a_private_file_is_served_to_whoever_may_read_it(http, kept):
	assert http.get(kept.file_url).status_code == 403
	http.login(story.OUTSIDER)
	assert http.get(kept.file_url).status_code == 403
	assert http.get("/private/files/tidak-ada.pdf").status_code == 403
	http.login(story.PUSAT)
	answer = http.get(kept.file_url)
	assert (answer.status_code, answer.data, answer.mimetype) == (
		200,
		b"\xff\xd8 kontrak 9",
		"application/pdf",
	)


def test_a_form_with_a_file_reaches_its_page(http):
	data = {"usr": story.PUSAT, "pwd": story.PASSWORD, "photo": (BytesIO(b"\xff\xd8\x00"), "foto.jpg")}
	answer = http.post("/api/method/login", data=data, content_type="multipart/form-data")
	assert answer.status_code == 200
