"""Goods in: a supplier announces them, the outlet counts them in.

What the outlet counted is the truth: less than announced, with a reason, or more. Consigned goods enter by a
Stock Entry at no value; what is bought outright by ERPNext's Purchase Order and Purchase Receipt at the
owner's price. Quantities in the stock UOM, prices in IDR.
"""

from datetime import date

import frappe
from frappe import _
from frappe.utils import (
	add_days,
	flt,
	formatdate,
	get_link_to_form,
	getdate,
	now_datetime,
	today,
)

from ks212_community.constants import CONSIGNMENT_RECEIPT
from ks212_community.stock_exchange import posting
from ks212_community.umkm_supply import agreements, consigned, licences, notices, prices

ANNOUNCED, RECEIVED, REFUSED, CANCELLED = "Announced", "Received", "Refused", "Cancelled"
# state -> {move: next state}
MOVES = {
	ANNOUNCED: {"receive": RECEIVED, "refuse": REFUSED, "cancel": CANCELLED},
	RECEIVED: {"undo": CANCELLED},
	REFUSED: {"undo": CANCELLED},
	CANCELLED: {},
}
# what the portal offers -> whose step it is
ACTIONS = {"receive": "outlet", "refuse": "outlet", "cancel": "supplier"}


def next_status(doc, move: str) -> str:
	"""Return the state that `move` leads to; raise `frappe.ValidationError` where the present one does not
	allow it."""
	if move not in MOVES[doc.status]:
		frappe.throw(
			_(
				"Delivery {0} is {1}; that step is no longer possible. Open it again to see where it stands."
			).format(frappe.bold(doc.name), frappe.bold(_(doc.status)))
		)
	return MOVES[doc.status][move]


# -- the supplier's side -------------------------------------------------------------------------------------


def announce(supplier: str, outlet, rows: list[dict], expected_on: date):
	"""Announce `rows` (item_code, qty, manufacturing_date, expiry_date) of a supplier to an Outlet; return
	the delivery."""
	doc = frappe.new_doc("Consignment Delivery")
	doc.update({"supplier": supplier, "outlet": outlet.name, "expected_on": expected_on, "items": rows})
	doc.flags.ignore_permissions = True
	doc.insert()
	return doc


def prepare(doc) -> None:
	"""Fill in and check an announcement, made in the portal or in the desk."""
	outlet = frappe.get_doc("Outlet", doc.outlet)
	if not outlet.warehouse or outlet.status != "Active":
		frappe.throw(
			_("Outlet {0} takes no deliveries at present. Choose another outlet.").format(
				frappe.bold(doc.outlet)
			)
		)
	doc.company, doc.warehouse = outlet.company, outlet.warehouse
	if getdate(doc.expected_on) < getdate(today()):
		frappe.throw(_("{0} has passed. Enter today or a later day.").format(_("Expected On")))
	licences.require_deliverable(doc.supplier)
	agreement = agreements.require_agreement(
		doc.supplier, doc.company, doc.outlet, [row.item_code for row in doc.items]
	)
	doc.agreement, doc.supply = agreement.name, agreement.supply
	in_force = prices.prices_at([row.item_code for row in doc.items], today())
	for row in doc.items:
		_check_product(row)
		consigned.check_qty(row, row.qty)
		_set_expiry(row, reqd=False)
		row.owner_price = in_force[row.item_code].owner_price if row.item_code in in_force else 0
		row.received_qty = row.refused_qty = 0
		row.refuse_reason = row.batch_no = None
	doc.status = ANNOUNCED
	doc.announced_by = doc.announced_by or frappe.session.user


def cancel(doc, reason: str):
	"""Take an announcement back, as long as the outlet has not counted it in."""
	doc.status = next_status(doc, "cancel")
	doc.reason = reason
	doc.keep()
	return doc


# -- the outlet's side ---------------------------------------------------------------------------------------


def receive(doc, counts: dict[str, frappe._dict]):
	"""Take the count ({row name: received_qty, refuse_reason, expiry_date}) of every row of a locked
	delivery."""
	next_status(doc, "receive")
	for row in doc.items:
		count = counts.get(row.name)
		if count is None:
			frappe.throw(
				_("Row {0}: count {1} too; write 0 where nothing came.").format(
					row.idx, frappe.bold(row.item_name)
				)
			)
		consigned.check_qty(row, count.received_qty, zero=True)
		row.received_qty = count.received_qty
		row.refused_qty = max(0.0, flt(row.qty - count.received_qty, 6))
		row.refuse_reason = count.refuse_reason if row.refused_qty else None
		if row.refused_qty and not row.refuse_reason:
			frappe.throw(
				_("Row {0}: {1} of {2} {3} are not taken. Say why: the supplier will ask.").format(
					row.idx, f"{row.refused_qty:g}", f"{row.qty:g}", frappe.bold(row.item_name)
				)
			)
		if count.expiry_date:
			row.expiry_date = count.expiry_date
	return _count_in(doc)


def refuse(doc, reason: str):
	"""Take nothing of a locked delivery."""
	next_status(doc, "refuse")
	for row in doc.items:
		row.received_qty, row.refused_qty, row.refuse_reason = 0, row.qty, reason[:140]
	doc.reason = reason
	return _count_in(doc)


def _count_in(doc):
	taken = [row for row in doc.items if row.received_qty > 0]
	if taken:
		_check_still_deliverable(doc, taken)
	doc.status = next_status(doc, "receive" if taken else "refuse")
	if not taken and not doc.reason:
		doc.reason = "; ".join(dict.fromkeys(row.refuse_reason for row in doc.items))
	doc.received_by, doc.received_at = frappe.session.user, now_datetime()
	doc.keep(submit=True)
	notices.delivery_counted(doc)
	return doc


def _check_still_deliverable(doc, taken) -> None:
	"""Whatever may have ended since the announcement: licence, agreement, product, warehouse."""
	outlet = frappe.get_doc("Outlet", doc.outlet)
	if not outlet.warehouse or outlet.company != doc.company:
		frappe.throw(
			_(
				"Outlet {0} has changed since this was announced. Ask the supplier to announce it again."
			).format(frappe.bold(doc.outlet))
		)
	doc.warehouse = outlet.warehouse
	licences.require_deliverable(doc.supplier)
	agreement = agreements.require_agreement(
		doc.supplier, doc.company, doc.outlet, [row.item_code for row in taken]
	)
	doc.agreement, doc.supply = agreement.name, agreement.supply
	# A product that was approved after its agreement was made.
	agreements.apply_supply(agreement.supply, [row.item_code for row in taken])
	for row in taken:
		_check_product(row)
		_set_expiry(row, reqd=True)


def _check_product(row) -> None:
	item = frappe.db.get_value(
		"Item", row.item_code, ["item_name", "disabled", "ks212_product", "stock_uom"], as_dict=True
	)
	row.item_name, row.stock_uom = item.item_name, item.stock_uom
	status = frappe.db.get_value("UMKM Product", item.ks212_product, "status") if item.ks212_product else None
	if item.disabled or status != "Approved":
		frappe.throw(
			_("Row {0}: {1} is not an approved product at present. Take it out, or ask head office.").format(
				row.idx, frappe.bold(item.item_name)
			)
		)


def _set_expiry(row, reqd: bool) -> None:
	"""Work out the expiry date from the day the goods were made where it was not given, and check both."""
	item = frappe.get_cached_doc("Item", row.item_code)
	if not item.has_expiry_date:
		row.expiry_date = None
		return
	if row.manufacturing_date and getdate(row.manufacturing_date) > getdate(today()):
		frappe.throw(
			_("Row {0}: {1} was made on a day that is still to come. Correct the date.").format(
				row.idx, frappe.bold(row.item_name)
			)
		)
	if not row.expiry_date and row.manufacturing_date and item.shelf_life_in_days:
		row.expiry_date = add_days(row.manufacturing_date, item.shelf_life_in_days)
	if not row.expiry_date:
		if reqd:
			frappe.throw(
				_("Row {0}: enter the expiry date of {1}, as it is on the package.").format(
					row.idx, frappe.bold(row.item_name)
				)
			)
		return
	if getdate(row.expiry_date) < getdate(today()):
		frappe.throw(
			_("Row {0}: {1} expired on {2}. Refuse it, or correct the date.").format(
				row.idx, frappe.bold(row.item_name), formatdate(row.expiry_date)
			)
		)


# -- the ledger ----------------------------------------------------------------------------------------------


def post(doc) -> None:
	"""Bring what was counted into the ledger; called when the delivery is submitted."""
	taken = [row for row in doc.items if row.received_qty > 0]
	if not taken:
		return
	_make_batches(doc, taken)
	if doc.supply == agreements.OUTRIGHT:
		doc.purchase_order, doc.purchase_receipt = _buy(doc, taken)
	else:
		doc.stock_entry = _take_on_consignment(doc, taken)


def _make_batches(doc, taken) -> None:
	"""Give each row its batch: one an item, expiry date and delivery."""
	made: dict[tuple, str] = {}
	for row in taken:
		if not frappe.get_cached_value("Item", row.item_code, "has_batch_no"):
			continue
		key = (row.item_code, str(row.expiry_date or ""))
		if key not in made:
			batch = frappe.get_doc(
				{
					"doctype": "Batch",
					"batch_id": f"{doc.name}-{row.idx}",
					"item": row.item_code,
					"supplier": doc.supplier,
					"manufacturing_date": row.manufacturing_date,
					"expiry_date": row.expiry_date,
				}
			)
			batch.flags.ignore_permissions = True
			made[key] = batch.insert().name
		row.batch_no = made[key]


def _take_on_consignment(doc, taken) -> str:
	cost_center = frappe.get_cached_value("Outlet", doc.outlet, "cost_center")
	with posting.as_ledger_user():
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": CONSIGNMENT_RECEIPT,
				"purpose": "Material Receipt",
				"company": doc.company,
				"ks212_consignment_delivery": doc.name,
				"items": [
					{
						**consigned.line(row, row.received_qty),
						**consigned.batch(row),
						"transfer_qty": row.received_qty,
						"t_warehouse": doc.warehouse,
						"cost_center": cost_center,
					}
					for row in taken
				],
			}
		)
		posting.post(entry)
	return entry.name


def _buy(doc, taken) -> tuple[str, str]:
	"""Make the Purchase Order of what was counted and its Purchase Receipt, at the owner's price; return
	their names."""
	from erpnext.buying.doctype.purchase_order.purchase_order import make_purchase_receipt

	outlet = frappe.get_cached_doc("Outlet", doc.outlet)
	with posting.as_ledger_user():
		order = frappe.get_doc(
			{
				"doctype": "Purchase Order",
				"supplier": doc.supplier,
				"company": doc.company,
				"transaction_date": today(),
				"schedule_date": today(),
				"cost_center": outlet.cost_center,
				"ignore_pricing_rule": 1,
				"ks212_consignment_delivery": doc.name,
				"items": [
					{
						**consigned.line(row, row.received_qty),
						"rate": row.owner_price,
						"price_list_rate": row.owner_price,
						"warehouse": doc.warehouse,
						"schedule_date": today(),
						"cost_center": outlet.cost_center,
					}
					for row in taken
				],
			}
		)
		posting.post(order)
		receipt = make_purchase_receipt(order.name)
		receipt.ks212_consignment_delivery = doc.name
		for row, line in zip(taken, receipt.items, strict=True):
			line.update(consigned.batch(row))
		posting.post(receipt)
	return order.name, receipt.name


def reverse(doc) -> None:
	"""Take a cancelled delivery out of the ledger again; ERPNext refuses where goods of it have left
	since."""
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import BatchNegativeStockError
	from erpnext.stock.stock_ledger import NegativeStockError

	try:
		for doctype, fieldname in (
			("Stock Entry", "stock_entry"),
			("Purchase Receipt", "purchase_receipt"),
			("Purchase Order", "purchase_order"),
		):
			if doc.get(fieldname):
				posting.cancel(doctype, doc.get(fieldname))
	except (NegativeStockError, BatchNegativeStockError):
		frappe.clear_messages()
		frappe.throw(
			_(
				"Goods of this delivery have left {0} since, so it cannot be cancelled. Give back what is left by a"
				" Consignment Removal instead."
			).format(frappe.bold(doc.outlet))
		)


def refuse_cancel(doc) -> None:
	"""Refuse to cancel by hand an ERPNext document that a delivery or a removal made."""
	if doc.flags.ks212_posting:
		return
	for doctype, fieldname in (
		("Consignment Delivery", "ks212_consignment_delivery"),
		("Consignment Removal", "ks212_consignment_removal"),
	):
		if doc.get(fieldname):
			frappe.throw(
				_("This belongs to {0} {1}. Cancel that instead.").format(
					_(doctype), get_link_to_form(doctype, doc.get(fieldname))
				)
			)
