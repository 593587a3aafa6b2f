import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, now_datetime

from ks212_community.permissions import require_outlet
from ks212_community.stock_exchange import asking, deadlines
from ks212_community.stock_exchange.ranking import is_whole


class InterOutletRequest(Document):
	"""What an outlet lacks. Its status is derived from the transfers that answer it."""

	def validate(self):
		if self.is_new() or self.get_doc_before_save().status == "Draft":
			self.validate_outlet()
			self.validate_needed_by()
			self.set_item_details()
			self.validate_items()
		elif self.items_changed():
			frappe.throw(_("The network has been asked already. Make a new request for anything else."))
		if not self.flags.in_step and self.course_changed():
			frappe.throw(_("The state of a request follows from its transfers. Use its buttons."))

	def validate_outlet(self):
		outlet = frappe.get_cached_doc("Outlet", self.outlet)
		if outlet.status != "Active":
			frappe.throw(
				_("Outlet {0} is {1}; it cannot ask.").format(frappe.bold(outlet.name), _(outlet.status))
			)
		if not outlet.warehouse:
			frappe.throw(
				_("Outlet {0} has no warehouse yet. Ask head office to make it.").format(
					frappe.bold(outlet.name)
				)
			)

	def validate_needed_by(self):
		if getdate(self.needed_by) < deadlines.today_at(frappe.get_cached_doc("Outlet", self.outlet)):
			frappe.throw(_("Needed By cannot be in the past. Choose today or a later day."))

	def set_item_details(self):
		"""Keep each line in the item's stock UOM, and remember how it was asked."""
		from erpnext.stock.get_item_details import get_conversion_factor

		for row in self.items:
			item = frappe.get_cached_doc("Item", row.item_code)
			row.item_name, row.stock_uom = item.item_name, item.stock_uom
			row.uom = row.uom or item.stock_uom
			if row.uom != item.stock_uom and row.uom not in {uom.uom for uom in item.uoms}:
				frappe.throw(
					_("Row {0}: {1} is not counted in {2}. Choose one of: {3}.").format(
						row.idx,
						frappe.bold(row.item_code),
						row.uom,
						", ".join(dict.fromkeys([item.stock_uom, *(uom.uom for uom in item.uoms)])),
					)
				)
			row.conversion_factor = (
				flt(get_conversion_factor(row.item_code, row.uom)["conversion_factor"]) or 1
			)
			row.stock_qty = flt(flt(row.qty) * row.conversion_factor, 6)

	def validate_items(self):
		seen = {}
		for row in self.items:
			item = frappe.get_cached_doc("Item", row.item_code)
			if item.disabled:
				frappe.throw(
					_("Row {0}: {1} is disabled. Choose another item.").format(
						row.idx, frappe.bold(row.item_code)
					)
				)
			if not item.is_stock_item or item.has_variants:
				frappe.throw(
					_("Row {0}: {1} is not kept in stock. Choose another item.").format(
						row.idx, frappe.bold(row.item_code)
					)
				)
			if row.item_code in seen:
				frappe.throw(
					_("Row {0}: {1} is in row {2} already. Put the quantities together.").format(
						row.idx, frappe.bold(row.item_code), seen[row.item_code]
					)
				)
			seen[row.item_code] = row.idx
			if flt(row.stock_qty) <= 0:
				frappe.throw(_("Row {0}: the quantity must be more than zero.").format(row.idx))
			if is_whole(row.stock_uom) and abs(row.stock_qty - round(row.stock_qty)) > 1e-6:
				frappe.throw(_("Row {0}: {1} must be a whole number.").format(row.idx, row.stock_uom))

	def items_changed(self) -> bool:
		"""Whether what was asked has been typed over."""
		before = self.get_doc_before_save()

		def asked(doc):
			return [doc.outlet, *((row.item_code, row.qty, row.uom, row.stock_qty) for row in doc.items)]

		return asked(before) != asked(self)

	def course_changed(self) -> bool:
		"""Whether somebody's hand is in what only a step may change."""
		before = self.get_doc_before_save() or frappe.new_doc(self.doctype)
		if any(self.get(field) != before.get(field) for field in ("status", "cancel_reason")):
			return True
		course = ("promised_qty", "in_transit_qty", "received_qty", "unmet_qty")
		known = {row.name: row for row in before.items}
		return any(
			flt(row.get(field)) != flt(known[row.name].get(field) if row.name in known else 0)
			for row in self.items
			for field in course
		)

	def keep(self):
		"""Insert or save a step of the request in the name of whoever acts: rights were checked at the
		door."""
		self.flags.in_step = True
		self.flags.ignore_permissions = True
		self.save()
		self.flags.in_step = False

	@frappe.whitelist()
	def ask(self) -> str:
		"""Ask the network for a draft request; return the new status."""
		require_outlet(self.outlet)
		if self.status != "Draft":
			frappe.throw(_("The network has been asked already."))
		self.requested_by = frappe.session.user
		self.requested_at = now_datetime()
		self.status = "Open"
		self.keep()
		asking.go_on(self)
		return self.status

	def is_stopped(self) -> bool:
		"""Whether the outlet has taken its request back."""
		return bool(self.cancel_reason)

	def set_progress(self, progress: dict, need: dict[str, float]) -> None:
		"""Keep each line's course and derive the status. `need` is what is neither received nor committed.

		Every step of every transfer ends here, so only what changed is written, past the document's life
		cycle: nothing of it is anybody's input. Desk forms that are open are told.
		"""
		for row in self.items:
			item = progress.get(row.name) or asking.Progress()
			course = {
				"promised_qty": flt(item.promised, 6),
				"in_transit_qty": flt(item.in_transit, 6),
				"received_qty": flt(item.received, 6),
				"unmet_qty": 0 if item.open_asks or self.is_stopped() else need[row.name],
			}
			changed = any(flt(row.get(field)) != qty for field, qty in course.items())
			row.update(course)
			if changed:
				frappe.db.set_value(row.doctype, row.name, course, update_modified=False)
		status = self.derive_status(progress)
		if status != self.status:
			self.db_set("status", status)
		self.notify_update()

	def derive_status(self, progress: dict) -> str:
		"""Return the status that the lines add up to."""
		waiting = any(item.open_asks or item.committed > item.received for item in progress.values())
		if all(flt(row.stock_qty - row.received_qty, 6) <= 0 for row in self.items):
			return "Filled"
		if any(row.received_qty > 0 for row in self.items):
			return "Partly Filled"
		if self.is_stopped():
			return "Cancelled"
		return "Open" if waiting else "Unmet"

	def on_trash(self):
		if self.status != "Draft":
			frappe.throw(_("A request that the network was asked is kept. Cancel it instead."))
