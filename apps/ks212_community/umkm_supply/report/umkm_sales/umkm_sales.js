frappe.query_reports["UMKM Sales"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			default: "Day",
			options: ["Day", "Outlet", "Product", "Supplier"].map((value) => ({
				value,
				label: __(value),
			})),
		},
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
		const below = column.fieldname === "margin" && data && data.margin < 0;
		return below ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
