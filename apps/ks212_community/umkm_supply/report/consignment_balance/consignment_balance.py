"""What each supplier is owed on a day: sold and unsettled, settled and unpaid; tied to the general ledger.

Columns, a few grouped queries, pure functions. As of a day means: sales, counts and losses by their posting
date, settlements by the posting date of their invoice (one that was carried forward, by its last day),
payments by theirs. Money in the company's currency.
"""

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from ks212_community.columns import link, money, text
from ks212_community.permissions import report_company, sees_everything
from ks212_community.umkm_supply import balances, books


def execute(filters: dict | None = None):
	"""Return (columns, rows, message, chart, summary) for `filters`: company, as_of (default: today),
	supplier, community."""
	if not sees_everything():
		frappe.throw(
			_("Only head office (pusat) and accountants read what is owed to suppliers."),
			frappe.PermissionError,
		)
	filters = frappe._dict(filters or {})
	filters.company = report_company(filters.company, "Consignment Settlement")
	if not filters.company:
		frappe.throw(_("Choose a company."))
	as_of = getdate(filters.as_of or today())
	rows = balances.balances(filters.company, as_of)
	tie = tied(rows, filters.company, as_of)
	shown = [row for row in rows if _is_chosen(row, filters)]
	return columns(), shown, message(tie, filters.company), None, summary(shown, tie)


def _is_chosen(row, filters) -> bool:
	if filters.supplier and row.supplier != filters.supplier:
		return False
	return not filters.community or row.community == filters.community


def tied(rows, company: str, as_of) -> frappe._dict:
	"""Return the sales that `rows` say no invoice has billed yet, the balance of the account that holds them,
	and the difference, which is zero unless somebody posted to the account by hand."""
	in_ledger = balances.liability_balance(company, as_of)
	in_report = sum(row.unsettled_invoiced for row in rows)
	return frappe._dict(
		report=flt(in_report, 2), ledger=flt(in_ledger, 2), difference=flt(in_report - in_ledger, 2)
	)


def message(tie, company: str) -> str | None:
	"""Return what to do about a difference, None where there is none."""
	if not tie.difference:
		return None
	return _(
		"Somebody posted to {0} by hand: find the entries that are neither of a Sales Invoice of consigned goods nor of a settlement, and post them elsewhere."
	).format(frappe.bold(books.existing_account(company, "liability") or ""))


def columns() -> list[dict]:
	"""Return the report's columns."""
	return [
		link("supplier", _("Supplier"), "Supplier", 160),
		text("supplier_name", _("Supplier Name"), 180),
		link("community", _("Community"), "Community", 110),
		money("unsettled_invoiced", _("Sold and Unsettled, Invoiced"), 260),
		money("unsettled_other", _("Sold and Unsettled, without an Invoice"), 250),
		money("unsettled_owed", _("Of It Owed to the Owner"), 180),
		money("brought_forward", _("Brought Forward"), 170),
		money("unpaid", _("Settled and Unpaid"), 210),
		money("owed", _("Owed in All"), 160),
		text("currency", _("Currency"), 80, hidden=1),
	]


def summary(rows, tie) -> list[dict]:
	"""Return the figures above the report."""
	currency = rows[0].currency if rows else None

	def figure(label, value, indicator="Blue"):
		return {
			"label": label,
			"value": value,
			"datatype": "Currency",
			"currency": currency,
			"indicator": indicator,
		}

	return [
		figure(_("Owed in All"), sum(row.owed for row in rows)),
		figure(_("Settled and Unpaid"), sum(row.unpaid for row in rows)),
		figure(_("Sold and Unsettled, Invoiced"), tie.report),
		figure(_("Utang Titip Jual in the Ledger"), tie.ledger),
		figure(_("Difference"), tie.difference, "Red" if tie.difference else "Green"),
	]
