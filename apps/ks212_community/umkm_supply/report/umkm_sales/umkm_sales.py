"""What outlets sold of their members' enterprises' goods: how much, for how much, worth what to the owners.

Columns, one query, pure functions. It counts what the stock ledger says was sold of items on consignment
(umkm_supply/ledger.py), with the invoice's own value where there is one, else at the retail price of the day.
Quantities in the stock UOM, values in IDR without taxes; returns of customers subtract.
"""

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import add_days, flt, formatdate, getdate, today

from ks212_community.columns import column, money, text
from ks212_community.permissions import report_company
from ks212_community.stock_exchange.dashboard_chart_source.transfers_per_week.transfers_per_week import (
	week_of,
)
from ks212_community.umkm_supply import ledger, prices

# what the rows are summed by -> the columns that name a row
GROUPS = {
	"Day": ("posting_date",),
	"Outlet": ("place", "outlet"),
	"Product": ("item_code", "item_name", "supplier_name", "stock_uom"),
	"Supplier": ("supplier_name", "supplier", "community"),
}
# how the chart names a row
LABELS = {"Outlet": "place", "Product": "item_name", "Supplier": "supplier_name"}
CHARTED = 15
# a day's period, how its first day is written under the chart, and for how many there is room
PERIODS = (
	(lambda day: day, "d", 31),
	(week_of, "d/M", 19),
	(lambda day: day.replace(day=1), "M/yy", 19),
)
DAYS = 30


def execute(filters: dict | None = None):
	"""Return (columns, rows, message, chart, summary) of the sales from from_date (DAYS before to_date, if
	not given) to to_date (today); further filters: company, supplier, outlet, community, item_code, and
	group_by (a key of GROUPS)."""
	filters = frappe._dict(filters or {})
	filters.company = report_company(filters.company, "Consignment Agreement")
	group = filters.group_by or "Day"
	if group not in GROUPS:
		frappe.throw(_("Group By must be one of: {0}.").format(", ".join(_(name) for name in GROUPS)))
	filters.to_date = filters.to_date or today()
	filters.from_date = filters.from_date or add_days(filters.to_date, -DAYS)
	if getdate(filters.from_date) > getdate(filters.to_date):
		frappe.throw(_("From Date must not be after To Date."))
	rows = [complete(row) for row in find(filters, group)]
	return columns(filters, group), rows, None, chart(rows, group), summary(rows)


def columns(filters, group: str) -> list[dict]:
	"""Return the report's columns. Quantities of different UOMs do not add up: they are totalled for one item
	only."""
	# No links, which the report's script draws: whoever reads this need not have rights on Supplier, Item,
	# UOM, Currency.
	named = {
		"posting_date": column("posting_date", _("Day"), "Date", 110),
		"place": text("place", _("Place"), 230),
		"outlet": text("outlet", _("Outlet"), 100, hidden=1),
		"item_code": text("item_code", _("Item"), 140),
		"item_name": text("item_name", _("Item Name"), 210),
		"supplier": text("supplier", _("Supplier"), 170, hidden=1),
		"supplier_name": text("supplier_name", _("Supplier"), 180),
		"community": text("community", _("Community"), 120),
		"stock_uom": text("stock_uom", _("Stock UOM"), 110),
	}
	adds_up = {} if filters.item_code else {"disable_total": True}
	return [
		*(named[fieldname] for fieldname in GROUPS[group]),
		column("qty", _("Sold"), "Float", 100, **adds_up),
		column("invoiced_qty", _("Of That Invoiced"), "Float", 140, **adds_up),
		money("invoiced_value", _("Invoiced Sales"), 175),
		money("other_value", _("Sales without an Invoice"), 195),
		money("sale_value", _("Sale Value"), 175),
		money("owner_value", _("Value at Owner's Price"), 175),
		money("margin", _("Margin"), 175),
		column("margin_percent", _("Margin (%)"), "Percent", 110, disable_total=True),
		text("currency", _("Currency"), 80, hidden=1),
	]


def find(filters, group: str) -> list[frappe._dict]:
	"""Return a row for each day, outlet, product or supplier with `qty`, `invoiced_qty`, `invoiced_value`,
	`other_value` (at the retail price of the day) and `owner_value` (at the owner's price of the day)."""
	sold = _sold(filters)
	Item = frappe.qb.DocType("Item")
	Supplier = frappe.qb.DocType("Supplier")
	Outlet = frappe.qb.DocType("Outlet")
	Company = frappe.qb.DocType("Company")
	Price = frappe.qb.DocType("UMKM Product Price")
	named = {
		"posting_date": sold.posting_date,
		"outlet": Outlet.name,
		"place": Coalesce(Outlet.outlet_name, sold.warehouse),
		"item_code": sold.item_code,
		"item_name": Item.item_name,
		"supplier": sold.supplier,
		"supplier_name": Supplier.supplier_name,
		"community": Supplier.ks212_community,
		"stock_uom": Item.stock_uom,
	}
	other_qty = sold.qty - sold.invoiced_qty
	query = (
		frappe.qb.from_(sold)
		.inner_join(Item)
		.on(Item.name == sold.item_code)
		.inner_join(Supplier)
		.on(Supplier.name == sold.supplier)
		.inner_join(Company)
		.on(Company.name == sold.company)
		.left_join(Outlet)
		.on(Outlet.warehouse == sold.warehouse)
		.left_join(Price)
		.on((Price.item_code == sold.item_code) & prices.in_force(Price, sold.posting_date))
		.select(
			*(named[fieldname].as_(fieldname) for fieldname in GROUPS[group]),
			Company.default_currency.as_("currency"),
			Sum(sold.qty).as_("qty"),
			Sum(sold.invoiced_qty).as_("invoiced_qty"),
			Sum(sold.invoiced_value).as_("invoiced_value"),
			Sum(other_qty * Coalesce(Price.retail_price, 0)).as_("other_value"),
			Sum(sold.qty * Coalesce(Price.owner_price, 0)).as_("owner_value"),
		)
		.groupby(*(named[fieldname] for fieldname in GROUPS[group]), Company.default_currency)
		.orderby(named[GROUPS[group][0]])
	)
	for field, value in (
		(Outlet.name, filters.outlet),
		(Supplier.ks212_community, filters.community),
		(sold.item_code, filters.item_code),
	):
		if value:
			query = query.where(field == value)
	return query.run(as_dict=True)


def _sold(filters):
	"""Return the subquery of the ledger's rows of sales with what invoices charge for them: (item_code,
	supplier, company, warehouse, posting_date, qty, invoiced_qty, invoiced_value).

	The invoice of a row is the Sales Invoice that moved the goods, the one that its Delivery Note was made
	from, or those that were made from its Delivery Note.
	"""
	Ledger, StockEntry, Item = ledger.tables()
	InvoiceItem = frappe.qb.DocType("Sales Invoice Item")
	NoteItem = frappe.qb.DocType("Delivery Note Item")
	billed = _billed_later()
	qty = Ledger.actual_qty * -1
	return (
		ledger.consigned_rows(
			Ledger, StockEntry, Item, filters.from_date, filters.to_date, filters.company, filters.supplier
		)
		.left_join(NoteItem)
		.on((Ledger.voucher_type == "Delivery Note") & (NoteItem.name == Ledger.voucher_detail_no))
		.left_join(InvoiceItem)
		.on(
			(InvoiceItem.docstatus == 1)
			& (
				InvoiceItem.name
				== Case()
				.when(Ledger.voucher_type == "Sales Invoice", Ledger.voucher_detail_no)
				.else_(NoteItem.si_detail)
			)
		)
		.left_join(billed)
		.on((InvoiceItem.name.isnull()) & (billed.dn_detail == NoteItem.name))
		.select(
			Ledger.item_code,
			Item.ks212_owner.as_("supplier"),
			Ledger.company,
			Ledger.warehouse,
			Ledger.posting_date,
			qty.as_("qty"),
			Case()
			.when(InvoiceItem.name.isnotnull(), qty)
			.else_(Coalesce(billed.stock_qty, 0))
			.as_("invoiced_qty"),
			Case()
			.when(InvoiceItem.stock_qty != 0, InvoiceItem.base_net_amount * qty / InvoiceItem.stock_qty)
			.else_(Coalesce(billed.base_net_amount, 0))
			.as_("invoiced_value"),
		)
		.where(ledger.conditions(Ledger, StockEntry)["sold"])
	).as_("sold")


def _billed_later():
	"""Return the subquery of (dn_detail, stock_qty, base_net_amount): what submitted invoices charge for a
	Delivery Note's row."""
	InvoiceItem = frappe.qb.DocType("Sales Invoice Item")
	return (
		frappe.qb.from_(InvoiceItem)
		.select(
			InvoiceItem.dn_detail,
			Sum(InvoiceItem.stock_qty).as_("stock_qty"),
			Sum(InvoiceItem.base_net_amount).as_("base_net_amount"),
		)
		.where((InvoiceItem.docstatus == 1) & InvoiceItem.dn_detail.isnotnull())
		.groupby(InvoiceItem.dn_detail)
	).as_("billed")


def complete(row):
	"""Add to a row the value of its sales and what is left of it above the owner's price."""
	row.sale_value = flt(flt(row.invoiced_value) + flt(row.other_value), 2)
	row.margin = flt(row.sale_value - flt(row.owner_value), 2)
	row.margin_percent = flt(100 * row.margin / row.sale_value, 2) if row.sale_value else 0.0
	return row


def summary(rows) -> list[dict]:
	"""Return the figures above the report."""
	currency = rows[0].currency if rows else None
	totals = {
		fieldname: flt(sum(flt(row[fieldname]) for row in rows), 2)
		for fieldname in ("sale_value", "other_value", "owner_value", "margin")
	}
	labels = {
		"sale_value": (_("Sale Value"), "Blue"),
		"other_value": (_("Sales without an Invoice"), "Grey"),
		"owner_value": (_("Value at Owner's Price"), "Blue"),
		"margin": (_("Margin"), "Green" if totals["margin"] >= 0 else "Red"),
	}
	return [
		{
			"label": label,
			"value": totals[fieldname],
			"datatype": "Currency",
			"currency": currency,
			"indicator": indicator,
		}
		for fieldname, (label, indicator) in labels.items()
	]


def chart(rows, group: str) -> dict | None:
	"""Return a chart of the sale value: a line over the time, else bars of the largest; None where there is
	nothing to compare."""
	points = _days(rows) if group == "Day" else _largest(rows, LABELS[group])
	if len(points) < 2:
		return None
	return {
		"data": {
			"labels": [label for label, _value in points],
			"datasets": [{"name": _("Sale Value"), "values": [value for _label, value in points]}],
		},
		"type": "line" if group == "Day" else "bar",
		"colors": ["#7575ff"],
		"height": 180,
		"fieldtype": "Currency",
	}


def _days(rows) -> list[tuple[str, float]]:
	"""Return the sums of the days, the weeks from their Monday or the months, whichever the chart has room to
	name."""
	for period_of, how_written, room in PERIODS:
		totals = _totals(rows, lambda row, period_of=period_of: period_of(getdate(row.posting_date)))
		points = [(formatdate(day, how_written), value) for day, value in sorted(totals.items())]
		if len(points) <= room:
			break
	return points


def _largest(rows, field: str) -> list[tuple[str, float]]:
	totals = _totals(rows, lambda row: row[field])
	return sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))[:CHARTED]


def _totals(rows, point_of) -> dict:
	totals: dict = {}
	for row in rows:
		point = point_of(row)
		totals[point] = flt(totals.get(point, 0.0) + row.sale_value, 2)
	return totals
