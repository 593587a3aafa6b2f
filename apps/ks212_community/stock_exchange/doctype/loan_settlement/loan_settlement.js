frappe.ui.form.on("Loan Settlement", {
	setup(frm) {
		frm.set_query("loan", () => ({ filters: { loan_open: 1 } }));
		for (const [field, company] of [
			["lender_account", "lender"],
			["borrower_account", "borrower"],
		]) {
			frm.set_query(field, () => ({
				filters: {
					company: frm.doc[company],
					is_group: 0,
					report_type: "Profit and Loss",
				},
			}));
		}
		// The settlement cancels what it posted by itself.
		frm.ignore_doctypes_on_cancel_all = ["Sales Invoice", "Purchase Invoice", "Journal Entry"];
	},

	refresh(frm) {
		frm.set_df_property("items", "cannot_add_rows", true);
		frm.dashboard.clear_headline();
		if (frm.doc.docstatus === 0 && frm.doc.loan) {
			frm.dashboard.set_headline(
				frm.doc.way === "Sale"
					? __("Submitting makes an invoice in each company.")
					: __("Submitting takes the goods out of both companies' books of loans."),
				"blue"
			);
		}
		for (const [doctype, field, label] of [
			["Sales Invoice", "sales_invoice", __("Sales Invoice")],
			["Purchase Invoice", "purchase_invoice", __("Purchase Invoice")],
			["Journal Entry", "lender_entry", __("Lender's Journal Entry")],
			["Journal Entry", "borrower_entry", __("Borrower's Journal Entry")],
		]) {
			if (frm.doc[field] && frappe.model.can_read(doctype)) {
				frm.add_custom_button(
					label,
					() => frappe.set_route("Form", doctype, frm.doc[field]),
					__("View")
				);
			}
		}
	},

	loan(frm) {
		if (!frm.doc.loan) return;
		return frappe
			.xcall(
				"ks212_community.stock_exchange.doctype.loan_settlement.loan_settlement.make_loan_settlement",
				{ source_name: frm.doc.loan }
			)
			.then((made) => {
				frm.set_value({
					lender: made.lender,
					borrower: made.borrower,
					// Those of the companies before.
					lender_account: null,
					borrower_account: null,
				});
				frm.clear_table("items");
				for (const { name, ...row } of made.items) frm.add_child("items", row);
				add_up(frm);
			});
	},

	way(frm) {
		// What each way uses is not the other's; saving fills in the usual one.
		frm.set_value("lender_account", null);
		for (const row of frm.doc.items || []) {
			row.price = frm.doc.way === "Sale" ? row.price || flt(row.value_rate, 2) : 0;
		}
		add_up(frm);
		frm.refresh();
	},
});

frappe.ui.form.on("Loan Settlement Item", {
	qty: add_up,
	price: add_up,
	items_remove: add_up,
});

// As saving does: see set_values.
function add_up(frm) {
	const rows = frm.doc.items || [];
	for (const row of rows) {
		row.value = flt(row.qty * row.value_rate, 2);
		row.amount = flt(row.qty * row.price, 2);
	}
	frm.refresh_field("items");
	frm.set_value(
		"value",
		rows.reduce((sum, row) => sum + row.value, 0)
	);
	frm.set_value(
		"price",
		rows.reduce((sum, row) => sum + row.amount, 0)
	);
}
