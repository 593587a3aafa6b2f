"""What the contract's tests share: each undoes what it wrote, and moves goods by ERPNext's own documents."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import today

from tests import story

OIL, MILK, EGGS, SUGAR = story.OIL, story.MILK, story.EGGS, story.SUGAR


class ContractTestCase(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("contract")
		self.addCleanup(self._undo)

	def _undo(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="contract")
		frappe.clear_cache()
		frappe.local.message_log = []
		frappe.flags.currently_saving = []  # a save that was refused stays in it

	def refused(self, exception, function, *args, **kwargs):
		"""Assert that a call is refused, take back what it wrote, and return what it says."""
		frappe.db.savepoint("refused")
		with self.assertRaises(exception) as caught:
			function(*args, **kwargs)
		frappe.db.rollback(save_point="refused")
		return str(caught.exception)


def new_warehouse(name, **values):
	return frappe.get_doc(
		{"doctype": "Warehouse", "warehouse_name": name, "company": story.COMPANY, **values}
	).insert()


def new_item(item_code, **values):
	values = {
		"item_group": "All Item Groups",
		"stock_uom": "Pcs",
		"valuation_method": "Moving Average",
		**values,
	}
	return frappe.get_doc({"doctype": "Item", "item_code": item_code, **values}).insert()


def stock_entry(kind, *rows, submit=True, **values):
	"""A Stock Entry of `kind` with `rows` of field values; each is one piece of OIL where nothing else is
	said."""
	for row in rows:
		row.setdefault("item_code", OIL)
		row.setdefault("qty", 1)
		if row.get("batch_no"):
			row["use_serial_batch_fields"] = 1
	doc = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": kind,
			"company": story.COMPANY,
			"items": list(rows),
			**values,
		}
	)
	doc.insert()
	return doc.submit() if submit else doc


def receive(warehouse, qty, rate, item_code=OIL, **values):
	row = {"t_warehouse": warehouse, "qty": qty, "basic_rate": rate, "item_code": item_code}
	row.update({key: values.pop(key) for key in ("batch_no", "uom", "conversion_factor") if key in values})
	return stock_entry("Material Receipt", row, **values)


def material_request(source, target, qty, item_code=OIL, submit=True, **values):
	uom = frappe.db.get_value("Item", item_code, "stock_uom")
	row = {"item_code": item_code, "qty": qty, "uom": uom, "stock_uom": uom, "conversion_factor": 1}
	row.update(from_warehouse=source, warehouse=target, schedule_date=today())
	doc = frappe.get_doc(
		{
			"doctype": "Material Request",
			"material_request_type": "Material Transfer",
			"company": story.COMPANY,
			"transaction_date": today(),
			"schedule_date": today(),
			"set_from_warehouse": source,
			"set_warehouse": target,
			"items": [row],
			**values,
		}
	).insert()
	return doc.submit() if submit else doc


def bin_of(warehouse, item_code=OIL):
	fields = ["actual_qty", "indented_qty", "projected_qty", "valuation_rate", "stock_value"]
	return frappe.db.get_value("Bin", {"warehouse": warehouse, "item_code": item_code}, fields, as_dict=True)


def transit():
	return frappe.db.get_value("Company", story.COMPANY, "default_in_transit_warehouse")
