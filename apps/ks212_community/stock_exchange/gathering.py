"""Bills of a month between companies: one Sales Invoice and one Purchase Invoice a pair, of all transfers
counted in."""

from calendar import monthrange
from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import IfNull
from frappe.utils import getdate, today

from ks212_community.locks import in_own_transaction, lock
from ks212_community.stock_exchange.posting import invoices


def run() -> None:
	"""Bill what the months before this one left unbilled, where the settings want it gathered; run daily by
	the scheduler.

	What a transfer names is billed: a run that is repeated finds nothing more. A pair that fails is rolled
	back, logged, and tried again the next day.
	"""
	if invoices.gathered() != invoices.EACH_MONTH:
		return
	for (seller, buyer, month), names in sorted(unbilled(before=getdate(today()).replace(day=1)).items()):
		title = _("Invoices of {0} between {1} and {2} could not be made")
		in_own_transaction(title.format(f"{month:%Y-%m}", seller, buyer), gather, names, month)


def unbilled(before) -> dict[tuple, list[str]]:
	"""Return {(source's company, requester's, last day of the month): transfers counted in and not billed},
	of those counted in before a day."""
	Transfer = frappe.qb.DocType("Outlet Transfer")
	Receipt = frappe.qb.DocType("Purchase Receipt")
	rows = (
		frappe.qb.from_(Transfer)
		.inner_join(Receipt)
		.on(Receipt.name == Transfer.purchase_receipt)
		.select(Transfer.name, Transfer.source_company, Transfer.company, Receipt.posting_date)
		.where(
			(Transfer.docstatus == 1)
			& (Receipt.docstatus == 1)
			& (IfNull(Transfer.sales_invoice, "") == "")
			& (IfNull(Transfer.purchase_invoice, "") == "")
			& (Receipt.posting_date < getdate(before))
		)
		.orderby(Transfer.name)
		.run(as_dict=True)
	)
	found: dict[tuple, list[str]] = {}
	for row in rows:
		key = (row.source_company, row.company, last_day(getdate(row.posting_date)))
		found.setdefault(key, []).append(row.name)
	return found


def last_day(day: date) -> date:
	"""Return the last day of a day's month."""
	return day.replace(day=monthrange(day.year, day.month)[1])


def gather(names: list[str], month) -> None:
	"""Bill the transfers `names`, all of one pair of companies, by one invoice on either side dated the day
	`month`; those that somebody billed meanwhile are left out."""
	transfers = [lock("Outlet Transfer", name) for name in sorted(names)]
	transfers = [doc for doc in transfers if not (doc.sales_invoice or doc.purchase_invoice)]
	if transfers:
		invoices.bill(transfers, posting_date=month)
	for transfer in transfers:
		transfer.write()
