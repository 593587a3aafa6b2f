frappe.query_reports["Inter Outlet Transfer Register"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -3),
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "source_outlet",
			label: __("Source"),
			fieldtype: "Link",
			options: "Outlet",
		},
		{
			fieldname: "target_outlet",
			label: __("Requester"),
			fieldtype: "Link",
			options: "Outlet",
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: ["", ...Object.keys(frappe.boot.ks212_states)].map((value) => ({
				value,
				label: __(value),
			})),
		},
		{ fieldname: "item_code", label: __("Item"), fieldtype: "Link", options: "Item" },
		{
			fieldname: "in_transit_only",
			label: __("Goods in transit only"),
			fieldtype: "Check",
		},
	],

	formatter(value, row, column, data, default_formatter) {
		if (column.fieldname === "status" && data && value) {
			return `<span class="indicator ${frappe.boot.ks212_states[value] || "grey"}">${__(value)}</span>`;
		}
		value = default_formatter(value, row, column, data);
		if (column.fieldname === "deadline" && data && data.overdue) {
			return `<span class="text-danger">${value}</span>`;
		}
		return value;
	},
};
