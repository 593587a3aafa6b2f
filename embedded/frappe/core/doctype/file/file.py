"""Files that people send, kept in the site's folder."""

from functools import partial
from hashlib import md5
from mimetypes import guess_type
from pathlib import Path

import frappe
from frappe.model.document import Document


class File(Document):
	def before_insert(self):
		self.file_name = self.file_name.replace("/", "")
		self.file_type = (guess_type(self.file_name)[0] or "").rpartition("/")[2].upper()
		self.content_hash, self.file_size = md5(self.content).hexdigest(), len(self.content)
		same = {"content_hash": self.content_hash, "is_private": self.is_private}
		self.file_url = frappe.db.get_value("File", same, "file_url")
		if not self.file_url:
			self.file_url = ("/private" if self.is_private else "") + f"/files/{self.file_name}"
			if self.get_full_path().exists():
				name = Path(self.file_name)
				self.file_name = f"{name.stem}{self.content_hash[-6:]}{name.suffix}"
				self.file_url = self.file_url.rpartition("/")[0] + f"/{self.file_name}"
			path = self.get_full_path()
			path.parent.mkdir(parents=True, exist_ok=True)
			path.write_bytes(self.content)
			frappe.db.after_rollback.add(partial(path.unlink, missing_ok=True))

	def on_trash(self):
		if frappe.db.count("File", {"file_url": self.file_url}) == 1:
			self.get_full_path().unlink()

	def get_full_path(self):
		return Path(frappe.local.site_path, "" if self.is_private else "public", self.file_url.strip("/"))

	def get_content(self):
		return self.get_full_path().read_bytes()


def has_permission(doc, ptype=None, user=None, debug=False):
	"""A private file is its owner's, and of whoever may read the document that it belongs to."""
	if ptype == "create" or not doc.is_private or doc.owner == user != "Guest":
		return True
	if not doc.attached_to_name or not frappe.db.exists(doc.attached_to_doctype, doc.attached_to_name):
		return False
	document = frappe.get_doc(doc.attached_to_doctype, doc.attached_to_name)
	return document.has_permission("read" if ptype == "read" else "write", user=user)
