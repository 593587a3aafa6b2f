import frappe
from erpnext.stock.utils import get_combine_datetime, validate_warehouse
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, getdate


class StockFreezeError(frappe.ValidationError):
	pass


class StockLedgerEntry(Document):
	def validate(self):
		self.posting_datetime = get_combine_datetime(self.posting_date, self.posting_time)
		validate_warehouse(self.warehouse, self.company)
		settings = frappe.get_cached_doc("Stock Settings")
		frozen = settings.stock_frozen_upto and getdate(self.posting_date) <= getdate(
			settings.stock_frozen_upto
		)
		if frozen and settings.stock_auth_role not in frappe.get_roles():
			message = _("Stock transactions before {0} are frozen").format(
				formatdate(settings.stock_frozen_upto)
			)
			frappe.throw(message, StockFreezeError)
