import datetime

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import get_link_to_form, get_time, getdate, nowdate, nowtime


class InvalidWarehouseCompany(frappe.ValidationError):
	pass


def get_combine_datetime(posting_date, posting_time):
	return datetime.datetime.combine(getdate(posting_date), get_time(posting_time))


def get_bin(item_code, warehouse):
	name = frappe.db.get_value("Bin", {"item_code": item_code, "warehouse": warehouse})
	if name:
		return frappe.get_doc("Bin", name)
	return frappe.new_doc("Bin", item_code=item_code, warehouse=warehouse).insert(ignore_permissions=True)


@frappe.whitelist()
def get_stock_balance(item_code, warehouse, posting_date=None, posting_time=None, with_valuation_rate=False):
	"""The quantity at a moment, by the ledger; with its rate where that is asked for."""
	from erpnext.stock.stock_ledger import get_previous_sle

	at = get_combine_datetime(posting_date or nowdate(), posting_time or nowtime())
	qty, rate, _value = get_previous_sle(item_code, warehouse, ("<=", at))
	return (qty, rate) if with_valuation_rate else qty


@frappe.whitelist()
def get_latest_stock_qty(item_code, warehouse=None):
	"""The sum of an item's bins."""
	table = frappe.qb.DocType("Bin")
	query = frappe.qb.from_(table).select(Sum(table.actual_qty)).where(table.item_code == item_code)
	return (query.where(table.warehouse == warehouse) if warehouse else query).run()[0][0]


def validate_warehouse(warehouse, company):
	row = frappe.get_cached_value("Warehouse", warehouse, ["company", "is_group", "disabled"], as_dict=True)
	if row.disabled:
		link = get_link_to_form("Warehouse", warehouse)
		frappe.throw(_("Disabled Warehouse {0} cannot be used for this transaction.").format(link))
	if row.company != company:
		message = _("Warehouse {0} does not belong to company {1}").format(warehouse, company)
		frappe.throw(message, InvalidWarehouseCompany)
	if row.is_group:
		frappe.throw(_("Group node warehouse is not allowed to select for transactions"))
