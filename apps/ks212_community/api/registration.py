"""Becoming and staying a supplier: the public registration, its review, and licences; types and errors in
docs/api.md.

Each function checks the caller, validates what it was given and hands over to `umkm_supply`. Arguments
default to None and are typed wide, so that a bad call is a clear refusal and never a server error.
"""

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.model.workflow import apply_workflow
from frappe.rate_limiter import rate_limit
from frappe.utils import get_fullname, getdate, today

from ks212_community import permissions
from ks212_community.api import parties, validate
from ks212_community.api.once import once
from ks212_community.locks import lock
from ks212_community.umkm_supply import duplicates, files, licences, registration
from ks212_community.umkm_supply.registration import (
	APPROVED,
	DOCTYPE,
	PENDING,
	VERIFIED,
	label,
	password_link,
)

# A community's meeting registers many members over one connection; a machine would try far more often.
REGISTRATIONS_PER_HOUR = 20
# Looking is cheap, and a whole meeting looks over one connection.
LOOKS_PER_HOUR = 120
LIST_LENGTH = 200
STATUS_FIELDS = ("name", "status", "reason", "registered_at", "verified_at", "decided_at")
# action -> (workflow action, states in which it is open)
STEPS = {
	"verify": ("Verify", (PENDING,)),
	"approve": ("Approve", (VERIFIED,)),
	"reject": ("Reject", (PENDING, VERIFIED)),
}


# -- registering --------------------------------------------------------------------------------------------


def _check_nobody(**_rest) -> dict:
	return {}


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=REGISTRATIONS_PER_HOUR, seconds=60 * 60)
@once(_check_nobody)
def register(
	business_name: Any = None,
	owner_name: Any = None,
	member_no: Any = None,
	community: Any = None,
	phone: Any = None,
	email: Any = None,
	address_line: Any = None,
	city: Any = None,
	region: Any = None,
	bank_name: Any = None,
	bank_account_no: Any = None,
	bank_account_holder: Any = None,
	nib: Any = None,
	food_licence: Any = None,
	food_licence_no: Any = None,
	food_licence_expiry: Any = None,
	halal_no: Any = None,
	halal_expiry: Any = None,
	is_pkp: Any = None,
	npwp: Any = None,
	key: Any = None,
) -> dict:
	"""Register a micro-enterprise; anybody may. Return {name, status_key}, and nothing else: whoever repeats
	the key learns no more. `status_key` is what `get_status` asks for.

	`region` may be left out: it is the community's then. The request's files `business_photo`,
	`product_photo`, `food_licence_file` and `halal_file` are kept with it. An IP address may try
	REGISTRATIONS_PER_HOUR times an hour.
	"""
	given = locals()
	doc = frappe.new_doc(DOCTYPE)
	for fieldname, (reqd, max_length) in registration.TEXTS.items():
		doc.set(fieldname, validate.text(given[fieldname], label(fieldname), reqd, max_length))
	doc.community = _open_community(community)
	doc.region = (
		frappe.get_cached_value("Community", doc.community, "region")
		if region in validate.EMPTY
		else validate.name_of("Territory", region, label("region"))
	)
	if food_licence not in validate.EMPTY:
		doc.food_licence = validate.choice(food_licence, registration.FOOD_LICENCES, label("food_licence"))
	for fieldname in ("food_licence_expiry", "halal_expiry"):
		if given[fieldname] not in validate.EMPTY:
			doc.set(fieldname, validate.day(given[fieldname], label(fieldname)))
	doc.is_pkp = int(is_pkp is True or str(is_pkp).lower() in ("1", "on", "true"))
	doc.insert(ignore_permissions=True)
	_keep_files(doc)
	return {"name": doc.name, "status_key": doc.status_key}


@frappe.whitelist(allow_guest=True)
@rate_limit(limit=LOOKS_PER_HOUR, seconds=60 * 60)
def get_status(status_key: Any = None) -> dict:
	"""Return what became of a registration: STATUS_FIELDS, nothing of the member; for whoever holds its
	`status_key`.

	`reason` is why it was rejected, else empty. An IP address may look LOOKS_PER_HOUR times an hour.
	"""
	status_key = validate.text(status_key, _("Registration"))
	found = frappe.db.get_value(DOCTYPE, {"status_key": status_key}, STATUS_FIELDS, as_dict=True)
	if not found:
		frappe.throw(
			_("No registration has this address. Open the link again that you got when you registered."),
			frappe.DoesNotExistError,
		)
	if found.status != registration.REJECTED:
		# What head office has noted before it decides is its own.
		found.reason = None
	return found


def _open_community(value) -> str:
	name = validate.name_of("Community", value, label("community"))
	if frappe.get_cached_value("Community", name, "disabled"):
		frappe.throw(
			_("Community {0} takes no registrations any more. Choose another.").format(frappe.bold(name))
		)
	return name


def _keep_files(doc) -> None:
	kept = {}
	for fieldname, images_only in registration.FILES.items():
		if sent := files.uploaded(fieldname):
			kept[fieldname] = files.attach(doc.doctype, doc.name, fieldname, *sent, images_only=images_only)
	if kept:
		doc.db_set(kept, update_modified=False)


# -- who may read and review --------------------------------------------------------------------------------


def _reviewed(value) -> str:
	"""Return a registration's name, where the caller is of head office or manages its community."""
	name = validate.name_of(DOCTYPE, value, _("Registration"))
	_require_reviewer(frappe.db.get_value(DOCTYPE, name, "community"))
	return name


def _require_reviewer(community: str) -> None:
	if not permissions.is_pusat() and community not in permissions.communities_of():
		frappe.throw(
			_("You do not manage community {0}.").format(frappe.bold(community)), frappe.PermissionError
		)


def _check_reviewer(registration, **_rest) -> dict:
	return {"registration": _reviewed(registration)}


def _check_pusat(registration, **_rest) -> dict:
	permissions.require_pusat()
	return {"registration": _reviewed(registration)}


@frappe.whitelist()
def list_registrations(community: Any = None) -> list:
	"""Return the newest registrations of a community, or of all that the caller reviews.

	Each: name, business_name, owner_name, phone, city, community, status, registered_at.
	"""
	if community not in validate.EMPTY:
		community = validate.name_of("Community", community, label("community"))
		_require_reviewer(community)
		filters = {"community": community}
	elif permissions.is_pusat():
		filters = {}
	else:
		managed = permissions.communities_of()
		if not managed:
			frappe.throw(_("You do not manage a community."), frappe.PermissionError)
		filters = {"community": ["in", managed]}
	return frappe.get_all(
		DOCTYPE,
		filters=filters,
		fields=[
			"name",
			"business_name",
			"owner_name",
			"phone",
			"city",
			"community",
			"status",
			"registered_at",
		],
		order_by="creation desc",
		limit=LIST_LENGTH,
	)


@frappe.whitelist()
def get_registration(registration: Any = None) -> dict:
	"""Return a registration with its `duplicates` [{kind, doctype, name, title}] and the `actions` open to
	the caller."""
	return _view(frappe.get_doc(DOCTYPE, _reviewed(registration)))


def _view(doc) -> dict:
	view = frappe._dict(
		{
			field.fieldname: doc.get(field.fieldname)
			for field in doc.meta.fields
			if field.fieldtype not in ("Section Break", "Column Break", "HTML") and not field.hidden
		}
	)
	view.update(
		name=doc.name,
		verified_by_name=doc.verified_by and get_fullname(doc.verified_by),
		decided_by_name=doc.decided_by and get_fullname(doc.decided_by),
		duplicates=duplicates.find(doc),
		actions=_open_steps(doc),
	)
	return view


def _open_steps(doc) -> list[str]:
	allowed = STEPS if permissions.is_pusat() else ("verify",)
	return [step for step in allowed if doc.status in STEPS[step][1]]


# -- the review's steps -------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@once(_check_reviewer)
def verify(registration: Any = None, note: Any = None, key: Any = None) -> dict:
	"""Verify a registration, as its community's manager or head office; return it."""
	note = validate.reason(note, _("Note"), reqd=False)
	return _take(registration, "verify", note=note)


@frappe.whitelist(methods=["POST"])
@once(_check_pusat)
def approve(registration: Any = None, key: Any = None) -> dict:
	"""Approve a verified registration, which makes the supplier and its portal user; head office only; return
	it."""
	return _take(registration, "approve")


@frappe.whitelist(methods=["POST"])
@once(_check_pusat)
def reject(registration: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Reject a registration with a reason that the member is told; head office only; return it."""
	reason = validate.reason(reason, label("reason"))
	return _take(registration, "reject", reason=reason)


def _take(name: str, step: str, **flags) -> dict:
	doc = lock(DOCTYPE, name)
	action, states = STEPS[step]
	if doc.status not in states:
		_refuse_step(doc, step)
	doc.flags.update(flags)
	# Managers read registrations and no more; the step is theirs by the workflow's transition.
	doc.flags.ignore_permissions = True
	return _view(apply_workflow(doc, action))


def _refuse_step(doc, step: str) -> None:
	if step == "approve" and doc.status == PENDING:
		frappe.throw(_("This registration is not verified yet. Verify it first."))
	frappe.throw(
		_("This registration is {0}; this step is not open any more. Open it again.").format(_(doc.status))
	)


@frappe.whitelist(methods=["POST"])
def invite(registration: Any = None) -> dict:
	"""Return {link, whatsapp}: where the new portal user chooses a password, and the same as a WhatsApp
	message to them.

	Head office only. For members without an e-mail address, and for forgotten passwords. It carries no key:
	the link is kept nowhere, and each call makes a new one in place of the last.
	"""
	permissions.require_pusat()
	name = _reviewed(registration)
	doc = frappe.get_doc(DOCTYPE, name)
	if doc.status != APPROVED:
		frappe.throw(_("There is no portal user before the registration is approved."))
	link = password_link(doc.user)
	message = _(
		"{0} may supply 212 Mart outlets. Choose a password here: {1} Then log in with phone number {2}.",
		"id",
	).format(doc.business_name, link, doc.phone)
	return {"link": link, "whatsapp": f"https://wa.me/62{doc.phone[1:]}?text={quote(message)}"}


# -- licences -----------------------------------------------------------------------------------------------


@frappe.whitelist()
def list_licences(supplier: Any = None) -> list:
	"""Return a supplier's licences as `licences.list_licences` does; for its people, its managers and head
	office."""
	return licences.list_licences(parties.seen_supplier(supplier))


@frappe.whitelist(methods=["POST"])
@once(parties.check_supplier)
def renew_licence(
	supplier: Any = None,
	kind: Any = None,
	licence_no: Any = None,
	valid_until: Any = None,
	key: Any = None,
) -> list:
	"""Send a new licence (the request's file `file` with it) in place of an ending one; it counts once head
	office has confirmed it. Return the supplier's licences."""
	kind = validate.choice(kind, licences.KINDS, _("Kind"))
	licence_no = validate.text(licence_no, _("Number"), max_length=80)
	until = None if valid_until in validate.EMPTY else validate.day(valid_until, _("Valid Until"))
	if until is None and kind != "NIB":
		frappe.throw(_("{0} is missing.").format(_("Valid Until")))
	if until and getdate(until) < getdate(today()):
		frappe.throw(_("{0} has passed. Send a licence that is still valid.").format(_("Valid Until")))
	licence = licences.renew(supplier, kind, licence_no, until)
	if sent := files.uploaded("file"):
		licence.db_set(
			"file", files.attach(licence.doctype, licence.name, "file", *sent), update_modified=False
		)
	return licences.list_licences(supplier)


def _check_licence(licence, **_rest) -> dict:
	permissions.require_pusat()
	return {"licence": validate.name_of(licences.DOCTYPE, licence, _("Licence"))}


@frappe.whitelist(methods=["POST"])
@once(_check_licence)
def confirm_licence(licence: Any = None, key: Any = None) -> list:
	"""Let a licence that was sent count; head office only. Return the supplier's licences."""
	return licences.list_licences(licences.confirm(licence).supplier)


@frappe.whitelist(methods=["POST"])
@once(_check_licence)
def allow_exception(licence: Any = None, until: Any = None, reason: Any = None, key: Any = None) -> list:
	"""Allow deliveries until a day although a licence has ended; head office only. Return the supplier's
	licences."""
	until = validate.day(until, _("Deliveries Allowed Until"))
	reason = validate.reason(reason)
	return licences.list_licences(licences.allow_exception(licence, until, reason).supplier)
