frappe.listview_settings["Consignment Settlement"] = {
	add_fields: ["status", "due_date", "payable", "company"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,

	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status === "Unpaid" && doc.due_date && doc.due_date < today) {
			return [__("Overdue"), "red", `status,=,Unpaid|due_date,<,${today}`];
		}
		const colour = {
			Draft: "red",
			Unpaid: "orange",
			Paid: "green",
			"Carried Forward": "blue",
			Cancelled: "grey",
		}[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},

	formatters: {
		// At the usual width the list shows one field besides the state.
		to_date(value, _df, doc) {
			return `${frappe.datetime.str_to_user(value)} · ${format_currency(
				doc.payable,
				frappe.get_doc(":Company", doc.company)?.default_currency
			)}`;
		},
	},

	onload(listview) {
		if (!frappe.user.has_role(["KS212 Pusat", "KS212 Accountant"])) return;
		listview.page.add_inner_button(__("Make Settlements"), () => make_settlements(listview));
		frappe.realtime.on("ks212_settlements_made", ({ count }) => show_made(listview, count));
	},
};

function show_made(listview, count) {
	if (count === undefined) {
		frappe.msgprint(__("The drafts could not be made. Try again in a few minutes."));
		return;
	}
	frappe.show_alert({ message: __("{0} drafts were made.", [count]), indicator: "green" });
	listview.refresh();
}

function make_settlements(listview) {
	// A key makes a repeated call harmless: one dialog, one key.
	const key = `desk-${frappe.utils.get_random(24)}`;
	const dialog = new frappe.ui.Dialog({
		title: __("Make Settlements"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p>${__(
					"Makes drafts of what was sold and is not settled yet, up to and including this day."
				)}</p>`,
			},
			{
				fieldname: "company",
				fieldtype: "Link",
				options: "Company",
				label: __("Company"),
				default:
					frappe.defaults.get_user_default("Company") || frappe.sys_defaults.company,
				reqd: 1,
			},
			{
				fieldname: "to_date",
				fieldtype: "Date",
				label: __("To Date"),
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
			{
				fieldname: "supplier",
				fieldtype: "Link",
				options: "Supplier",
				label: __("Supplier"),
				description: __("Empty: all of them."),
				get_query: () => ({ filters: { supplier_group: "UMKM" } }),
			},
		],
		primary_action_label: __("Make Drafts"),
		primary_action: (values) =>
			frappe
				.call({
					method: "ks212_community.api.settlement.make_settlements",
					type: "POST",
					args: { ...values, key },
					freeze: true,
				})
				.then(({ message }) => {
					dialog.hide();
					if (message.started) {
						frappe.show_alert(__("The drafts are being made."));
					} else {
						show_made(listview, message.settlements.length);
					}
				}),
	});
	dialog.show();
}
