"""What a supplier and a company agreed, as it is in force on a day: which outlets and products, on which
terms.

A supplier has at most one agreement with a company on any day. An item is either on consignment or bought
outright, in the whole network: its flag follows from the agreement that covers it.
"""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.utils import formatdate, getdate, today

CONSIGNMENT, OUTRIGHT = "Consignment", "Outright Purchase"
SALE_AKAD = "Jual Beli"
FIELDS = (
	"name",
	"supplier",
	"supplier_name",
	"company",
	"supply",
	"akad",
	"valid_from",
	"valid_to",
	"fee_basis",
	"fee_percent",
	"fee_per_unit",
	"promotions_borne_by",
	"shrinkage_borne_by",
	"expiry_borne_by",
	"period_charge",
	"settlement_period",
	"days_to_pay",
	"taxes_template",
	"min_shelf_share",
)


def agreements_of(supplier: str, on: date | None = None, company: str | None = None) -> list[frappe._dict]:
	"""Return the agreements (FIELDS) of a supplier in force `on` a day (default: today), by company."""
	day = getdate(on or today())
	filters = {"supplier": supplier, "docstatus": 1, "valid_from": ["<=", day]}
	if company:
		filters["company"] = company
	rows = frappe.get_all(
		"Consignment Agreement", filters=filters, fields=list(FIELDS), order_by="company, valid_from"
	)
	return [row for row in rows if not row.valid_to or getdate(row.valid_to) >= day]


def owners_of(item_codes: Iterable[str]) -> dict[str, str]:
	"""Return {item: its owner} of those of `item_codes` that are on consignment."""
	return {
		item.name: item.ks212_owner
		for item in frappe.get_all(
			"Item",
			filters={"name": ["in", sorted(set(item_codes)) or [""]], "ks212_consigned": 1},
			fields=["name", "ks212_owner"],
		)
	}


def agreement_for(
	supplier: str,
	company: str,
	outlet: str | None = None,
	item_code: str | None = None,
	on: date | None = None,
) -> frappe._dict | None:
	"""Return the agreement (FIELDS) in force `on` a day (default: today) that covers the outlet and the item,
	where they are given; None where there is none."""
	for row in agreements_of(supplier, on, company):
		if outlet and not covered_outlets(row, [frappe.get_cached_doc("Outlet", outlet)]):
			continue
		if item_code and item_code not in covered_items(row):
			continue
		return row
	return None


def require_agreement(
	supplier: str,
	company: str,
	outlet: str | None = None,
	item_codes: Iterable[str] = (),
	on: date | None = None,
) -> frappe._dict:
	"""Return the agreement (FIELDS) in force `on` a day (default: today) that covers the outlet and every
	item; raise `frappe.ValidationError` that says what is not covered."""
	agreement = agreement_for(supplier, company, on=on)
	if not agreement:
		frappe.throw(
			_("There is no agreement between {0} and {1} today. Ask head office to make one.").format(
				frappe.bold(supplier), frappe.bold(company)
			)
		)
	if outlet and not covered_outlets(agreement, [frappe.get_cached_doc("Outlet", outlet)]):
		frappe.throw(
			_("Agreement {0} does not cover outlet {1}. Choose another outlet, or ask head office.").format(
				frappe.bold(agreement.name), frappe.bold(outlet)
			)
		)
	covered = covered_items(agreement)
	for idx, item_code in enumerate(item_codes, 1):
		if item_code not in covered:
			frappe.throw(
				_("Row {0}: agreement {1} does not cover {2}. Take it out, or ask head office.").format(
					idx, frappe.bold(agreement.name), frappe.bold(item_code)
				)
			)
	return agreement


def covered_outlets(agreement, outlets: list) -> list:
	"""Return those of `outlets` (rows with name, company and region) that `agreement` covers; all of its
	company's where it names neither outlets nor regions."""
	outlets = [outlet for outlet in outlets if outlet.company == agreement.company]
	named = frappe.get_all(
		"Consignment Agreement Outlet", filters={"parent": agreement.name}, fields=["outlet", "region"]
	)
	if not named:
		return outlets
	codes = {row.outlet for row in named if row.outlet}
	regions = {row.region for row in named if row.region}
	return [outlet for outlet in outlets if outlet.name in codes or regions & _regions_above(outlet.region)]


def _regions_above(region: str | None) -> set[str]:
	"""Return a region and every region that it is part of."""
	found = set()
	while region and region not in found:
		found.add(region)
		region = frappe.get_cached_value("Territory", region, "parent_territory")
	return found


def covered_items(agreement) -> set[str]:
	"""Return the items that `agreement` covers: those it names, or all of its supplier's where it names
	none."""
	named = frappe.get_all(
		"Consignment Agreement Product", filters={"parent": agreement.name}, pluck="item_code"
	)
	owned = frappe.get_all("Item", filters={"ks212_owner": agreement.supplier}, pluck="name")
	return set(owned) & set(named) if named else set(owned)


def _not_ended(supplier: str) -> list[frappe._dict]:
	day = getdate(today())
	rows = frappe.get_all(
		"Consignment Agreement",
		filters={"supplier": supplier, "docstatus": 1},
		fields=list(FIELDS),
		order_by="valid_from, name",
	)
	return [row for row in rows if not row.valid_to or getdate(row.valid_to) >= day]


# -- what submitting an agreement means ---------------------------------------------------------------------


def refuse_overlap(doc) -> None:
	"""Refuse a second agreement of the same supplier and company at the same time.

	The supplier's row is locked first, so that of two agreements submitted at once the second sees the first.
	"""
	frappe.db.get_value("Supplier", doc.supplier, "name", for_update=True)
	Agreement = frappe.qb.DocType("Consignment Agreement")
	query = (
		frappe.qb.from_(Agreement)
		.select(Agreement.name, Agreement.valid_from, Agreement.valid_to)
		.where(
			(Agreement.supplier == doc.supplier)
			& (Agreement.company == doc.company)
			& (Agreement.docstatus == 1)
			& (Agreement.name != (doc.name or ""))
			& (Agreement.valid_to.isnull() | (Agreement.valid_to >= getdate(doc.valid_from)))
		)
		.orderby(Agreement.valid_from)
		.for_update()
	)
	if doc.valid_to:
		query = query.where(Agreement.valid_from <= getdate(doc.valid_to))
	other = query.run(as_dict=True)
	if not other:
		return
	other = other[0]
	if getdate(other.valid_from) < getdate(doc.valid_from):
		frappe.throw(
			_(
				"Agreement {0} with this supplier is still in force. Set its Valid To before {1} first."
			).format(frappe.bold(other.name), formatdate(doc.valid_from))
		)
	frappe.throw(
		_("Agreement {0} with this supplier begins on {1}. Set Valid To before that day.").format(
			frappe.bold(other.name), formatdate(other.valid_from)
		)
	)


def set_supply(doc) -> None:
	"""Make the items that a submitted agreement covers consigned, or bought outright, in the whole network.

	Refused where another agreement says otherwise, or where goods taken under the other rule are still in
	stock.
	"""
	items = covered_items(doc)
	for other in _not_ended(doc.supplier):
		if other.name != doc.name and other.supply != doc.supply:
			both = sorted(items & covered_items(other))
			if both:
				frappe.throw(
					_(
						"{0} is supplied by {1} under agreement {2}. An item is supplied in one way in the whole network; set"
						" that agreement's Valid To first."
					).format(frappe.bold(both[0]), _(other.supply), frappe.bold(other.name))
				)
	apply_supply(doc.supply, items)


def apply_supply(supply: str, item_codes: Iterable[str]) -> None:
	"""Mark items as consigned or bought outright; refused where stock of the other kind is left."""
	consigned = int(supply == CONSIGNMENT)
	changing = [
		item.name
		for item in frappe.get_all(
			"Item",
			filters={"name": ["in", sorted(item_codes) or [""]]},
			fields=["name", "ks212_consigned"],
			order_by="name",
		)
		if int(item.ks212_consigned or 0) != consigned
	]
	if not changing:
		return
	left = frappe.get_all(
		"Bin",
		filters={"item_code": ["in", changing], "actual_qty": ["!=", 0]},
		fields=["item_code", "warehouse"],
		order_by="item_code, warehouse",
		limit=1,
	)
	if left:
		frappe.throw(
			_(
				"{0} is in stock at {1}, taken under the other rule ({2}). Sell it or give it back first, then repeat."
			).format(
				frappe.bold(left[0].item_code),
				frappe.bold(left[0].warehouse),
				_(OUTRIGHT if consigned else CONSIGNMENT),
			)
		)
	_refuse_on_the_road(changing)
	for item_code in changing:
		frappe.db.set_value("Item", item_code, "ks212_consigned", consigned)
		if not consigned:
			_forget_liability(item_code)


def _refuse_on_the_road(item_codes: list[str]) -> None:
	"""Goods sold to another company are in nobody's stock on the way: they arrive under the rule they left
	under. So do those that are lent, and come back."""
	Transfer = frappe.qb.DocType("Outlet Transfer")
	TransferItem = frappe.qb.DocType("Outlet Transfer Item")
	rows = (
		frappe.qb.from_(TransferItem)
		.inner_join(Transfer)
		.on(Transfer.name == TransferItem.parent)
		.select(TransferItem.item_code, Transfer.name)
		.where(
			TransferItem.item_code.isin(item_codes)
			& Transfer.status.isin(("In Transit", "Discrepancy"))
			& (TransferItem.sent_qty > 0)
		)
		.orderby(Transfer.name)
		.limit(1)
		.run()
	)
	for item_code, transfer in rows:
		frappe.throw(
			_("{0} is on the road by transfer {1}. Count it in first, then repeat.").format(
				frappe.bold(item_code), frappe.bold(transfer)
			)
		)
	# A transfer's prices rest on agreements, and its loans on both.
	from ks212_community.stock_exchange import loans

	for item_code, transfer in loans.open_of(item_codes)[:1]:
		frappe.throw(
			_("{0} is on loan by transfer {1}. Give it back first, then repeat.").format(
				frappe.bold(item_code), frappe.bold(transfer)
			)
		)


def _forget_liability(item_code: str) -> None:
	"""ERPNext keeps the account of a sale as the item's default: what is bought outright is not owed to
	anybody."""
	for row in frappe.get_doc("Item", item_code).get("item_defaults") or []:
		if row.income_account:
			from ks212_community.umkm_supply import books

			if row.income_account == books.existing_account(row.company, "liability"):
				row.db_set("income_account", None)


def refuse_cancel(doc) -> None:
	"""Refuse to cancel an agreement that deliveries or settlements rest on."""
	delivery = frappe.db.get_value(
		"Consignment Delivery",
		{"agreement": doc.name, "docstatus": ["<", 2], "status": ["in", ("Announced", "Received")]},
	)
	settlement = frappe.db.get_value(
		"Consignment Settlement Sale", {"agreement": doc.name, "docstatus": 1}, "parent"
	) or frappe.db.get_value("Consignment Settlement", {"agreement": doc.name, "docstatus": 1})
	if delivery or settlement:
		frappe.throw(
			_("{0} rests on this agreement; it cannot be cancelled. Set its Valid To instead.").format(
				frappe.bold(delivery or settlement)
			)
		)
