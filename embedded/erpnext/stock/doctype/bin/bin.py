import frappe
from frappe.model.document import Document
from frappe.utils import flt

COMING = ("actual_qty", "ordered_qty", "indented_qty", "planned_qty")
RESERVED = ("", "_for_production", "_for_sub_contract", "_for_production_plan")


class Bin(Document):
	def before_save(self):
		self.stock_uom = frappe.get_cached_value("Item", self.item_code, "stock_uom")

	def write(self, **values):
		self.update(values)
		coming = sum(flt(self.get(field)) for field in COMING)
		self.projected_qty = coming - sum(flt(self.get(f"reserved_qty{kind}")) for kind in RESERVED)
		self.db_update()


def on_doctype_update():
	frappe.db.add_index("Bin", ["item_code", "warehouse"], "unique_item_warehouse", unique=True)
