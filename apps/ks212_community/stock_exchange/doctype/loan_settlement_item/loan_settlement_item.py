from frappe.model.document import Document


class LoanSettlementItem(Document):
	"""Goods of a loan in kind that do not come back, and what is paid for them."""
