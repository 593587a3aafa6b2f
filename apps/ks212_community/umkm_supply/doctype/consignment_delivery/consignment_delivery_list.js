frappe.listview_settings["Consignment Delivery"] = {
	add_fields: ["status", "expected_on"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,

	get_indicator(doc) {
		const colour = {
			Announced: "orange",
			Received: "green",
			Refused: "red",
			Cancelled: "grey",
		}[doc.status];
		return [__(doc.status, null, "Consignment Delivery"), colour, `status,=,${doc.status}`];
	},

	formatters: {
		// At the usual width the list shows one field besides the state.
		outlet(value, _df, doc) {
			const day = doc.expected_on;
			const text = `${frappe.utils.escape_html(value)} · ${frappe.datetime.str_to_user(day)}`;
			const late = doc.status === "Announced" && day < frappe.datetime.get_today();
			return late ? `<span class="text-danger">${text}</span>` : text;
		},
	},
};
