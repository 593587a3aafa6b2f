"""The delivery slip that travels with the goods, on a phone and on paper."""

import base64
import io

import pyqrcode

import frappe
from frappe import _
from frappe.utils import get_url

from ks212_community.portal import words

HAS_SLIP = ("In Transit", "Received", "Discrepancy", "Closed")
QR_SCALE = 3


def delivery_slip(doc) -> frappe._dict:
	"""Return what the slip of an Outlet Transfer says; used by the Print Format and by the portal's page
	alike.

	Quantities are those sent, in the stock UOM; no cost or value is on it.
	"""
	source, target = (
		frappe.get_cached_doc("Outlet", doc.get(f"{side}_outlet")) for side in ("source", "target")
	)
	sent = next((step for step in doc.get_steps()[::-1] if step.action == "dispatch"), frappe._dict())
	address = get_url(f"/gerai/terima?name={doc.name}")
	return frappe._dict(
		name=doc.name,
		request=doc.request,
		source=_party(source),
		target=_party(target),
		sent_at=words.moment(sent.at, source.time_zone, on_paper=True),
		sent_by=sent.user_name or "",
		handover=_("Fetched by the receiver") if doc.handover == "Fetch" else _("Delivered by the sender"),
		driver=" · ".join(filter(None, (doc.driver_name, doc.driver_phone))),
		vehicle_no=doc.vehicle_no,
		lines=[
			{
				"item_code": row.item_code,
				"item_name": row.item_name,
				"qty": words.qty(row.sent_qty, row.stock_uom),
				"batch_no": row.batch_no,
				"expiry": words.date(row.expiry_date) if row.expiry_date else "",
				"serial_no": ", ".join((row.serial_no or "").split("\n")),
			}
			for row in doc.items
			if row.sent_qty
		],
		address=address,
		**qr_code(address),
	)


def _party(outlet) -> dict:
	return {
		"code": outlet.name,
		"name": outlet.outlet_name,
		"address": ", ".join(filter(None, (outlet.address_line, outlet.city))),
		"phone": outlet.phone,
	}


def qr_code(text: str) -> dict:
	"""Return a QR code as `qr`, an inline image (SVG) that needs no request of its own, and its `qr_size` in
	pixels: shown at any other size, its lines fall between the dots of a printer."""
	code = pyqrcode.create(text, error="M")
	stream = io.BytesIO()
	code.svg(stream, scale=QR_SCALE, quiet_zone=2, xmldecl=False, svgclass=None, lineclass=None)
	return {
		"qr": "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue()).decode(),
		"qr_size": code.get_png_size(QR_SCALE, quiet_zone=2),
	}
