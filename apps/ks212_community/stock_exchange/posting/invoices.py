"""The invoices of goods sold between two companies: a Sales Invoice of the source's and a Purchase Invoice of
the requester's, of what was counted in. Nobody is billed for what did not arrive, so that a shortage needs no
credit note."""

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.constants import SALE
from ks212_community.stock_exchange.posting.ledger import as_ledger_user, post

NOT_MADE, SUBMITTED = "None", "Submitted"
EACH_TRANSFER, EACH_MONTH = "Each Transfer", "Each Month"


def gathered() -> str | None:
	"""Return when the settings want invoices made, EACH_TRANSFER or EACH_MONTH; None where not at all."""
	settings = frappe.get_cached_doc("KS212 Settings")
	return None if settings.company_invoices == NOT_MADE else settings.invoices_gathered or EACH_TRANSFER


def bill(transfers: list, posting_date=None) -> None:
	"""Make both invoices of all that arrived of `transfers`, which are of one pair of companies, and name
	them there: drafts, or submitted, as the setting says. Dated today, or `posting_date`."""
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice
	from erpnext.stock.doctype.purchase_receipt.purchase_receipt import make_purchase_invoice

	arrived = {
		row.dispatch_detail: flt(row.received_qty)
		for transfer in transfers
		for row in transfer.items
		if row.received_qty and row.dispatch_detail and row.terms == SALE
	}
	with as_ledger_user():
		sale = purchase = None
		for transfer in transfers:
			sale = make_sales_invoice(transfer.delivery_note, sale)
		sale.set("items", [row for row in sale.items if row.dn_detail in arrived])
		for idx, row in enumerate(sale.items, 1):
			row.idx = idx
			row.qty = row.stock_qty = arrived[row.dn_detail]
		keep(sale, transfers, posting_date)
		# From the receipts, not from the invoice: ERPNext's own mapper between invoices leaves the receipts
		# unbilled.
		for transfer in transfers:
			purchase = make_purchase_invoice(transfer.purchase_receipt, purchase)
		purchase.update(
			{
				"inter_company_invoice_reference": sale.name,
				"is_internal_supplier": 1,
				"bill_no": sale.name,
				"bill_date": sale.posting_date,
			}
		)
		sold = {row.dn_detail: row.name for row in sale.items}
		sold_as = _sold_as([row.pr_detail for row in purchase.items])
		for row in purchase.items:
			row.sales_invoice_item = sold[sold_as[row.pr_detail]]
		keep(purchase, transfers, posting_date)
	for transfer in transfers:
		transfer.sales_invoice, transfer.purchase_invoice = sale.name, purchase.name


def _sold_as(receipt_rows: list[str]) -> dict[str, str]:
	"""Return {row of a Purchase Receipt: the row of the Delivery Note that it receives}."""
	return dict(
		frappe.get_all(
			"Purchase Receipt Item",
			filters={"name": ["in", receipt_rows]},
			fields=["name", "delivery_note_item"],
			as_list=True,
		)
	)


def keep(doc, transfers: list, posting_date) -> None:
	"""Insert an invoice of the goods of `transfers`, dated today or `posting_date`, and submit it where the
	setting says so."""
	doc.ks212_outlet_transfer = transfers[0].name if len(transfers) == 1 else None
	if posting_date:
		# A due date of the day it is made on would be before terms that count from the posting date.
		doc.update(
			{"set_posting_time": 1, "posting_date": posting_date, "due_date": None, "payment_schedule": []}
		)
	if frappe.get_cached_doc("KS212 Settings").company_invoices == SUBMITTED:
		post(doc)
	else:
		doc.flags.ks212_posting = True
		doc.insert()


def check_undo_receipt(transfer) -> None:
	"""Refuse to take back a receipt that has been billed, alone or with others."""
	for doctype, name in _of(transfer):
		if frappe.db.get_value(doctype, name, "docstatus") == 1:
			message = _("{0} {1} bills these goods. Cancel it first.")
		elif _bills_others(transfer, doctype, name):
			message = _("{0} {1} bills these goods and those of other transfers. Delete it first.")
		else:
			continue
		frappe.throw(message.format(_(doctype), frappe.bold(name)))


def undo_receipt(transfer) -> None:
	"""Delete the drafts that bill a cancelled receipt, the buyer's first: it names the seller's."""
	drafts = _of(transfer)
	transfer.sales_invoice = transfer.purchase_invoice = None
	with as_ledger_user():
		for doctype, name in drafts:
			delete_draft(doctype, name)


def delete_draft(doctype: str, name: str) -> None:
	"""Delete the draft of an invoice that is still named by what made it, as the ledger user."""
	doc = frappe.get_doc(doctype, name)
	doc.flags.ks212_posting = True
	doc.delete(ignore_permissions=True, force=True)


def _of(transfer) -> list[tuple[str, str]]:
	pairs = (("Purchase Invoice", transfer.purchase_invoice), ("Sales Invoice", transfer.sales_invoice))
	return [(doctype, name) for doctype, name in pairs if name]


def _bills_others(transfer, doctype: str, name: str) -> bool:
	return bool(
		frappe.db.exists("Outlet Transfer", {frappe.scrub(doctype): name, "name": ["!=", transfer.name]})
	)
