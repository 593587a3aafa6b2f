import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_fullname, now, now_datetime

from ks212_community.stock_exchange import deadlines, exchange, posting
from ks212_community.stock_exchange.states import MOVED, MOVES, next_state


class OutletTransfer(Document):
	"""What one source is asked for, promises and sends on one request. A draft while it is asked; the promise
	submits it."""

	def set_parties(self, request, source, target):
		"""Fill in who asks whom, and where the goods would go."""
		self.update(
			{
				"request": request.name,
				"needed_by": request.needed_by,
				"company": target.company,
				"source_company": source.company,
				"source_outlet": source.name,
				"source_name": source.outlet_name,
				"source_warehouse": source.warehouse,
				"target_outlet": target.name,
				"target_name": target.outlet_name,
				"target_warehouse": target.warehouse,
				"transit_warehouse": posting.transit_warehouse(source, target),
				"status": "Asked",
			}
		)

	def set_values(self):
		"""Reckon what the promised goods are worth to the source, and what they cost the requester's company
		(IDR)."""
		self.transfer_value = sum(flt(row.promised_qty) * flt(row.rate) for row in self.items)
		self.goods_price = sum(flt(row.promised_qty) * flt(row.price) for row in self.items)

	def validate(self):
		if self.docstatus == 0 and not self.flags.kept:
			frappe.throw(_("A transfer follows from what is done with it. Use its buttons."))

	def write(self):
		"""Write a step of a submitted transfer past the document's life cycle, which does not apply to it:
		its row is locked, and nothing in it is anybody's input. Notifications of changed values and open
		forms are told, as by `db_set`."""
		self.modified, self.modified_by = now(), frappe.session.user
		self.set_parent_in_children()
		self.set_name_in_children()
		for row in self.items:
			if row.is_new():
				row.owner, row.creation, row.docstatus = self.modified_by, self.modified, self.docstatus
			row.modified, row.modified_by = self.modified, self.modified_by
		self.db_update()
		for row in self.items:
			row.db_update()
		self.keep_steps()
		self.clear_cache()
		self.run_method("on_change")
		self.notify_update()

	def validate_workflow(self):
		"""Only a change of the approval is the Workflow's affair; the other steps need not load it."""
		if self.is_new() or self.has_value_changed("approval_status"):
			super().validate_workflow()

	def before_submit(self):
		if not self.flags.kept:
			frappe.throw(_("A transfer is submitted by its source's promise. Use its buttons."))

	def move(self, move: str, reason: str | None = None):
		"""Take one step of the table of moves and record it; the caller saves."""
		before = self.status
		self.status = next_state(before, move)
		if not MOVES[self.status] or self.status in (
			"Received",
			"Discrepancy",
			"Declined",
			"Expired",
			"Withdrawn",
		):
			self.deadline = None
		self.record(move, before, reason)

	def record(self, action: str, from_status: str | None, reason: str | None):
		"""Keep who did what, when and why; written with the next save."""
		if reason:
			self.reason = reason
		user = frappe.session.user
		self.flags.setdefault("steps", []).append(
			{
				"doctype": "Outlet Transfer Event",
				"action": action,
				"from_status": from_status,
				"to_status": self.status,
				"user": user,
				"user_name": get_fullname(user),
				"at": now_datetime(),
				"reason": reason,
			}
		)

	def keep_steps(self):
		"""Write the steps of this save. They are a log of their own: nobody saves over it."""
		for step in self.flags.pop("steps", []):
			frappe.get_doc(step).update({"transfer": self.name}).db_insert()

	def get_steps(self) -> list[frappe._dict]:
		"""Return the transfer's course, oldest step first."""
		return frappe.get_all(
			"Outlet Transfer Event",
			filters={"transfer": self.name},
			fields=["action", "to_status", "user_name", "at", "reason"],
			order_by="creation, name",
		)

	def set_deadline(self, setting: str, outlet):
		"""Set the present state's deadline to `setting`'s opening hours of `outlet` from now."""
		hours = flt(frappe.get_cached_doc("KS212 Settings").get(setting))
		self.deadline = deadlines.deadline(outlet, hours)

	def keep(self):
		"""Insert or save in the name of whoever acts: rights were checked at the door."""
		self.flags.kept = True
		# Every link here is one that the app itself just read or made.
		self.flags.ignore_links = True
		self.flags.ignore_permissions = True
		self.flags.ignore_validate_update_after_submit = True
		self.save()

	def before_update_after_submit(self):
		before = self.get_doc_before_save()
		if self.status != before.status and not self.flags.kept:
			frappe.throw(_("A transfer follows from what is done with it. Use its buttons."))
		if before.approval_status == "Pending" and self.approval_status != "Pending":
			exchange.on_approval(self)

	def on_update(self):
		self.keep_steps()

	def on_update_after_submit(self):
		self.keep_steps()
		if self.flags.rejected:
			exchange.go_on_with(self.request)

	def before_cancel(self):
		# A field is read-only in the form alone: a request to cancel may bring another state.
		self.status = self.get_doc_before_save().status
		exchange.before_desk_cancel(self)

	def on_cancel(self):
		self.keep_steps()
		exchange.go_on_with(self.request)

	def on_trash(self):
		if self.status in MOVED:
			frappe.throw(_("Goods of this transfer have moved; it is kept."))
		frappe.db.delete("Outlet Transfer Event", {"transfer": self.name})
