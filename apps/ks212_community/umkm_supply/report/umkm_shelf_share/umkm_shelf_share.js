frappe.query_reports["UMKM Shelf Share"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "community",
			label: __("Community"),
			fieldtype: "Link",
			options: "Community",
		},
		{ fieldname: "region", label: __("Region"), fieldtype: "Link", options: "Territory" },
		{
			fieldname: "measure",
			label: __("Measure"),
			fieldtype: "Select",
			default: "Items",
			options: [
				{ value: "Items", label: __("Items") },
				{ value: "Retail Value", label: __("Retail Value") },
			],
		},
		{
			fieldname: "price_list",
			label: __("Price List"),
			fieldtype: "Link",
			options: "Price List",
			get_query: () => ({ filters: { selling: 1 } }),
		},
	],

	formatter(value, row, column, data, default_formatter) {
		if (column.fieldname === "status" && value) {
			const colour = { "Below Target": "red", "On Target": "green" }[value] || "grey";
			return `<span class="indicator ${colour}">${__(value)}</span>`;
		}
		return default_formatter(value, row, column, data);
	},
};
