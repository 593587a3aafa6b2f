frappe.listview_settings["UMKM Product Price"] = {
	add_fields: ["status", "valid_from", "valid_to", "owner_price"],
	hide_name_column: true,

	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status !== "Approved") {
			const colour = { Pending: "orange", Rejected: "red" }[doc.status] || "grey";
			return [__(doc.status), colour, `status,=,${doc.status}`];
		}
		if (doc.valid_from > today) {
			return [__("To Come"), "blue", `status,=,Approved|valid_from,>,${today}`];
		}
		if (doc.valid_to && doc.valid_to < today) {
			return [__("Ended"), "grey", `status,=,Approved|valid_to,<,${today}`];
		}
		return [__("In Force"), "green", `status,=,Approved|valid_from,<=,${today}`];
	},

	formatters: {
		// At the usual width the list shows one field besides the state.
		valid_from(value, _df, doc) {
			return `${frappe.datetime.str_to_user(value)} · ${format_number(doc.owner_price, null, 0)}`;
		},
	},
};
