"""What a warehouse asks for, here always from another warehouse."""

import frappe
from erpnext.stock.utils import get_bin
from erpnext.utilities.transaction_base import validate_uom_is_integer
from frappe import _
from frappe.model.document import Document
from frappe.model.mapper import get_mapped_doc
from frappe.query_builder.functions import Sum
from frappe.utils import flt, getdate


class MaterialRequest(Document):
	def validate(self):
		for row in self.items:
			item = frappe.get_cached_doc("Item", row.item_code)
			if item.disabled:
				frappe.throw(_("Item {0} is disabled").format(row.item_code))
			row.item_name = item.item_name
			row.stock_qty = flt(row.qty) * flt(row.conversion_factor)
		validate_uom_is_integer(self, "uom", "qty")
		self.before_update_after_submit()
		self.status = self.status or "Draft"
		if self.title in (None, "", "{material_request_type}"):
			names = ", ".join(row.item_name for row in self.items[:3])
			self.title = _("{0} Request for {1}").format(_(self.material_request_type), names)[:100]

	def before_update_after_submit(self):
		self.schedule_date = min(getdate(row.schedule_date) for row in self.items)

	def before_submit(self):
		self.set_status()

	def on_submit(self):
		self.update_requested_qty()

	def before_cancel(self):
		if self.status == "Stopped":
			frappe.throw(_("{0} {1} status is {2}").format(_(self.doctype), self.name, _(self.status)))
		self.set_status()

	def on_cancel(self):
		self.update_requested_qty()

	def set_status(self, status=None):
		"""`status` as asked, else by what has been moved."""
		done, status = flt(self.per_ordered), status or self.status
		if status != "Stopped":
			moved = "Transferred" if done >= 100 else "Partially Received" if done else "Pending"
			status = "Cancelled" if self.docstatus == 2 else moved
		self.db_set("status", status)

	def update_status(self, status):
		self.set_status(status)
		self.update_requested_qty()

	def update_completed_qty(self):
		"""Keep on the rows what Stock Entries moved of them, in stock UOM; never more than was asked."""
		detail = frappe.qb.DocType("Stock Entry Detail")
		query = frappe.qb.from_(detail).select(detail.material_request_item, Sum(detail.transfer_qty))
		query = query.where((detail.material_request == self.name) & (detail.docstatus == 1))
		moved = dict(query.groupby(detail.material_request_item).run())
		for row in self.items:
			row.db_set("ordered_qty", flt(moved.get(row.name)))
			if flt(row.ordered_qty - row.stock_qty, 3) > 0:
				message = _(
					"The total Issue / Transfer quantity {0} in Material Request {1} cannot be greater than"
					" requested quantity {2} for Item {3}"
				)
				frappe.throw(message.format(row.ordered_qty, self.name, row.qty, row.item_code))
		done = sum(row.ordered_qty for row in self.items)
		self.db_set("per_ordered", flt(done / sum(row.stock_qty for row in self.items) * 100, 6))
		self.set_status()

	def update_requested_qty(self):
		for row in self.items:
			requested = get_indented_qty(row.item_code, row.warehouse)
			get_bin(row.item_code, row.warehouse).write(indented_qty=requested)


def get_indented_qty(item_code, warehouse):
	"""What is asked for a warehouse and has not left its source, in stock UOM."""
	request, row = frappe.qb.DocType("Material Request"), frappe.qb.DocType("Material Request Item")
	query = frappe.qb.from_(row).inner_join(request).on(row.parent == request.name)
	query = query.select(Sum(row.stock_qty - row.ordered_qty))
	query = query.where((row.item_code == item_code) & (row.warehouse == warehouse))
	return flt(query.where((request.docstatus == 1) & (request.status != "Stopped")).run()[0][0])


def update_completed_and_requested_qty(stock_entry, method):
	for name in {row.material_request for row in stock_entry.items if row.material_request}:
		request = frappe.get_doc("Material Request", name)
		if request.status in ("Stopped", "Cancelled"):
			frappe.throw(_("{0} {1} is cancelled or stopped").format(_("Material Request"), name))
		request.update_completed_qty()
		request.update_requested_qty()


@frappe.whitelist()
def make_stock_entry(source_name, target_doc=None):
	"""The entry that moves what is left of a request."""

	def update_item(source, target, source_parent):
		target.qty = target.transfer_qty = source.stock_qty - source.ordered_qty
		target.uom, target.conversion_factor = source.stock_uom, 1
		target.s_warehouse, target.t_warehouse = source.from_warehouse, source.warehouse

	def set_missing_values(source, target):
		target.purpose = target.stock_entry_type = source.material_request_type
		target.from_warehouse, target.to_warehouse = source.set_from_warehouse, source.set_warehouse

	maps = {
		"Material Request": {"doctype": "Stock Entry"},
		"Material Request Item": {
			"doctype": "Stock Entry Detail",
			"field_map": {"name": "material_request_item", "parent": "material_request"},
			"postprocess": update_item,
			"condition": lambda row: row.ordered_qty < row.stock_qty,
		},
	}
	return get_mapped_doc("Material Request", source_name, maps, target_doc, set_missing_values)


@frappe.whitelist()
def make_in_transit_stock_entry(source_name, in_transit_warehouse):
	"""The entry that sends what is left of a request into transit."""
	entry = make_stock_entry(source_name)
	entry.add_to_transit, entry.to_warehouse = 1, in_transit_warehouse
	for row in entry.items:
		row.t_warehouse = in_transit_warehouse
	return entry
