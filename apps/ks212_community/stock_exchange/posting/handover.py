"""Goods on consignment change their holder between two legal entities, never their owner, and cost nothing.

A Stock Entry of ERPNext's knows one company. The goods travel in the transit warehouse of the source's, and
when they are counted in they are issued there and received in the requester's company, at no value in either:
the owner's settlement with each company sees them go and come.
"""

import frappe
from frappe.utils import flt

from ks212_community.constants import CONSIGNMENT_HANDOVER, CONSIGNMENT_TAKEOVER
from ks212_community.stock_exchange.posting import within_company


def dispatch(transfer, lines: list[frappe._dict]) -> None:
	"""Put `lines` on the road, in the source's company: the transfer's dispatch entry."""
	transfer.dispatch_entry = within_company.move(
		transfer, lines, transfer.source_warehouse, transfer.transit_warehouse
	)
	for line in lines:
		line.detail = line.posted.name


def receive(transfer, lines: list[frappe._dict]) -> None:
	"""Hand the `lines` that arrived over to the requester's company: the transfer's handover and receipt
	entries; none where nothing arrived."""
	arrived = [line for line in lines if flt(line.qty) > 0]
	if not arrived:
		return
	transfer.handover_entry = within_company.move(
		transfer,
		arrived,
		transfer.transit_warehouse,
		None,
		CONSIGNMENT_HANDOVER,
		cost_center=frappe.get_cached_value("Outlet", transfer.source_outlet, "cost_center"),
	)
	transfer.receipt_entry = within_company.move(
		transfer,
		arrived,
		None,
		transfer.target_warehouse,
		CONSIGNMENT_TAKEOVER,
		cost_center=frappe.get_cached_value("Outlet", transfer.target_outlet, "cost_center"),
	)


return_goods = within_company.return_goods
