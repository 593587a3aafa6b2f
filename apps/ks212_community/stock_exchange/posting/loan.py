"""A loan in kind ("pinjam barang") between two legal entities: the same goods back by a day, no price.

Goods for sale are used up, so what is lent is theirs who borrow it (qardh) and the same amount of the same
goods is owed. Each company books its own half at what the goods cost the lender: it has a claim to goods
("Piutang Barang") instead of stock, the borrower has stock and a debt of goods ("Utang Barang"). What is
given back leaves the borrower at what it cost there and comes back to the lender at what the loan stands at;
what the borrower gains or loses by that is its own, by a Journal Entry to its stock adjustment account. The
goods travel in the sending company's transit warehouse.
"""

import frappe
from frappe import _
from frappe.utils import flt

from ks212_community.constants import LOAN, LOAN_IN, LOAN_OUT
from ks212_community.stock_exchange.posting import handover, within_company
from ks212_community.stock_exchange.posting.ledger import shift
from ks212_community.umkm_supply import books

PRECISION = 2

dispatch = handover.dispatch
return_goods = within_company.return_goods


def receive(transfer, lines: list[frappe._dict]) -> None:
	"""Take the `lines` that arrived out of the one company and into the other: the transfer's entries of a
	loan out and in; none where nothing arrived. Sets the rate of each row of a loan to what a unit of it
	stands at."""
	arrived = [line for line in lines if flt(line.qty) > 0]
	if not arrived:
		return
	leaves, comes = ("borrowed", "lent") if transfer.return_of else ("lent", "borrowed")
	debt = books.account(transfer.source_company, leaves)
	transfer.loan_out_entry = within_company.move(
		transfer,
		arrived,
		transfer.transit_warehouse,
		None,
		LOAN_OUT,
		cost_center=frappe.get_cached_value("Outlet", transfer.source_outlet, "cost_center"),
		expense_account=debt,
	)
	issued = sum(flt(line.posted.amount) for line in arrived)
	stands_at = loan_rates([transfer.return_of]) if transfer.return_of else {}
	for line in arrived:
		line.value_rate = stands_at.get((transfer.return_of, line.row.item_code)) or flt(
			line.posted.basic_rate
		)
		line.row.rate = line.value_rate
	transfer.loan_in_entry = within_company.move(
		transfer,
		arrived,
		None,
		transfer.target_warehouse,
		LOAN_IN,
		cost_center=frappe.get_cached_value("Outlet", transfer.target_outlet, "cost_center"),
		expense_account=books.account(transfer.company, comes),
	)
	if transfer.return_of:
		difference = flt(sum(flt(line.posted.amount) for line in arrived) - issued, PRECISION)
		transfer.difference_entry = _post_difference(transfer, debt, difference)


def loan_rates(loans: list[str]) -> dict[tuple[str, str], float]:
	"""Return {(loan, item): what a unit of it stands at in both companies' books}."""
	totals: dict[tuple[str, str], tuple[float, float]] = {}
	for row in frappe.get_all(
		"Outlet Transfer Item",
		filters={"parent": ["in", loans or [""]], "terms": LOAN, "received_qty": [">", 0]},
		fields=["parent", "item_code", "received_qty", "rate"],
	):
		key = (row.parent, row.item_code)
		qty, value = totals.get(key, (0.0, 0.0))
		totals[key] = (qty + flt(row.received_qty), value + flt(row.received_qty) * flt(row.rate))
	return {key: value / qty for key, (qty, value) in totals.items()}


def _post_difference(transfer, debt: str, difference: float) -> str | None:
	"""Book what the borrower gains by giving goods back that cost it less than the loan stands at, or loses
	(below zero)."""
	company = transfer.source_company
	return shift(
		company,
		_("{0} gives back goods of {1}: their cost differs from the loan's").format(
			transfer.name, transfer.return_of
		),
		debt,
		frappe.get_cached_value("Company", company, "stock_adjustment_account"),
		difference,
		frappe.get_cached_value("Outlet", transfer.source_outlet, "cost_center"),
	)
