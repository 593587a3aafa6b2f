frappe.listview_settings["UMKM Licence"] = {
	add_fields: ["checked", "valid_until", "exception_until"],
	hide_name_column: true,

	get_indicator(doc) {
		if (!doc.checked) return [__("To Check"), "orange", "checked,=,0"];
		const today = frappe.datetime.get_today();
		if (!doc.valid_until || doc.valid_until >= today) {
			const soon = frappe.datetime.add_days(today, 60);
			return doc.valid_until && doc.valid_until <= soon
				? [__("Ends Soon"), "yellow", `valid_until,Between,${today},${soon}`]
				: [__("Valid"), "green", `valid_until,>,${soon}`];
		}
		if (doc.exception_until && doc.exception_until >= today) {
			return [__("Exception"), "blue", `exception_until,>=,${today}`];
		}
		return [__("Ended"), "red", `valid_until,<,${today}`];
	},

	formatters: {
		kind(value, _df, doc) {
			const until = doc.valid_until ? frappe.datetime.str_to_user(doc.valid_until) : "";
			return [__(value), until].filter(Boolean).join(" · ");
		},
	},
};
