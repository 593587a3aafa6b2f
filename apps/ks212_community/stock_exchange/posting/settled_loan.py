"""What is owed of a loan in kind ends without the goods: the borrower pays for them, or the lender lets them
go.

A sale is a Sales Invoice of the lender's and a Purchase Invoice of the borrower's, which debits the goods
borrowed. In either case one Journal Entry of the lender's takes the value of the goods out of what it has
lent, into cost of sales or what is written off; and one of the borrower's takes what the value is above what
that invoice debits (all of it, of a waiver) out of what it has borrowed, against its stock adjustment
account.

No goods move. Rows of the invoices name no item: a stock item's row of a Purchase Invoice would be forced to
Stock Received But Not Billed.
"""

import frappe
from frappe import _
from frappe.utils import flt, get_link_to_form

from ks212_community.community_network import partners
from ks212_community.constants import CURRENCY, NETWORK_PRICE_LIST, SALE
from ks212_community.stock_exchange.posting import invoices
from ks212_community.stock_exchange.posting.between_companies import default_taxes
from ks212_community.stock_exchange.posting.ledger import as_ledger_user, cancel, payment_of, shift
from ks212_community.umkm_supply import books

# The buyer's first: it names the seller's.
INVOICES = {"purchase_invoice": "Purchase Invoice", "sales_invoice": "Sales Invoice"}
ENTRIES = ("borrower_entry", "lender_entry")
DOCUMENTS = (*INVOICES, *ENTRIES)
# Which account is of which side's company.
SIDES = {"lender_account": "lender", "borrower_account": "borrower"}
PROFIT_AND_LOSS = "Profit and Loss"
PRECISION = 2


def default_accounts(settlement) -> dict[str, str | None]:
	"""Return the accounts that a Loan Settlement uses where nobody chose others."""
	lender = frappe.get_cached_doc("Company", settlement.lender)
	waived = lender.write_off_account or lender.stock_adjustment_account
	return {
		"lender_account": lender.default_expense_account if settlement.way == SALE else waived,
		"borrower_account": frappe.get_cached_value(
			"Company", settlement.borrower, "stock_adjustment_account"
		),
	}


def validate_accounts(settlement) -> None:
	"""Refuse an account that is not one of income or expenses of the company that it is chosen for."""
	for field, side in SIDES.items():
		account, company = settlement.get(field), settlement.get(side)
		if not account:
			continue
		found = frappe.db.get_value("Account", account, ["company", "is_group", "report_type"], as_dict=True)
		if not found or found.company != company or found.is_group or found.report_type != PROFIT_AND_LOSS:
			frappe.throw(
				_("{0}: choose an account of {1} for income or expenses that is no group.").format(
					frappe.bold(_(settlement.meta.get_label(field))), frappe.bold(company)
				)
			)


def check_accounts(settlement) -> None:
	"""Refuse a Loan Settlement for which an account is missing that nobody chose and its company does not
	name."""
	for field in SIDES:
		if not settlement.get(field):
			frappe.throw(_("Choose the {0}.").format(frappe.bold(_(settlement.meta.get_label(field)))))
	if settlement.way == SALE and not _income_account(settlement.lender):
		frappe.throw(
			_("Company {0} has no Default Income Account. Set one, then repeat.").format(
				frappe.bold(settlement.lender)
			)
		)


def _income_account(company: str) -> str | None:
	return frappe.get_cached_value("Company", company, "default_income_account")


def post_settlement(settlement, transfer) -> None:
	"""Post a Loan Settlement of the loan `transfer` in both companies' books, and name the documents on it;
	the caller writes it."""
	remark = _("Loan {0} of {1} from {2} ends: {3}").format(
		transfer.name, settlement.borrower, settlement.lender, settlement.reason
	)
	cost_centers = {
		side: frappe.get_cached_value("Outlet", transfer.get(f"{side}_outlet"), "cost_center")
		for side in ("source", "target")
	}
	borrowed = books.account(settlement.borrower, "borrowed")
	settlement.lender_entry = shift(
		settlement.lender,
		remark,
		settlement.lender_account,
		books.account(settlement.lender, "lent"),
		flt(settlement.value, PRECISION),
		cost_centers["source"],
		settlement.posting_date,
	)
	# What the invoice debits, which may be less than the price where taxes are included in it.
	billed = _bill(settlement, transfer, remark, cost_centers, borrowed) if settlement.way == SALE else 0.0
	settlement.borrower_entry = shift(
		settlement.borrower,
		remark,
		borrowed,
		settlement.borrower_account,
		flt(settlement.value - billed, PRECISION),
		cost_centers["target"],
		settlement.posting_date,
	)


def _bill(settlement, transfer, remark: str, cost_centers: dict[str, str], borrowed: str) -> float:
	"""Make both invoices: drafts, or submitted, as the settings say of other sales between companies; return
	what the buyer's debits to the goods borrowed (IDR)."""
	lender, borrower = settlement.lender, settlement.borrower
	partners.allow(lender, borrower)
	with as_ledger_user():
		sale = frappe.get_doc(
			{
				"doctype": "Sales Invoice",
				"company": lender,
				"customer": partners.party_of("Customer", borrower),
				"currency": CURRENCY,
				"selling_price_list": NETWORK_PRICE_LIST,
				"price_list_currency": CURRENCY,
				"ignore_pricing_rule": 1,
				"remarks": remark,
				**default_taxes("Sales", lender),
				"items": _rows(
					settlement, income_account=_income_account(lender), cost_center=cost_centers["source"]
				),
			}
		)
		invoices.keep(sale, [transfer], settlement.posting_date)
		purchase = frappe.get_doc(
			{
				"doctype": "Purchase Invoice",
				"company": borrower,
				"supplier": partners.party_of("Supplier", lender),
				"currency": CURRENCY,
				"buying_price_list": NETWORK_PRICE_LIST,
				"price_list_currency": CURRENCY,
				"ignore_pricing_rule": 1,
				"inter_company_invoice_reference": sale.name,
				"is_internal_supplier": 1,
				"bill_no": sale.name,
				"bill_date": sale.posting_date,
				"remarks": remark,
				**default_taxes("Purchase", borrower),
				"items": _rows(settlement, expense_account=borrowed, cost_center=cost_centers["target"]),
			}
		)
		for row, sold in zip(purchase.items, sale.items, strict=True):
			row.sales_invoice_item = sold.name
		invoices.keep(purchase, [transfer], settlement.posting_date)
	settlement.sales_invoice, settlement.purchase_invoice = sale.name, purchase.name
	return flt(purchase.base_net_total, PRECISION)


def _rows(settlement, **values) -> list[dict]:
	return [
		{
			"item_name": row.item_name,
			"description": f"{row.item_code}: {row.item_name}",
			"qty": row.qty,
			"uom": row.stock_uom,
			"conversion_factor": 1,
			"rate": row.price,
			**values,
		}
		for row in settlement.items
		if row.amount
	]


def check_cancel(settlement) -> None:
	"""Refuse to cancel a Loan Settlement whose invoices something pays: ERPNext would let go of that by
	itself."""
	for field, doctype in INVOICES.items():
		payment = settlement.get(field) and payment_of(doctype, settlement.get(field))
		if payment:
			frappe.throw(
				_(
					"{0} pays an invoice of this settlement. Cancel it first, or take its allocation back."
				).format(get_link_to_form(payment.voucher_type, payment.voucher_no))
			)


def cancel_settlement(settlement) -> None:
	"""Take back what a Loan Settlement posted: entries and submitted invoices are cancelled, drafts
	deleted."""
	for field, doctype in INVOICES.items():
		name = settlement.get(field)
		if name and frappe.db.get_value(doctype, name, "docstatus") == 0:
			settlement.db_set(field, None)
			with as_ledger_user():
				invoices.delete_draft(doctype, name)
		elif name:
			cancel(doctype, name)
	for field in ENTRIES:
		if name := settlement.get(field):
			cancel("Journal Entry", name)
