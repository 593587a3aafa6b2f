frappe.listview_settings["UMKM Registration"] = {
	add_fields: ["status", "community"],

	get_indicator(doc) {
		const colour = {
			Pending: "orange",
			Verified: "blue",
			Approved: "green",
			Rejected: "red",
		}[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},

	formatters: {
		owner_name(value, _df, doc) {
			return frappe.utils.escape_html(`${value} · ${doc.community}`);
		},
	},
};
