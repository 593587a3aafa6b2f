"""Licences that end: the reminders before, and what an ended one blocks.

Of a supplier's licences of one kind the newest that head office has checked decides. One that has ended
blocks new deliveries, not the sale of what is on the shelf; head office can allow an exception until a day.
Not every product needs every licence: a kind that a supplier has never shown blocks nothing.
"""

from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import date_diff, formatdate, now_datetime, today

from ks212_community import notices, permissions
from ks212_community.umkm_supply import numbers

DOCTYPE = "UMKM Licence"
KINDS = tuple(numbers.LICENCE_NUMBERS)
# Without these, food must not be sold; of a business licence (NIB) that ends people are only reminded.
BLOCKING = ("PIRT", "BPOM", "Halal")
REMINDERS = (60, 30, 7)  # days before the last day
VALID, SOON, EXPIRED, EXCEPTION, UNCHECKED = "valid", "soon", "expired", "exception", "unchecked"

# What people are told (English; translated for each recipient).
MESSAGES = {
	"remind": "The {kind} licence {licence_no} of {supplier_name} ends on {day}. Renew it, then send the new one in the portal.",
	"renew": "{supplier_name} sent a new {kind} licence {licence_no}. Check it, then confirm it.",
	"confirm": "Head office confirmed the {kind} licence {licence_no} of {supplier_name}.",
	"allow": "Head office lets {supplier_name} deliver until {day}, although the {kind} licence has ended: {reason}",
}


# -- which licence decides ----------------------------------------------------------------------------------


def current(suppliers: list[str] | None = None) -> dict[tuple[str, str], frappe._dict]:
	"""Return {(supplier, kind): the newest checked licence} of `suppliers`, or of all that are not
	disabled."""
	Licence = frappe.qb.DocType(DOCTYPE)
	Supplier = frappe.qb.DocType("Supplier")
	query = (
		frappe.qb.from_(Licence)
		.inner_join(Supplier)
		.on(Supplier.name == Licence.supplier)
		.select(
			Licence.name,
			Licence.supplier,
			Licence.kind,
			Licence.licence_no,
			Licence.valid_until,
			Licence.reminded_days,
			Licence.exception_until,
			Licence.exception_reason,
			Licence.checked,
			Licence.file,
			Licence.creation,
		)
		.where(Licence.checked == 1)
		.orderby(Licence.creation)
		.orderby(Licence.name)
	)
	if suppliers is None:
		query = query.where(Supplier.disabled == 0)
	else:
		query = query.where(Licence.supplier.isin(suppliers or [""]))
	return {(row.supplier, row.kind): row for row in query.run(as_dict=True)}


def days_until(day) -> int | None:
	"""Return the days from today until `day`; 0 on that day, negative after it, None where there is none."""
	return date_diff(day, today()) if day else None


def state(licence) -> str:
	"""Return what a licence is worth today: "valid", "soon" (within REMINDERS[0] days), "expired",
	"exception" (expired, but deliveries are allowed) or "unchecked"."""
	if not licence.checked:
		return UNCHECKED
	days_left = days_until(licence.valid_until)
	if days_left is None or days_left > REMINDERS[0]:
		return VALID
	if days_left >= 0:
		return SOON
	allowed = days_until(licence.exception_until)
	return EXCEPTION if allowed is not None and allowed >= 0 else EXPIRED


def require_deliverable(supplier: str, label: str | None = None) -> None:
	"""Raise `frappe.ValidationError` where an ended halal, PIRT or BPOM licence keeps `supplier` from new
	deliveries.

	`label` (such as "Row 2") is put in front of the message.
	"""
	found = current([supplier])
	for kind in BLOCKING:
		licence = found.get((supplier, kind))
		if licence and state(licence) == EXPIRED:
			message = _(
				"The {0} licence {1} of {2} ended on {3}. Renew it and send the new one in the portal, or ask head office for an exception."
			).format(kind, licence.licence_no, frappe.bold(supplier), formatdate(licence.valid_until))
			frappe.throw(f"{label}: {message}" if label else message)


# -- what people see ----------------------------------------------------------------------------------------


def list_licences(supplier: str) -> list[frappe._dict]:
	"""Return the licences of a supplier that decide, and the newer ones that wait for head office, by
	kind."""
	found = current([supplier])
	rows = list(found.values())
	waiting = frappe.get_all(
		DOCTYPE,
		filters={"supplier": supplier, "checked": 0},
		fields=["name", "supplier", "kind", "licence_no", "valid_until", "checked", "file", "creation"],
	)
	for row in waiting:
		decides = found.get((supplier, row.kind))
		if not decides or row.creation > decides.creation:
			rows.append(row)
	rows.sort(key=lambda row: (KINDS.index(row.kind), row.creation))
	return [
		frappe._dict(
			name=row.name,
			kind=row.kind,
			licence_no=row.licence_no,
			valid_until=row.valid_until,
			days_left=days_until(row.valid_until),
			state=state(row),
			exception_until=row.exception_until,
			exception_reason=row.exception_reason,
			file=row.file,
		)
		for row in rows
	]


# -- what is done with them ---------------------------------------------------------------------------------


def record(supplier: str, kind: str, licence_no: str, valid_until=None, file=None, checked: bool = False):
	"""Keep a licence of a supplier; one that is not `checked` counts for nothing until head office confirms
	it."""
	return frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"supplier": supplier,
			"kind": kind,
			"licence_no": licence_no,
			"valid_until": valid_until,
			"file": file,
			"checked": int(checked),
		}
	).insert(ignore_permissions=True)


def renew(supplier: str, kind: str, licence_no: str, valid_until):
	"""Keep what a supplier sent in place of an ending licence, for head office to confirm."""
	number = numbers.LICENCE_NUMBERS[kind](licence_no, _("Number"))
	same = {"supplier": supplier, "kind": kind, "licence_no": number, "valid_until": valid_until}
	if name := frappe.db.exists(DOCTYPE, same):
		if frappe.db.get_value(DOCTYPE, name, "checked"):
			frappe.throw(
				_("The {0} licence {1} is on record with this very date. Enter the new one's.").format(
					kind, number
				)
			)
		frappe.throw(
			_("The {0} licence {1} was sent before. Head office is looking at it.").format(kind, number)
		)
	licence = record(supplier, kind, number, valid_until)
	notices.to_pusat(
		notices.community_of(supplier), MESSAGES["renew"], DOCTYPE, licence.name, _values(licence)
	)
	return licence


def confirm(name: str):
	"""Make a licence count, once head office has checked it."""
	licence = frappe.get_doc(DOCTYPE, name, for_update=True)
	if licence.checked:
		frappe.throw(_("This licence is confirmed already."))
	licence.checked = 1
	licence.save(ignore_permissions=True)
	return licence


def allow_exception(name: str, until, reason: str):
	"""Let the supplier deliver until a day although this licence has ended; kept with who, when and why."""
	licence = frappe.get_doc(DOCTYPE, name, for_update=True)
	decides = current([licence.supplier]).get((licence.supplier, licence.kind))
	if not decides or decides.name != name:
		frappe.throw(
			_("Another {0} licence of {1} decides. Allow the exception there.").format(
				licence.kind, frappe.bold(licence.supplier_name)
			)
		)
	licence.exception_until = until
	licence.exception_reason = reason
	licence.save(ignore_permissions=True)
	return licence


def remind() -> None:
	"""Tell micro-enterprises and their communities of licences that end in 60, 30 or 7 days; run daily by the
	scheduler.

	Each reminder is given once, also where the scheduler missed the very day.
	"""
	for licence in current().values():
		stage = stage_of(days_until(licence.valid_until))
		if stage and not (licence.reminded_days and licence.reminded_days <= stage):
			frappe.db.set_value(DOCTYPE, licence.name, "reminded_days", stage, update_modified=False)
			tell(frappe.get_doc(DOCTYPE, licence.name), "remind")


def stage_of(days_left: int | None) -> int | None:
	"""Return the reminder that is due with so many days left, None before the first and after the end."""
	if days_left is None or days_left < 0:
		return None
	return min((days for days in REMINDERS if days_left <= days), default=None)


def tell(licence, step: str) -> None:
	"""Tell a licence's supplier and its community's managers of a step (a key of MESSAGES)."""
	people = notices.users_of(licence.supplier) + notices.managers_of(notices.community_of(licence.supplier))
	page = f"/umkm/izin?supplier={quote(licence.supplier)}"
	notices.to_people(people, MESSAGES[step], DOCTYPE, licence.name, _values(licence, step), page)


def _values(licence, step: str | None = None) -> dict:
	day = licence.exception_until if step == "allow" else licence.valid_until
	return {
		"kind": licence.kind,
		"licence_no": licence.licence_no,
		"supplier_name": licence.supplier_name,
		"day": formatdate(day) if day else "",
		"reason": licence.exception_reason or "",
	}


# -- the document's own rules -------------------------------------------------------------------------------


def validate(licence) -> None:
	"""Bring a UMKM Licence into the form that is kept, and let head office alone decide what counts."""
	licence.licence_no = numbers.LICENCE_NUMBERS[licence.kind](licence.licence_no, _("Number"))
	before = licence.get_doc_before_save()
	if before and days_until(before.valid_until) != days_until(licence.valid_until):
		licence.reminded_days = 0
	if licence.checked and not (before and before.checked):
		permissions.require_pusat()
	_validate_exception(licence, before)


def _validate_exception(licence, before) -> None:
	if not licence.exception_until:
		licence.update({"exception_reason": None, "exception_by": None, "exception_at": None})
		return
	if not (licence.exception_reason or "").strip():
		frappe.throw(_("Say why deliveries are allowed although the licence has ended."))
	if not is_exception_new(licence, before):
		return
	permissions.require_pusat()
	if days_until(licence.exception_until) < 0:
		frappe.throw(_("The exception must end today or later."))
	licence.exception_by, licence.exception_at = frappe.session.user, now_datetime()


def is_exception_new(licence, before) -> bool:
	"""Whether a save gives an exception, or changes the one there was before it."""
	if not licence.exception_until:
		return False
	return (
		not before
		or days_until(before.exception_until) != days_until(licence.exception_until)
		or before.exception_reason != licence.exception_reason
	)
