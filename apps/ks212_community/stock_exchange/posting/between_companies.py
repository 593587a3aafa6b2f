"""Between two legal entities goods change owner: ERPNext's inter-company sale and purchase, at the price
fixed by the promise.

The source's Delivery Note at dispatch and the requester's Purchase Receipt of what was counted; `invoices`
bills that on either side. What never arrived is taken back by a return of the Delivery Note. The app writes
no ledger entry itself.
"""

import frappe
from frappe.utils import flt

from ks212_community.community_network import partners
from ks212_community.constants import CURRENCY, NETWORK_PRICE_LIST
from ks212_community.stock_exchange.posting.ledger import as_ledger_user, post


def allow(transfer) -> None:
	"""Let the two companies trade with each other. A sale needs no request of ERPNext's."""
	partners.allow(transfer.source_company, transfer.company)


def dispatch(transfer, lines: list[frappe._dict]) -> None:
	"""Deliver `lines` to the requester's company: the transfer's Delivery Note."""
	cost_center = frappe.get_cached_value("Outlet", transfer.source_outlet, "cost_center")
	with as_ledger_user():
		doc = frappe.get_doc(
			{
				"doctype": "Delivery Note",
				"company": transfer.source_company,
				"customer": partners.party_of("Customer", transfer.company),
				"currency": CURRENCY,
				"selling_price_list": NETWORK_PRICE_LIST,
				"price_list_currency": CURRENCY,
				"ignore_pricing_rule": 1,
				"ks212_outlet_transfer": transfer.name,
				**default_taxes("Sales", transfer.source_company),
				"items": [
					{
						"item_code": line.row.item_code,
						"warehouse": transfer.source_warehouse,
						"cost_center": cost_center,
						"price_list_rate": line.row.price,
						"rate": line.row.price,
						"allow_zero_valuation_rate": line.at_no_value,
						**_goods(line),
					}
					for line in lines
				],
			}
		)
		post(doc)
		for line, row in zip(lines, doc.items, strict=True):
			line.detail = row.name
	transfer.delivery_note = doc.name


def receive(transfer, lines: list[frappe._dict]) -> None:
	"""Take the `lines` that arrived into the requester's stock: the transfer's Purchase Receipt; none where
	nothing arrived."""
	from erpnext.stock.doctype.delivery_note.delivery_note import make_inter_company_purchase_receipt

	arrived = {line.row.dispatch_detail: line for line in lines if flt(line.qty) > 0}
	if not arrived:
		return
	cost_center = frappe.get_cached_value("Outlet", transfer.target_outlet, "cost_center")
	with as_ledger_user():
		doc = make_inter_company_purchase_receipt(transfer.delivery_note)
		doc.update({"ks212_outlet_transfer": transfer.name, "ignore_pricing_rule": 1})
		# The seller's taxes are not the buyer's.
		doc.set("taxes", [])
		doc.update(default_taxes("Purchase", transfer.company))
		doc.set("items", [row for row in doc.items if row.delivery_note_item in arrived])
		for idx, row in enumerate(doc.items, 1):
			line = arrived[row.delivery_note_item]
			row.update(_goods(line))
			row.update(
				{
					"idx": idx,
					"received_qty": line.qty,
					"warehouse": transfer.target_warehouse,
					"cost_center": cost_center,
					"price_list_rate": line.row.price,
					"rate": line.row.price,
					"allow_zero_valuation_rate": line.at_no_value,
					# The mapper copies the seller's: the buyer's follow from the item and the buyer's
					# company.
					"expense_account": None,
				}
			)
		post(doc)
	transfer.purchase_receipt = doc.name


def return_goods(transfer, lines: list[frappe._dict]) -> None:
	"""Take what is missing back into the source's stock: the transfer's return note."""
	_return(transfer, lines, transfer.source_warehouse)


def take_back(transfer, lines: list[frappe._dict]) -> None:
	"""Take what is missing back to the source's company, there to be issued as lost: until it is counted in,
	goods are the seller's risk."""
	_return(transfer, lines, transfer.transit_warehouse)


def _return(transfer, lines: list[frappe._dict], warehouse: str) -> None:
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

	missing = {line.row.dispatch_detail: line for line in lines}
	with as_ledger_user():
		doc = make_sales_return(transfer.delivery_note)
		doc.update(
			{"ks212_outlet_transfer": transfer.name, "set_warehouse": None, "remarks": transfer.reason}
		)
		doc.set("items", [row for row in doc.items if row.dn_detail in missing])
		for idx, row in enumerate(doc.items, 1):
			line = missing[row.dn_detail]
			row.update(_goods(line))
			row.update(
				{
					"idx": idx,
					"qty": -line.qty,
					"stock_qty": -line.qty,
					"warehouse": warehouse,
					"allow_zero_valuation_rate": line.at_no_value,
				}
			)
		post(doc)
	transfer.return_note = doc.name


def default_taxes(side: str, company: str) -> dict:
	"""Return the fields of a company's default template of "Sales" or "Purchase" taxes, none where it has
	none: who is no PKP owes no VAT. Invoices of a delivery take theirs from it."""
	doctype = f"{side} Taxes and Charges Template"
	template = frappe.db.get_value(doctype, {"company": company, "is_default": 1, "disabled": 0})
	if not template:
		return {}
	from erpnext.controllers.accounts_controller import get_taxes_and_charges

	return {"taxes_and_charges": template, "taxes": get_taxes_and_charges(doctype, template)}


def _goods(line) -> dict:
	"""The fields of a row that say how much of what exactly moves, in the stock UOM."""
	return {
		"qty": line.qty,
		"stock_qty": line.qty,
		"uom": line.row.stock_uom,
		"stock_uom": line.row.stock_uom,
		"conversion_factor": 1,
		"batch_no": line.batch_no,
		"serial_no": line.serial_no,
		"use_serial_batch_fields": int(bool(line.batch_no or line.serial_no)),
		"serial_and_batch_bundle": None,
	}
