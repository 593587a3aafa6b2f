"""Goods of micro-enterprises in and out, for the portal and other clients; types, units and errors in
docs/api.md.

A supplier's people announce deliveries; an outlet's people count them in and take goods off the shelf.
Quantities in the stock UOM, prices in IDR. Arguments default to None and are typed wide, so that a bad call
is a clear refusal.
"""

from typing import Any

import frappe
from frappe import _
from frappe.utils import flt, get_fullname, today

from ks212_community import permissions
from ks212_community.api import parties, validate
from ks212_community.api.once import once
from ks212_community.locks import lock
from ks212_community.stock_exchange import availability
from ks212_community.stock_exchange.ranking import is_whole
from ks212_community.umkm_supply import agreements, consigned, deliveries, files, prices, removals

LIST_LENGTH = 50
LINE_REASON_LENGTH = 140


# -- reading ------------------------------------------------------------------------------------------------


@frappe.whitelist()
def deliverable(supplier: Any = None) -> dict:
	"""Return which outlets and products a supplier may deliver today: {outlets, products}."""
	supplier = parties.own_supplier(supplier)
	in_force = agreements.agreements_of(supplier)
	outlets = frappe.get_all(
		"Outlet",
		filters={
			"status": "Active",
			"company": ["in", [row.company for row in in_force] or [""]],
			"warehouse": ["is", "set"],
		},
		fields=["name", "outlet_name", "city", "company", "region"],
		order_by="outlet_name",
	)
	covered = [outlet for row in in_force for outlet in agreements.covered_outlets(row, outlets)]
	return {
		"outlets": [
			{field: outlet[field] for field in ("name", "outlet_name", "city", "company")}
			for outlet in sorted(covered, key=lambda outlet: outlet.outlet_name)
		],
		"products": _products({code for row in in_force for code in agreements.covered_items(row)}),
	}


def _products(item_codes: set[str]) -> list[dict]:
	Item = frappe.qb.DocType("Item")
	Product = frappe.qb.DocType("UMKM Product")
	rows = (
		frappe.qb.from_(Item)
		.inner_join(Product)
		.on(Product.name == Item.ks212_product)
		.select(
			Item.name.as_("item_code"),
			Item.item_name,
			Item.stock_uom,
			Item.has_batch_no,
			Item.has_expiry_date,
			Item.shelf_life_in_days.as_("shelf_life_days"),
		)
		.where(
			Item.name.isin(sorted(item_codes) or [""]) & (Item.disabled == 0) & (Product.status == "Approved")
		)
		.orderby(Item.item_name)
		.run(as_dict=True)
	)
	in_force = prices.prices_at([row.item_code for row in rows], today())
	return [{**row, "owner_price": _owner_price(in_force, row.item_code)} for row in rows]


def _owner_price(in_force: dict, item_code: str) -> float:
	return flt(in_force[item_code].owner_price) if item_code in in_force else 0.0


@frappe.whitelist()
def list_deliveries(outlet: Any = None, supplier: Any = None) -> list:
	"""Return the newest deliveries to an outlet, or of a supplier: those announced first."""
	return _newest("Consignment Delivery", outlet, supplier, ["status", "expected_on", "supply"])


@frappe.whitelist()
def list_removals(outlet: Any = None, supplier: Any = None) -> list:
	"""Return the newest removals at an outlet, or of a supplier's goods."""
	return _newest(
		"Consignment Removal",
		outlet,
		supplier,
		["kind", "reason", "negligence", "removed_at"],
		submitted=True,
	)


def _newest(doctype: str, outlet, supplier, fields: list[str], submitted: bool = False) -> list:
	filters = {"docstatus": 1 if submitted else ["<", 2]}
	if outlet not in validate.EMPTY:
		filters["outlet"] = parties.own_outlet(outlet).name
	else:
		filters["supplier"] = parties.seen_supplier(supplier)
		companies = permissions.companies_of(doctype)
		if companies is not None:
			filters["company"] = ["in", companies]

	def read(more: dict, limit: int):
		return frappe.get_all(
			doctype,
			filters={**filters, **more},
			fields=["name", "supplier", "supplier_name", "outlet", *fields],
			order_by="creation desc",
			limit=limit,
		)

	if submitted:
		documents = read({}, LIST_LENGTH)
	else:
		documents = read({"status": deliveries.ANNOUNCED}, 0)
		documents.sort(key=lambda row: row.expected_on)
		documents += read({"status": ["!=", deliveries.ANNOUNCED]}, LIST_LENGTH)
	_add_lines(documents, f"{doctype} Item")
	return documents


def _add_lines(documents, child_doctype: str) -> None:
	rows = frappe.get_all(
		child_doctype,
		filters={"parent": ["in", [doc.name for doc in documents] or [""]]},
		fields=["parent", "item_name", "qty", "stock_uom"],
		order_by="idx",
	)
	by_parent: dict[str, list] = {}
	for row in rows:
		by_parent.setdefault(row.pop("parent"), []).append(row)
	names = dict(frappe.get_all("Outlet", fields=["name", "outlet_name"], as_list=True))
	for doc in documents:
		doc.lines = by_parent.get(doc.name, [])
		doc.outlet_name = names.get(doc.outlet)


@frappe.whitelist()
def get_delivery(delivery: Any = None) -> dict:
	"""Return one delivery, as its supplier, its outlet, the supplier's community and head office see it."""
	name = validate.name_of("Consignment Delivery", delivery, _("Delivery"))
	return _delivery(_readable(frappe.get_doc("Consignment Delivery", name)))


@frappe.whitelist()
def get_removal(removal: Any = None) -> dict:
	"""Return one removal, as the goods' owner, the outlet, the owner's community and head office see it."""
	name = validate.name_of("Consignment Removal", removal, _("Removal"))
	return _removal(_readable(frappe.get_doc("Consignment Removal", name)))


@frappe.whitelist()
def consigned_stock(outlet: Any = None) -> list:
	"""Return what an outlet holds on consignment: {item_code, item_name, supplier, supplier_name, stock_uom,
	qty, batches}."""
	outlet = parties.own_outlet(outlet)
	Bin = frappe.qb.DocType("Bin")
	Item = frappe.qb.DocType("Item")
	Supplier = frappe.qb.DocType("Supplier")
	rows = (
		frappe.qb.from_(Bin)
		.inner_join(Item)
		.on(Item.name == Bin.item_code)
		.inner_join(Supplier)
		.on(Supplier.name == Item.ks212_owner)
		.select(
			Item.name.as_("item_code"),
			Item.item_name,
			Item.ks212_owner.as_("supplier"),
			Supplier.supplier_name,
			Item.stock_uom,
			Item.has_batch_no,
			Bin.actual_qty.as_("qty"),
			Bin.ks212_promised_qty.as_("promised_qty"),
		)
		.where((Bin.warehouse == outlet.warehouse) & (Bin.actual_qty > 0) & (Item.ks212_consigned == 1))
		.orderby(Supplier.supplier_name)
		.orderby(Item.item_name)
		.run(as_dict=True)
	)
	batches: dict[str, list] = {}
	for batch in removals.batches_of(outlet.warehouse, [row.item_code for row in rows if row.has_batch_no]):
		batches.setdefault(batch.pop("item_code"), []).append(batch)
	pending = availability.pos_pending([row.item_code for row in rows] or [""], [outlet.warehouse])
	for row in rows:
		row.qty = flt(row.qty - pending.get((row.item_code, outlet.warehouse), 0.0), 6)
		row.promised_qty = flt(row.promised_qty)
		row.batches = batches.get(row.item_code, [])
	return rows


# -- who may call a writer: checked before the first answer and before a repeated one -----------------------


def _check_removal(outlet, **_rest) -> dict:
	return {"outlet": parties.own_outlet(outlet)}


def _check_delivery(action: str):
	side = deliveries.ACTIONS[action]

	def check(delivery, **_rest) -> dict:
		name = validate.name_of("Consignment Delivery", delivery, _("Delivery"))
		party = frappe.db.get_value("Consignment Delivery", name, side)
		if side == "outlet":
			permissions.require_outlet(party)
		else:
			permissions.require_supplier(party)
		return {"delivery": name}

	return check


# -- writing ------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@once(parties.check_supplier)
def announce(
	supplier: Any = None, outlet: Any = None, items: Any = None, expected_on: Any = None, key: Any = None
) -> dict:
	"""Announce [{item_code, qty, manufacturing_date, expiry_date}] to an outlet for a day; return the
	delivery."""
	outlet = frappe.get_doc("Outlet", validate.name_of("Outlet", outlet, _("Outlet")))
	rows = []
	for idx, row in enumerate(validate.rows(items, _("Items")), 1):
		label = _("Row {0}: {1}")
		item_code = validate.name_of("Item", row.item_code, label.format(idx, _("Item")))
		rows.append(
			{
				"item_code": item_code,
				"qty": _qty(item_code, row.qty, label.format(idx, _("Quantity"))),
				"manufacturing_date": _day(row.manufacturing_date, label.format(idx, _("Made On"))),
				"expiry_date": _day(row.expiry_date, label.format(idx, _("Expiry Date"))),
			}
		)
	return _delivery(deliveries.announce(supplier, outlet, rows, validate.day(expected_on, _("Expected On"))))


@frappe.whitelist(methods=["POST"])
@once(_check_delivery("cancel"))
def cancel_delivery(delivery: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Take an announcement back, as long as it has not been counted in; return it."""
	return _delivery(deliveries.cancel(lock("Consignment Delivery", delivery), validate.reason(reason)))


@frappe.whitelist(methods=["POST"])
@once(_check_delivery("receive"))
def receive(delivery: Any = None, items: Any = None, key: Any = None) -> dict:
	"""Take the count [{row, received_qty, refuse_reason, expiry_date}] of every line of a delivery; return
	it."""
	doc = lock("Consignment Delivery", delivery)
	rows = {row.name: row for row in doc.items}
	counts = {}
	for idx, given in enumerate(validate.rows(items, _("Items")), 1):
		label = _("Row {0}: {1}")
		name = validate.text(given.row, label.format(idx, _("Item")))
		row = rows.get(name)
		if row is None:
			frappe.throw(_("Row {0}: this item is not in the delivery. Leave it out.").format(idx))
		if name in counts:
			frappe.throw(_("Row {0}: this line is given twice. Put the quantities together.").format(idx))
		counts[name] = frappe._dict(
			received_qty=_qty(row.item_code, given.received_qty, label.format(idx, _("Quantity")), zero=True),
			refuse_reason=validate.text(
				given.refuse_reason,
				label.format(idx, _("Reason")),
				reqd=False,
				max_length=LINE_REASON_LENGTH,
			),
			expiry_date=_day(given.expiry_date, label.format(idx, _("Expiry Date"))),
		)
	return _delivery(deliveries.receive(doc, counts))


@frappe.whitelist(methods=["POST"])
@once(_check_delivery("refuse"))
def refuse(delivery: Any = None, reason: Any = None, key: Any = None) -> dict:
	"""Take nothing of a delivery, with a reason; return it."""
	return _delivery(deliveries.refuse(lock("Consignment Delivery", delivery), validate.reason(reason)))


@frappe.whitelist(methods=["POST"])
@once(_check_removal)
def remove(
	outlet: Any = None,
	kind: Any = None,
	items: Any = None,
	reason: Any = None,
	negligence: Any = None,
	key: Any = None,
) -> dict:
	"""Take [{item_code, qty, batch_no}] off an outlet's shelf, with a photo as the file `photo`; return
	{removals}, one an owner. Without `batch_no` the batches that expire first go."""
	kind = validate.choice(kind, tuple(removals.STOCK_ENTRY_TYPES), _("Kind"))
	rows = []
	for idx, row in enumerate(validate.rows(items, _("Items")), 1):
		label = _("Row {0}: {1}")
		item_code = validate.name_of("Item", row.item_code, label.format(idx, _("Item")))
		if not consigned.consigned_items([item_code]):
			removals.refuse_other_goods(idx, item_code)
		batch = label.format(idx, _("Batch"))
		rows.append(
			frappe._dict(
				item_code=item_code,
				qty=_qty(item_code, row.qty, label.format(idx, _("Quantity"))),
				batch_no=None
				if row.batch_no in validate.EMPTY
				else validate.name_of("Batch", row.batch_no, batch),
			)
		)
	photo = files.uploaded("photo")
	documents = removals.remove(outlet, kind, rows, validate.reason(reason), _yes(negligence))
	for doc in documents:
		if photo:
			address = files.attach(doc.doctype, doc.name, "photo", *photo, images_only=True)
			doc.db_set("photo", address)
	return frappe._dict(removals=[_removal(doc) for doc in documents])


# -- shared -------------------------------------------------------------------------------------------------


def _readable(doc):
	if not permissions.has_consignment_permission(doc):
		frappe.throw(_("This document belongs to others."), frappe.PermissionError)
	return doc


def _qty(item_code: str, value, label: str, zero: bool = False) -> float:
	return validate.qty(
		value, label, is_whole(frappe.get_cached_value("Item", item_code, "stock_uom")), zero=zero
	)


def _day(value, label: str):
	return None if value in validate.EMPTY else validate.day(value, label)


def _yes(value) -> bool:
	"""Return a tick of a form: "1", 1 or true is yes; "0", 0, false or nothing is no."""
	if value in validate.EMPTY or value in (0, "0", False):
		return False
	if value in (1, "1", True):
		return True
	frappe.throw(_("{0} must be 1 or 0.").format(_("Our Negligence")))


def _delivery(doc) -> dict:
	open_moves = deliveries.MOVES[doc.status]
	sides = {
		"outlet": permissions.acts_for(doc.outlet),
		"supplier": permissions.acts_for_supplier(doc.supplier),
	}
	return frappe._dict(
		_fields(doc, "name supplier supplier_name outlet supply status expected_on reason received_at"),
		outlet_name=frappe.get_cached_value("Outlet", doc.outlet, "outlet_name"),
		announced_by_name=get_fullname(doc.announced_by) if doc.announced_by else None,
		received_by_name=get_fullname(doc.received_by) if doc.received_by else None,
		actions=[move for move, side in deliveries.ACTIONS.items() if move in open_moves and sides[side]],
		items=[
			{
				"row": row.name,
				**_fields(
					row,
					"item_code item_name stock_uom qty received_qty refused_qty refuse_reason batch_no manufacturing_date"
					" expiry_date owner_price",
				),
				**_batch_rules(row.item_code),
			}
			for row in doc.items
		],
	)


def _batch_rules(item_code: str) -> dict:
	item = frappe.get_cached_doc("Item", item_code)
	return {
		"has_batch_no": item.has_batch_no,
		"has_expiry_date": item.has_expiry_date,
		"shelf_life_days": item.shelf_life_in_days,
	}


def _removal(doc) -> dict:
	return frappe._dict(
		_fields(doc, "name kind supplier supplier_name outlet reason negligence photo removed_at"),
		outlet_name=frappe.get_cached_value("Outlet", doc.outlet, "outlet_name"),
		removed_by_name=get_fullname(doc.removed_by) if doc.removed_by else None,
		items=[
			{
				"row": row.name,
				**_fields(row, "item_code item_name stock_uom qty batch_no expiry_date owner_price"),
			}
			for row in doc.items
		],
	)


def _fields(doc, names: str) -> dict:
	return {name: doc.get(name) for name in names.split()}
