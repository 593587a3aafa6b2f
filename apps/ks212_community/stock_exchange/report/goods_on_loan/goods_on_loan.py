"""What companies of the network owe each other in kind: each loan and item, what came back, and until when
the rest is due.

Columns, five queries, pure functions. Quantities in the stock UOM, values in IDR at what the loan stands
at in both companies' books.
"""

import frappe
from frappe import _
from frappe.utils import cint, date_diff, flt, today

from ks212_community.columns import column, link, money, text
from ks212_community.constants import CURRENCY
from ks212_community.permissions import companies_of
from ks212_community.stock_exchange import loans, posting


def execute(filters: dict | None = None):
	"""Return (columns, rows) of what is on loan; `filters`: company (either side), overdue. Users limited to
	companies see the loans to and of theirs."""
	filters = frappe._dict(filters or {})
	rows = find()
	if filters.company:
		rows = [row for row in rows if filters.company in (row.lender, row.borrower)]
	companies = companies_of("Outlet Transfer")
	if companies is not None:
		rows = [row for row in rows if {row.lender, row.borrower} & set(companies)]
	if cint(filters.overdue):
		rows = [row for row in rows if row.overdue_days > 0]
	return columns(), rows


def columns() -> list[dict]:
	"""Return the report's columns."""
	return [
		# Not links: Frappe would hide from a user limited to companies each row whose borrower is another
		# one.
		text("lender", _("Lender"), 190),
		text("borrower", _("Borrower"), 190),
		text("item_name", _("Item Name"), 170),
		column("owed", _("Owed"), "Float", 90, disable_total=True),
		text("stock_uom", _("Stock UOM"), 90),
		money("value", _("Value"), 130),
		column("return_by", _("Give Back By"), "Date", 110),
		column("overdue_days", _("Days Overdue"), "Int", 110, disable_total=True),
		column("lent", _("Lent"), "Float", 90, disable_total=True),
		column("given_back", _("Given Back"), "Float", 110, disable_total=True),
		column("settled", _("Paid or Waived"), "Float", 110, disable_total=True),
		column("coming", _("On Its Way Back"), "Float", 120, disable_total=True),
		link("transfer", _("Transfer"), "Outlet Transfer", 190),
		text("source_name", _("Source Name"), 170),
		text("target_name", _("Requester Name"), 170),
		text("item_code", _("Item"), 110),
		text("currency", _("Currency"), 80, hidden=1),
	]


def find() -> list[frappe._dict]:
	"""Return a row for each item of each open loan of which something is owed, the first to be given back
	first."""
	transfers = frappe.get_all(
		"Outlet Transfer",
		filters={"loan_open": 1},
		fields=["name", "source_company", "company", "source_name", "target_name", "return_by"],
		order_by="return_by, name",
	)
	names = [transfer.name for transfer in transfers]
	lines, rates = loans.standing(names), posting.loan_rates(names)
	rows = []
	for transfer in transfers:
		for line in loans.owed_items(transfer.name, lines):
			if line["owed"] > 0:
				rows.append(
					frappe._dict(
						line,
						transfer=transfer.name,
						lender=transfer.source_company,
						borrower=transfer.company,
						source_name=transfer.source_name,
						target_name=transfer.target_name,
						value=flt(line["owed"] * rates[(transfer.name, line["item_code"])], 2),
						return_by=transfer.return_by,
						overdue_days=max(0, date_diff(today(), transfer.return_by)),
						currency=CURRENCY,
					)
				)
	return rows
