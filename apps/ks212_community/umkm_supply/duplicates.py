"""Who else has the same NIB, phone or bank account: shown to whoever reviews a registration, refused by
nobody.

Two businesses of one family may well share a phone, and a renewed try is no fraud; so people decide.
"""

import frappe
from frappe import _

from ks212_community.umkm_supply import numbers

NIB, PHONE, BANK = "nib", "phone", "bank"
# field of a registration -> the kind of duplicate
FIELDS = {"nib": NIB, "phone": PHONE, "bank_account_no": BANK}


def find(doc) -> list[dict]:
	"""Return what shares a number with a registration, each as {kind, doctype, name, title}.

	Looked at are other registrations, suppliers' licences and bank accounts, users and suppliers' contacts.
	What this very registration has become is left out.
	"""
	found = [
		*_registrations(doc),
		*_licences(doc),
		*_users(doc),
		*_contacts(doc),
		*_bank_accounts(doc),
	]
	return [dict(zip(("kind", "doctype", "name", "title"), row)) for row in dict.fromkeys(found)]


def user_of_phone(phone: str) -> str | None:
	"""Return the user who logs in by a phone number (08…), however it is written there."""
	User = frappe.qb.DocType("User")
	rows = (
		frappe.qb.from_(User)
		.select(User.name, User.mobile_no)
		.where(User.mobile_no.like(_ending(phone)))
		.orderby(User.enabled, order=frappe.qb.desc)
		.orderby(User.name)
		.run(as_dict=True)
	)
	return next((row.name for row in rows if numbers.phone_or_none(row.mobile_no) == phone), None)


def _ending(number: str) -> str:
	# Written with blanks or dashes, a number still ends in the same two digits; the rest is compared after
	# reading it.
	return f"%{number[-2:]}"


def _registrations(doc):
	Registration = frappe.qb.DocType("UMKM Registration")
	same = None
	for field in FIELDS:
		if doc.get(field):
			condition = Registration[field] == doc.get(field)
			same = condition if same is None else same | condition
	if same is None:
		return
	rows = (
		frappe.qb.from_(Registration)
		.select(
			Registration.name,
			Registration.business_name,
			Registration.status,
			*(Registration[field] for field in FIELDS),
		)
		.where(same & (Registration.name != (doc.name or "")))
		.orderby(Registration.creation)
		.run(as_dict=True)
	)
	for field, kind in FIELDS.items():
		for row in rows:
			if row.get(field) == doc.get(field):
				yield kind, "UMKM Registration", row.name, f"{row.business_name} ({_(row.status)})"


def _licences(doc):
	Licence = frappe.qb.DocType("UMKM Licence")
	Supplier = frappe.qb.DocType("Supplier")
	rows = (
		frappe.qb.from_(Licence)
		.inner_join(Supplier)
		.on(Supplier.name == Licence.supplier)
		.select(Supplier.name, Supplier.supplier_name)
		.where((Licence.kind == "NIB") & (Licence.licence_no == doc.nib))
		.where(Supplier.name != (doc.supplier or ""))
		.orderby(Supplier.name)
		.run()
	)
	for name, title in rows:
		yield NIB, "Supplier", name, title


def _users(doc):
	User = frappe.qb.DocType("User")
	ending = _ending(doc.phone)
	rows = (
		frappe.qb.from_(User)
		.select(User.name, User.full_name, User.mobile_no, User.phone, User.username)
		.where(User.mobile_no.like(ending) | User.phone.like(ending) | User.username.like(ending))
		.where(User.name != (doc.user or ""))
		.orderby(User.name)
		.run(as_dict=True)
	)
	for row in rows:
		if doc.phone in map(numbers.phone_or_none, (row.mobile_no, row.phone, row.username)):
			yield PHONE, "User", row.name, row.full_name


def _contacts(doc):
	Phone = frappe.qb.DocType("Contact Phone")
	Link = frappe.qb.DocType("Dynamic Link")
	Supplier = frappe.qb.DocType("Supplier")
	rows = (
		frappe.qb.from_(Phone)
		.inner_join(Link)
		.on(
			(Link.parent == Phone.parent) & (Link.parenttype == "Contact") & (Link.link_doctype == "Supplier")
		)
		.inner_join(Supplier)
		.on(Supplier.name == Link.link_name)
		.select(Supplier.name, Supplier.supplier_name, Phone.phone)
		.where(Phone.phone.like(_ending(doc.phone)) & (Supplier.name != (doc.supplier or "")))
		.orderby(Supplier.name)
		.run()
	)
	for name, title, phone in rows:
		if numbers.phone_or_none(phone) == doc.phone:
			yield PHONE, "Supplier", name, title


def _bank_accounts(doc):
	Account = frappe.qb.DocType("Bank Account")
	rows = (
		frappe.qb.from_(Account)
		.select(Account.name, Account.party, Account.party_type, Account.bank_account_no)
		.where(Account.bank_account_no.like(_ending(doc.bank_account_no)))
		.orderby(Account.name)
		.run(as_dict=True)
	)
	for row in rows:
		mine = row.party_type == "Supplier" and row.party and row.party == doc.supplier
		if not mine and numbers.SEPARATORS.sub("", row.bank_account_no) == doc.bank_account_no:
			if row.party_type == "Supplier" and row.party:
				title = frappe.db.get_value("Supplier", row.party, "supplier_name")
				yield BANK, "Supplier", row.party, title
			else:
				yield BANK, "Bank Account", row.name, row.name
