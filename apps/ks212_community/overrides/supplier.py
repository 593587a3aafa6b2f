"""Supplier: what its form shows of a member's enterprise."""

from frappe import _


def get_dashboard_data(data):
	"""override_doctype_dashboards: a group with the network's documents of a supplier."""
	data["transactions"].append(
		{
			"label": _("KS212"),
			"items": [
				"UMKM Registration",
				"UMKM Licence",
				"UMKM Product",
				"Consignment Agreement",
				"Consignment Delivery",
				"Consignment Settlement",
			],
		}
	)
	return data
