frappe.listview_settings["Community"] = {
	add_fields: ["disabled"],

	get_indicator(doc) {
		return doc.disabled
			? [__("Disabled"), "grey", "disabled,=,1"]
			: [__("Active"), "green", "disabled,=,0"];
	},
};
