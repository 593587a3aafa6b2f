from frappe import _


def get_data():
	return {
		"fieldname": "agreement",
		"transactions": [
			{"label": _("Goods"), "items": ["Consignment Delivery"]},
			{"label": _("Money"), "items": ["Consignment Settlement"]},
		],
	}
