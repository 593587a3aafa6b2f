"""Photos and documents that people send: looked into, made safe, and kept as private files of their document.

What a file is, its content says. A photo is decoded and written anew: smaller, turned the right way up, and
without what the phone wrote into it, such as the place where it was taken.
"""

from io import BytesIO
from pathlib import PurePath

from PIL import Image, ImageOps

import frappe
from frappe import _

MAX_MB = 2
MAX_BYTES = MAX_MB * 1024 * 1024
# A picture of few bytes can unpack to gigabytes; no phone's photo of so few bytes has more pixels than this.
MAX_PIXELS = 25_000_000
MAX_SIDE = 1600  # pixels; what is kept of a photo
QUALITY = 85

PHOTO, PDF = "photo", "pdf"
# format as Pillow names it -> how the kept file's name ends
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "PDF": ".pdf"}
# how a sent file's name ends -> what it says it is
CLAIMS = {**dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp"), PHOTO), ".pdf": PDF}


def uploaded(fieldname: str) -> tuple[str, bytes] | None:
	"""Return (file name, content) of the file that this request sent as `fieldname`; None where it sent none.

	Of a file that is too large only so much is read that `attach` sees it.
	"""
	if not frappe.request:
		return None
	sent = frappe.request.files.get(fieldname)
	if not sent or not sent.filename:
		return None
	return sent.filename, sent.stream.read(MAX_BYTES + 1)


def attach(
	doctype: str, name: str, fieldname: str, filename: str, content: bytes, images_only: bool = False
) -> str:
	"""Check a file and keep it as a private File of the document `name`; return its address.

	JPEG, PNG and WebP photos and, unless `images_only`, PDF documents of at most MAX_MB are taken; anything
	else raises `frappe.ValidationError` that names the field. The caller writes the address into the field.
	"""
	label = _(frappe.get_meta(doctype).get_field(fieldname).label)
	suffix, content = check(label, filename, content, images_only)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{name}-{fieldname}{suffix}",
			"attached_to_doctype": doctype,
			"attached_to_name": name,
			"attached_to_field": fieldname,
			"is_private": 1,
			"content": content,
		}
	).insert(ignore_permissions=True)
	return file.file_url


def make_private(doctype: str, name: str) -> None:
	"""Make private what was attached in the desk to a document, and left open to everybody there."""
	public = frappe.get_all(
		"File",
		filters={"attached_to_doctype": doctype, "attached_to_name": name, "is_private": 0},
		pluck="name",
	)
	for file in public:
		doc = frappe.get_doc("File", file)
		doc.is_private = 1
		doc.save(ignore_permissions=True)


def hand_over(doctype: str, name: str, user: str) -> None:
	"""Make the files of a document `user`'s own: whoever sent them may replace and delete them as long as
	they are theirs."""
	File = frappe.qb.DocType("File")
	(
		frappe.qb.update(File)
		.set(File.owner, user)
		.where((File.attached_to_doctype == doctype) & (File.attached_to_name == name))
		.run()
	)


def check(label: str, filename: str, content: bytes, images_only: bool = False) -> tuple[str, bytes]:
	"""Return (how the file's name must end, the content to keep), or raise `frappe.ValidationError` as
	`attach` does."""
	if not content:
		frappe.throw(_("{0}: the file is empty. Choose it again.").format(label))
	if len(content) > MAX_BYTES:
		frappe.throw(
			_("{0}: the file is larger than {1} MB. Take a smaller photo, or save it smaller.").format(
				label, MAX_MB
			)
		)
	kind = kind_of(content)
	if kind is None or (images_only and kind == "PDF"):
		_refuse(label, images_only)
	claim = CLAIMS.get(PurePath(filename).suffix.lower())
	if PurePath(filename).suffix and claim != (PDF if kind == "PDF" else PHOTO):
		frappe.throw(
			_(
				"{0}: the file is not what its name says: it is a {1} file. Save it again, then send that."
			).format(label, kind)
		)
	if kind == "PDF":
		return SUFFIXES[kind], content
	return SUFFIXES[kind], _photo(label, kind, content, images_only)


def kind_of(content: bytes) -> str | None:
	"""Return "JPEG", "PNG", "WEBP" or "PDF" by how the content begins (and a PDF ends), None for anything
	else."""
	if content.startswith(b"\xff\xd8\xff"):
		return "JPEG"
	if content.startswith(b"\x89PNG\r\n\x1a\n"):
		return "PNG"
	if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
		return "WEBP"
	if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
		return "PDF"
	return None


def _photo(label: str, kind: str, content: bytes, images_only: bool) -> bytes:
	try:
		image = Image.open(BytesIO(content), formats=[kind])
		if image.width * image.height > MAX_PIXELS:
			raise Image.DecompressionBombError
		# A JPEG is read at a fraction of its size straight away.
		image.draft("RGB", (MAX_SIDE, MAX_SIDE))
		image = ImageOps.exif_transpose(image)
		image.thumbnail((MAX_SIDE, MAX_SIDE))
		if kind == "JPEG" and image.mode not in ("RGB", "L"):
			image = image.convert("RGB")
		image.info.clear()
		kept = BytesIO()
		image.save(kept, format=kind, quality=QUALITY)
	except Image.DecompressionBombError:
		frappe.throw(_("{0}: the photo has too many pixels. Take a smaller one.").format(label))
	except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError):
		# What Pillow's readers raise on content that only begins like a photo.
		_refuse(label, images_only)
	return kept.getvalue()


def _refuse(label: str, images_only: bool):
	if images_only:
		frappe.throw(_("{0}: this is not a photo. Send a JPEG, PNG or WebP picture.").format(label))
	frappe.throw(
		_("{0}: this is neither a photo nor a PDF. Send a JPEG, PNG or WebP picture, or a PDF.").format(label)
	)
