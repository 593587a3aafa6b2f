"""Goods that come in, go out or move between warehouses, at once or by way of a transit warehouse."""

import frappe
from erpnext.stock.get_item_details import get_conversion_factor
from erpnext.stock.stock_ledger import batch_rate, get_previous_sle, get_valuation_rate, make_sl_entries
from erpnext.stock.utils import get_combine_datetime
from erpnext.utilities.transaction_base import validate_uom_is_integer
from frappe import _
from frappe.model.document import Document
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt, nowdate, nowtime


class StockEntry(Document):
	def validate(self):
		if not self.set_posting_time:
			self.posting_date, self.posting_time = nowdate(), nowtime()
		self.purpose = frappe.get_cached_value("Stock Entry Type", self.stock_entry_type, "purpose")
		for row in self.items:
			self.validate_item(row, frappe.get_cached_doc("Item", row.item_code))
			self.validate_warehouse(row)
			row.transfer_qty = flt(row.qty * row.conversion_factor, 3)
		validate_uom_is_integer(self, "uom", "qty")
		validate_uom_is_integer(self, "stock_uom", "transfer_qty")
		self.calculate_rate_and_amount()

	def on_submit(self):
		self.update_stock_ledger()
		self.update_transferred_qty()
		self.set_transfer_status("In Transit", "Completed")

	def on_cancel(self):
		self.ignore_linked_doctypes = ("Stock Ledger Entry",)
		self.update_stock_ledger()
		self.update_transferred_qty()
		self.set_transfer_status("Not Started", "In Transit")

	def validate_item(self, row, item):
		if flt(row.qty) <= 0:
			frappe.throw(
				_("Row {0}: The item {1}, quantity must be positive number").format(row.idx, row.item_code)
			)
		if not item.is_stock_item:
			frappe.throw(_("{0} is not a stock Item").format(row.item_code))
		if item.disabled:
			frappe.throw(_("Item {0} is not active or end of life has been reached").format(row.item_code))
		if item.has_batch_no and not row.batch_no:
			frappe.throw(_("Serial No / Batch No are mandatory for Item {0}").format(row.item_code))
		row.item_name, row.stock_uom, row.uom = item.item_name, item.stock_uom, row.uom or item.stock_uom
		row.conversion_factor = get_conversion_factor(row.item_code, row.uom)["conversion_factor"]
		row.cost_center = row.cost_center or frappe.get_cached_value("Company", self.company, "cost_center")

	def validate_warehouse(self, row):
		row.s_warehouse = (
			None if self.purpose == "Material Receipt" else row.s_warehouse or self.from_warehouse
		)
		row.t_warehouse = None if self.purpose == "Material Issue" else row.t_warehouse or self.to_warehouse
		if self.purpose != "Material Receipt" and not row.s_warehouse:
			frappe.throw(_("Source warehouse is mandatory for row {0}").format(row.idx))
		if self.purpose != "Material Issue" and not row.t_warehouse:
			frappe.throw(_("Target warehouse is mandatory for row {0}").format(row.idx))

	def calculate_rate_and_amount(self):
		at = ("<=", get_combine_datetime(self.posting_date, self.posting_time))
		for row in self.items:
			if row.s_warehouse and row.batch_no:
				row.basic_rate = batch_rate(row.item_code, row.s_warehouse, row.batch_no)
			elif row.s_warehouse:
				row.basic_rate = get_previous_sle(row.item_code, row.s_warehouse, at)[1]
			elif row.allow_zero_valuation_rate:
				row.basic_rate = 0.0
			elif not flt(row.basic_rate):
				row.basic_rate = get_valuation_rate(row.item_code, row.t_warehouse, self.company, self)
			row.amount = row.basic_amount = flt(row.transfer_qty * row.basic_rate, 2)
			row.valuation_rate = row.basic_rate
		self.total_incoming_value = sum(row.amount for row in self.items if row.t_warehouse)
		self.total_outgoing_value = sum(row.amount for row in self.items if row.s_warehouse)
		self.value_difference = self.total_incoming_value - self.total_outgoing_value
		self.total_amount = sum(row.amount for row in self.items)

	def update_stock_ledger(self):
		entries = [
			self.get_sl_entry(row, row.s_warehouse, -row.transfer_qty)
			for row in self.items
			if row.s_warehouse
		]
		entries += [
			self.get_sl_entry(row, row.t_warehouse, row.transfer_qty) for row in self.items if row.t_warehouse
		]
		make_sl_entries(entries if self.docstatus == 1 else entries[::-1])

	def get_sl_entry(self, row, warehouse, qty):
		return {
			**{field: row.get(field) for field in ("item_code", "stock_uom", "batch_no")},
			**{field: self.get(field) for field in ("posting_date", "posting_time", "company")},
			"warehouse": warehouse,
			"voucher_type": self.doctype,
			"voucher_no": self.name,
			"voucher_detail_no": row.name,
			"actual_qty": qty if self.docstatus == 1 else -qty,
			"incoming_rate": row.valuation_rate if qty > 0 else 0,
			"is_cancelled": int(self.docstatus == 2),
		}

	def update_transferred_qty(self):
		"""Keep on the outward entry how much of it has been received (in the entry's UOM)."""
		if not self.outgoing_stock_entry:
			return
		for row in self.items:
			received = {
				"against_stock_entry": row.against_stock_entry,
				"ste_detail": row.ste_detail,
				"docstatus": 1,
			}
			qty = sum(frappe.get_all("Stock Entry Detail", received, pluck="qty"))
			frappe.db.set_value("Stock Entry Detail", row.ste_detail, "transferred_qty", qty)
		sent = frappe.get_doc("Stock Entry", self.outgoing_stock_entry)
		received = sum(min(row.qty, row.transferred_qty) for row in sent.items)
		sent.db_set("per_transferred", flt(received / sum(row.qty for row in sent.items) * 100, 6))

	def set_transfer_status(self, outward, inward):
		"""Tell the Material Request how far its goods are."""
		for row in self.items if self.add_to_transit or self.outgoing_stock_entry else ():
			sent = row.ste_detail if self.outgoing_stock_entry else row.name
			request = frappe.db.get_value("Stock Entry Detail", sent, "material_request")
			status = inward if self.outgoing_stock_entry else outward
			frappe.db.set_value("Material Request", request or "", "transfer_status", status)


@frappe.whitelist()
def make_stock_in_entry(source_name, target_doc=None):
	"""The entry that takes out of transit what an outward entry put there and nobody received yet."""

	def set_missing_values(source, target):
		target.stock_entry_type = "Material Transfer"

	def update_item(source, target, source_parent):
		target.t_warehouse = frappe.db.get_value(
			"Material Request Item", source.material_request_item or "", "warehouse"
		)
		target.s_warehouse = source.t_warehouse
		target.qty = source.qty - source.transferred_qty

	maps = {
		"Stock Entry": {"doctype": "Stock Entry", "field_map": {"name": "outgoing_stock_entry"}},
		"Stock Entry Detail": {
			"doctype": "Stock Entry Detail",
			"field_map": {"name": "ste_detail", "parent": "against_stock_entry", "batch_no": "batch_no"},
			"postprocess": update_item,
			"condition": lambda row: row.qty - row.transferred_qty > 0.00001,
		},
	}
	return get_mapped_doc("Stock Entry", source_name, maps, target_doc, set_missing_values)
