frappe.query_reports["Goods on Loan"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
		},
		{ fieldname: "overdue", label: __("Overdue Only"), fieldtype: "Check" },
	],
	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		const late = column.fieldname === "return_by" && data && data.overdue_days > 0;
		return late ? `<span class="text-danger">${text}</span>` : text;
	},
};
