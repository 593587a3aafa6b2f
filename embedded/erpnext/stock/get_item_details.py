import frappe


@frappe.whitelist()
def get_conversion_factor(item_code, uom):
	"""How many of the stock UOM are in one `uom`."""
	factor = frappe.db.get_value(
		"UOM Conversion Detail", {"parent": item_code, "uom": uom}, "conversion_factor"
	)
	return {"conversion_factor": factor or 1.0}


@frappe.whitelist()
def get_bin_details(item_code, warehouse, company=None, include_child_warehouses=False):
	fields = ["projected_qty", "actual_qty", "reserved_qty"]
	row = frappe.db.get_value("Bin", {"item_code": item_code, "warehouse": warehouse}, fields, as_dict=True)
	return row or dict.fromkeys(fields, 0)
