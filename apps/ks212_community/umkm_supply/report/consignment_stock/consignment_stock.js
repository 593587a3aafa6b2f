frappe.query_reports["Consignment Stock"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "supplier",
			label: __("Supplier"),
			fieldtype: "Link",
			options: "Supplier",
			get_query: () => ({ filters: { supplier_group: "UMKM" } }),
		},
		{ fieldname: "outlet", label: __("Outlet"), fieldtype: "Link", options: "Outlet" },
		{
			fieldname: "community",
			label: __("Community"),
			fieldtype: "Link",
			options: "Community",
		},
		{
			fieldname: "item_code",
			label: __("Item"),
			fieldtype: "Link",
			options: "Item",
			get_query: () => ({ filters: { ks212_consigned: 1 } }),
		},
		{
			fieldname: "expiring_within",
			label: __("Expiring Within (days)"),
			fieldtype: "Int",
		},
	],

	formatter(value, row, column, data, default_formatter) {
		const linked = {
			supplier_name: ["Supplier", "supplier"],
			item_code: ["Item", "item_code"],
			place: ["Outlet", "outlet"],
		}[column.fieldname];
		if (linked && data && data[linked[1]]) {
			return frappe.utils.get_form_link(
				linked[0],
				data[linked[1]],
				true,
				frappe.utils.escape_html(value)
			);
		}
		const shown = default_formatter(value, row, column, data);
		const dated = ["days_to_expiry", "nearest_expiry"].includes(column.fieldname);
		if (!dated || !data || data.days_to_expiry == null) return shown;
		if (data.days_to_expiry < 0) return `<span class="text-danger">${shown}</span>`;
		return data.days_to_expiry <= 14 ? `<span class="text-warning">${shown}</span>` : shown;
	},
};
