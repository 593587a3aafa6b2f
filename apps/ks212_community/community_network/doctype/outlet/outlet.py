import re

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from ks212_community.community_network import membership

CODE = re.compile(r"[A-Z0-9]{2,12}")


class Outlet(Document):
	"""A shop, a distribution centre or a community's store: one leaf Warehouse, one Cost Center."""

	def validate(self):
		self.validate_code()
		self.validate_place()
		self.validate_warehouse()
		self.validate_opening_hours()
		self.validate_users()
		self.validate_goods_under_way()
		self.validate_loans()

	def validate_code(self):
		if not CODE.fullmatch(self.outlet_code or ""):
			frappe.throw(
				_("Outlet Code {0}: use 2 to 12 capital letters and digits.").format(
					frappe.bold(self.outlet_code)
				)
			)

	def validate_place(self):
		if not -90 <= flt(self.latitude) <= 90 or not -180 <= flt(self.longitude) <= 180:
			frappe.throw(_("Latitude runs from -90 to 90 and longitude from -180 to 180. Correct the place."))

	def validate_warehouse(self):
		if not self.warehouse:
			return
		warehouse = frappe.get_cached_value(
			"Warehouse", self.warehouse, ["is_group", "company"], as_dict=True
		)
		if warehouse.is_group:
			frappe.throw(
				_("Warehouse {0} is a group. Choose a warehouse that holds goods.").format(
					frappe.bold(self.warehouse)
				)
			)
		if warehouse.company != self.company:
			frappe.throw(
				_(
					"Warehouse {0} belongs to {1}, not to {2}. Choose a warehouse of the outlet's company."
				).format(frappe.bold(self.warehouse), warehouse.company, self.company)
			)

	def validate_opening_hours(self):
		for row in self.opening_hours:
			if row.opens_at == row.closes_at:
				frappe.throw(_("Row {0}: opens and closes at the same time.").format(row.idx))

	def validate_users(self):
		seen = set()
		for row in self.users:
			if row.user in seen:
				frappe.throw(_("Row {0}: {1} is in the list already.").format(row.idx, row.user))
			seen.add(row.user)

	def validate_goods_under_way(self):
		"""A warehouse or company cannot change under goods that are promised or on the road."""
		before = self.get_doc_before_save()
		if not before or (before.warehouse, before.company) == (self.warehouse, self.company):
			return
		under_way = self.transfer_under_way()
		if under_way:
			frappe.throw(
				_(
					"Outlet Transfer {0} is under way. Finish it before the warehouse or company changes."
				).format(frappe.bold(under_way))
			)

	def validate_loans(self):
		"""An outlet that is closed for good neither gives back nor counts in what is on loan."""
		before = self.get_doc_before_save()
		if self.status != "Closed" or not before or before.status == "Closed":
			return
		if loan := self._transfer_with({"loan_open": 1}):
			frappe.throw(
				_("Goods of loan {0} are still to be given back. Finish it before the outlet closes.").format(
					frappe.bold(loan)
				)
			)

	def transfer_under_way(self) -> str | None:
		"""Return a transfer of goods that are promised, on the road or on loan, to or from the outlet."""
		return self._transfer_with(
			{"status": ["in", ("Promised", "In Transit", "Discrepancy")]}
		) or self._transfer_with({"loan_open": 1})

	def _transfer_with(self, filters: dict) -> str | None:
		for side in ("source_outlet", "target_outlet"):
			if name := frappe.db.get_value("Outlet Transfer", {**filters, side: self.name}):
				return name
		return None

	def on_update(self):
		membership.sync(self, "users", membership.OUTLET)

	def on_trash(self):
		membership.sync(self, "users", membership.OUTLET, removed=True)

	def get_safety_days(self) -> float:
		"""Return the days of its own demand that the outlet keeps back."""
		return flt(self.safety_days) or flt(frappe.get_cached_doc("KS212 Settings").safety_days)

	@frappe.whitelist()
	def make_warehouse_and_cost_center(self) -> dict:
		"""Make the outlet's own leaf Warehouse and Cost Center where they are missing, and keep them on it.

		They are made below the company's root warehouse and root cost center.
		"""
		self.check_permission("write")
		return self.make_books()

	def make_books(self) -> dict:
		"""Make what `make_warehouse_and_cost_center` makes, for callers that have checked rights."""
		self.warehouse = self.warehouse or self._make_leaf("Warehouse")
		self.cost_center = self.cost_center or self._make_leaf("Cost Center")
		self.save()
		return {"warehouse": self.warehouse, "cost_center": self.cost_center}

	def _make_leaf(self, doctype: str) -> str:
		fieldname = frappe.scrub(doctype)
		title = f"{self.outlet_code} {self.outlet_name}"
		existing = frappe.db.get_value(doctype, {f"{fieldname}_name": title, "company": self.company})
		if existing:
			return existing
		# The root of a tree is the group that has no parent.
		roots = frappe.get_all(
			doctype,
			filters={"company": self.company, "is_group": 1, f"parent_{fieldname}": ("is", "not set")},
			pluck="name",
		)
		if not roots:
			frappe.throw(
				_("Company {0} has no root {1}. Set up the company first.").format(self.company, _(doctype))
			)
		doc = frappe.get_doc(
			{
				"doctype": doctype,
				f"{fieldname}_name": title,
				f"parent_{fieldname}": roots[0],
				"company": self.company,
				"is_group": 0,
			}
		)
		# Head office sets up outlets; ERPNext's own trees belong to its stock and accounts managers.
		doc.insert(ignore_permissions=True)
		return doc.name
