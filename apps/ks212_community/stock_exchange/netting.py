"""Two companies that owe each other pay the difference only: mutual debts are set off, oldest invoices first,
by one Journal Entry in each company's books. Amounts in IDR."""

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.community_network import partners
from ks212_community.stock_exchange.posting.ledger import journal

PRECISION = 2
# Of each kind of invoice: the party, and the account it is open on.
SIDES = {"Sales Invoice": ("Customer", "debit_to"), "Purchase Invoice": ("Supplier", "credit_to")}


def net(company: str, other: str) -> dict:
	"""Set off what two companies owe each other; return `amount` and `entries` ({company: Journal Entry}).

	Only what both have in their books can be set off. Raises `frappe.ValidationError` where that is nothing.
	"""
	books = {
		(mine, theirs, doctype): _open_invoices(doctype, mine, theirs)
		for mine, theirs in sorted(((company, other), (other, company)))
		for doctype in SIDES
	}
	amount = flt(min(sum(row.outstanding_amount for row in rows) for rows in books.values()), PRECISION)
	if amount <= 0:
		frappe.throw(
			_("{0} and {1} do not owe each other anything in both their books.").format(company, other)
		)
	entries = {}
	for mine, theirs in ((company, other), (other, company)):
		rows = [
			row
			for doctype in SIDES
			for row in _rows(doctype, mine, theirs, books[(mine, theirs, doctype)], amount)
		]
		remark = _("Mutual debts of {0} and {1} set off").format(mine, theirs)
		entries[mine] = journal(mine, remark, rows)
	return {"amount": amount, "entries": entries}


def _open_invoices(doctype: str, company: str, other: str) -> list[frappe._dict]:
	"""Return the unpaid invoices and credit notes (below zero) of one company to or from another, oldest
	first, and lock them.

	Raises `frappe.QueryDeadlockError` where somebody paid one while this transaction waited: ERPNext reads
	plainly what a Journal Entry leaves of an invoice, from a snapshot that is older than the payment.
	"""
	party_type, account = SIDES[doctype]
	Invoice = frappe.qb.DocType(doctype)
	party = Invoice[party_type.lower()]
	query = (
		frappe.qb.from_(Invoice)
		.select(Invoice.name, Invoice.outstanding_amount, Invoice[account].as_("account"), party.as_("party"))
		.where(
			(Invoice.docstatus == 1)
			& (Invoice.company == company)
			& (party == partners.party_of(party_type, other))
			& (Invoice.outstanding_amount != 0)
		)
		.orderby(Invoice.posting_date)
		.orderby(Invoice.name)
	)
	rows = query.for_update().run(as_dict=True)
	if rows != _seen(query):
		raise frappe.QueryDeadlockError
	return rows


def _seen(query) -> list[frappe._dict]:
	"""Return what this transaction's own snapshot holds of a query."""
	return query.run(as_dict=True)


def _rows(doctype: str, company: str, other: str, invoices, amount: float) -> list[dict]:
	"""Return the Journal Entry's rows that take `amount` off the oldest invoices. Credit notes stay open:
	they have lowered the amount."""
	side = "credit_in_account_currency" if doctype == "Sales Invoice" else "debit_in_account_currency"
	cost_center = frappe.get_cached_value("Company", company, "cost_center")
	rows, left = [], amount
	for invoice in invoices:
		part = flt(min(left, invoice.outstanding_amount), PRECISION)
		if part <= 0:
			continue
		left = flt(left - part, PRECISION)
		rows.append(
			{
				"account": invoice.account,
				"party_type": SIDES[doctype][0],
				"party": invoice.party,
				"reference_type": doctype,
				"reference_name": invoice.name,
				"cost_center": cost_center,
				side: part,
			}
		)
	return rows
