"""What each supplier is owed by a company as of a day, and what the general ledger says of it.

Money in the company's currency. A settlement counts from the posting date of its invoice on, one that was
carried forward from its last day on.
"""

from datetime import date

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import flt, getdate

from ks212_community.umkm_supply import books, buckets, terms

INVOICE = "Purchase Invoice"
FIGURES = ("unsettled_invoiced", "unsettled_other", "unsettled_owed", "brought_forward", "unpaid")


def balances(company: str, as_of: date) -> list[frappe._dict]:
	"""Return a row for each supplier with anything sold, settled or unpaid as of a day: supplier,
	supplier_name, community, currency, and

	- unsettled_invoiced: sales that invoices credited to the liability and no settlement's invoice took out
	  of it yet,
	- unsettled_other: sales without an invoice that no settlement's invoice billed yet, at the retail price,
	- unsettled_owed: the owner's part of sales and losses that no settlement holds yet,
	- brought_forward: what settlements without an invoice carry into the next,
	- unpaid: what is still to be paid on the invoices of settlements,
	- owed: the last three together.
	"""
	as_of = getdate(as_of)
	found: dict[str, frappe._dict] = {}

	def add(supplier, figure, value):
		row = found.setdefault(supplier or "", frappe._dict(dict.fromkeys(FIGURES, 0.0)))
		row[figure] += flt(value)

	for supplier, value in invoiced(company, as_of).items():
		add(supplier, "unsettled_invoiced", value)
	for row in _sold(company, as_of):
		add(row.parent, "unsettled_other", row.other_value)
		add(row.parent, "unsettled_owed", row.amount)
	for row in _settled(company, as_of):
		add(row.supplier, "unsettled_invoiced", -flt(row.bill_invoiced_value))
		add(row.supplier, "unsettled_other", -flt(row.bill_other_value))
		add(row.supplier, "unsettled_owed", -flt(row.amount) - flt(row.charge))
		add(row.supplier, "brought_forward", row.carried)
	for supplier, value in unpaid(company, as_of).items():
		add(supplier, "unpaid", value)
	return _complete(company, found)


def _complete(company: str, found: dict) -> list[frappe._dict]:
	suppliers = {
		row.name: row
		for row in frappe.get_all(
			"Supplier",
			filters={"name": ["in", list(found) or [""]]},
			fields=["name", "supplier_name", "ks212_community"],
		)
	}
	currency = frappe.get_cached_value("Company", company, "default_currency")
	rows = []
	for name, figures in found.items():
		row = frappe._dict({figure: flt(value, 2) for figure, value in figures.items()})
		if not any(row.values()):
			continue
		supplier = suppliers.get(name) or frappe._dict()
		row.update(
			supplier=name,
			supplier_name=supplier.supplier_name,
			community=supplier.ks212_community,
			currency=currency,
			owed=flt(row.unsettled_owed + row.brought_forward + row.unpaid, 2),
		)
		rows.append(row)
	return sorted(rows, key=lambda row: (-row.owed, row.supplier))


def invoiced(company: str, as_of: date) -> dict[str | None, float]:
	"""Return {supplier: what Sales Invoices credited to the liability to a day}; None is the owner of lines
	whose item has none."""
	liability = books.existing_account(company, "liability")
	if not liability:
		return {}
	Invoice, Line, Item = (
		frappe.qb.DocType(doctype) for doctype in ("Sales Invoice", "Sales Invoice Item", "Item")
	)
	found = (
		frappe.qb.from_(Line)
		.inner_join(Invoice)
		.on(Invoice.name == Line.parent)
		.left_join(Item)
		.on(Item.name == Line.item_code)
		.select(Item.ks212_owner, Sum(Line.base_net_amount))
		.where(
			(Invoice.company == company)
			& (Invoice.docstatus == 1)
			& (Invoice.posting_date <= as_of)
			& (Line.income_account == liability)
		)
		.groupby(Item.ks212_owner)
		.run()
	)
	return dict(found)


def _sold(company: str, as_of: date) -> list[frappe._dict]:
	"""Return the value without an invoice and the owner's part of all that sold and was lost, by supplier
	(`parent`)."""
	bucket = buckets.buckets(company, as_of)
	query, goods, _place, price, agreement = buckets.with_names(bucket, company)
	money = terms.money_of(bucket, price, agreement)
	return (
		query.select(
			goods.parent,
			Sum(money["other_value"]).as_("other_value"),
			Sum(money["amount"]).as_("amount"),
		)
		.groupby(goods.parent)
		.run(as_dict=True)
	)


def _settled(company: str, as_of: date) -> list[frappe._dict]:
	"""Return what the settlements that count as of a day took out of the accounts, and what of them is
	carried forward."""
	Settlement = frappe.qb.DocType(buckets.SETTLEMENT)
	Next = frappe.qb.DocType(buckets.SETTLEMENT).as_("next_one")
	Bill = frappe.qb.DocType(INVOICE)
	NextBill = frappe.qb.DocType(INVOICE).as_("next_bill")
	counts_from = Coalesce(Bill.posting_date, Settlement.to_date)
	taken_over = Next.name.isnotnull() & (Coalesce(NextBill.posting_date, Next.to_date) <= as_of)
	is_carried = Settlement.status == "Carried Forward"
	return (
		frappe.qb.from_(Settlement)
		.left_join(Bill)
		.on((Bill.name == Settlement.purchase_invoice) & (Bill.docstatus == 1))
		.left_join(Next)
		.on((Next.name == Settlement.carried_to) & (Next.docstatus == 1))
		.left_join(NextBill)
		.on((NextBill.name == Next.purchase_invoice) & (NextBill.docstatus == 1))
		.select(
			Settlement.supplier,
			Settlement.amount,
			Settlement.charge,
			Case().when(is_carried, 0).else_(Settlement.bill_invoiced_value).as_("bill_invoiced_value"),
			Case().when(is_carried, 0).else_(Settlement.bill_other_value).as_("bill_other_value"),
			Case()
			.when(is_carried & taken_over, 0)
			.when(is_carried, Settlement.payable)
			.else_(0)
			.as_("carried"),
		)
		.where((Settlement.company == company) & (Settlement.docstatus == 1) & (counts_from <= as_of))
		.run(as_dict=True)
	)


def unpaid(company: str, as_of: date) -> dict[str, float]:
	"""Return {supplier: what is still to be paid as of a day on the invoices of its settlements}."""
	if not books.existing_account(company, "payable"):
		return {}
	Entry = frappe.qb.DocType("Payment Ledger Entry")
	Bill = frappe.qb.DocType(INVOICE)
	found = (
		frappe.qb.from_(Bill)
		.inner_join(Entry)
		.on((Entry.against_voucher_type == INVOICE) & (Entry.against_voucher_no == Bill.name))
		.select(Bill.supplier, Sum(Entry.amount))
		.where(
			(Bill.company == company)
			& (Bill.docstatus == 1)
			& Bill.ks212_consignment_settlement.isnotnull()
			& (Bill.posting_date <= as_of)
			& (Entry.delinked == 0)
			& (Entry.posting_date <= as_of)
		)
		.groupby(Bill.supplier)
		.run()
	)
	return dict(found)


def liability_balance(company: str, as_of: date) -> float:
	"""Return the credit balance of the company's liability as of a day."""
	liability = books.existing_account(company, "liability")
	if not liability:
		return 0.0
	Entry = frappe.qb.DocType("GL Entry")
	found = (
		frappe.qb.from_(Entry)
		.select(Sum(Entry.credit - Entry.debit))
		.where((Entry.account == liability) & (Entry.is_cancelled == 0) & (Entry.posting_date <= as_of))
		.run()
	)
	return flt(found[0][0])
