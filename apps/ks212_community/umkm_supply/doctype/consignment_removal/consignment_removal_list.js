frappe.listview_settings["Consignment Removal"] = {
	add_fields: ["kind", "negligence"],

	// A removal has no states of its own: its kind is what tells it apart, red where it is our own fault.
	get_indicator(doc) {
		const colour = doc.negligence
			? "red"
			: { "Return to Owner": "blue", Expired: "orange", Shrinkage: "purple" }[doc.kind];
		return [
			__(doc.kind, null, "Consignment Removal"),
			colour,
			`docstatus,=,1|kind,=,${doc.kind}`,
		];
	},
};
