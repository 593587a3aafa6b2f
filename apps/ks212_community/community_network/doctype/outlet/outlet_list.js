frappe.listview_settings["Outlet"] = {
	add_fields: ["status", "kind", "warehouse"],
	filters: [["status", "!=", "Closed"]],
	// The code is the name.
	hide_name_column: true,

	get_indicator(doc) {
		if (doc.status === "Active" && !doc.warehouse) {
			return [__("No Warehouse"), "red", "status,=,Active|warehouse,is,not set"];
		}
		const colour = { Active: "green", Paused: "orange", Closed: "darkgrey" }[doc.status];
		return [__(doc.status, null, "Outlet"), colour, `status,=,${doc.status}`];
	},

	formatters: {
		kind(value) {
			const colour = { DC: "purple", "Community Store": "cyan" }[value] || "blue";
			return `<span class="indicator-pill no-indicator-dot ${colour}">${__(value)}</span>`;
		},
	},
};
