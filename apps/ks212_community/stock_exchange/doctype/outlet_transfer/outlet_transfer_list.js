frappe.listview_settings["Outlet Transfer"] = {
	// needed_by is on the cards of the board, which shows only what the list fetches.
	add_fields: [
		"status",
		"approval_status",
		"deadline",
		"needed_by",
		"source_outlet",
		"source_name",
		"target_name",
	],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,

	get_indicator(doc) {
		if (doc.status === "Promised" && doc.approval_status === "Pending") {
			return [
				__("Waiting for Approval"),
				"orange",
				"status,=,Promised|approval_status,=,Pending",
			];
		}
		return [__(doc.status), frappe.boot.ks212_states[doc.status], `status,=,${doc.status}`];
	},

	formatters: {
		target_name(value, _df, doc) {
			return frappe.utils.escape_html(`${doc.source_outlet} → ${value}`);
		},
		deadline(value) {
			if (!value) return "";
			const text = frappe.datetime.str_to_user(value).replace(/(\d:\d\d):\d\d/, "$1");
			return value < frappe.datetime.now_datetime()
				? `<span class="text-danger">${text}</span>`
				: text;
		},
	},

	onload(listview) {
		listview.page.add_inner_button(__("Board by State"), () =>
			frappe.set_route("List", "Outlet Transfer", "Kanban", "Outlet Transfers")
		);
		listview.page.add_inner_button(__("Transfer Register"), () =>
			frappe.set_route("query-report", "Inter Outlet Transfer Register")
		);
	},
};
