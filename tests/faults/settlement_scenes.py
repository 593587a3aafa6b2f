"""What forks do with settlements on the faults' site: see scenes.py."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import flt, nowdate

from ks212_community.api import settlement as api
from ks212_community.umkm_supply import settlement
from tests import settling, story, umkm_story

ENOUGH = 2000  # for one test, whatever FAULT_ROUNDS
TABLES = (
	*("Consignment Settlement", "Consignment Settlement Sale", "Consignment Settlement Item"),
	*("Purchase Invoice", "GL Entry", "Request Key"),
)


def prepare():
	"""The suppliers of the story without settlements, and crackers that were sold; return the first one and
	how many."""
	suppliers = umkm_story.setup_umkm()
	supplier = suppliers.owner
	clear(supplier)
	settling.receive(story.NEAR, {umkm_story.CRACKERS: ENOUGH}, time=None)
	if not _sold(supplier):
		settling.sell(story.NEAR, {umkm_story.CRACKERS: 6}, time=None)
	return {"owner": supplier, "other": suppliers.other_owner, "sold": _sold(supplier)}


def _sold(supplier):
	return sum(row.qty for row in settling.movements(supplier) if row.kind == "sold")


def clear(supplier):
	"""Take the supplier's settlements back, the last one first."""
	for name in frappe.get_all(
		settlement.SETTLEMENT,
		filters={"supplier": supplier, "docstatus": 1},
		order_by="to_date desc, name desc",
		pluck="name",
	):
		frappe.get_doc(settlement.SETTLEMENT, name).cancel()
	for name in frappe.get_all(
		settlement.SETTLEMENT, filters={"supplier": supplier, "docstatus": 0}, pluck="name"
	):
		frappe.delete_doc(settlement.SETTLEMENT, name)


def make(supplier, key):
	"""Make a supplier's draft to today; return its name in a list."""
	made = api.make_settlements(company=story.COMPANY, to_date=nowdate(), supplier=supplier, key=key)
	return made["settlements"]


def make_all():
	"""Make all drafts to today, as the background job does."""
	settlement.make_all(story.COMPANY, nowdate())


def submit(name):
	"""Submit a settlement; return its status."""
	doc = frappe.get_doc(settlement.SETTLEMENT, name)
	doc.submit()
	return doc.status


def cancel(name):
	"""Cancel a settlement; return its status."""
	doc = frappe.get_doc(settlement.SETTLEMENT, name)
	doc.cancel()
	return doc.status


def sell(qty=1):
	"""Sell crackers now."""
	return settling.sell(story.NEAR, {umkm_story.CRACKERS: qty}, time=None).name


def state(supplier):
	"""All that settling a supplier may change, to compare before and after."""
	fields = [
		"name",
		"docstatus",
		"status",
		"payable",
		"purchase_invoice",
		"previous",
		"carried_to",
		"modified",
	]
	found = {
		"settlements": frappe.get_all(
			settlement.SETTLEMENT, filters={"supplier": supplier}, fields=fields, order_by="name"
		),
		"counts": {doctype: frappe.db.count(doctype) for doctype in TABLES},
	}
	return frappe.parse_json(frappe.as_json(found))


def check(supplier):
	"""Every movement to today is in one settlement, submitted or draft, and the books tie; return what is
	sold, and what of it submitted settlements hold."""
	draft = frappe.db.get_value(settlement.SETTLEMENT, {"supplier": supplier, "docstatus": 0})
	settling.check(supplier, nowdate(), draft and frappe.get_doc(settlement.SETTLEMENT, draft))
	settling.check_books(nowdate())
	Sale, Settlement = frappe.qb.DocType(settlement.SALE), frappe.qb.DocType(settlement.SETTLEMENT)
	settled = (
		frappe.qb.from_(Sale)
		.inner_join(Settlement)
		.on(Settlement.name == Sale.parent)
		.select(Sum(Sale.sold_qty))
		.where((Settlement.supplier == supplier) & (Settlement.docstatus == 1))
	)
	return {"sold": _sold(supplier), "settled": flt(settled.run()[0][0])}
