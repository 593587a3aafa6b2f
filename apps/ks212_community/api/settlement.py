"""Settlements for the portal and other clients; types, units and errors in docs/api.md.

A supplier, its community's managers, head office and accountants read them; head office and accountants have
them made. They are submitted in the desk, by accountants. Quantities in the stock UOM, money in the company's
currency.
"""

from typing import Any

import frappe
from frappe import _

from ks212_community import permissions
from ks212_community.api import parties, validate
from ks212_community.api.once import once
from ks212_community.umkm_supply import settlement as settling
from ks212_community.umkm_supply import statement

LIST_LENGTH = 50
HEAD = (
	*("name", "supplier", "supplier_name", "company", "status", "from_date", "to_date", "due_date"),
	*("purchase_invoice", "invoiced_value", "other_value", "loss_value", "gross", "fee", "discount"),
	*("charge", "amount", "brought_forward", "payable"),
)


@frappe.whitelist()
def list_settlements(supplier: Any = None) -> list:
	"""Return the newest settlements of a supplier, newest first: those it is owed, and drafts."""
	filters = {"supplier": parties.seen_supplier(supplier), "docstatus": ["<", 2]}
	companies = permissions.companies_of(settling.SETTLEMENT)
	if companies is not None:
		filters["company"] = ["in", companies]
	return frappe.get_all(
		settling.SETTLEMENT,
		filters=filters,
		fields=list(HEAD),
		order_by="to_date desc, name desc",
		limit=LIST_LENGTH,
	)


@frappe.whitelist()
def get_settlement(settlement: Any = None) -> dict:
	"""Return one settlement with its `sales` (what sold or was lost, by product, outlet, price and terms) and
	its `items` (the goods by product and outlet)."""
	name = validate.name_of(settling.SETTLEMENT, settlement, _("Settlement"))
	doc = frappe.get_doc(settling.SETTLEMENT, name)
	parties.require_sight_of(doc.supplier)
	permissions.require_company(doc.company, settling.SETTLEMENT)
	return {
		**{field: doc.get(field) for field in HEAD},
		"sales": [row for row in map(statement.sale, doc.sales) if statement.is_shown(row)],
		"items": [statement.goods(row) for row in doc.get("items")],
	}


def _check_maker(company, to_date, supplier=None, **_rest) -> dict:
	require_maker()
	company = validate.name_of("Company", company, _("Company"))
	permissions.require_company(company, settling.SETTLEMENT)
	return {
		"company": company,
		"to_date": validate.day(to_date, _("To")),
		"supplier": None
		if supplier in validate.EMPTY
		else validate.name_of("Supplier", supplier, _("Supplier")),
	}


def require_maker() -> None:
	"""Raise `frappe.PermissionError` unless the caller may have settlements made."""
	if not permissions.settles():
		frappe.throw(_("Only head office (pusat) and accountants make settlements."), frappe.PermissionError)


@frappe.whitelist(methods=["POST"])
@once(_check_maker, unlocked=True)
def make_settlements(company: Any = None, to_date: Any = None, supplier: Any = None, key: Any = None) -> dict:
	"""Write the drafts of a company's suppliers, or of one, to the end of a day.

	Return their names as {settlements}, or of all suppliers {started}: that is a background job, so that no
	till waits for it.
	"""
	if supplier:
		return {"settlements": settling.make_settlements(company, to_date, supplier)}
	settling.past_day(to_date)
	frappe.enqueue(
		"ks212_community.umkm_supply.settlement.make_all",
		queue="long",
		enqueue_after_commit=True,
		job_id=f"ks212_settlements:{company}",
		deduplicate=True,
		company=company,
		to_date=str(to_date),
	)
	return {"started": 1}


def _check_rebuild(settlement, **_rest) -> dict:
	require_maker()
	name = validate.name_of(settling.SETTLEMENT, settlement, _("Settlement"))
	permissions.require_company(
		frappe.db.get_value(settling.SETTLEMENT, name, "company"), settling.SETTLEMENT
	)
	return {"settlement": name}


@frappe.whitelist(methods=["POST"])
@once(_check_rebuild, unlocked=True)
def rebuild(settlement: Any = None, key: Any = None) -> dict:
	"""Compute a draft anew, under its name; return {settlements}, empty where there is nothing to settle any
	more."""
	doc = frappe.db.get_value(
		settling.SETTLEMENT, settlement, ["company", "supplier", "to_date", "docstatus"], as_dict=True
	)
	if doc.docstatus:
		frappe.throw(
			_("{0} is not a draft any more. Cancel it first, or make the next one.").format(
				frappe.bold(settlement)
			)
		)
	return {"settlements": settling.make_settlements(doc.company, doc.to_date, doc.supplier)}
