"""What the ledger and the invoices say of consigned goods to a day, in sums that settlements are made of.

A bucket is what happened to one item in one warehouse under one price and one agreement. All of a company's
buckets come from one pass over its ledger rows: each is given its kind once (ledger.py) and joined to the
price and the agreement that held on its day (terms.py), and is grouped by numbers instead of names.
Quantities are in the stock UOM, money in the company's currency.
"""

from datetime import date

from pypika.analytics import RowNumber
from pypika.terms import NullValue, ValueWrapper

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Min, Sum

from ks212_community.umkm_supply import books, ledger, terms
from ks212_community.umkm_supply.agreements import CONSIGNMENT

SETTLEMENT = "Consignment Settlement"
# A bucket's item, warehouse, price and agreement as the numbers that `with_names` gives names to; 0 where
# there is none. The owner follows from the item.
KEYS = ("item", "place", "price", "agreement")
INVOICED = ("invoiced_qty", "invoiced_value", "invoiced_amount")
SUMS = (*ledger.KINDS, "negligent_expired", "negligent_shrinkage", *INVOICED)
# What the sides of the pass have in common, after KEYS
SIDE = ("kind", "qty", "negligent", *INVOICED, "first_day")


def buckets(company: str, to_date: date, names: list[str] | None = None, more=None):
	"""Return the subquery of KEYS, SUMS and `first_day` to the end of a day: for the owners whose draft
	settlements are `names`, or for all owners. `more` is a query of KEYS that shall be there too, were it
	with sums of zero."""
	sides = _from_ledger(company, to_date, names)
	if liability := books.existing_account(company, "liability"):
		sides = sides * _from_other_invoices(company, to_date, liability, names)
	if more:
		nothing = (NullValue(), *(ValueWrapper(0) for _field in SIDE[1:-1]), NullValue())
		more = more.as_("more")
		sides = sides * frappe.qb.from_(more).select(*(more[key] for key in KEYS), *nothing)
	sides = sides.as_("sides")
	kinds = ledger.sums_of_kinds(sides)
	expired = sides.kind == ledger.KINDS.index("expired")
	return (
		frappe.qb.from_(sides)
		.select(
			*(sides[key] for key in KEYS),
			*(kinds[kind].as_(kind) for kind in ledger.KINDS),
			Sum(Case().when(expired, sides.negligent).else_(0)).as_("negligent_expired"),
			Sum(Case().when(expired, 0).else_(sides.negligent)).as_("negligent_shrinkage"),
			*(Sum(sides[field]).as_(field) for field in INVOICED),
			Min(sides.first_day).as_("first_day"),
		)
		.groupby(*(sides[key] for key in KEYS))
	).as_("bucket")


def with_names(bucket, company: str, names: list[str] | None = None, into=None):
	"""Return the query from `bucket`, an INSERT where `into` is one, and the tables that its numbers stand
	for: goods (name, item_name, parent), place (name, outlet), price and agreement; the last three are NULL
	where there is none."""
	goods, place, price, agreement = tables(company, names)
	query = (
		(into.from_ if into else frappe.qb.from_)(bucket)
		.inner_join(goods)
		.on(goods.number == bucket.item)
		.left_join(place)
		.on(place.number == bucket.place)
		.left_join(price)
		.on(price.number == bucket.price)
		.left_join(agreement)
		.on(agreement.number == bucket.agreement)
	)
	return query, goods, place, price, agreement


def tables(company: str, names: list[str] | None = None) -> tuple:
	"""Return the four subqueries that give KEYS their numbers."""
	return _goods(names), _places(company), terms.prices(), terms.agreements()


def keys_of(goods, place, price, agreement) -> dict:
	"""Return {key: SQL expression} of rows that are joined to `tables`, or to what is numbered like them."""
	return {
		"item": goods.number,
		"place": Coalesce(place.number, 0),
		"price": Coalesce(price.number, 0),
		"agreement": Coalesce(agreement.number, 0),
	}


def _goods(names: list[str] | None):
	"""Return the subquery of owners' items, numbered, with their `parent`: the draft among `names` of their
	owner, or without names the owner."""
	Item = frappe.qb.DocType("Item")
	number = RowNumber().over().orderby(Item.name).as_("number")
	fields = (Item.name, Item.item_name, Item.ks212_owner, Item.ks212_consigned)
	if names is None:
		query = frappe.qb.from_(Item).select(number, *fields, Item.ks212_owner.as_("parent"))
		return query.where(Item.ks212_owner.isnotnull()).as_("goods")
	Settlement = frappe.qb.DocType(SETTLEMENT)
	return (
		frappe.qb.from_(Settlement)
		.inner_join(Item)
		.on(Item.ks212_owner == Settlement.supplier)
		.select(number, *fields, Settlement.name.as_("parent"))
		.where(Settlement.name.isin(names))
	).as_("goods")


def _places(company: str):
	"""Return the subquery of a company's warehouses, numbered, each with its outlet or None."""
	Warehouse = frappe.qb.DocType("Warehouse")
	Outlet = frappe.qb.DocType("Outlet")
	return (
		frappe.qb.from_(Warehouse)
		.left_join(Outlet)
		.on(Outlet.warehouse == Warehouse.name)
		.select(
			RowNumber().over().orderby(Warehouse.name).as_("number"),
			Warehouse.name,
			Outlet.name.as_("outlet"),
		)
		.where(Warehouse.company == company)
	).as_("place")


def _from_ledger(company: str, to_date: date, names: list[str] | None):
	"""Return the query of KEYS and SIDE of the ledger's rows, with the invoice lines behind its sales."""
	Ledger, StockEntry, Line, Removal = (
		frappe.qb.DocType(doctype)
		for doctype in ("Stock Ledger Entry", "Stock Entry", "Sales Invoice Item", "Consignment Removal")
	)
	goods, place = _goods(names), _places(company)
	liability = books.existing_account(company, "liability") or ""
	kind = ledger.kind(Ledger, StockEntry)
	query = (
		frappe.qb.from_(goods)
		.inner_join(Ledger)
		.on(Ledger.item_code == goods.name)
		.inner_join(place)
		.on(place.name == Ledger.warehouse)
		.left_join(StockEntry)
		.on((Ledger.voucher_type == "Stock Entry") & (StockEntry.name == Ledger.voucher_no))
		.left_join(Removal)
		.on(Removal.name == StockEntry.ks212_consignment_removal)
		.left_join(Line)
		.on(
			(Ledger.voucher_type == "Sales Invoice")
			& (Line.name == Ledger.voucher_detail_no)
			& (Line.income_account == liability)
		)
	)
	query, price, agreement = _on_terms_of(query, goods, company, Ledger.posting_date)
	keys = keys_of(goods, place, price, agreement)
	return (
		query.select(
			*(expression.as_(key) for key, expression in keys.items()),
			kind.as_("kind"),
			Sum(ledger.change(Ledger)).as_("qty"),
			Sum(Case().when(Removal.negligence == 1, Ledger.actual_qty * -1).else_(0)).as_("negligent"),
			Sum(Coalesce(Line.stock_qty, 0)).as_("invoiced_qty"),
			Sum(Coalesce(Line.base_net_amount, 0)).as_("invoiced_value"),
			Sum(Coalesce(Line.base_amount, 0)).as_("invoiced_amount"),
			Min(Ledger.posting_date).as_("first_day"),
		)
		.where(
			(Ledger.company == company)
			& (Ledger.is_cancelled == 0)
			& (Ledger.posting_date <= to_date)
			& _is_consigned(agreement, goods)
		)
		.groupby(*keys.values(), kind)
	)


def _on_terms_of(query, goods, company: str, day) -> tuple:
	"""Return the query of rows of `goods` joined to the price and the agreement that held on their `day`, and
	these two, numbered as in `tables`."""
	price = terms.prices_in_force().as_("price_in_force")
	agreement = terms.agreements_in_force(company).as_("agreement_in_force")
	query = (
		query.left_join(price)
		.on((price.item_code == goods.name) & terms.holds(price, day))
		.left_join(agreement)
		.on((agreement.supplier == goods.ks212_owner) & terms.holds(agreement, day))
	)
	return query, price, agreement


def _is_consigned(agreement, goods):
	"""What was bought outright is ours; what no agreement covers is shown, and refused when it is
	submitted."""
	return (agreement.supply == CONSIGNMENT) | (agreement.supply.isnull() & (goods.ks212_consigned == 1))


def _from_other_invoices(company: str, to_date: date, liability: str, names: list[str] | None):
	"""Return the query, like `_from_ledger`, of invoice lines that no ledger row stands behind: a Delivery
	Note moved the goods, or nothing has yet."""
	Bill, Line = (frappe.qb.DocType(doctype) for doctype in ("Sales Invoice", "Sales Invoice Item"))
	# Few invoices are of this kind: found first (DISTINCT keeps them apart), their lines are few.
	Invoice = (
		frappe.qb.from_(Bill)
		.select(Bill.name, Bill.posting_date)
		.distinct()
		.where(
			(Bill.company == company)
			& (Bill.docstatus == 1)
			& (Bill.update_stock == 0)
			& (Bill.posting_date <= to_date)
		)
	).as_("invoice")
	goods, place = _goods(names), _places(company)
	query = (
		frappe.qb.from_(Invoice)
		.inner_join(Line)
		.on(Line.parent == Invoice.name)
		.inner_join(goods)
		.on(goods.name == Line.item_code)
		.left_join(place)
		.on(place.name == Line.warehouse)
	)
	query, price, agreement = _on_terms_of(query, goods, company, Invoice.posting_date)
	keys = keys_of(goods, place, price, agreement)
	return (
		query.select(
			*(expression.as_(key) for key, expression in keys.items()),
			NullValue().as_("kind"),
			ValueWrapper(0).as_("qty"),
			ValueWrapper(0).as_("negligent"),
			Sum(Line.stock_qty).as_("invoiced_qty"),
			Sum(Line.base_net_amount).as_("invoiced_value"),
			Sum(Line.base_amount).as_("invoiced_amount"),
			Min(Invoice.posting_date).as_("first_day"),
		)
		.where((Line.income_account == liability) & _is_consigned(agreement, goods))
		.groupby(*keys.values())
	)
