frappe.query_reports["Inter Entity Balance"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
		},
		{
			fieldname: "as_of",
			label: __("As Of"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
	],

	onload(report) {
		report.page.add_inner_button(__("Set Off Mutual Debts"), () => set_off(report));
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		return column.fieldname === "difference" && flt(data && data.difference)
			? `<b class="text-danger">${text}</b>`
			: text;
	},
};

function set_off(report) {
	const key = `desk-${frappe.utils.get_random(24)}`;
	frappe.prompt(
		[
			{
				fieldname: "company",
				fieldtype: "Link",
				options: "Company",
				label: __("Company"),
				reqd: 1,
				default: report.get_values().company,
			},
			{
				fieldname: "other",
				fieldtype: "Link",
				options: "Company",
				label: __("Other Company"),
				reqd: 1,
			},
		],
		(values) =>
			frappe
				.call({
					method: "ks212_community.api.companies.net_debts",
					type: "POST",
					args: { ...values, key },
					freeze: true,
				})
				.then(({ message }) => {
					frappe.show_alert({
						message: __("{0} set off.", [format_currency(message.amount, "IDR")]),
						indicator: "green",
					});
					report.refresh();
				}),
		__("Set Off Mutual Debts"),
		__("Set Off")
	);
}
