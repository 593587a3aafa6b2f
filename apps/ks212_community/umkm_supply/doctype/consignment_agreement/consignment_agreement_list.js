frappe.listview_settings["Consignment Agreement"] = {
	add_fields: ["valid_from", "valid_to", "supply"],

	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.valid_from > today) {
			return [__("To Come"), "blue", `docstatus,=,1|valid_from,>,${today}`];
		}
		if (doc.valid_to && doc.valid_to < today) {
			return [__("Ended"), "grey", `docstatus,=,1|valid_to,<,${today}`];
		}
		return [__("In Force"), "green", `docstatus,=,1|valid_from,<=,${today}`];
	},

	formatters: {
		supply(value) {
			const colour = value === "Consignment" ? "blue" : "purple";
			return `<span class="indicator-pill no-indicator-dot ${colour}">${__(value)}</span>`;
		},
	},
};
