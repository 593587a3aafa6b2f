"""Consigned goods that leave the shelf unsold: back to their owner, expired, lost or damaged.

Each kind is a Stock Entry Type of its own, so that the ledger says what became of the goods. Quantities in
the stock UOM.
"""

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate, today

from ks212_community.constants import CONSIGNMENT_EXPIRY, CONSIGNMENT_RETURN, CONSIGNMENT_SHRINKAGE
from ks212_community.stock_exchange import availability, posting
from ks212_community.umkm_supply import consigned, notices, prices

RETURN, EXPIRED, SHRINKAGE = "Return to Owner", "Expired", "Shrinkage"
STOCK_ENTRY_TYPES = {
	RETURN: CONSIGNMENT_RETURN,
	EXPIRED: CONSIGNMENT_EXPIRY,
	SHRINKAGE: CONSIGNMENT_SHRINKAGE,
}


def remove(outlet, kind: str, rows: list[frappe._dict], reason: str, negligence: bool) -> list:
	"""Take `rows` (item_code, qty, batch_no or None) off the shelf of an Outlet; return the documents, one an
	owner.

	Where no batch is named, those that expire first go; of `kind` EXPIRED, those past their date.
	"""
	owners = dict(
		frappe.get_all(
			"Item",
			filters={"name": ["in", [row.item_code for row in rows]], "ks212_consigned": 1},
			fields=["name", "ks212_owner"],
			as_list=True,
		)
	)
	by_owner: dict[str, list] = {}
	taken: dict[str, float] = {}
	for idx, row in enumerate(rows, 1):
		if not owners.get(row.item_code):
			refuse_other_goods(idx, row.item_code)
		by_owner.setdefault(owners[row.item_code], []).extend(
			_in_batches(idx, row, outlet.warehouse, kind, taken)
		)
	documents = []
	for owner in sorted(by_owner):
		doc = frappe.new_doc("Consignment Removal")
		doc.update(
			{
				"kind": kind,
				"supplier": owner,
				"outlet": outlet.name,
				"reason": reason,
				"negligence": int(negligence),
				"items": by_owner[owner],
			}
		)
		doc.flags.ignore_permissions = True
		doc.insert()
		documents.append(doc.submit())
	return documents


def refuse_other_goods(idx: int, item_code: str):
	frappe.throw(_("Row {0}: {1} is not on consignment. Take it out.").format(idx, frappe.bold(item_code)))


def _in_batches(idx: int, row, warehouse: str, kind: str, taken: dict[str, float]) -> list[dict]:
	"""Split a line over batches, those that expire first; `taken` is what earlier lines took of each."""
	if row.batch_no or not frappe.get_cached_value("Item", row.item_code, "has_batch_no"):
		return [{"item_code": row.item_code, "qty": row.qty, "batch_no": row.batch_no}]
	lines, left = [], row.qty
	for batch in batches_at(warehouse, row.item_code):
		if kind == EXPIRED and not is_expired(batch.expiry_date):
			continue
		qty = min(left, flt(batch.qty - taken.get(batch.batch_no, 0.0), 6))
		if qty > 0:
			taken[batch.batch_no] = taken.get(batch.batch_no, 0.0) + qty
			lines.append({"item_code": row.item_code, "qty": qty, "batch_no": batch.batch_no})
			left = flt(left - qty, 6)
		if left <= 0:
			return lines
	item = frappe.get_cached_value("Item", row.item_code, ["item_name", "stock_uom"], as_dict=True)
	message = (
		_("Row {0}: only {1} {2} of {3} have expired. Enter that or less, or choose another kind.")
		if kind == EXPIRED
		else _("Row {0}: only {1} {2} of {3} are here. Enter that or less.")
	)
	frappe.throw(message.format(idx, f"{row.qty - left:g}", item.stock_uom, frappe.bold(item.item_name)))


def batches_at(warehouse: str, item_code: str) -> list[frappe._dict]:
	"""Return what a warehouse holds of each batch of an item (item_code, batch_no, qty, expiry_date), past
	their date too, by date; less what the till has sold and not posted yet."""
	return _batches(warehouse, frappe._dict(item_code=item_code))


def batches_of(warehouse: str, item_codes: list[str]) -> list[frappe._dict]:
	"""Return the same of several items in one go, but with what the till has not posted yet."""
	names = frappe.get_all("Batch", filters={"item": ["in", item_codes or [""]]}, pluck="name")
	return _batches(warehouse, frappe._dict(batch_no=names)) if names else []


def _batches(warehouse: str, wanted: frappe._dict) -> list[frappe._dict]:
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import get_auto_batch_nos

	# "For stock levels" means: expired batches too.
	wanted.update(warehouse=warehouse, based_on="Expiry", for_stock_levels=True)
	found = get_auto_batch_nos(wanted)
	batches = {
		batch.name: batch
		for batch in frappe.get_all(
			"Batch",
			filters={"name": ["in", [row.batch_no for row in found] or [""]]},
			fields=["name", "item", "expiry_date"],
		)
	}
	rows = [
		frappe._dict(
			item_code=batches[row.batch_no].item,
			batch_no=row.batch_no,
			qty=flt(row.qty, 6),
			expiry_date=batches[row.batch_no].expiry_date,
		)
		for row in found
	]
	return sorted(rows, key=lambda row: (str(row.expiry_date or "9999"), row.batch_no))


def is_expired(expiry_date) -> bool:
	"""Whether goods are past their date, or at it: they are not sold on their last day."""
	return bool(expiry_date) and getdate(expiry_date) <= getdate(today())


# -- the document --------------------------------------------------------------------------------------------


def prepare(doc) -> None:
	"""Fill in and check a removal, made in the portal or in the desk."""
	outlet = frappe.get_doc("Outlet", doc.outlet)
	doc.company, doc.warehouse = outlet.company, outlet.warehouse
	doc.reason = (doc.reason or "").strip()
	if not doc.reason:
		frappe.throw(_("{0} is missing.").format(_("Reason")))
	if doc.kind == RETURN:
		doc.negligence = 0
	in_force = prices.prices_at([row.item_code for row in doc.items], today())
	for row in doc.items:
		item = frappe.db.get_value(
			"Item",
			row.item_code,
			["item_name", "stock_uom", "has_batch_no", "ks212_owner", "ks212_consigned"],
			as_dict=True,
		)
		if not item.ks212_consigned:
			refuse_other_goods(row.idx, row.item_code)
		if item.ks212_owner != doc.supplier:
			frappe.throw(
				_("Row {0}: {1} belongs to another UMKM. Use a document of its own for it.").format(
					row.idx, frappe.bold(item.item_name)
				)
			)
		row.item_name, row.stock_uom = item.item_name, item.stock_uom
		row.owner_price = in_force[row.item_code].owner_price if row.item_code in in_force else 0
		consigned.check_qty(row, row.qty)
		_check_batch(doc, row, item.has_batch_no)


def _check_batch(doc, row, has_batch_no) -> None:
	row.expiry_date = None
	if not has_batch_no:
		row.batch_no = None
	elif not row.batch_no:
		frappe.throw(_("Row {0}: choose the batch of {1}.").format(row.idx, frappe.bold(row.item_name)))
	else:
		batch = frappe.db.get_value("Batch", row.batch_no, ["item", "expiry_date"], as_dict=True)
		if not batch or batch.item != row.item_code:
			frappe.throw(
				_("Row {0}: {1} is not a batch of {2}. Choose one of its batches.").format(
					row.idx, frappe.bold(frappe.utils.escape_html(row.batch_no)), row.item_name
				)
			)
		row.expiry_date = batch.expiry_date
	if doc.kind == EXPIRED and not is_expired(row.expiry_date):
		if row.expiry_date:
			frappe.throw(
				_("Row {0}: {1} keeps until {2}. Choose another kind, or another batch.").format(
					row.idx, frappe.bold(row.item_name), formatdate(row.expiry_date)
				)
			)
		frappe.throw(
			_("Row {0}: {1} has no expiry date. Choose another kind.").format(
				row.idx, frappe.bold(row.item_name)
			)
		)


def post(doc) -> None:
	"""Bring a removal into the ledger; called when it is submitted.

	The Bins are locked first, so that nobody promises away what leaves here.
	"""
	_check_stock(doc)
	cost_center = frappe.get_cached_value("Outlet", doc.outlet, "cost_center")
	with posting.as_ledger_user():
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": STOCK_ENTRY_TYPES[doc.kind],
				"purpose": "Material Issue",
				"company": doc.company,
				"ks212_consignment_removal": doc.name,
				"remarks": doc.reason,
				"items": [
					{
						**consigned.line(row, row.qty),
						**consigned.batch(row),
						"transfer_qty": row.qty,
						"s_warehouse": doc.warehouse,
						"cost_center": cost_center,
					}
					for row in doc.items
				],
			}
		)
		posting.post(entry)
	doc.db_set("stock_entry", entry.name)
	notices.goods_removed(doc)


def _check_stock(doc) -> None:
	codes = sorted({row.item_code for row in doc.items})
	bins = availability.bins_of(((item_code, doc.warehouse) for item_code in codes), for_update=True)
	pending = availability.pos_pending(codes, [doc.warehouse], for_update=True)
	in_batch = {
		batch.batch_no: batch.qty
		for item_code in sorted({row.item_code for row in doc.items if row.batch_no})
		for batch in batches_at(doc.warehouse, item_code)
	}
	wanted: dict[str, float] = {}
	wanted_of_batch: dict[str, float] = {}
	for row in doc.items:
		key = (row.item_code, doc.warehouse)
		wanted[row.item_code] = wanted.get(row.item_code, 0.0) + row.qty
		on_hand = flt(bins[key].actual_qty if key in bins else 0) - pending.get(key, 0.0)
		promised = flt(bins[key].ks212_promised_qty) if key in bins else 0.0
		if flt(wanted[row.item_code] - on_hand, 6) > 0:
			frappe.throw(
				_("Row {0}: only {1} {2} of {3} are here. Enter that or less.").format(
					row.idx, f"{max(on_hand, 0.0):g}", row.stock_uom, frappe.bold(row.item_name)
				)
			)
		if flt(wanted[row.item_code] - (on_hand - promised), 6) > 0:
			frappe.throw(
				_(
					"Row {0}: {1} {2} of {3} are promised to other outlets. Withdraw the promise first, or enter {4} or less."
				).format(
					row.idx,
					f"{promised:g}",
					row.stock_uom,
					frappe.bold(row.item_name),
					f"{max(on_hand - promised, 0.0):g}",
				)
			)
		if row.batch_no:
			wanted_of_batch[row.batch_no] = wanted_of_batch.get(row.batch_no, 0.0) + row.qty
			there = in_batch.get(row.batch_no, 0.0)
			if flt(wanted_of_batch[row.batch_no] - there, 6) > 0:
				frappe.throw(
					_("Row {0}: only {1} {2} of batch {3} are here. Enter that or less.").format(
						row.idx, f"{there:g}", row.stock_uom, frappe.bold(row.batch_no)
					)
				)


def reverse(doc) -> None:
	"""Put the goods of a cancelled removal back."""
	if doc.stock_entry:
		posting.cancel("Stock Entry", doc.stock_entry)
