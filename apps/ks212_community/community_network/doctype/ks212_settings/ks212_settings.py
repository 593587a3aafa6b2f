import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_time


class KS212Settings(Document):
	"""The network's own rules: what needs approval, how long each step may take, how sources are chosen."""

	def validate(self):
		if get_time(self.opens_at) >= get_time(self.closes_at):
			frappe.throw(_("The network's hours must close after they open."))
		if self.ask_at_once < 1:
			frappe.throw(_("At least one source must be asked at once."))
		if self.demand_days < 1:
			frappe.throw(_("The demand window must be at least one day."))
		if not 0 <= self.shelf_share_target <= 100:
			frappe.throw(_("The shelf share target must be between 0 and 100 per cent."))
