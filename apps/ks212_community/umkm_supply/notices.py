"""What suppliers and outlets are told of consigned goods that come and go; see ks212_community/notices.py for
how."""

import frappe
from frappe import _
from frappe.utils import formatdate

from ks212_community.notices import to_people, users_of
from ks212_community.stock_exchange.notices import outlet_recipients

# What people are told (English; translated for each recipient).
GOODS = {
	"announced": "{supplier} brings goods on {day} ({name}). Count them in when they come.",
	"Received": "{outlet} counted your delivery {name} in. See what was taken.",
	"Refused": "{outlet} did not take your delivery {name}: {reason}",
	"removed": "{outlet} took goods of yours off the shelf ({name}, {kind}): {reason}",
}


def delivery_announced(doc) -> None:
	"""Tell the outlet's people of a Consignment Delivery that comes."""
	values = {
		"name": doc.name,
		"supplier": doc.supplier_name or doc.supplier,
		"day": formatdate(doc.expected_on),
	}
	to_people(
		outlet_recipients([doc.outlet]),
		GOODS["announced"],
		doc.doctype,
		doc.name,
		values,
		path=f"/gerai/titipan?name={doc.name}",
	)


def delivery_counted(doc) -> None:
	"""Tell the supplier's people what the outlet made of a Consignment Delivery."""
	values = {"name": doc.name, "outlet": doc.outlet_name or doc.outlet, "reason": doc.reason or ""}
	path = f"/umkm/kiriman?name={doc.name}"
	to_people(users_of(doc.supplier), GOODS[doc.status], doc.doctype, doc.name, values, path=path)


def goods_removed(doc) -> None:
	"""Tell the supplier's people of a Consignment Removal."""
	values = {
		"name": doc.name,
		"outlet": frappe.get_cached_value("Outlet", doc.outlet, "outlet_name") or doc.outlet,
		"kind": _(doc.kind, "id", "Consignment Removal"),
		"reason": doc.reason,
	}
	to_people(users_of(doc.supplier), GOODS["removed"], doc.doctype, doc.name, values)
