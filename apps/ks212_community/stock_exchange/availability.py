"""What a warehouse can give, and what it has promised. Quantities in the stock UOM.

The promise is kept on the source's own Bin row (`ks212_promised_qty`): whoever locks that row reads a promise
that nobody else can change, which a sum over transfers under REPEATABLE READ would not give.
"""

import frappe
from frappe import _
from frappe.query_builder.functions import IfNull, Sum
from frappe.utils import flt

from ks212_community.planning.ranking import free_qty
from ks212_community.stock_exchange import item_prices
from ks212_community.stock_exchange.batches import expired_qty

PRECISION = 6


def pos_pending(item_codes: list[str], warehouses: list[str] | None = None, for_update: bool = False):
	"""Return {(item_code, warehouse): qty} sold by submitted POS Invoices that no closing has posted yet.

	The condition is that of ERPNext's `get_pos_reserved_qty`, for many at once.
	"""
	POSInvoice = frappe.qb.DocType("POS Invoice")
	POSInvoiceItem = frappe.qb.DocType("POS Invoice Item")
	query = (
		frappe.qb.from_(POSInvoiceItem)
		.inner_join(POSInvoice)
		.on(POSInvoice.name == POSInvoiceItem.parent)
		.where(
			(POSInvoiceItem.docstatus == 1)
			& POSInvoiceItem.item_code.isin(item_codes)
			& (IfNull(POSInvoice.consolidated_invoice, "") == "")
		)
	)
	if warehouses is not None:
		query = query.where(POSInvoiceItem.warehouse.isin(warehouses))
	if for_update:
		query = query.select(POSInvoiceItem.item_code, POSInvoiceItem.warehouse, POSInvoiceItem.stock_qty)
		query = query.for_update()
	else:
		query = query.select(
			POSInvoiceItem.item_code, POSInvoiceItem.warehouse, Sum(POSInvoiceItem.stock_qty).as_("stock_qty")
		).groupby(POSInvoiceItem.item_code, POSInvoiceItem.warehouse)
	pending = {}
	for row in query.run(as_dict=True):
		key = (row.item_code, row.warehouse)
		pending[key] = pending.get(key, 0.0) + flt(row.stock_qty)
	return pending


def bins_of(pairs, for_update: bool = False) -> dict[tuple[str, str], frappe._dict]:
	"""Return the Bin rows of `pairs` of (item_code, warehouse) as {pair: row}; a pair without a Bin is left
	out.

	With `for_update` the rows are locked, always in the same order.
	"""
	Bin = frappe.qb.DocType("Bin")
	rows = {}
	for item_code, warehouse in sorted(set(pairs)):
		query = (
			frappe.qb.from_(Bin)
			.select(
				Bin.name,
				Bin.actual_qty,
				Bin.reserved_qty,
				Bin.reserved_qty_for_production,
				Bin.reserved_qty_for_sub_contract,
				Bin.ks212_promised_qty,
				Bin.valuation_rate,
			)
			.where((Bin.item_code == item_code) & (Bin.warehouse == warehouse))
		)
		if row := (query.for_update() if for_update else query).run(as_dict=True):
			rows[(item_code, warehouse)] = row[0]
	return rows


def reserved(row) -> float:
	"""Return what ERPNext itself holds back on a Bin row."""
	return (
		flt(row.reserved_qty) + flt(row.reserved_qty_for_production) + flt(row.reserved_qty_for_sub_contract)
	)


def free_qtys(outlet, item_codes: list[str], bins: dict, for_update: bool = False) -> dict[str, float]:
	"""Return {item_code: quantity that `outlet` can promise}, from its `bins` ({(item_code, warehouse): Bin
	row})."""
	return _left(outlet, item_codes, bins, for_update, outlet.get_safety_days())


def unpromised_qtys(outlet, item_codes: list[str], bins: dict, for_update: bool = False) -> dict[str, float]:
	"""Return {item_code: quantity at `outlet` that can be sold and is promised to nobody}, its own need
	included."""
	return _left(outlet, item_codes, bins, for_update, 0.0)


def _left(outlet, item_codes, bins, for_update: bool, safety_days: float) -> dict[str, float]:
	pending = pos_pending(item_codes, [outlet.warehouse], for_update=for_update)
	demand = dict(
		frappe.get_all(
			"Outlet Item Snapshot",
			filters={"outlet": outlet.name, "item_code": ["in", item_codes]},
			fields=["item_code", "daily_demand"],
			as_list=True,
		)
	)
	free = {}
	for item_code in item_codes:
		row = bins.get((item_code, outlet.warehouse))
		if not row:
			free[item_code] = 0.0
			continue
		free[item_code] = free_qty(
			flt(row.actual_qty) - expired_qty(item_code, outlet.warehouse),
			reserved(row),
			pending.get((item_code, outlet.warehouse), 0.0),
			flt(row.ks212_promised_qty),
			safety_days,
			flt(demand.get(item_code)),
		)
	return free


def promise(outlet, quantities: dict[str, float]) -> dict[str, float]:
	"""Hold `quantities` ({item_code: qty}) on the Bins of `outlet`; return {item_code: value of a unit in
	IDR}.

	Locks the Bins first, and reads all that the decision rests on under that lock. Raises
	`frappe.ValidationError`, naming the item, where more is promised than is free.
	"""
	bins = bins_of(((item_code, outlet.warehouse) for item_code in quantities), for_update=True)
	free = free_qtys(outlet, list(quantities), bins, for_update=True)
	rates = {}
	for item_code, qty in quantities.items():
		if flt(qty - free[item_code], PRECISION) > 0:
			frappe.throw(
				_(
					"{0}: only {1} can be promised; the rest is sold, promised to others or needed by the outlet itself. Promise {1} or less."
				).format(frappe.bold(item_code), _plain(free[item_code]))
			)
		row = bins[(item_code, outlet.warehouse)]
		_add_promise(row.name, qty)
		rates[item_code] = flt(row.valuation_rate) or owners_price(item_code)
	return rates


def owners_price(item_code: str) -> float:
	"""Return the newest buying price of an item, in IDR per stock UOM.

	Goods on consignment are their owner's and enter at no value; what they are worth to approval and on the
	road is what their owner asks for them.
	"""
	owner = frappe.db.get_value("Item", item_code, "ks212_owner")
	return item_prices.newest(item_code, buying=1, supplier=owner)


def release(warehouse: str, quantities: dict[str, float]) -> None:
	"""Give back what was promised of `quantities` ({item_code: qty}) at `warehouse`."""
	bins = bins_of(((item_code, warehouse) for item_code in quantities), for_update=True)
	for item_code, qty in quantities.items():
		if row := bins.get((item_code, warehouse)):
			# The Bin of an item that was recreated by a repair starts at zero again.
			_add_promise(row.name, -min(qty, flt(row.ks212_promised_qty)))


def hold_again(warehouse: str, quantities: dict[str, float]) -> None:
	"""Hold `quantities` again after a dispatch was undone: they were free before and the goods are back."""
	bins = bins_of(((item_code, warehouse) for item_code in quantities), for_update=True)
	for (item_code, _warehouse), row in bins.items():
		_add_promise(row.name, quantities[item_code])


def _add_promise(bin_name: str, qty: float) -> None:
	Bin = frappe.qb.DocType("Bin")
	(
		frappe.qb.update(Bin)
		.set(Bin.ks212_promised_qty, IfNull(Bin.ks212_promised_qty, 0) + flt(qty, PRECISION))
		.where(Bin.name == bin_name)
		.run()
	)


def _plain(qty: float) -> str:
	return f"{flt(qty, 3):g}"
