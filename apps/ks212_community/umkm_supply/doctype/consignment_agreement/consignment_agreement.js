const AKADS = {
	Consignment: ["Wakalah bil Ujrah", "Ju'alah"],
	"Outright Purchase": ["Jual Beli"],
};

frappe.ui.form.on("Consignment Agreement", {
	setup(frm) {
		frm.set_query("supplier", () => ({ filters: { supplier_group: "UMKM", disabled: 0 } }));
		frm.set_query("taxes_template", () => ({ filters: { company: frm.doc.company } }));
		frm.set_query("item_code", "products", () => ({
			filters: { ks212_owner: frm.doc.supplier || "", disabled: 0 },
		}));
		frm.set_query("outlet", "outlets", () => ({
			filters: { company: frm.doc.company || "", status: ["!=", "Closed"] },
		}));
	},

	refresh(frm) {
		show_what_applies(frm);
		if (frm.doc.docstatus !== 1) return;
		show_state(frm);
		frm.add_custom_button(
			__("Consignment Stock"),
			() =>
				frappe.set_route("query-report", "Consignment Stock", {
					supplier: frm.doc.supplier,
					company: frm.doc.company,
				}),
			__("View")
		);
		if (
			frm.doc.supply === "Consignment" &&
			frappe.user.has_role(["KS212 Pusat", "KS212 Accountant"])
		) {
			frm.add_custom_button(__("New Settlement"), () => settle(frm));
		}
	},

	supply(frm) {
		show_what_applies(frm);
		if (!AKADS[frm.doc.supply].includes(frm.doc.akad)) {
			frm.set_value("akad", AKADS[frm.doc.supply][0]);
		}
	},

	supplier(frm) {
		if ((frm.doc.products || []).length) frm.set_value("products", []);
	},

	company(frm) {
		if ((frm.doc.outlets || []).some((row) => row.outlet)) frm.set_value("outlets", []);
		frm.set_value("taxes_template", null);
	},
});

function show_what_applies(frm) {
	frm.set_df_property("akad", "options", AKADS[frm.doc.supply || "Consignment"]);
	frm.toggle_display("settlement_period", frm.doc.supply === "Consignment");
}

function show_state(frm) {
	const today = frappe.datetime.get_today();
	const { valid_from, valid_to } = frm.doc;
	if (valid_from > today) {
		frm.dashboard.set_headline(
			__("In force from {0}.", [frappe.datetime.str_to_user(valid_from)]),
			"blue"
		);
	} else if (valid_to && valid_to < today) {
		frm.dashboard.set_headline(
			__("Ended on {0}.", [frappe.datetime.str_to_user(valid_to)]),
			"red"
		);
	}
}

function settle(frm) {
	const key = ks212.new_key();
	const dialog = new frappe.ui.Dialog({
		title: __("New Settlement"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p>${__(
					"Makes a draft of what {0} has sold and is not settled yet, up to and including this day.",
					[ks212.escape(frm.doc.supplier_name || frm.doc.supplier)]
				)}</p>`,
			},
			{
				fieldname: "to_date",
				fieldtype: "Date",
				label: __("To Date"),
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
		],
		primary_action_label: __("Make Draft"),
		primary_action: ({ to_date }) =>
			ks212
				.call(
					"make_settlements",
					{ company: frm.doc.company, supplier: frm.doc.supplier, to_date, key },
					"settlement"
				)
				.then((made) => {
					dialog.hide();
					open_settlement(frm, made);
				}),
	});
	dialog.show();
}

function open_settlement(frm, made) {
	const [settlement] = (made && made.settlements) || [];
	if (settlement) {
		frappe.set_route("Form", "Consignment Settlement", settlement.name || settlement);
	} else {
		frappe.msgprint(__("There is nothing to settle up to that day."));
	}
}
