"""Settling what outlets sold for its owners, each sale exactly once.

A settlement holds the difference between what the ledger says to its last day and what the submitted
settlements of the same supplier and company hold already, by item, warehouse, price and agreement. Late,
back-dated and cancelled sales, returns and corrected prices therefore fall into the next settlement by
themselves, and no sale is in two. Quantities are in the stock UOM, money in the company's currency; see
ledger.py for the kinds of movement and terms.py for the money.

`make_settlements` writes the drafts of all suppliers in one pass over the ledger: rows of goods and money by
INSERT … SELECT, nothing a supplier or an item.
"""

from datetime import date

from pypika.analytics import RowNumber
from pypika.terms import Criterion, Function, ValueWrapper

import frappe
from frappe import _
from frappe.model.naming import make_autoname
from frappe.query_builder import Case
from frappe.query_builder.custom import ConstantColumn
from frappe.query_builder.functions import Coalesce, Concat, Count, Max, Min, Sum
from frappe.utils import add_days, flt, formatdate, getdate, now, today

from ks212_community import locks
from ks212_community.umkm_supply import buckets, ledger, periods, terms
from ks212_community.umkm_supply.agreements import CONSIGNMENT
from ks212_community.umkm_supply.buckets import SETTLEMENT

GOODS, SALE = "Consignment Settlement Item", "Consignment Settlement Sale"
SERIES = "CS-.YY..MM.-.####"
# What a row of SALE adds to the figures of its item and warehouse in GOODS.
MOVED = ledger.KINDS
# Field of SALE -> the kind of a bucket that it is the difference of, where it is no figure of terms.money_of
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
TOTALS = ("invoiced_value", "other_value", "loss_value", "gross", "fee", "discount")
BILLED = ("invoiced_value", "other_value", "loss_value")
ROWS_A_STATEMENT = 200
ATTEMPTS = 3
# Quantities and money as the database keeps them; SQLite adds binary fractions.
DECIMALS = 9


# -- making drafts ------------------------------------------------------------------------------------------


def make_settlements(company: str, to_date, supplier: str | list[str] | None = None) -> list[str]:
	"""Write the draft settlements to the end of `to_date` of all suppliers of `company`, of one or of some;
	return their names.

	A draft that a supplier has already is made anew under its name. A supplier gets none where nothing moved
	since the last one; a draft of it goes. Raises `frappe.ValidationError` for a day to come, and where a
	supplier that is named has been settled to that day or a later one.
	"""
	to_date = past_day(to_date)
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


def past_day(to_date) -> date:
	"""Return the day; raise `frappe.ValidationError` where it is still to come."""
	to_date = getdate(to_date)
	if to_date > getdate(today()):
		frappe.throw(
			_("{0} is still to come. Settle to today or an earlier day.").format(formatdate(to_date))
		)
	return to_date


def _lock_agreements(company: str, to_date: date, suppliers: list[str] | None) -> dict[str, frappe._dict]:
	"""Lock the agreements on consignment with `company`, so that nobody else makes or submits settlements of
	these suppliers meanwhile; return {supplier: the one in force at the end, else the last}."""
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
	"""Return {supplier: (name, to_date) of its last submitted settlement}; read with a lock, so as it is
	now."""
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


# -- the rows -----------------------------------------------------------------------------------------------


def _write_sales(company: str, to_date: date, names: list[str]) -> None:
	"""Write a row for each bucket that differs from what is settled."""
	settled = _settled_sales(company, names)
	bucket = buckets.buckets(company, to_date, names, settled)
	into = frappe.qb.into(frappe.qb.DocType(SALE)).columns(
		*_child_columns(),
		*("item_code", "item_name", "outlet", "warehouse", "price", "agreement", "first_day"),
		*("agreed_price", *QUANTITIES, *MONEY),
	)
	query, goods, place, price, agreement = buckets.with_names(bucket, company, names, into)
	settled = settled.as_("settled")
	money = terms.money_of(bucket, price, agreement)
	now_of = {**{field: bucket[kind] for field, kind in QUANTITIES.items()}, **money}
	differences = [now_of[field] - Coalesce(settled[field], 0) for field in (*QUANTITIES, *MONEY)]
	differs = Criterion.any(_rounded(difference) != 0 for difference in differences)
	keys = [bucket[key] for key in buckets.KEYS]
	same_key = [settled[key] == bucket[key] for key in buckets.KEYS]
	number = RowNumber().over(goods.parent).orderby(*keys)
	(
		query.left_join(settled)
		.on(Criterion.all(same_key))
		.select(
			*_child_values(goods.parent, number, "sales"),
			goods.name,
			goods.item_name,
			place.outlet,
			place.name,
			price.name,
			agreement.name,
			bucket.first_day,
			money["agreed_price"],
			*(_rounded(difference) for difference in differences),
		)
		.where(differs)
		.run()
	)


def _settled_sales(company: str, names: list[str]):
	"""Return the query of what submitted settlements hold of the buckets of the owners whose drafts are
	`names`."""
	Settled = frappe.qb.DocType(SETTLEMENT).as_("settled")
	Sale = frappe.qb.DocType(SALE)
	goods, place, price, agreement = buckets.tables(company, names)
	keys = buckets.keys_of(goods, place, price, agreement)
	return (
		frappe.qb.from_(Settled)
		.inner_join(Sale)
		.on(Sale.parent == Settled.name)
		.inner_join(goods)
		.on(goods.name == Sale.item_code)
		.left_join(place)
		.on(place.name == Sale.warehouse)
		.left_join(price)
		.on(price.name == Sale.price)
		.left_join(agreement)
		.on(agreement.name == Sale.agreement)
		.select(
			*(expression.as_(key) for key, expression in keys.items()),
			*(Sum(Sale[field]).as_(field) for field in (*QUANTITIES, *MONEY)),
		)
		.where((Settled.company == company) & (Settled.docstatus == 1))
		.groupby(*keys.values())
	)


def _write_goods(company: str, names: list[str]) -> None:
	"""Write a row for each item and warehouse that held or moved any: the opening from what is settled, the
	rest from the rows of SALE that were just written."""
	Settled = frappe.qb.DocType(SETTLEMENT).as_("settled")
	Sale, Goods = frappe.qb.DocType(SALE), frappe.qb.DocType(GOODS)
	goods, place, _price, _agreement = buckets.tables(company, names)
	moved = (
		frappe.qb.from_(Sale)
		.inner_join(goods)
		.on(goods.name == Sale.item_code)
		.inner_join(place)
		.on(place.name == Sale.warehouse)
		.select(
			goods.number.as_("item"),
			place.number.as_("place"),
			ValueWrapper(0).as_("opening"),
			*(Sum(Sale["sold_qty" if kind == "sold" else kind]).as_(kind) for kind in MOVED),
		)
		.where(Sale.parent.isin(names))
		.groupby(goods.number, place.number)
	)
	settled = (
		frappe.qb.from_(Settled)
		.inner_join(Goods)
		.on(Goods.parent == Settled.name)
		.inner_join(goods)
		.on(goods.name == Goods.item_code)
		.inner_join(place)
		.on(place.name == Goods.warehouse)
		.select(
			goods.number.as_("item"),
			place.number.as_("place"),
			Sum(_left(Goods)).as_("opening"),
			*(ValueWrapper(0).as_(kind) for kind in MOVED),
		)
		.where((Settled.company == company) & (Settled.docstatus == 1))
		.groupby(goods.number, place.number)
	)
	sides = (moved * settled).as_("sides")
	row = (
		frappe.qb.from_(sides)
		.select(
			sides.item,
			sides.place,
			*(_rounded(Sum(sides[field])).as_(field) for field in ("opening", *MOVED)),
		)
		.groupby(sides.item, sides.place)
	).as_("goods_row")
	any_of_it = Criterion.any(row[field] != 0 for field in ("opening", *MOVED))
	number = RowNumber().over(goods.parent).orderby(row.item, row.place)
	(
		frappe.qb.into(Goods)
		.columns(
			*_child_columns(),
			*("item_code", "item_name", "outlet", "warehouse", "opening"),
			*MOVED,
			"closing",
		)
		.from_(row)
		.inner_join(goods)
		.on(goods.number == row.item)
		.inner_join(place)
		.on(place.number == row.place)
		.select(
			*_child_values(goods.parent, number, "items"),
			goods.name,
			goods.item_name,
			place.outlet,
			place.name,
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
	"""Write the sums, rounded as the currency is, and what is carried forward, many settlements a
	statement."""
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
	"""Return the figures of a settlement's head: `sums` of its rows, `parent` (period_charge,
	previous_to_date) and `carried`, what was carried forward to it or None."""
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
	"""Return {supplier: payable and bill_* of its settlements that were carried forward and that no later one
	took over}."""
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
	"""Lock what `make_settlements` locks: one at a time makes, submits or cancels settlements of a
	supplier."""
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


# -- in the background --------------------------------------------------------------------------------------


def make_due() -> None:
	"""Write the drafts of the suppliers whose settlement period has just ended; run by the scheduler every
	day.

	A day on which it did not run is made up for. Each company and last day is one pass and one transaction;
	one that fails is logged and tried again the next night.
	"""
	for (company, to_date), suppliers in sorted(_due(getdate(today())).items()):
		try:
			_make_unlocked(company, to_date, suppliers)
		except Exception:
			frappe.log_error(title=_("Settlements of {0} could not be made").format(company))
			frappe.db.commit()


def make_all(company: str, to_date: str) -> None:
	"""Write the drafts of all suppliers of `company`, and tell who asked for it how it ended; a background
	job."""
	told = {}
	try:
		told["count"] = len(_make_unlocked(company, to_date))
	finally:
		frappe.publish_realtime("ks212_settlements_made", told, user=frappe.session.user)


def _make_unlocked(company: str, to_date, suppliers: list[str] | None = None) -> list[str]:
	"""`make_settlements` in a transaction of its own; again where others were at the same suppliers."""
	for left in reversed(range(ATTEMPTS)):
		try:
			with locks.reading_unlocked():
				return make_settlements(company, to_date, suppliers)
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			if not left:
				raise


def _due(day: date) -> dict[tuple[str, date], list[str]]:
	"""Return {(company, last day): suppliers} of the periods that ended within periods.CATCH_UP_DAYS before
	`day` and are neither settled nor drafted."""
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
