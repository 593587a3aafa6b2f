"""From a member's registration to a supplier: what a registration must hold, and what its approval makes.

The steps (verify, approve, reject) are those of the Workflow; whoever takes them, in the desk or through the
API, the document's own events come here. An approval is one transaction: all of it is made, once, or nothing.
"""

import re

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime, today

from ks212_community import notices
from ks212_community.constants import UMKM, UMKM_GROUP
from ks212_community.umkm_supply import duplicates, files, licences, numbers

DOCTYPE = "UMKM Registration"
PENDING, VERIFIED, APPROVED, REJECTED = "Pending", "Verified", "Approved", "Rejected"
DECIDED = (APPROVED, REJECTED)
# A user without an e-mail address has one under a domain that cannot exist, made from the phone number.
MADE_UP_ADDRESS = "{phone}@umkm.ks212.invalid"
COUNTRY = "Indonesia"
EMAIL = re.compile(r"[^@\s<>\"',;:]+@([\w-]+\.)+[\w-]{2,}", re.ASCII)

# Fields of the form -> (whether they must be given, the most characters)
TEXTS = {
	"business_name": (True, 60),
	"owner_name": (True, 60),
	"member_no": (True, 40),
	"phone": (True, 30),
	"email": (False, 140),
	"address_line": (True, 240),
	"city": (True, 80),
	"bank_name": (True, 50),
	"bank_account_no": (True, 40),
	"bank_account_holder": (True, 60),
	"nib": (True, 40),
	"food_licence_no": (False, 60),
	"halal_no": (False, 80),
	"npwp": (False, 40),
}
FOOD_LICENCES = ("PIRT", "BPOM")
# field of a file -> whether it must be a photo
FILES = {"business_photo": True, "product_photo": True, "food_licence_file": False, "halal_file": False}

# What people are told (English; translated for each recipient).
MESSAGES = {
	"registered": "{business_name} of {owner_name} wants to supply outlets ({name}). Look at it, then verify it.",
	VERIFIED: "{business_name} of community {community} is verified ({name}): approve or reject it.",
	"admitted": "{business_name} of {owner_name} may supply outlets now. Help them to log in and to propose products.",
	APPROVED: "{business_name} may supply 212 Mart outlets. Log in with phone number {phone}.",
	"first_login": "{business_name} may supply 212 Mart outlets. Choose a password here; then log in with phone number {phone}.",
	REJECTED: "The registration {name} of {business_name} was rejected: {reason}",
}


def label(fieldname: str) -> str:
	"""Return a field's label in the caller's language."""
	return _(frappe.get_meta(DOCTYPE).get_field(fieldname).label)


# -- what it must hold --------------------------------------------------------------------------------------


def validate(doc) -> None:
	"""Bring a registration into the form that is kept, and note who takes which step."""
	before = doc.get_doc_before_save()
	if before and before.status in DECIDED:
		frappe.throw(
			_("This registration is {0}. Change the supplier instead, or let them register again.").format(
				_(before.status)
			)
		)
	_clean(doc)
	if not before:
		_refuse_past(doc)
	if is_moved(doc):
		_note_step(doc)


def _clean(doc) -> None:
	for fieldname in ("business_name", "owner_name", "bank_name", "bank_account_holder"):
		doc.set(fieldname, _plain_name(doc, fieldname))
	doc.phone = numbers.phone(doc.phone, label("phone"))
	doc.email = _email(doc.email)
	doc.bank_account_no = numbers.bank_account(doc.bank_account_no, label("bank_account_no"))
	doc.nib = numbers.nib(doc.nib, label("nib"))
	doc.food_licence_no = (doc.food_licence_no or "").strip()
	if doc.food_licence and not doc.food_licence_no:
		frappe.throw(_("{0} is missing.").format(label("food_licence_no")))
	if doc.food_licence_no and not doc.food_licence:
		frappe.throw(_("Say whether the food licence is PIRT or BPOM."))
	if doc.food_licence:
		read = numbers.LICENCE_NUMBERS[doc.food_licence]
		doc.food_licence_no = read(doc.food_licence_no, label("food_licence_no"))
	else:
		doc.food_licence_expiry = None
	_clean_halal(doc)
	if doc.is_pkp and not (doc.npwp or "").strip():
		frappe.throw(_("A PKP has a tax number. Enter it under {0}.").format(label("npwp")))
	doc.npwp = numbers.npwp(doc.npwp, label("npwp")) if (doc.npwp or "").strip() else ""


def _clean_halal(doc) -> None:
	if not (doc.halal_no or "").strip():
		if doc.halal_expiry:
			frappe.throw(_("{0} is missing.").format(label("halal_no")))
		doc.halal_no = ""
		return
	doc.halal_no = numbers.halal(doc.halal_no, label("halal_no"))
	if not doc.halal_expiry:
		frappe.throw(_("{0} is missing.").format(label("halal_expiry")))


def _plain_name(doc, fieldname: str) -> str:
	value = " ".join((doc.get(fieldname) or "").split())
	# They become names of documents, which must not hold these.
	if set("<>") & set(value):
		frappe.throw(_("{0} must not have the characters < and >.").format(label(fieldname)))
	if len(value) > TEXTS[fieldname][1]:
		frappe.throw(
			_("{0} is too long: at most {1} characters.").format(label(fieldname), TEXTS[fieldname][1])
		)
	return value


def _email(value) -> str:
	value = (value or "").strip().lower()
	if value and (not EMAIL.fullmatch(value) or value.endswith(notices.NO_ADDRESS)):
		frappe.throw(_("{0} must be an address such as nama@contoh.id, or empty.").format(label("email")))
	return value


def _refuse_past(doc) -> None:
	for fieldname in ("food_licence_expiry", "halal_expiry"):
		if doc.get(fieldname) and getdate(doc.get(fieldname)) < getdate(today()):
			frappe.throw(
				_("{0} has passed. Renew the licence first, then register.").format(label(fieldname))
			)


# -- the steps ----------------------------------------------------------------------------------------------


def is_moved(doc) -> bool:
	"""Whether this save takes a step of the workflow."""
	before = doc.get_doc_before_save()
	return bool(before) and before.status != doc.status


def _note_step(doc) -> None:
	if doc.status == VERIFIED:
		doc.verified_by, doc.verified_at = frappe.session.user, now_datetime()
		doc.verification_note = doc.flags.note
	if doc.status in DECIDED:
		doc.decided_by, doc.decided_at = frappe.session.user, now_datetime()
	if doc.status == REJECTED:
		doc.reason = (doc.flags.reason or doc.reason or "").strip()
		if not doc.reason:
			frappe.throw(_("Say why under {0}: the member is told.").format(label("reason")))


def follow(doc) -> None:
	"""Do what the step that was just saved leads to."""
	if doc.status == APPROVED:
		admit(doc)
	tell(doc)


def new_status_key() -> str:
	"""Return the key of a registration's status page, which nobody guesses."""
	return frappe.generate_hash(length=32)


def status_page(doc) -> str:
	"""Return the path of the page where whoever registered sees what became of it."""
	return f"/umkm/status?key={doc.status_key}"


def tell(doc) -> None:
	"""Tell whoever must act next, or waits for the outcome."""
	values = {
		field: doc.get(field)
		for field in ("name", "business_name", "owner_name", "community", "phone", "reason")
	}
	managers = notices.managers_of(doc.community)
	page = f"/gerai/umkm?name={doc.name}"
	if doc.status == PENDING:
		notices.to_people(managers, MESSAGES["registered"], DOCTYPE, doc.name, values, page)
		if not managers:
			notices.to_pusat(doc.community, MESSAGES["registered"], DOCTYPE, doc.name, values)
	elif doc.status == VERIFIED:
		notices.to_pusat(doc.community, MESSAGES[VERIFIED], DOCTYPE, doc.name, values)
	elif doc.status == REJECTED:
		notices.to_people(managers, MESSAGES[REJECTED], DOCTYPE, doc.name, values, page)
		notices.to_people([doc.email], MESSAGES[REJECTED], DOCTYPE, doc.name, values, status_page(doc))
	else:
		notices.to_people(managers, MESSAGES["admitted"], DOCTYPE, doc.name, values, page)
		_welcome(doc, values)


def _welcome(doc, values: dict) -> None:
	if not doc.flags.user_is_new:
		notices.to_people([doc.user], MESSAGES[APPROVED], DOCTYPE, doc.name, values)
	elif doc.email:
		notices.later(
			"ks212_community.umkm_supply.registration.send_first_login", registration=doc.name, values=values
		)


def send_first_login(registration: str, values: dict) -> None:
	"""Mail a new portal user the link by which to choose the first password; run after the approval's
	commit."""
	if notices.can_mail():
		user = frappe.db.get_value(DOCTYPE, registration, "user")
		notices.send_mail([user], MESSAGES["first_login"], DOCTYPE, registration, password_link(user), values)


def password_link(user: str) -> str:
	"""Return an address where a portal user chooses a password; the one given before stops working.

	Only for users who have no more than the portal: whoever gets it takes over the account.
	"""
	doc = frappe.get_doc("User", user)
	if doc.user_type != "Website User" or not doc.enabled:
		frappe.throw(
			_("User {0} works in the desk or is disabled. They get a password in the ordinary way.").format(
				frappe.bold(user)
			)
		)
	return doc.reset_password()


# -- what an approval makes ---------------------------------------------------------------------------------


def admit(doc) -> None:
	"""Make the registration's Supplier, Contact, Address, Bank Account, portal user and licences; once."""
	if doc.supplier:
		return
	files.make_private(DOCTYPE, doc.name)
	known = _known_user(doc)
	email = known.email if known else _address_of(doc)
	supplier = _make_supplier(doc)
	contact = _make_contact(doc, supplier, email)
	address = _make_address(doc, supplier)
	user = _admit_user(known, doc) if known else _make_user(doc, email)
	frappe.db.set_value("Contact", contact, "user", user)
	frappe.db.set_value(
		"Supplier",
		supplier,
		{
			"supplier_primary_contact": contact,
			"supplier_primary_address": address,
			"mobile_no": doc.phone,
			"email_id": email,
		},
	)
	_let_speak(user, supplier)
	_make_bank_account(doc, supplier)
	_make_licences(doc, supplier)
	doc.db_set({"supplier": supplier, "user": user})


def _address_of(doc) -> str:
	return doc.email or MADE_UP_ADDRESS.format(phone=doc.phone)


def _make_supplier(doc) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Supplier",
				"supplier_name": _free_name(doc),
				"supplier_group": UMKM_GROUP,
				"supplier_type": "Individual",
				"country": COUNTRY,
				"language": "id",
				"tax_id": doc.npwp,
				"ks212_community": doc.community,
				"ks212_member_no": doc.member_no,
				"ks212_is_pkp": doc.is_pkp,
				"ks212_registration": doc.name,
			}
		)
		.insert(ignore_permissions=True)
		.name
	)


def _free_name(doc) -> str:
	"""Return the business's name, with a number where other suppliers have the same."""
	name, number = doc.business_name, 1
	while frappe.db.exists("Supplier", name):
		number += 1
		name = f"{doc.business_name} {number}"
	return name


def _make_contact(doc, supplier: str, email: str) -> str:
	"""Frappe looks for a user's contact by e-mail, so it comes before the user; one that is there gets the
	link."""
	link = {"link_doctype": "Supplier", "link_name": supplier}
	if known := frappe.db.get_value("Contact Email", {"email_id": email}, "parent"):
		contact = frappe.get_doc("Contact", known)
		contact.append("links", link)
		return contact.save(ignore_permissions=True).name
	contact = frappe.get_doc(
		{
			"doctype": "Contact",
			"first_name": doc.owner_name,
			"is_primary_contact": 1,
			"email_ids": [{"email_id": email, "is_primary": 1}],
			"links": [link],
		}
	).insert(ignore_permissions=True)
	# Only now: ERPNext commits, in the middle of everything, after the insert of a contact that has a number.
	contact.append("phone_nos", {"phone": doc.phone, "is_primary_phone": 1, "is_primary_mobile_no": 1})
	return contact.save(ignore_permissions=True).name


def _make_address(doc, supplier: str) -> str:
	line = " ".join(doc.address_line.split())
	return (
		frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": supplier,
				"address_type": "Office",
				"address_line1": line[:240],
				"address_line2": line[240:480],
				"city": doc.city,
				"state": doc.region,
				"country": COUNTRY,
				"phone": doc.phone,
				"email_id": doc.email,
				"is_primary_address": 1,
				"links": [{"link_doctype": "Supplier", "link_name": supplier}],
			}
		)
		.insert(ignore_permissions=True)
		.name
	)


def _known_user(doc):
	"""Return the User who has the registration's e-mail address or phone number, None where nobody has."""
	by_email = frappe.db.exists("User", _address_of(doc))
	by_phone = duplicates.user_of_phone(doc.phone)
	if by_email and by_phone and by_email != by_phone:
		frappe.throw(
			_(
				"The e-mail address is user {0}'s, the phone number user {1}'s. Correct one of them in the registration."
			).format(frappe.bold(by_email), frappe.bold(by_phone))
		)
	if not (by_email or by_phone):
		return None
	user = frappe.get_doc("User", by_email or by_phone)
	if not user.enabled:
		frappe.throw(
			_("User {0} is disabled. Enable it, or correct the phone number or e-mail address.").format(
				frappe.bold(user.name)
			)
		)
	return user


def _admit_user(user, doc) -> str:
	if not user.mobile_no:
		user.mobile_no = doc.phone
	user.append_roles(UMKM)
	user.flags.ignore_permissions = True
	return user.save().name


def _make_user(doc, email: str) -> str:
	"""Make a portal user who logs in by phone; without a password, until they choose one by
	`password_link`."""
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": doc.owner_name,
			"username": doc.phone,
			"mobile_no": doc.phone,
			"language": "id",
			"user_type": "Website User",
			"enabled": 1,
			"send_welcome_email": 0,
		}
	)
	user.flags.ignore_permissions = user.flags.no_welcome_mail = True
	user.append_roles(UMKM)
	doc.flags.user_is_new = True
	return user.insert().name


def _let_speak(user: str, supplier: str) -> None:
	# By the row alone: the Supplier's own save would tell head office to give the user ERPNext's role by
	# hand.
	frappe.get_doc(
		{
			"doctype": "Portal User",
			"parent": supplier,
			"parenttype": "Supplier",
			"parentfield": "portal_users",
			"idx": 1,
			"user": user,
		}
	).insert(ignore_permissions=True)


def _make_bank_account(doc, supplier: str) -> None:
	bank = frappe.db.exists("Bank", doc.bank_name)
	if not bank:
		bank = frappe.get_doc({"doctype": "Bank", "bank_name": doc.bank_name}).insert(ignore_permissions=True)
		bank = bank.name
	frappe.get_doc(
		{
			"doctype": "Bank Account",
			# ERPNext names it by this and the bank; the registration tells two holders of one name apart.
			"account_name": f"{doc.bank_account_holder} ({doc.name})",
			"bank": bank,
			"party_type": "Supplier",
			"party": supplier,
			"bank_account_no": doc.bank_account_no,
			"is_default": 1,
		}
	).insert(ignore_permissions=True)


def _make_licences(doc, supplier: str) -> None:
	# Read again: making a file private changes its address.
	kept = frappe.db.get_value(DOCTYPE, doc.name, ["food_licence_file", "halal_file"], as_dict=True)
	licences.record(supplier, "NIB", doc.nib, checked=True)
	if doc.food_licence:
		licences.record(
			supplier,
			doc.food_licence,
			doc.food_licence_no,
			doc.food_licence_expiry,
			kept.food_licence_file,
			checked=True,
		)
	if doc.halal_no:
		licences.record(supplier, "Halal", doc.halal_no, doc.halal_expiry, kept.halal_file, checked=True)
