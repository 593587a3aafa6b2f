import frappe
from erpnext.stock.utils import get_bin
from frappe.model.document import Document


class POSInvoice(Document):
	"""Here only its table is, empty."""


@frappe.whitelist()
def get_stock_availability(item_code, warehouse):
	return get_bin(item_code, warehouse).actual_qty, True
