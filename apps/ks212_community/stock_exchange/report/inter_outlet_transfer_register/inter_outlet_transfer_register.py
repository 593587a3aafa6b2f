"""Every line of every transfer between outlets, what became of it, and what is worth what on the road.

Columns, one query, pure functions. Quantities in the stock UOM, values in IDR.
"""

import frappe
from frappe import _
from frappe.query_builder.functions import Max
from frappe.utils import add_days, cint, flt, get_datetime, getdate, now_datetime

from ks212_community.columns import column, link, money, text
from ks212_community.permissions import companies_of
from ks212_community.stock_exchange.asking import in_transit_qty
from ks212_community.stock_exchange.goods import unaccounted
from ks212_community.stock_exchange.states import ENDED, INDICATORS, MOVED

QUANTITIES = (
	"asked_qty",
	"promised_qty",
	"sent_qty",
	"received_qty",
	"missing_qty",
	"returned_qty",
	"written_off_qty",
	"surplus_qty",
)
CHARTED_OUTLETS = 10


def execute(filters: dict | None = None):
	"""Return (columns, rows, message, chart, summary) of the transfers that `filters` choose: company,
	from_date, to_date (of the ask), source_outlet, target_outlet, status, item_code, in_transit_only."""
	filters = frappe._dict(filters or {})
	if filters.from_date and filters.to_date and getdate(filters.from_date) > getdate(filters.to_date):
		frappe.throw(_("From Date must not be after To Date."))
	now = now_datetime()
	rows = [complete(row, now) for row in find(filters)]
	if cint(filters.in_transit_only):
		rows = [row for row in rows if row.value_in_transit or row.in_transit_qty]
	return columns(filters), rows, None, chart(rows), summary(rows, now)


def columns(filters) -> list[dict]:
	"""Return the report's columns. Quantities of different UOMs do not add up: they are totalled for one item
	only."""
	adds_up = {} if filters.item_code else {"disable_total": True}

	def qty(fieldname: str, label: str, width: int = 90) -> dict:
		return column(fieldname, label, "Float", width, **adds_up)

	return [
		link("transfer", _("Transfer"), "Outlet Transfer", 190),
		text("status", _("Status"), 150),
		link("request", _("Request"), "Inter Outlet Request", 190),
		link("source_outlet", _("Source"), "Outlet", 90),
		text("source_name", _("Source Name"), 170),
		link("target_outlet", _("Requester"), "Outlet", 90),
		text("target_name", _("Requester Name"), 170),
		link("item_code", _("Item"), "Item", 110),
		text("item_name", _("Item Name"), 180),
		# Not links, as the currency below: whoever reads this report need not have rights on UOM and
		# Currency.
		text("stock_uom", _("Stock UOM"), 90),
		qty("asked_qty", _("Asked")),
		qty("promised_qty", _("Promised")),
		qty("sent_qty", _("Sent")),
		qty("in_transit_qty", _("In Transit"), 130),
		qty("received_qty", _("Received")),
		qty("missing_qty", _("Missing")),
		qty("returned_qty", _("Returned")),
		qty("written_off_qty", _("Written Off"), 110),
		qty("surplus_qty", _("Surplus")),
		money("rate", _("Value per Unit"), 150, disable_total=True),
		money("value_in_transit", _("Value in Transit"), 150),
		column("deadline", _("Deadline"), "Datetime", 160),
		column("days_in_state", _("Days in State"), "Int", 120, disable_total=True),
		text("currency", _("Currency"), 80, hidden=1),
	]


def find(filters) -> list[frappe._dict]:
	"""Return a row for each line of the chosen transfers, newest transfer first.

	`transit_rate` is what the ledger says a unit is worth in the line's transit warehouse now, and `since`
	the moment at which the transfer came into its state.
	"""
	Transfer = frappe.qb.DocType("Outlet Transfer")
	TransferItem = frappe.qb.DocType("Outlet Transfer Item")
	Company = frappe.qb.DocType("Company")
	Bin = frappe.qb.DocType("Bin")
	entered = _entered()
	query = (
		frappe.qb.from_(TransferItem)
		.inner_join(Transfer)
		.on(Transfer.name == TransferItem.parent)
		.inner_join(Company)
		.on(Company.name == Transfer.company)
		.left_join(Bin)
		.on((Bin.item_code == TransferItem.item_code) & (Bin.warehouse == Transfer.transit_warehouse))
		.left_join(entered)
		.on((entered.transfer == Transfer.name) & (entered.to_status == Transfer.status))
		.select(
			Transfer.name.as_("transfer"),
			Transfer.request,
			Transfer.source_outlet,
			Transfer.source_name,
			Transfer.target_outlet,
			Transfer.target_name,
			Transfer.status,
			Transfer.deadline,
			TransferItem.item_code,
			TransferItem.item_name,
			TransferItem.stock_uom,
			TransferItem.rate,
			TransferItem.at_no_value,
			*(TransferItem[field] for field in QUANTITIES),
			Bin.valuation_rate.as_("transit_rate"),
			Company.default_currency.as_("currency"),
			entered.since,
		)
		.orderby(Transfer.creation, order=frappe.qb.desc)
		.orderby(Transfer.name)
		.orderby(TransferItem.idx)
	)
	for field in ("company", "source_outlet", "target_outlet", "status"):
		if filters.get(field):
			query = query.where(Transfer[field] == filters[field])
	companies = companies_of("Outlet Transfer")
	if companies is not None:
		query = query.where(Transfer.source_company.isin(companies))
	if filters.item_code:
		query = query.where(TransferItem.item_code == filters.item_code)
	if filters.from_date:
		query = query.where(Transfer.creation >= getdate(filters.from_date))
	if filters.to_date:
		query = query.where(Transfer.creation < getdate(add_days(filters.to_date, 1)))
	return query.run(as_dict=True)


def _entered():
	"""Return the subquery of (transfer, to_status, since): when each transfer last came into each of its
	states."""
	Event = frappe.qb.DocType("Outlet Transfer Event")
	return (
		frappe.qb.from_(Event)
		.select(Event.transfer, Event.to_status, Max(Event.at).as_("since"))
		.where(Event.from_status.isnull() | (Event.from_status != Event.to_status))
		.groupby(Event.transfer, Event.to_status)
	).as_("entered")


def complete(row, now):
	"""Add what follows from a row's quantities and times.

	What is missing lies in the transit warehouse until it is settled: it counts in the value there, not in
	the quantity on the road.
	"""
	row.in_transit_qty = in_transit_qty(row) if row.status in MOVED else 0.0
	left = unaccounted(row) if row.status in MOVED else 0.0
	# The ledger holds consigned goods at no value; on the road they are worth their owner's price.
	row.value_in_transit = flt(left * flt(row.rate if row.at_no_value else row.transit_rate), 2)
	row.days_in_state = (now - get_datetime(row.since)).days if row.since else None
	row.overdue = int(bool(row.deadline) and get_datetime(row.deadline) < now)
	return row


def summary(rows, now) -> list[dict]:
	"""Return the figures above the report."""
	transfers = {row.transfer: row for row in rows}.values()
	late = sum(row.overdue for row in transfers)
	open_ones = sum(row.status not in (*ENDED, "Received", "Closed") for row in transfers)
	currency = rows[0].currency if rows else None
	return [
		{
			"label": _("Value in Transit"),
			"value": sum(row.value_in_transit for row in rows),
			"datatype": "Currency",
			"currency": currency,
			"indicator": "Blue",
		},
		{"label": _("Open Transfers"), "value": open_ones, "datatype": "Int", "indicator": "Blue"},
		{
			"label": _("Past Their Deadline"),
			"value": late,
			"datatype": "Int",
			"indicator": "Red" if late else "Green",
		},
		{
			"label": _("Discrepancies"),
			"value": sum(row.status == "Discrepancy" for row in transfers),
			"datatype": "Int",
			"indicator": INDICATORS["Discrepancy"].title(),
		},
	]


def chart(rows) -> dict | None:
	"""Return a bar chart of the value on the road to each requester, or None where there is nothing to
	compare."""
	totals: dict[str, float] = {}
	for row in rows:
		if row.value_in_transit:
			totals[row.target_name] = totals.get(row.target_name, 0.0) + row.value_in_transit
	if len(totals) < 2:
		return None
	largest = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))[:CHARTED_OUTLETS]
	return {
		"data": {
			"labels": [name for name, _value in largest],
			"datasets": [{"name": _("Value in Transit"), "values": [value for _name, value in largest]}],
		},
		"type": "bar",
		"colors": ["#7575ff"],
		"height": 160,
		"fieldtype": "Currency",
	}
