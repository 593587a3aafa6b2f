frappe.listview_settings["UMKM Product"] = {
	add_fields: ["status", "grade"],

	get_indicator(doc) {
		const colour = {
			Pending: "orange",
			"Needs Correction": "blue",
			Approved: "green",
			Rejected: "red",
		}[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},
};
