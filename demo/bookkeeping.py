"""What only ERPNext's books can do, on a bench: sales by invoice, paying what is owed, and reading the
general ledger."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import flt, formatdate, getdate, nowdate

from demo.speak import say, table
from ks212_community.umkm_supply import books
from tests import story

BUYER = "Pembeli Umum"
CASH = "Tunai"


def invoice(outlet, goods, day=None, remarks=None):
	"""The till's sales of a day as one paid Sales Invoice that moves the stock; `goods` as `story.sell` takes
	them, at the selling price in force."""
	company, cost_center = frappe.db.get_value("Outlet", outlet, ["company", "cost_center"])
	lines = [
		{
			**line,
			"warehouse": story.warehouse_of(outlet),
			"cost_center": cost_center,
			"rate": _price(line["item_code"]),
		}
		for line in story._lines(goods, batch="B")
	]
	total = sum(line["qty"] * line["rate"] for line in lines)
	doc = frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"customer": _buyer(),
			"company": company,
			"set_posting_time": 1,
			"posting_date": day or nowdate(),
			"posting_time": "21:00:00" if day and getdate(day) < getdate(nowdate()) else None,
			"due_date": day or nowdate(),
			"update_stock": 1,
			"is_pos": 1,
			"ignore_pricing_rule": 1,
			"remarks": remarks,
			"cost_center": cost_center,
			"items": lines,
			"payments": [{"mode_of_payment": _cash(company), "amount": total}],
		}
	)
	doc.flags.ignore_permissions = True
	return doc.insert().submit()


def _price(item_code):
	price = {"item_code": item_code, "price_list": "Standard Selling"}
	return flt(frappe.db.get_value("Item Price", price, "price_list_rate", order_by="valid_from desc"))


def _buyer():
	story.ensure(
		"Customer Group", "All Customer Groups", customer_group_name="All Customer Groups", is_group=1
	)
	group = story.ensure("Customer Group", "Perorangan", customer_group_name="Perorangan")
	return story.ensure(
		"Customer",
		BUYER,
		customer_name=BUYER,
		customer_type="Individual",
		customer_group=group,
		territory="All Territories",
	)


def cash_account(company):
	return frappe.db.get_value("Company", company, "default_cash_account") or frappe.db.get_value(
		"Account", {"company": company, "account_type": "Cash", "is_group": 0}
	)


def _cash(company):
	mode = frappe.get_doc(
		"Mode of Payment", story.ensure("Mode of Payment", CASH, mode_of_payment=CASH, type="Cash")
	)
	if company not in [row.company for row in mode.accounts]:
		mode.append("accounts", {"company": company, "default_account": cash_account(company)})
		mode.save(ignore_permissions=True)
	return CASH


def pay(purchase_invoice):
	"""Pay a supplier's invoice in full, from cash; returns the Payment Entry's name."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	payment = get_payment_entry("Purchase Invoice", purchase_invoice)
	payment.update({"reference_no": purchase_invoice, "reference_date": nowdate(), "mode_of_payment": None})
	payment.paid_from = cash_account(payment.company)
	payment.paid_from_account_currency = "IDR"
	return payment.insert().submit().name


def settle(settlement):
	"""Submit a draft as the accountant, pay its invoice, and print what the general ledger says."""
	how = "It was submitted"
	if settlement.docstatus == 0:
		how = "The accountant submits it"
		with story.acting_as(story.ACCOUNTANT):
			settlement.submit()
		frappe.db.commit()
	settlement.reload()
	if not settlement.purchase_invoice:
		say(f"{how}: {settlement.status}, nothing is to be paid.")
		return
	due = formatdate(settlement.due_date, "d MMM yyyy")
	say(f"{how}: Purchase Invoice {settlement.purchase_invoice}, due {due}.")
	_print_entries([settlement.purchase_invoice])
	if settlement.status == "Unpaid":
		with story.acting_as(story.ACCOUNTANT):
			payment = pay(settlement.purchase_invoice)
		frappe.db.commit()
		settlement.reload()
		say(
			f"Payment Entry {payment} pays it from {cash_account(settlement.company)}; {settlement.name} is {settlement.status}."
		)
		_print_entries([payment])
	_print_tie(settlement.company)


def _print_entries(voucher_nos):
	Entry = frappe.qb.DocType("GL Entry")
	rows = (
		frappe.qb.from_(Entry)
		.select(Entry.account, Sum(Entry.debit), Sum(Entry.credit))
		.where(Entry.voucher_no.isin(voucher_nos) & (Entry.is_cancelled == 0))
		.groupby(Entry.account)
		.orderby(Entry.account)
		.run()
	)
	table(
		["Account", "Debit", "Credit"],
		[(account, debit or None, credit or None) for account, debit, credit in rows],
	)


def _print_tie(company):
	"""What the account of sales on consignment stands at, against what the invoices and the settlements
	say."""
	account = books.account(company, "liability")
	Entry, Line = frappe.qb.DocType("GL Entry"), frappe.qb.DocType("Sales Invoice Item")
	Settlement = frappe.qb.DocType("Consignment Settlement")
	balance = (
		frappe.qb.from_(Entry)
		.select(Sum(Entry.credit - Entry.debit))
		.where((Entry.account == account) & (Entry.is_cancelled == 0))
	)
	invoiced = (
		frappe.qb.from_(Line)
		.select(Sum(Line.base_net_amount))
		.where((Line.income_account == account) & (Line.docstatus == 1))
	)
	settled = (
		frappe.qb.from_(Settlement)
		.select(Sum(Settlement.invoiced_value))
		.where(
			(Settlement.company == company)
			& (Settlement.docstatus == 1)
			& (Settlement.status != "Carried Forward")
		)
	)
	balance, invoiced, settled = (flt(query.run()[0][0], 2) for query in (balance, invoiced, settled))
	table(
		["", "IDR"],
		[
			("sales by invoice of goods on consignment, all owners", invoiced),
			("of them settled", settled),
			("left to settle", invoiced - settled),
			(account, balance),
		],
	)
	tie = "agree" if flt(balance - invoiced + settled, 2) == 0 else "DO NOT AGREE"
	say(f"The account and what is left to settle {tie}.")
