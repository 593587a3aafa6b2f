"""A submitted settlement in ERPNext's books: its Purchase Invoice, made, cancelled, and followed until it is
paid.

Rows name no item: a stock item's row would be forced to Stock Received But Not Billed. What is owed is
debited to the accounts of books.py that hold it; what the network keeps of it is a deduction to the fee's
income.
"""

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt, formatdate, get_link_to_form, today

from ks212_community.stock_exchange.posting import as_ledger_user, cancel, payment_of
from ks212_community.umkm_supply import books

INVOICE = "Purchase Invoice"
SETTLEMENT = "Consignment Settlement"


def split(payable: float, billed: dict[str, float], precision: int = 2) -> dict[str, float]:
	"""Return {kind of account: debit, or credit below zero} that together are `payable`.

	`billed` is {kind: value} of what is taken out of those accounts; the rest is the fee's.
	"""
	parts = {kind: flt(value, precision) for kind, value in billed.items()}
	parts["ujrah"] = flt(payable - sum(parts.values()), precision)
	return {kind: value for kind, value in parts.items() if value}


def make_invoice(settlement) -> str:
	"""Make and submit the Purchase Invoice of a settlement with something to pay; return its name."""
	company = settlement.company
	precision = settlement.precision("payable")
	parts = split(
		settlement.payable,
		{
			"liability": settlement.bill_invoiced_value,
			"clearing": settlement.bill_other_value,
			"loss": settlement.bill_loss_value,
		},
		precision,
	)
	terms = frappe.db.get_value(
		"Consignment Agreement", settlement.agreement, ["days_to_pay", "taxes_template"], as_dict=True
	)
	cost_center = frappe.get_cached_value("Company", company, "cost_center")
	descriptions = _descriptions()
	uom = _unit()
	with as_ledger_user():
		doc = frappe.get_doc(
			{
				"doctype": INVOICE,
				"supplier": settlement.supplier,
				"company": company,
				"posting_date": today(),
				"due_date": add_days(today(), int(terms.days_to_pay or 0)),
				"ignore_default_payment_terms_template": 1,
				"bill_no": settlement.name,
				"bill_date": today(),
				"currency": frappe.get_cached_value("Company", company, "default_currency"),
				"conversion_rate": 1,
				"credit_to": books.account(company, "payable"),
				"disable_rounded_total": 1,
				"ignore_pricing_rule": 1,
				"cost_center": cost_center,
				"ks212_consignment_settlement": settlement.name,
				"remarks": _("Consignment Settlement {0}, {1} to {2}").format(
					settlement.name, formatdate(settlement.from_date), formatdate(settlement.to_date)
				),
				"items": [
					{
						"item_name": descriptions[kind],
						"description": descriptions[kind],
						"qty": 1,
						"uom": uom,
						"conversion_factor": 1,
						"rate": value,
						"expense_account": books.account(company, kind),
						"cost_center": cost_center,
					}
					for kind, value in parts.items()
					if value > 0
				],
				"taxes_and_charges": terms.taxes_template,
				"taxes": _taxes(
					company,
					{kind: -value for kind, value in parts.items() if value < 0},
					terms.taxes_template,
					cost_center,
				),
			}
		)
		doc.flags.ks212_posting = True
		doc.insert()
		_check(doc, settlement.payable, [books.account(company, kind) for kind in parts], precision)
		doc.submit()
	return doc.name


def _descriptions() -> dict[str, str]:
	return {
		"liability": _("Sales of consigned goods, as invoiced"),
		"clearing": _("Sales of consigned goods without an invoice"),
		"loss": _("Consigned goods lost at our charge"),
		"ujrah": _("Fee (ujrah)"),
	}


def _unit() -> str:
	"""Return a unit for rows that count nothing: ERPNext wants one."""
	return (
		frappe.db.get_single_value("Stock Settings", "stock_uom")
		or frappe.db.exists("UOM", "Nos")
		or frappe.get_all("UOM", filters={"enabled": 1}, pluck="name", order_by="name", limit=1)[0]
	)


def _taxes(company: str, deducted: dict[str, float], template: str | None, cost_center: str) -> list[dict]:
	"""Return the rows of deductions and of the accountant's template.

	A template may name the fee's account in a row of type Actual: that row takes the fee, so that later rows
	of it can be charged on it (a company that is PKP owes VAT on its fee). Else the deductions come first,
	and the template's references to its own rows move with them.
	"""
	own = {
		kind: {
			"category": "Total",
			"add_deduct_tax": "Deduct",
			"charge_type": "Actual",
			"account_head": books.account(company, kind),
			"description": _descriptions()[kind],
			"cost_center": cost_center,
			"tax_amount": value,
		}
		for kind, value in deducted.items()
	}
	rows = []
	if template:
		from erpnext.controllers.accounts_controller import get_taxes_and_charges

		rows = get_taxes_and_charges("Purchase Taxes and Charges Template", template) or []
	fee = own.get("ujrah")
	account = books.account(company, "ujrah")
	for row in rows:
		if row["account_head"] == account and row["charge_type"] == "Actual":
			row.update(fee or {"tax_amount": 0})
			own.pop("ujrah", None)
			fee = None
	for row in rows:
		if row.get("row_id"):
			row["row_id"] = int(row["row_id"]) + len(own)
	return [*own.values(), *rows]


def _check(doc, payable: float, accounts: list[str], precision: int) -> None:
	"""Refuse an invoice that would not pay what the settlement says, before the accountant's taxes."""
	deducted = sum(
		flt(row.tax_amount)
		for row in doc.taxes
		if row.charge_type == "Actual" and row.account_head in accounts
	)
	if flt(doc.net_total - deducted - payable, precision):
		frappe.throw(
			_(
				"The invoice would come to {0}, the settlement to {1}. Look for discounts or price rules on purchases from {2}."
			).format(doc.net_total - deducted, payable, frappe.bold(doc.supplier))
		)


def refuse_paid(settlement) -> None:
	"""Refuse to cancel a settlement while payments are against its invoice; ERPNext would let go of them by
	itself."""
	payment = settlement.purchase_invoice and payment_of(INVOICE, settlement.purchase_invoice)
	if payment:
		frappe.throw(
			_("{0} pays this settlement. Cancel it first, or take its allocation back.").format(
				get_link_to_form(payment.voucher_type, payment.voucher_no)
			)
		)


def cancel_invoice(settlement) -> None:
	"""Cancel the settlement's Purchase Invoice, where it has one."""
	if settlement.purchase_invoice:
		cancel(INVOICE, settlement.purchase_invoice)


def refuse_cancel(invoice) -> None:
	"""Refuse to cancel a settlement's Purchase Invoice by hand: the settlement would not know."""
	if invoice.get("ks212_consignment_settlement") and not invoice.flags.ks212_posting:
		frappe.throw(
			_("This invoice belongs to Consignment Settlement {0}. Cancel the settlement instead.").format(
				get_link_to_form(SETTLEMENT, invoice.ks212_consignment_settlement)
			)
		)


def follow_payment(entry) -> None:
	"""Keep the status of the settlement whose invoice a Payment Ledger Entry is against: every payment, and
	every way to take one back, writes one."""
	if entry.against_voucher_type != INVOICE:
		return
	settlement = frappe.db.get_value(
		INVOICE, entry.against_voucher_no, ["ks212_consignment_settlement", "docstatus"], as_dict=True
	)
	if not settlement or not settlement.ks212_consignment_settlement or settlement.docstatus != 1:
		return
	status = "Unpaid" if outstanding(entry.against_voucher_no) > 0 else "Paid"
	doc = frappe.db.get_value(
		SETTLEMENT, settlement.ks212_consignment_settlement, ["name", "status", "docstatus"], as_dict=True
	)
	if doc and doc.docstatus == 1 and doc.status != status:
		frappe.db.set_value(SETTLEMENT, doc.name, "status", status)


def outstanding(invoice: str) -> float:
	"""Return what the payment ledger says is still to be paid on an invoice."""
	Entry = frappe.qb.DocType("Payment Ledger Entry")
	found = (
		frappe.qb.from_(Entry)
		.select(Sum(Entry.amount))
		.where(
			(Entry.against_voucher_type == INVOICE)
			& (Entry.against_voucher_no == invoice)
			& (Entry.delinked == 0)
		)
		.run()
	)
	return flt(found[0][0], 2)
