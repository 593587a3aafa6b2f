"""What each company of the network owes each other, by pair and age, from both companies' general ledgers.

Columns, three queries, pure functions. Amounts in IDR. A difference is what one side has in its ledger and
the other has not: an invoice that is a draft still, or a payment that one of them has not entered.
"""

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import date_diff, flt, getdate, today

from ks212_community.columns import money, text
from ks212_community.community_network.partners import PARTIES
from ks212_community.constants import CURRENCY
from ks212_community.permissions import companies_of
from ks212_community.stock_exchange.states import MOVED

AGES = (30, 60, 90)
PRECISION = 2


def execute(filters: dict | None = None):
	"""Return (columns, rows) of the pairs of companies that owe each other or have goods on the way, as of a
	day; `filters`: company (either side), as_of. Users limited to companies see the pairs of theirs, and of a
	pair what is in their own books."""
	filters = frappe._dict(filters or {})
	as_of = getdate(filters.as_of or today())
	companies = companies_of("GL Entry")
	receivable, payable = balances("Customer", as_of), balances("Supplier", as_of)
	rows = pairs(receivable, payable, on_the_way(as_of), as_of)
	if filters.company:
		rows = [row for row in rows if filters.company in (row.creditor, row.debtor)]
	if companies is not None:
		rows = [seen_by(row, companies) for row in rows if {row.creditor, row.debtor} & set(companies)]
	return columns(), rows


def columns() -> list[dict]:
	"""Return the report's columns."""
	bounds = [0, *AGES]
	ages = [
		_("{0} to {1} Days").format(low and low + 1, high) for low, high in zip(bounds, AGES, strict=False)
	]
	return [
		# Not links: Frappe would hide from a user limited to companies each row whose debtor is another one.
		text("creditor", _("Creditor"), 220),
		text("debtor", _("Debtor"), 220),
		money("receivable", _("Creditor's Receivable"), 140),
		money("payable", _("Debtor's Payable"), 140),
		money("difference", _("Difference"), 140),
		*(money(f"age_{number}", label, 140) for number, label in enumerate(ages)),
		money(f"age_{len(AGES)}", _("Over {0} Days").format(AGES[-1]), 140),
		money("on_the_way", _("On the Way"), 140),
		text("currency", _("Currency"), 80, hidden=1),
	]


def balances(party_type: str, as_of) -> list[frappe._dict]:
	"""Return (company, other, voucher_no, posting_date, amount) of what internal parties owe (Customer) or
	are owed (Supplier) in the general ledger, a row for each document that is settled by others, amounts as
	debit for receivables and as credit for payables."""
	GL = frappe.qb.DocType("GL Entry")
	Party = frappe.qb.DocType(party_type)
	rows = (
		frappe.qb.from_(GL)
		.inner_join(Party)
		.on(Party.name == GL.party)
		.select(
			GL.company,
			Party.represents_company.as_("other"),
			GL.voucher_no,
			GL.against_voucher,
			GL.posting_date,
			Sum(GL.debit - GL.credit).as_("amount"),
		)
		.where(
			(GL.party_type == party_type)
			& (GL.is_cancelled == 0)
			& (GL.posting_date <= as_of)
			& (Party[PARTIES[party_type]] == 1)
		)
		.groupby(GL.company, Party.represents_company, GL.voucher_no, GL.against_voucher, GL.posting_date)
		.run(as_dict=True)
	)
	sign = 1 if party_type == "Customer" else -1
	for row in rows:
		row.amount = sign * flt(row.amount)
	return rows


def on_the_way(as_of) -> dict[tuple[str, str], float]:
	"""Return {(source's company, requester's): price of what has been sent and not been counted in or
	settled}, as it is now."""
	Transfer = frappe.qb.DocType("Outlet Transfer")
	Item = frappe.qb.DocType("Outlet Transfer Item")
	rows = (
		frappe.qb.from_(Item)
		.inner_join(Transfer)
		.on(Transfer.name == Item.parent)
		.select(
			Transfer.source_company,
			Transfer.company,
			Sum((Item.sent_qty - Item.received_qty - Item.returned_qty - Item.written_off_qty) * Item.price),
		)
		.where(
			Transfer.status.isin(MOVED)
			& (Transfer.docstatus == 1)
			& (Transfer.source_company != Transfer.company)
		)
		.groupby(Transfer.source_company, Transfer.company)
		.run()
	)
	return {
		(source, target): flt(value, PRECISION) for source, target, value in rows if flt(value, PRECISION)
	}


def pairs(receivable, payable, on_the_way, as_of) -> list[frappe._dict]:
	"""Return a row for each creditor and debtor: what each of them has in its ledger, the difference, the
	creditor's receivable by age, and what is on the way. Pure: rows of `balances` and `on_the_way` in, rows
	out."""
	found: dict[tuple[str, str], frappe._dict] = {}

	def pair(creditor: str, debtor: str) -> frappe._dict:
		if (creditor, debtor) not in found:
			ages = {f"age_{number}": 0.0 for number in range(len(AGES) + 1)}
			found[(creditor, debtor)] = frappe._dict(
				creditor=creditor,
				debtor=debtor,
				receivable=0.0,
				payable=0.0,
				on_the_way=0.0,
				currency=CURRENCY,
				**ages,
			)
		return found[(creditor, debtor)]

	for (company, other), amount, days in aged(receivable, as_of):
		row = pair(company, other)
		row.receivable += amount
		row[f"age_{sum(days > age for age in AGES)}"] += amount
	for (company, other), amount, _days in aged(payable, as_of):
		pair(other, company).payable += amount
	for (creditor, debtor), value in on_the_way.items():
		pair(creditor, debtor).on_the_way = value
	rows = []
	for key in sorted(found):
		row = found[key]
		row.difference = flt(row.receivable - row.payable, PRECISION)
		for field, value in row.items():
			if isinstance(value, float):
				row[field] = flt(value, PRECISION)
		if any(row[field] for field in ("receivable", "payable", "on_the_way")):
			rows.append(row)
	return rows


def aged(entries, as_of):
	"""Yield ((company, other), amount, days) for each open document: what was paid against it is taken off
	it, and it is as old as itself."""
	dates, open_amounts = {}, {}
	for entry in entries:
		document = entry.against_voucher or entry.voucher_no
		key = (entry.company, entry.other, document)
		open_amounts[key] = open_amounts.get(key, 0.0) + entry.amount
		own = entry.voucher_no == document
		if own or key not in dates:
			dates[key] = entry.posting_date
	for key, amount in open_amounts.items():
		if flt(amount, PRECISION):
			yield key[:2], amount, date_diff(as_of, dates[key])


def seen_by(row, companies: list[str]) -> frappe._dict:
	"""Return a pair's row as somebody of `companies` may see it: only what is in their own books."""
	row = row.copy()
	if row.creditor not in companies:
		row.update(
			{f"age_{number}": None for number in range(len(AGES) + 1)}, receivable=None, difference=None
		)
	if row.debtor not in companies:
		row.update(payable=None, difference=None)
	return row
