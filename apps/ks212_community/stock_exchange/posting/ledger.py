"""In whose name ERPNext's documents are made, and how they are submitted."""

from contextlib import contextmanager

import frappe
from frappe.utils import today

from ks212_community.constants import LEDGER_USER

# What frappe.set_user wipes. The last two depend on the user: the ledger user has its own, kept for its next
# turn.
PRESERVED = ("session", "cache", "form_dict", "jenv", "role_permissions", "new_doc_templates", "user_perms")
OWN = ("new_doc_templates", "user_perms")

ORDERS = ("Material Request", "Purchase Order")


@contextmanager
def as_ledger_user():
	"""Run ERPNext's mappers as the technical user, and restore the caller's whole session after.

	The mappers check the caller's own rights and refuse portal users whatever flag is set; `frappe.set_user`
	wipes session id, session data and form_dict, so it works on a copy here.
	"""
	saved = {name: getattr(frappe.local, name, None) for name in PRESERVED}
	frappe.local.session = frappe._dict(saved["session"])
	try:
		frappe.set_user(LEDGER_USER)
		# Frappe keys these by user wherever they depend on one.
		frappe.local.cache, frappe.local.role_permissions = saved["cache"], saved["role_permissions"]
		for name, value in (getattr(frappe.local, "ks212_ledger_user", None) or {}).items():
			setattr(frappe.local, name, value)
		yield
	finally:
		own = {name: getattr(frappe.local, name, None) for name in OWN}
		for name, value in saved.items():
			setattr(frappe.local, name, value)
		frappe.local.ks212_ledger_user = own


def post(doc) -> None:
	"""Submit a document of ERPNext's, as the ledger user. Orders take their status from the step from draft
	to submitted; the others need no draft, and half the work."""
	doc.flags.ks212_posting = True
	try:
		if doc.doctype in ORDERS:
			doc.insert()
		doc.submit()
	except frappe.DoesNotExistError as error:
		if str(error):
			raise
		# ERPNext's `get_or_make_bin` met a Bin that another process made after this transaction's snapshot,
		# and cannot see it: begin again with a new snapshot.
		raise frappe.QueryDeadlockError from error


def journal(company: str, remark: str, rows: list[dict], posting_date=None) -> str:
	"""Post a Journal Entry of a company, dated today or `posting_date`; return its name. `rows` are those of
	ERPNext's `accounts`."""
	with as_ledger_user():
		entry = frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"voucher_type": "Journal Entry",
				"company": company,
				"posting_date": posting_date or today(),
				"user_remark": remark,
				"accounts": rows,
			}
		)
		post(entry)
	return entry.name


def shift(
	company: str, remark: str, debit: str, credit: str, amount: float, cost_center: str, posting_date=None
) -> str | None:
	"""Post a Journal Entry of an `amount` (IDR; below zero: the other way round) from the account `credit` to
	the account `debit`; None where it is zero."""
	if not amount:
		return None
	if amount < 0:
		debit, credit = credit, debit
	rows = [
		{"account": account, "cost_center": cost_center, f"{side}_in_account_currency": abs(amount)}
		for account, side in ((debit, "debit"), (credit, "credit"))
	]
	return journal(company, remark, rows, posting_date)


def payment_of(doctype: str, invoice: str):
	"""Return (voucher_type, voucher_no) of something that pays an invoice or is set off against it, as it is
	now; None where nothing does. Nobody pays it until the transaction ends."""
	frappe.db.get_value(doctype, invoice, "name", for_update=True)
	Entry = frappe.qb.DocType("Payment Ledger Entry")
	found = (
		frappe.qb.from_(Entry)
		.select(Entry.voucher_type, Entry.voucher_no)
		.where(
			(Entry.against_voucher_type == doctype)
			& (Entry.against_voucher_no == invoice)
			& (Entry.voucher_no != invoice)
			& (Entry.delinked == 0)
		)
		.limit(1)
		.for_update()
		.run(as_dict=True)
	)
	return found[0] if found else None


def cancel(doctype: str, name: str) -> None:
	"""Cancel a document that was posted here, where it still stands."""
	with as_ledger_user():
		doc = frappe.get_doc(doctype, name)
		if doc.docstatus == 1:
			doc.flags.ks212_posting = True
			# What may be taken back was decided at the door; of some documents only ERPNext's managers may.
			doc.flags.ignore_permissions = True
			doc.cancel()
