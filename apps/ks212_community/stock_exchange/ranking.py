"""Who could give an item to an outlet: a handful of set-based queries, then pure arithmetic."""

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import IfNull, Sum
from frappe.utils import date_diff, flt, today

from ks212_community.planning import ranking
from ks212_community.stock_exchange import deadlines, prices
from ks212_community.stock_exchange.availability import pos_pending
from ks212_community.stock_exchange.states import MOVED

SMALLEST_QTY = 0.0005


def candidates(target, item_code: str, qty: float, needed_by=None, terms=None) -> list[frappe._dict]:
	"""Return every other active outlet that has some of `item_code` free for the Outlet `target`, best first.

	`qty` in the stock UOM; `terms`: the target's prices.Terms, of a caller that asks for several items. Each
	row: the source's name, kind, place and phone, `warehouse`, `free` and `gives` (stock UOM), `distance_km`
	(or None), `days`, `in_time`, of another company its `terms`, `price`, `loan_days`, `policy` and
	`transport_paid_by` (see prices.Terms), `askable`, else `reason`, and `score`.
	`free` is for this module's callers alone: the portal is told no more than "all" or "part".
	"""
	settings = frappe.get_cached_doc("KS212 Settings")
	day = deadlines.today_at(target)
	days_left = date_diff(needed_by, day) if needed_by else None
	found = _with_free(target, [item_code], settings)
	given = _given_lately(item_code, settings.fairness_days) if found else {}
	terms = terms or prices.Terms(target)
	for row in found:
		row.update(terms.offer(row, item_code, row.pop("valuation_rate"), row.owner))
		row.gives = min(row.free, qty)
		row.given = given.get(row.name, 0.0)
		row.distance_km = ranking.distance_km(target.latitude, target.longitude, row.latitude, row.longitude)
		row.days = days_to_deliver(target.region, row.region, settings)
		row.in_time = days_left is None or days_left >= row.days
		row.askable = not row.reason
		row.days_to_expiry = (row.nearest_expiry - day).days if row.nearest_expiry else None
	return _best_first(found, qty, settings)


def count_sources(target, item_codes: list[str]) -> dict[str, int]:
	"""Return {item_code: how many outlets can be asked for some of it by the Outlet `target`}."""
	counts = dict.fromkeys(item_codes, 0)
	terms = prices.Terms(target)
	for row in _with_free(target, item_codes, frappe.get_cached_doc("KS212 Settings")):
		counts[row.item_code] += not terms.offer(row, row.item_code, row.valuation_rate, row.owner).reason
	return counts


def _with_free(target, item_codes: list[str], settings) -> list[frappe._dict]:
	"""Return the stocked outlets that have some of an item free, with `free` in the stock UOM.

	Goods past their date do not count. How much of an outlet's stock that is, and what expires next, is read
	from the nightly snapshot; a promise looks at the batches themselves.
	"""
	rows = _stocked_outlets(target.name, item_codes)
	if not rows:
		return []
	pending = pos_pending(item_codes)
	safety_days = flt(settings.safety_days)
	whole = {
		item_code: is_whole(frappe.get_cached_value("Item", item_code, "stock_uom"))
		for item_code in item_codes
	}
	found = []
	for row in rows:
		row.free = ranking.free_qty(
			row.actual_qty - row.expired_qty,
			row.reserved,
			pending.get((row.item_code, row.warehouse), 0.0),
			row.promised,
			row.safety_days or safety_days,
			row.daily_demand,
		)
		if whole[row.item_code]:
			row.free = int(row.free + 1e-6)
		if row.free >= SMALLEST_QTY:
			found.append(row)
	return found


def is_whole(uom: str) -> bool:
	"""Whether ERPNext counts a UOM in whole numbers only."""
	return bool(frappe.get_cached_value("UOM", uom, "must_be_whole_number"))


def days_to_deliver(region: str, other_region: str, settings) -> int:
	"""Return the days goods travel: 1 inside a region, else the network's setting."""
	return 1 if region == other_region else int(settings.days_other_region or 1)


def _best_first(found, qty: float, settings):
	weights = {
		name: flt(settings.get(f"weight_{name}"))
		for name in ("fill", "distance", "days", "expiry", "fairness")
	}
	scores = ranking.scores(
		[row.gives / qty for row in found],
		[row.distance_km for row in found],
		[row.days for row in found],
		[row.days_to_expiry for row in found],
		[row.given for row in found],
		weights,
		flt(settings.near_expiry_days),
	)
	for row, score in zip(found, scores, strict=True):
		row.score = score
	return sorted(found, key=lambda row: (not row.askable, not row.in_time, -row.score, row.name))


def _stocked_outlets(target: str, item_codes: list[str]):
	Outlet = frappe.qb.DocType("Outlet")
	Bin = frappe.qb.DocType("Bin")
	Snapshot = frappe.qb.DocType("Outlet Item Snapshot")
	Item = frappe.qb.DocType("Item")
	return (
		frappe.qb.from_(Bin)
		.inner_join(Outlet)
		.on(Outlet.warehouse == Bin.warehouse)
		.inner_join(Item)
		.on(Item.name == Bin.item_code)
		.left_join(Snapshot)
		.on((Snapshot.item_code == Bin.item_code) & (Snapshot.warehouse == Bin.warehouse))
		.select(
			Outlet.name,
			Outlet.outlet_name,
			Outlet.kind,
			Outlet.community,
			Outlet.company,
			Outlet.region,
			Outlet.city,
			Outlet.phone,
			Outlet.latitude,
			Outlet.longitude,
			Outlet.safety_days,
			Bin.item_code,
			Bin.warehouse,
			Bin.actual_qty,
			Bin.valuation_rate,
			(Bin.reserved_qty + Bin.reserved_qty_for_production + Bin.reserved_qty_for_sub_contract).as_(
				"reserved"
			),
			IfNull(Bin.ks212_promised_qty, 0).as_("promised"),
			IfNull(Snapshot.daily_demand, 0).as_("daily_demand"),
			IfNull(Snapshot.expired_qty, 0).as_("expired_qty"),
			Snapshot.nearest_expiry,
			Case().when(Item.ks212_consigned == 1, Item.ks212_owner).as_("owner"),
		)
		.where(
			Bin.item_code.isin(item_codes)
			& (Bin.actual_qty > 0)
			& (Outlet.status == "Active")
			& (Outlet.name != target)
		)
		.run(as_dict=True)
	)


def _given_lately(item_code: str, days: int) -> dict[str, float]:
	"""Return {source outlet: quantity of the item given in the last `days` days}, stock UOM."""
	Transfer = frappe.qb.DocType("Outlet Transfer")
	TransferItem = frappe.qb.DocType("Outlet Transfer Item")
	since = frappe.utils.add_days(today(), -int(days or 0))
	return dict(
		frappe.qb.from_(TransferItem)
		.inner_join(Transfer)
		.on(Transfer.name == TransferItem.parent)
		.select(Transfer.source_outlet, Sum(TransferItem.sent_qty))
		.where(
			(TransferItem.item_code == item_code)
			& Transfer.status.isin(MOVED)
			& (Transfer.creation >= since)
			& (IfNull(Transfer.return_of, "") == "")
		)
		.groupby(Transfer.source_outlet)
		.run()
	)
