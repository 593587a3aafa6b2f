frappe.listview_settings["Inter Outlet Request"] = {
	add_fields: ["status", "needed_by", "outlet_name"],

	get_indicator(doc) {
		const colour = {
			Draft: "red",
			Open: "orange",
			"Partly Filled": "blue",
			Filled: "green",
			Unmet: "red",
			Cancelled: "grey",
		}[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},

	formatters: {
		needed_by(value, _df, doc) {
			const text = frappe.datetime.str_to_user(value);
			const late =
				value < frappe.datetime.get_today() &&
				["Open", "Partly Filled"].includes(doc.status);
			return late ? `<span class="text-danger">${text}</span>` : text;
		},
	},
};
