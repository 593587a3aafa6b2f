"""The goods of a transfer: which batches and serial numbers go, what was counted, what is missing.

A line that leaves in several batches becomes as many rows, each with its own quantities, so that every count
and every settlement knows its batch.
"""

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from ks212_community.stock_exchange.asking import in_transit_qty
from ks212_community.stock_exchange.batches import unexpired_batches


def parcels(transfer, lines: list[frappe._dict], bins: dict) -> list[frappe._dict]:
	"""Return what goes on the road, a parcel a line and batch: row, qty, batch_no, expiry_date, serial_no,
	rate (IDR), at_no_value.

	`lines` name a row, a quantity (stock UOM) and, where the sender chose, a batch or serial numbers; else
	batches go by earliest expiry and serial numbers by age. Raises `frappe.ValidationError` naming the row
	and the remedy.
	"""
	_validate_quantities(transfer, lines, bins)
	result = []
	taken: dict[str, float] = {}
	for line in lines:
		item = frappe.get_cached_doc("Item", line.row.item_code)
		if item.disabled:
			frappe.throw(
				_("Row {0}: {1} has been disabled since. Withdraw the promise, or ask head office.").format(
					line.row.idx, frappe.bold(line.row.item_name)
				)
			)
		valuation_rate = flt(bins[(line.row.item_code, transfer.source_warehouse)].valuation_rate)
		line.rate = valuation_rate or flt(line.row.rate)
		line.at_no_value = int(not valuation_rate)
		if item.has_serial_no:
			result += _serial_parcels(transfer, line, item)
		elif item.has_batch_no:
			result += _batch_parcels(transfer, line, taken)
		else:
			result.append(frappe._dict(line, batch_no=None, expiry_date=None, serial_no=None))
	return result


def _validate_quantities(transfer, lines, bins) -> None:
	wanted: dict[str, float] = {}
	by_row: dict[str, float] = {}
	for line in lines:
		by_row[line.row.name] = by_row.get(line.row.name, 0.0) + line.qty
		if flt(by_row[line.row.name] - line.row.promised_qty, 6) > 0:
			frappe.throw(
				_("Row {0}: {1} {2} of {3} were promised. Send that or less.").format(
					line.row.idx,
					f"{line.row.promised_qty:g}",
					line.row.stock_uom,
					frappe.bold(line.row.item_name),
				)
			)
		wanted[line.row.item_code] = wanted.get(line.row.item_code, 0.0) + line.qty
	for line in lines:
		on_hand = bins.get((line.row.item_code, transfer.source_warehouse))
		on_hand = flt(on_hand.actual_qty) if on_hand else 0.0
		if flt(wanted[line.row.item_code] - on_hand, 6) > 0:
			frappe.throw(
				_("Row {0}: only {1} {2} of {3} are left in your stock. Send that or less.").format(
					line.row.idx, f"{max(on_hand, 0):g}", line.row.stock_uom, frappe.bold(line.row.item_name)
				)
			)


def _batch_parcels(transfer, line, taken: dict[str, float]) -> list[frappe._dict]:
	"""Split a line over batches; `taken` is what earlier lines took of each."""
	if line.batch_no:
		_validate_batch(line)
	result = []
	left = line.qty
	for batch in unexpired_batches(line.row.item_code, transfer.source_warehouse):
		if line.batch_no and batch.batch_no != line.batch_no:
			continue
		qty = min(left, flt(batch.qty - taken.get(batch.batch_no, 0.0), 6))
		if qty <= 0:
			continue
		taken[batch.batch_no] = taken.get(batch.batch_no, 0.0) + qty
		result.append(
			frappe._dict(
				line, qty=qty, batch_no=batch.batch_no, expiry_date=batch.expiry_date, serial_no=None
			)
		)
		left = flt(left - qty, 6)
		if left <= 0:
			return result
	frappe.throw(
		_("Row {0}: only {1} {2} of {3} are in batches that have not expired. Send that or less.").format(
			line.row.idx, f"{line.qty - left:g}", line.row.stock_uom, frappe.bold(line.row.item_name)
		)
	)


def _validate_batch(line) -> None:
	batch = frappe.db.get_value("Batch", line.batch_no, ["item", "expiry_date", "disabled"], as_dict=True)
	if not batch or batch.item != line.row.item_code:
		frappe.throw(
			_("Row {0}: {1} is not a batch of {2}. Choose one of its batches.").format(
				line.row.idx, frappe.bold(frappe.utils.escape_html(line.batch_no)), line.row.item_name
			)
		)
	if batch.disabled or (batch.expiry_date and getdate(batch.expiry_date) < getdate(today())):
		frappe.throw(
			_("Row {0}: batch {1} has expired; it cannot be sent. Choose another batch.").format(
				line.row.idx, frappe.bold(line.batch_no)
			)
		)


def _serial_parcels(transfer, line, item) -> list[frappe._dict]:
	"""Choose serial numbers, by age where the sender named none; one parcel a batch where they have
	batches."""
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import get_available_serial_nos

	available = get_available_serial_nos(
		frappe._dict(
			item_code=item.name,
			warehouse=transfer.source_warehouse,
			has_batch_no=item.has_batch_no,
			based_on="FIFO",
		)
	)
	by_number = {row.serial_no: row for row in available}
	numbers = serial_numbers(line.serial_no) or list(by_number)[: int(line.qty)]
	if len(numbers) != line.qty or len(set(numbers)) != len(numbers):
		frappe.throw(
			_("Row {0}: name {1} different serial numbers of {2}.").format(
				line.row.idx, f"{line.qty:g}", frappe.bold(line.row.item_name)
			)
		)
	for number in numbers:
		if number not in by_number:
			frappe.throw(
				_("Row {0}: serial number {1} is not in your stock. Choose another.").format(
					line.row.idx, frappe.bold(frappe.utils.escape_html(number))
				)
			)
	by_batch: dict[str | None, list[str]] = {}
	for number in numbers:
		by_batch.setdefault(by_number[number].get("batch_no"), []).append(number)
	return [
		frappe._dict(
			line,
			qty=float(len(group)),
			batch_no=batch_no,
			expiry_date=frappe.db.get_value("Batch", batch_no, "expiry_date") if batch_no else None,
			serial_no="\n".join(group),
		)
		for batch_no, group in by_batch.items()
	]


def serial_numbers(value) -> list[str]:
	"""Return serial numbers given as a list or as ERPNext keeps them: one a line, or with commas."""
	if isinstance(value, list | tuple):
		return [str(number).strip() for number in value if str(number).strip()]
	return [number.strip() for number in (value or "").replace(",", "\n").split("\n") if number.strip()]


def keep_sent(transfer, sent: list[frappe._dict]) -> None:
	"""Write the parcels on the transfer's rows, splitting a row that left in several; what was promised and
	not sent is refused."""
	first: dict[str, list] = {}
	for parcel in sent:
		first.setdefault(parcel.row.name, []).append(parcel)
	for row in list(transfer.items):
		row_parcels = first.get(row.name, [])
		rest = flt(row.promised_qty - sum(parcel.qty for parcel in row_parcels), 6)
		if rest > 0:
			row.promised_qty, row.refused_qty = (
				flt(row.promised_qty - rest, 6),
				flt(row.refused_qty + rest, 6),
			)
		for parcel in row_parcels[1:]:
			extra = transfer.append(
				"items",
				{
					field: row.get(field)
					for field in (
						"request_item",
						"item_code",
						"item_name",
						"uom",
						"conversion_factor",
						"stock_uom",
						"price",
						"terms",
					)
				},
			)
			row.asked_qty = flt(row.asked_qty - parcel.qty, 6)
			row.promised_qty = flt(row.promised_qty - parcel.qty, 6)
			extra.asked_qty = extra.promised_qty = parcel.qty
			_keep_parcel(extra, parcel)
		if row_parcels:
			_keep_parcel(row, row_parcels[0])


def _keep_parcel(row, parcel) -> None:
	row.update(
		{
			"sent_qty": parcel.qty,
			"batch_no": parcel.batch_no,
			"expiry_date": parcel.expiry_date,
			"serial_no": parcel.serial_no,
			"rate": parcel.rate,
			"at_no_value": parcel.at_no_value,
			"dispatch_detail": parcel.detail,
		}
	)


def counted(transfer, counts: dict[str, frappe._dict]) -> list[frappe._dict]:
	"""Return a line for each row that was sent: what of it arrived in good order, and which serial numbers.

	`counts` maps a row's name to received_qty (good), damaged_qty and serial_no. The slip's quantity is the
	most that is received; whatever is counted beyond it is surplus.
	"""
	lines = []
	for row in transfer.items:
		if not row.sent_qty:
			continue
		count = counts.get(row.name)
		if count is None:
			frappe.throw(
				_("Row {0}: count {1} too; write 0 where nothing came.").format(
					row.idx, frappe.bold(row.item_name)
				)
			)
		damaged = min(count.damaged_qty, row.sent_qty)
		good = min(count.received_qty, flt(row.sent_qty - damaged, 6))
		surplus = flt(count.received_qty + count.damaged_qty - row.sent_qty, 6)
		lines.append(
			frappe._dict(
				row=row,
				qty=good,
				damaged=damaged,
				surplus=max(0.0, surplus),
				batch_no=row.batch_no,
				serial_no=_serials_received(row, good, count.serial_no),
				at_no_value=row.at_no_value,
			)
		)
	return lines


def _serials_received(row, qty: float, named) -> str | None:
	sent = serial_numbers(row.serial_no)
	if not sent:
		return None
	numbers = serial_numbers(named)
	if not numbers and qty == len(sent):
		numbers = sent
	if len(numbers) != qty or not set(numbers) <= set(sent):
		frappe.throw(
			_("Row {0}: name the {1} serial numbers of {2} that arrived: {3}.").format(
				row.idx, f"{qty:g}", frappe.bold(row.item_name), ", ".join(sent)
			)
		)
	return "\n".join(numbers)


def keep_received(lines: list[frappe._dict]) -> bool:
	"""Write the counts on the rows; return whether any of them differs from the slip."""
	differs = False
	for line in lines:
		row = line.row
		row.received_qty = line.qty
		row.damaged_qty = line.damaged
		row.surplus_qty = line.surplus
		row.received_serial_no = line.serial_no
		row.missing_qty = flt(row.sent_qty - line.qty, 6)
		differs = differs or bool(row.missing_qty or row.surplus_qty)
	return differs


def unaccounted(row) -> float:
	"""Return what pusat must settle of a row: what is missing, or still on the road after the deadline."""
	return flt(flt(row.missing_qty) + in_transit_qty(row), 6)


def missing(transfer) -> list[frappe._dict]:
	"""Return a line for each row of which something is to be settled out of transit."""
	lines = []
	for row in transfer.items:
		qty = unaccounted(row)
		if qty > 0:
			received = set(serial_numbers(row.received_serial_no))
			rest = [number for number in serial_numbers(row.serial_no) if number not in received]
			lines.append(
				frappe._dict(
					row=row,
					qty=qty,
					batch_no=row.batch_no,
					serial_no="\n".join(rest) or None,
					at_no_value=row.at_no_value,
				)
			)
	return lines
