"""Settling what outlets sold for its owners, each sale exactly once.

A settlement holds the difference between what the ledger says to its last day and what the submitted settlements of the
same supplier and company hold already, by item, warehouse, price and agreement. Late, back-dated and cancelled sales, returns
and corrected prices therefore fall into the next settlement by themselves, and no sale is in two. Quantities are in the
stock UOM, money in the company's currency; see ledger.py for the kinds of movement and terms.py for the money.

`make_settlements` writes the drafts of all suppliers in one pass over the ledger: rows of goods and money by INSERT … SELECT,
nothing a supplier or an item.
"""

from datetime import date

from pypika.analytics import RowNumber
from pypika.terms import Function, NullValue, ValueWrapper

import frappe
from frappe import _
from frappe.model.naming import make_autoname
from frappe.query_builder import Case
from frappe.query_builder.custom import ConstantColumn
from frappe.query_builder.functions import Coalesce, Concat, Count, Max, Min, Sum
from frappe.utils import add_days, flt, formatdate, getdate, now, today

from ks212_community.umkm_supply import books, ledger, periods, terms
from ks212_community.umkm_supply.agreements import CONSIGNMENT

SETTLEMENT, GOODS, SALE = (
	"Consignment Settlement",
	"Consignment Settlement Item",
	"Consignment Settlement Sale",
)
SERIES = "CS-.YY..MM.-.####"
# What a row of SALE adds to the figures of its item and warehouse in GOODS.
MOVED = ("received", "moved_in", "moved_out", "sold", "returned", "expired", "shrinkage")
# Field of SALE -> the sum of a bucket that it is the difference of, where it is no figure of terms.money_of
QUANTITIES = {"sold_qty": "sold", **{kind: kind for kind in MOVED if kind != "sold"}}
MONEY = (
	"gross",
	"fee",
	"invoiced_value",
	"other_qty",
	"other_value",
	"discount",
	"loss_qty",
	"loss_value",
	"amount",
)
# The sums of a bucket that the ledger and the invoices give
BUCKET = (
	*MOVED,
	"negligent_expired",
	"negligent_shrinkage",
	"invoiced_qty",
	"invoiced_value",
	"invoiced_amount",
)
TOTALS = ("invoiced_value", "other_value", "loss_value", "gross", "fee", "discount")
BILLED = ("invoiced_value", "other_value", "loss_value")
ROWS_A_STATEMENT = 200
# Quantities and money as the database keeps them; SQLite adds binary fractions.
DECIMALS = 9


# -- making drafts ------------------------------------------------------------------------------------------


def make_settlements(company: str, to_date, supplier: str | list[str] | None = None) -> list[str]:
	"""Write the draft settlements to the end of `to_date` of all suppliers of `company`, of one or of some; return their
	names.

	A draft that a supplier has already is made anew under its name. A supplier gets none where nothing moved since the last
	one; a draft of it goes. Raises `frappe.ValidationError` for a day to come, and where a supplier that is named has been
	settled to that day or a later one.
	"""
	to_date = getdate(to_date)
	if to_date > getdate(today()):
		frappe.throw(
			_("{0} is still to come. Settle to today or an earlier day.").format(formatdate(to_date))
		)
	asked = [supplier] if isinstance(supplier, str) else supplier
	agreements = _lock_agreements(company, to_date, asked)
	if isinstance(supplier, str) and not agreements:
		frappe.throw(
			_("{0} has no agreement on consignment with {1} until {2}. Make one first.").format(
				frappe.bold(supplier), frappe.bold(company), formatdate(to_date)
			)
		)
	last = last_settlements(company, list(agreements))
	for name, settled in last.items():
		if getdate(settled.to_date) >= to_date:
			if isinstance(supplier, str):
				frappe.throw(
					_("{0} is settled to {1} by {2}. Choose a later day.").format(
						frappe.bold(supplier), formatdate(settled.to_date), frappe.bold(settled.name)
					)
				)
			agreements.pop(name)
	if not agreements:
		return []
	names = _write_parents(company, to_date, agreements, last)
	_write_sales(company, to_date, names)
	sums = _sums(names)
	_drop([name for name in names if name not in sums])
	if sums:
		_write_goods(company, list(sums))
		_write_sums(company, to_date, sums)
	return sorted(sums)


def _lock_agreements(company: str, to_date: date, suppliers: list[str] | None) -> dict[str, frappe._dict]:
	"""Lock the agreements on consignment with `company`, so that nobody else makes or submits settlements of these suppliers
	meanwhile; return {supplier: the one in force at the end, else the last}."""
	Agreement = frappe.qb.DocType("Consignment Agreement")
	query = (
		frappe.qb.from_(Agreement)
		.select(Agreement.name, Agreement.supplier)
		.where(
			(Agreement.company == company)
			& (Agreement.docstatus == 1)
			& (Agreement.supply == CONSIGNMENT)
			& (Agreement.valid_from <= to_date)
		)
		.orderby(Agreement.supplier, Agreement.valid_from, Agreement.name)
		.for_update()
	)
	if suppliers is not None:
		query = query.where(Agreement.supplier.isin(suppliers or [""]))
	return {row.supplier: row for row in query.run(as_dict=True)}


def last_settlements(company: str, suppliers: list[str]) -> dict[str, frappe._dict]:
	"""Return {supplier: (name, to_date) of its last submitted settlement}; read with a lock, so as it is now."""
	Settlement = frappe.qb.DocType(SETTLEMENT)
	found = (
		frappe.qb.from_(Settlement)
		.select(Settlement.supplier, Settlement.name, Settlement.to_date)
		.where(
			(Settlement.company == company)
			& (Settlement.docstatus == 1)
			& Settlement.supplier.isin(suppliers or [""])
		)
		.orderby(Settlement.to_date, Settlement.name)
		.for_update()
		.run(as_dict=True)
	)
	return {row.supplier: row for row in found}


def _write_parents(company: str, to_date: date, agreements: dict, last: dict) -> list[str]:
	"""Empty the drafts that are there, and write the others' rows; return the names of all."""
	Settlement = frappe.qb.DocType(SETTLEMENT)
	drafts = (
		frappe.qb.from_(Settlement)
		.select(Settlement.supplier, Settlement.name)
		.where(
			(Settlement.company == company)
			& (Settlement.docstatus == 0)
			& Settlement.supplier.isin(list(agreements))
		)
		.orderby(Settlement.name)
		.for_update()
		.run()
	)
	kept = dict(drafts)
	# Merged suppliers bring a draft each.
	_drop([name for supplier, name in drafts if kept[supplier] != name])
	_delete_rows(list(kept.values()))
	new = [supplier for supplier in sorted(agreements) if supplier not in kept]
	names = dict(zip(new, _new_names(len(new)), strict=True))
	titles = dict(
		frappe.get_all(
			"Supplier",
			filters={"name": ["in", list(agreements)]},
			fields=["name", "supplier_name"],
			as_list=True,
		)
	)
	moment, user = now(), frappe.session.user
	for part in _parts(new):
		query = frappe.qb.into(Settlement).columns(
			*("name", "owner", "modified_by", "creation", "modified", "docstatus", "idx", "status"),
			*("supplier", "supplier_name", "company", "from_date", "to_date"),
		)
		for supplier in part:
			query = query.insert(
				*(names[supplier], user, user, moment, moment, 0, 0, "Draft"),
				*(supplier, titles.get(supplier), company, to_date, to_date),
			)
		query.run()
	names.update(kept)
	for part in _parts(list(agreements)):
		agreement, previous, supplier_name = Case(), Case().when(Settlement.name == "", None), Case()
		for supplier in part:
			agreement = agreement.when(Settlement.name == names[supplier], agreements[supplier].name)
			supplier_name = supplier_name.when(Settlement.name == names[supplier], titles.get(supplier))
			if supplier in last:
				previous = previous.when(Settlement.name == names[supplier], last[supplier].name)
		(
			frappe.qb.update(Settlement)
			.set(Settlement.agreement, agreement)
			.set(Settlement.previous, previous)
			.set(Settlement.supplier_name, supplier_name)
			.set(Settlement.to_date, to_date)
			.set(Settlement.modified, moment)
			.set(Settlement.modified_by, user)
			.where(Settlement.name.isin([names[supplier] for supplier in part]))
			.run()
		)
	return sorted(names.values())


def _new_names(count: int) -> list[str]:
	"""Take the next `count` numbers of the series at once."""
	if not count:
		return []
	first = make_autoname(SERIES, SETTLEMENT)
	prefix, number = first.rpartition("-")[0] + "-", first.rpartition("-")[2]
	Series = frappe.qb.Table("tabSeries")
	(
		frappe.qb.update(Series)
		.set(Series["current"], Series["current"] + count - 1)
		.where(Series["name"] == prefix)
		.run()
	)
	return [f"{prefix}{int(number) + step:0{len(number)}}" for step in range(count)]


def _parts(rows: list) -> list[list]:
	return [rows[start : start + ROWS_A_STATEMENT] for start in range(0, len(rows), ROWS_A_STATEMENT)]


def _delete_rows(parents: list[str]) -> None:
	for doctype in (GOODS, SALE):
		table = frappe.qb.DocType(doctype)
		for part in _parts(parents):
			frappe.qb.from_(table).delete().where(table.parent.isin(part)).run()


def _drop(names: list[str]) -> None:
	"""Take drafts away that have nothing to settle."""
	_delete_rows(names)
	Settlement = frappe.qb.DocType(SETTLEMENT)
	for part in _parts(names):
		frappe.qb.from_(Settlement).delete().where(
			Settlement.name.isin(part) & (Settlement.docstatus == 0)
		).run()
	for name in names:
		frappe.clear_document_cache(SETTLEMENT, name)


# -- the pass over the ledger -------------------------------------------------------------------------------


def _write_sales(company: str, to_date: date, names: list[str]) -> None:
	"""Write a row for each item, warehouse, price and agreement that differs from what is settled."""
	bucket = buckets(company, to_date, names, _settled_sales(company, names))
	price = frappe.qb.DocType("UMKM Product Price").as_("price_row")
	agreement = frappe.qb.DocType("Consignment Agreement").as_("agreement_row")
	Item = frappe.qb.DocType("Item")
	Outlet = frappe.qb.DocType("Outlet")
	money = terms.money_of(bucket, price, agreement)
	differences = {
		**{field: bucket[total] - bucket[f"settled_{field}"] for field, total in QUANTITIES.items()},
		**{field: money[field] - bucket[f"settled_{field}"] for field in MONEY},
	}
	differs = None
	for field, difference in differences.items():
		if field not in ("gross", "fee"):  # the amount differs wherever these do, or they cancel out
			unequal = _rounded(difference) != 0
			differs = unequal if differs is None else differs | unequal
	number = RowNumber().over(bucket.parent).orderby(bucket.item_code, bucket.warehouse, bucket.price)
	(
		frappe.qb.into(frappe.qb.DocType(SALE))
		.columns(
			*_child_columns(),
			*("item_code", "item_name", "outlet", "warehouse", "price", "agreement", "first_day"),
			"agreed_price",
			*differences,
		)
		.from_(bucket)
		.left_join(price)
		.on(price.name == bucket.price)
		.left_join(agreement)
		.on(agreement.name == bucket.agreement)
		.left_join(Item)
		.on(Item.name == bucket.item_code)
		.left_join(Outlet)
		.on(Outlet.warehouse == bucket.warehouse)
		.select(
			*_child_values(bucket.parent, number, "sales"),
			bucket.item_code,
			Item.item_name,
			Outlet.name,
			bucket.warehouse,
			bucket.price,
			bucket.agreement,
			bucket.first_day,
			money["agreed_price"],
			*(_rounded(difference) for difference in differences.values()),
		)
		.where(differs)
		.run()
	)


def buckets(company: str, to_date: date, names: list[str] | None = None, settled=None):
	"""Return the subquery of BUCKET's sums to a day and of what `settled`, a subquery like them, holds of them already.

	Its rows are those of `parent`, item, warehouse, price and agreement; see `from_ledger`.
	"""
	keys = ("parent", "item_code", "warehouse", "price", "agreement")
	sides = from_ledger(company, to_date, names)
	if settled:
		sides = sides * settled
	if liability := books.existing_account(company, "liability"):
		sides = sides * from_other_invoices(company, to_date, liability, names)
	sides = sides.as_("sides")
	return (
		frappe.qb.from_(sides)
		.select(
			*(sides[key] for key in keys),
			*(Sum(sides[field]).as_(field) for field in BUCKET),
			*(Sum(sides[f"settled_{field}"]).as_(f"settled_{field}") for field in (*QUANTITIES, *MONEY)),
			Min(sides.first_day).as_("first_day"),
		)
		.groupby(*(sides[key] for key in keys))
	).as_("bucket")


def from_ledger(company: str, to_date: date, names: list[str] | None = None):
	"""Return the subquery of what the stock ledger says to a day, by bucket, with the invoice lines behind its sales.

	`parent` is the draft of the owner's among `names`; without names, the owner of the goods, and all owners are in it.
	"""
	Ledger, StockEntry, Item, Line, Removal = (
		frappe.qb.DocType(doctype)
		for doctype in (
			*("Stock Ledger Entry", "Stock Entry", "Item"),
			*("Sales Invoice Item", "Consignment Removal"),
		)
	)
	price = terms.prices_in_force().as_("price_in_force")
	agreement = terms.agreements_in_force(company).as_("agreement_in_force")
	liability = books.existing_account(company, "liability") or ""
	sums = ledger.sums_of_kinds(Ledger, StockEntry)
	lost = Case().when(Removal.negligence == 1, Ledger.actual_qty * -1).else_(0)
	which = ledger.conditions(Ledger, StockEntry)
	query, parent = _of_owners(frappe.qb.from_(Item), Item, names)
	return (
		query.inner_join(Ledger)
		.on(Ledger.item_code == Item.name)
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
		.left_join(price)
		.on((price.item_code == Ledger.item_code) & terms.holds(price, Ledger.posting_date))
		.left_join(agreement)
		.on((agreement.supplier == Item.ks212_owner) & terms.holds(agreement, Ledger.posting_date))
		.select(
			parent.as_("parent"),
			Ledger.item_code,
			Ledger.warehouse,
			price.name.as_("price"),
			agreement.name.as_("agreement"),
			*(sums[kind].as_(kind) for kind in MOVED),
			Sum(Case().when(which["expired"], lost).else_(0)).as_("negligent_expired"),
			Sum(Case().when(which["expired"], 0).else_(lost)).as_("negligent_shrinkage"),
			Sum(Coalesce(Line.stock_qty, 0)).as_("invoiced_qty"),
			Sum(Coalesce(Line.base_net_amount, 0)).as_("invoiced_value"),
			Sum(Coalesce(Line.base_amount, 0)).as_("invoiced_amount"),
			*(ValueWrapper(0).as_(f"settled_{field}") for field in (*QUANTITIES, *MONEY)),
			Min(Ledger.posting_date).as_("first_day"),
		)
		.where(
			(Ledger.company == company)
			& (Ledger.is_cancelled == 0)
			& (Ledger.posting_date <= to_date)
			& _is_consigned(agreement, Item)
		)
		.groupby(parent, Ledger.item_code, Ledger.warehouse, price.name, agreement.name)
	)


def _of_owners(query, Item, names: list[str] | None):
	"""Return the query narrowed to the owners whose drafts are `names`, and the column of the draft; without names the query
	as it is, for all owners, and the column of the owner."""
	if names is None:
		return query.where(Item.ks212_owner.isnotnull()), Item.ks212_owner
	Settlement = frappe.qb.DocType(SETTLEMENT)
	joined = query.inner_join(Settlement).on(Settlement.supplier == Item.ks212_owner)
	return joined.where(Settlement.name.isin(names)), Settlement.name


def _is_consigned(agreement, Item):
	"""What was bought outright is ours; what no agreement covers is shown, and refused when it is submitted."""
	return (agreement.supply == CONSIGNMENT) | (agreement.supply.isnull() & (Item.ks212_consigned == 1))


def from_other_invoices(company: str, to_date: date, liability: str, names: list[str] | None = None):
	"""Return the subquery, like `from_ledger`, of invoice lines that no ledger row stands behind: a Delivery Note moved the
	goods, or nothing has yet."""
	Bill, Line, Item = (
		frappe.qb.DocType(doctype) for doctype in ("Sales Invoice", "Sales Invoice Item", "Item")
	)
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
	price = terms.prices_in_force().as_("price_in_force")
	agreement = terms.agreements_in_force(company).as_("agreement_in_force")
	told = ("invoiced_qty", "invoiced_value", "invoiced_amount")
	query = frappe.qb.from_(Invoice).inner_join(Line).on(Line.parent == Invoice.name)
	query, parent = _of_owners(query.inner_join(Item).on(Item.name == Line.item_code), Item, names)
	return (
		query.left_join(price)
		.on((price.item_code == Line.item_code) & terms.holds(price, Invoice.posting_date))
		.left_join(agreement)
		.on((agreement.supplier == Item.ks212_owner) & terms.holds(agreement, Invoice.posting_date))
		.select(
			parent.as_("parent"),
			Line.item_code,
			Line.warehouse,
			price.name.as_("price"),
			agreement.name.as_("agreement"),
			*(ValueWrapper(0).as_(field) for field in BUCKET if field not in told),
			Sum(Line.stock_qty).as_("invoiced_qty"),
			Sum(Line.base_net_amount).as_("invoiced_value"),
			Sum(Line.base_amount).as_("invoiced_amount"),
			*(ValueWrapper(0).as_(f"settled_{field}") for field in (*QUANTITIES, *MONEY)),
			Min(Invoice.posting_date).as_("first_day"),
		)
		.where((Line.income_account == liability) & _is_consigned(agreement, Item))
		.groupby(parent, Line.item_code, Line.warehouse, price.name, agreement.name)
	)


def _settled_sales(company: str, names: list[str]):
	"""Return the subquery of what the suppliers' submitted settlements hold, by bucket."""
	Settlement = frappe.qb.DocType(SETTLEMENT)
	Settled = frappe.qb.DocType(SETTLEMENT).as_("settled")
	Sale = frappe.qb.DocType(SALE)
	return (
		frappe.qb.from_(Settlement)
		.inner_join(Settled)
		.on((Settled.supplier == Settlement.supplier) & (Settled.company == Settlement.company))
		.inner_join(Sale)
		.on(Sale.parent == Settled.name)
		.select(
			Settlement.name.as_("parent"),
			Sale.item_code,
			Sale.warehouse,
			Sale.price,
			Sale.agreement,
			*(ValueWrapper(0).as_(field) for field in BUCKET),
			*(Sum(Sale[field]).as_(f"settled_{field}") for field in (*QUANTITIES, *MONEY)),
			NullValue().as_("first_day"),
		)
		.where(Settlement.name.isin(names) & (Settled.company == company) & (Settled.docstatus == 1))
		.groupby(Settlement.name, Sale.item_code, Sale.warehouse, Sale.price, Sale.agreement)
	)


def _write_goods(company: str, names: list[str]) -> None:
	"""Write a row for each item and warehouse that held or moved any: the opening from what is settled, the rest from the
	rows of SALE that were just written."""
	Settlement = frappe.qb.DocType(SETTLEMENT)
	Settled = frappe.qb.DocType(SETTLEMENT).as_("settled")
	Sale, Goods, Item, Outlet = (frappe.qb.DocType(doctype) for doctype in (SALE, GOODS, "Item", "Outlet"))
	moved = (
		frappe.qb.from_(Sale)
		.select(
			Sale.parent,
			Sale.item_code,
			Sale.warehouse,
			ValueWrapper(0).as_("opening"),
			*(Sum(Sale["sold_qty" if kind == "sold" else kind]).as_(kind) for kind in MOVED),
		)
		.where(Sale.parent.isin(names))
		.groupby(Sale.parent, Sale.item_code, Sale.warehouse)
	)
	settled = (
		frappe.qb.from_(Settlement)
		.inner_join(Settled)
		.on((Settled.supplier == Settlement.supplier) & (Settled.company == Settlement.company))
		.inner_join(Goods)
		.on(Goods.parent == Settled.name)
		.select(
			Settlement.name.as_("parent"),
			Goods.item_code,
			Goods.warehouse,
			Sum(_left(Goods)).as_("opening"),
			*(ValueWrapper(0).as_(kind) for kind in MOVED),
		)
		.where(Settlement.name.isin(names) & (Settled.company == company) & (Settled.docstatus == 1))
		.groupby(Settlement.name, Goods.item_code, Goods.warehouse)
	)
	sides = (moved * settled).as_("sides")
	keys = ("parent", "item_code", "warehouse")
	row = (
		frappe.qb.from_(sides)
		.select(
			*(sides[key] for key in keys),
			*(_rounded(Sum(sides[field])).as_(field) for field in ("opening", *MOVED)),
		)
		.groupby(*(sides[key] for key in keys))
	).as_("goods")
	any_of_it = row.opening != 0
	for kind in MOVED:
		any_of_it = any_of_it | (row[kind] != 0)
	number = RowNumber().over(row.parent).orderby(row.item_code, row.warehouse)
	(
		frappe.qb.into(Goods)
		.columns(
			*_child_columns(),
			*("item_code", "item_name", "outlet", "warehouse", "opening"),
			*MOVED,
			"closing",
		)
		.from_(row)
		.left_join(Item)
		.on(Item.name == row.item_code)
		.left_join(Outlet)
		.on(Outlet.warehouse == row.warehouse)
		.select(
			*_child_values(row.parent, number, "items"),
			row.item_code,
			Item.item_name,
			Outlet.name,
			row.warehouse,
			row.opening,
			*(row[kind] for kind in MOVED),
			_rounded(row.opening + _left(row)),
		)
		.where(any_of_it)
		.run()
	)


def _left(row):
	"""Return the SQL expression of what a row's movements leave."""
	came = row.received + row.moved_in
	return came - row.moved_out - row.sold - row.returned - row.expired - row.shrinkage


def _rounded(expression):
	return Function("ROUND", expression, DECIMALS)


def _child_columns() -> tuple[str, ...]:
	return (
		*("name", "owner", "modified_by", "creation", "modified", "docstatus"),
		*("idx", "parent", "parenttype", "parentfield"),
	)


def _child_values(parent, number, field: str) -> tuple:
	user, moment = ConstantColumn(frappe.session.user), ConstantColumn(now())
	return (
		Concat(parent, "-", number),
		*(user, user, moment, moment, ConstantColumn(0)),
		*(number, parent, ConstantColumn(SETTLEMENT), ConstantColumn(field)),
	)


# -- the sums -----------------------------------------------------------------------------------------------


def _sums(names: list[str]) -> dict[str, frappe._dict]:
	"""Return {settlement: TOTALS, amount and first_day of its rows} of those that have any."""
	Sale = frappe.qb.DocType(SALE)
	found = (
		frappe.qb.from_(Sale)
		.select(
			Sale.parent,
			*(Sum(Sale[field]).as_(field) for field in TOTALS),
			Min(Sale.first_day).as_("first_day"),
			Count(Sale.name).as_("rows"),
		)
		.where(Sale.parent.isin(names))
		.groupby(Sale.parent)
		.run(as_dict=True)
	)
	return {row.parent: row for row in found}


def _write_sums(company: str, to_date: date, sums: dict[str, frappe._dict]) -> None:
	"""Write the sums, rounded as the currency is, and what is carried forward, many settlements a statement."""
	Settlement = frappe.qb.DocType(SETTLEMENT)
	Agreement = frappe.qb.DocType("Consignment Agreement")
	Previous = frappe.qb.DocType(SETTLEMENT).as_("previous_one")
	parents = (
		frappe.qb.from_(Settlement)
		.left_join(Agreement)
		.on(Agreement.name == Settlement.agreement)
		.left_join(Previous)
		.on(Previous.name == Settlement.previous)
		.select(
			Settlement.name,
			Settlement.supplier,
			Agreement.period_charge,
			Previous.to_date.as_("previous_to_date"),
		)
		.where(Settlement.name.isin(list(sums)))
		.run(as_dict=True)
	)
	carried = carried_forward(company, [row.supplier for row in parents])
	precision = money_precision()
	fields = (
		*TOTALS,
		*("charge", "amount", "brought_forward", "payable"),
		*(f"bill_{field}" for field in BILLED),
		"from_date",
	)
	values = {
		row.name: settlement_values(sums[row.name], row, carried.get(row.supplier), to_date, precision)
		for row in parents
	}
	for part in _parts(sorted(values)):
		query = frappe.qb.update(Settlement)
		for field in fields:
			case = Case()
			for name in part:
				case = case.when(Settlement.name == name, values[name][field])
			query = query.set(Settlement[field], case)
		query.where(Settlement.name.isin(part)).run()
	for name in values:
		frappe.clear_document_cache(SETTLEMENT, name)


def settlement_values(sums, parent, carried, to_date: date, precision: int) -> dict:
	"""Return the figures of a settlement's head: `sums` of its rows, `parent` (period_charge, previous_to_date) and `carried`,
	what was carried forward to it or None."""
	carried = carried or frappe._dict()
	values = {field: flt(sums[field], precision) for field in TOTALS}
	values["charge"] = flt(parent.period_charge, precision)
	values["amount"] = flt(
		values["gross"] - values["fee"] - values["discount"] + values["loss_value"] - values["charge"],
		precision,
	)
	values["brought_forward"] = flt(carried.payable, precision)
	values["payable"] = flt(values["amount"] + values["brought_forward"], precision)
	for field in BILLED:
		values[f"bill_{field}"] = flt(values[field] + flt(carried.get(f"bill_{field}")), precision)
	first = getdate(sums.first_day) if sums.first_day else to_date
	if parent.previous_to_date:
		first = getdate(add_days(parent.previous_to_date, 1))
	values["from_date"] = min(first, to_date)
	return values


def carried_forward(company: str, suppliers: list[str]) -> dict[str, frappe._dict]:
	"""Return {supplier: payable and bill_* of its settlements that were carried forward and that no later one took over}."""
	Settlement = frappe.qb.DocType(SETTLEMENT)
	found = (
		frappe.qb.from_(Settlement)
		.select(
			Settlement.supplier,
			Sum(Settlement.payable).as_("payable"),
			*(Sum(Settlement[f"bill_{field}"]).as_(f"bill_{field}") for field in BILLED),
		)
		.where(
			(Settlement.company == company)
			& (Settlement.docstatus == 1)
			& (Settlement.status == "Carried Forward")
			& (Settlement.carried_to.isnull() | (Settlement.carried_to == ""))
			& Settlement.supplier.isin(suppliers or [""])
		)
		.groupby(Settlement.supplier)
		.for_update()
		.run(as_dict=True)
	)
	return {row.supplier: row for row in found}


def money_precision() -> int:
	"""Return how many decimals money has on this site."""
	return frappe.new_doc(SETTLEMENT).precision("payable")


# -- submitting and cancelling ------------------------------------------------------------------------------


def lock_supplier(company: str, supplier: str) -> None:
	"""Lock what `make_settlements` locks: one at a time makes, submits or cancels settlements of a supplier."""
	Agreement = frappe.qb.DocType("Consignment Agreement")
	(
		frappe.qb.from_(Agreement)
		.select(Agreement.name)
		.where((Agreement.company == company) & (Agreement.supplier == supplier) & (Agreement.docstatus == 1))
		.orderby(Agreement.valid_from, Agreement.name)
		.for_update()
		.run()
	)


def take_over(doc) -> None:
	"""Note on the settlements that were carried forward that `doc` took them over."""
	Settlement = frappe.qb.DocType(SETTLEMENT)
	(
		frappe.qb.update(Settlement)
		.set(Settlement.carried_to, doc.name)
		.where(
			(Settlement.company == doc.company)
			& (Settlement.supplier == doc.supplier)
			& (Settlement.docstatus == 1)
			& (Settlement.status == "Carried Forward")
			& (Settlement.name != doc.name)
			& (Settlement.carried_to.isnull() | (Settlement.carried_to == ""))
		)
		.run()
	)


def give_back(doc) -> None:
	"""Let the settlements that `doc` took over be carried forward again."""
	Settlement = frappe.qb.DocType(SETTLEMENT)
	(
		frappe.qb.update(Settlement)
		.set(Settlement.carried_to, None)
		.where(Settlement.carried_to == doc.name)
		.run()
	)


# -- by the scheduler ---------------------------------------------------------------------------------------


def make_due() -> None:
	"""Write the drafts of the suppliers whose settlement period has just ended; run by the scheduler every day.

	A day on which it did not run is made up for. Each company and last day is one pass and one transaction.
	"""
	for (company, to_date), suppliers in sorted(_due(getdate(today())).items()):
		make_settlements(company, to_date, suppliers)
		frappe.db.commit()


def _due(day: date) -> dict[tuple[str, date], list[str]]:
	"""Return {(company, last day): suppliers} of the periods that ended within periods.CATCH_UP_DAYS before `day` and are
	neither settled nor drafted."""
	Agreement = frappe.qb.DocType("Consignment Agreement")
	Settlement = frappe.qb.DocType(SETTLEMENT)
	done = (
		frappe.qb.from_(Settlement)
		.select(Settlement.supplier, Settlement.company, Max(Settlement.to_date).as_("to_date"))
		.where(Settlement.docstatus < 2)
		.groupby(Settlement.supplier, Settlement.company)
	).as_("done")
	found = (
		frappe.qb.from_(Agreement)
		.left_join(done)
		.on((done.supplier == Agreement.supplier) & (done.company == Agreement.company))
		.select(
			*(Agreement.supplier, Agreement.company, Agreement.settlement_period),
			*(Agreement.valid_from, Agreement.valid_to, done.to_date),
		)
		.where((Agreement.docstatus == 1) & (Agreement.supply == CONSIGNMENT) & (Agreement.valid_from <= day))
		.orderby(Agreement.supplier)
		.run(as_dict=True)
	)
	due: dict[tuple[str, date], list[str]] = {}
	for row in found:
		end = periods.last_end(row.settlement_period, day)
		if not end or end < getdate(row.valid_from):
			continue
		if row.valid_to and getdate(row.valid_to) < periods.start_of(row.settlement_period, end):
			continue
		if row.to_date and getdate(row.to_date) >= end:
			continue
		suppliers = due.setdefault((row.company, end), [])
		if row.supplier not in suppliers:
			suppliers.append(row.supplier)
	return due
