"""What lies where of the goods on consignment: how much, for how long, until when, and worth what to its
owner.

Quantities in the stock UOM, prices and values in IDR, ages in days.
"""

from datetime import date

from pypika import analytics

import frappe
from frappe.query_builder.functions import Min, Sum
from frappe.utils import flt, getdate, today

from ks212_community.umkm_supply import ledger, prices


def find(
	company: str | None = None,
	supplier: str | None = None,
	outlet: str | None = None,
	community: str | None = None,
) -> list[frappe._dict]:
	"""Return a row for each product and warehouse that holds some of it, by supplier, product and outlet.

	`outlet` and `outlet_name` are None for goods on the road (in a transit warehouse). `oldest` is the day on
	which the oldest unit on hand came into the warehouse, first in first out; `owner_price` is the one in
	force today.
	"""
	Bin = frappe.qb.DocType("Bin")
	Item = frappe.qb.DocType("Item")
	Warehouse = frappe.qb.DocType("Warehouse")
	Outlet = frappe.qb.DocType("Outlet")
	Supplier = frappe.qb.DocType("Supplier")
	Company = frappe.qb.DocType("Company")
	price = prices_on(getdate(today()))
	warehouse = frappe.db.get_value("Outlet", outlet, "warehouse") if outlet else None
	arrival = _oldest_arrival(company, supplier, warehouse)
	query = (
		frappe.qb.from_(Bin)
		.inner_join(Item)
		.on(Item.name == Bin.item_code)
		.inner_join(Warehouse)
		.on(Warehouse.name == Bin.warehouse)
		.inner_join(Company)
		.on(Company.name == Warehouse.company)
		.inner_join(Supplier)
		.on(Supplier.name == Item.ks212_owner)
		.left_join(Outlet)
		.on(Outlet.warehouse == Bin.warehouse)
		.left_join(price)
		.on(price.item_code == Bin.item_code)
		.left_join(arrival)
		.on((arrival.item_code == Bin.item_code) & (arrival.warehouse == Bin.warehouse))
		.select(
			Item.ks212_owner.as_("supplier"),
			Supplier.supplier_name,
			Supplier.ks212_community.as_("community"),
			Bin.item_code,
			Item.item_name,
			Item.stock_uom,
			Item.has_batch_no,
			Bin.warehouse,
			Outlet.name.as_("outlet"),
			Outlet.outlet_name,
			Warehouse.company,
			Company.default_currency.as_("currency"),
			Bin.actual_qty.as_("qty"),
			price.owner_price,
			price.retail_price,
			arrival.oldest,
		)
		.where((Item.ks212_consigned == 1) & (Bin.actual_qty != 0))
		.orderby(Supplier.supplier_name)
		.orderby(Item.item_name)
		.orderby(Bin.warehouse)
	)
	for field, value in (
		(Warehouse.company, company),
		(Item.ks212_owner, supplier),
		(Outlet.name, outlet),
		(Bin.warehouse, warehouse),
		(Supplier.ks212_community, community),
	):
		if value:
			query = query.where(field == value)
	return query.run(as_dict=True)


def prices_on(day: date):
	"""Return the subquery of (item_code, owner_price, retail_price) in force on `day`."""
	Price = frappe.qb.DocType("UMKM Product Price")
	return (
		frappe.qb.from_(Price)
		.select(Price.item_code, Price.owner_price, Price.retail_price)
		.where(prices.in_force(Price, day))
	).as_("price")


def _oldest_arrival(company: str | None, supplier: str | None, warehouse: str | None):
	"""Return the subquery of (item_code, warehouse, oldest): the day of the oldest arrival of which something
	is left when what leaves is taken from the oldest.

	Arrivals are all the ledger's rows that add: receipts, legs of transfers, returned sales, surpluses of
	counts. A day's arrivals are left in part where the later days' do not cover what is on hand.
	"""
	Ledger, StockEntry, Item = ledger.tables()
	Bin = frappe.qb.DocType("Bin")
	arrived = ledger.change(Ledger)
	rows = ledger.consigned_rows(Ledger, StockEntry, Item, company=company, supplier=supplier)
	if warehouse:
		rows = rows.where(Ledger.warehouse == warehouse)
	day = (
		rows.select(Ledger.item_code, Ledger.warehouse, Ledger.posting_date, Sum(arrived).as_("arrived"))
		.where(arrived > 0)
		.groupby(Ledger.item_code, Ledger.warehouse, Ledger.posting_date)
	).as_("day")
	since = (
		analytics.Sum(day.arrived)
		.over(day.item_code, day.warehouse)
		.orderby(day.posting_date, order=frappe.qb.desc)
	)
	running = (
		frappe.qb.from_(day).select(
			day.item_code, day.warehouse, day.posting_date, day.arrived, since.as_("since")
		)
	).as_("running")
	return (
		frappe.qb.from_(running)
		.inner_join(Bin)
		.on((Bin.item_code == running.item_code) & (Bin.warehouse == running.warehouse))
		.select(running.item_code, running.warehouse, Min(running.posting_date).as_("oldest"))
		.where(running.since - running.arrived < Bin.actual_qty)
		.groupby(running.item_code, running.warehouse)
	).as_("arrival")


def nearest_expiries(item_codes) -> dict[tuple[str, str], date]:
	"""Return {(item_code, warehouse): earliest date of the batches on hand}, past dates too."""
	batches = {}
	if item_codes:
		batches = {
			batch.name: batch
			for batch in frappe.get_all(
				"Batch",
				filters={"item": ["in", list(item_codes)], "expiry_date": ["is", "set"]},
				fields=["name", "item", "expiry_date"],
			)
		}
	if not batches:
		return {}
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import get_auto_batch_nos

	nearest: dict[tuple[str, str], date] = {}
	# "For stock levels" means: expired batches too.
	wanted = frappe._dict(batch_no=list(batches), for_stock_levels=True, based_on="Expiry")
	for row in get_auto_batch_nos(wanted):
		batch = batches[row.batch_no]
		if flt(row.qty) > 0:
			key = (batch.item, row.warehouse)
			nearest[key] = min(nearest.get(key, batch.expiry_date), batch.expiry_date)
	return nearest


def complete(row, expiries: dict, day: date):
	"""Add to a row of `find` its age, its nearest expiry and its value at the owner's price."""
	row.age_days = max((day - row.oldest).days, 0) if row.oldest else None
	row.nearest_expiry = expiries.get((row.item_code, row.warehouse))
	row.days_to_expiry = (row.nearest_expiry - day).days if row.nearest_expiry else None
	row.value = flt(flt(row.qty) * flt(row.owner_price), 2)
	return row


def stock(**filters) -> list[frappe._dict]:
	"""Return the rows of `find(**filters)` with `age_days`, `nearest_expiry`, `days_to_expiry` and
	`value`."""
	rows = find(**filters)
	expiries = nearest_expiries({row.item_code for row in rows if row.has_batch_no})
	day = getdate(today())
	return [complete(row, expiries, day) for row in rows]
