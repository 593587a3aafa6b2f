frappe.ui.form.on("Consignment Settlement", {
	setup(frm) {
		// The settlement cancels its invoice by itself.
		frm.ignore_doctypes_on_cancel_all = ["Purchase Invoice", "Consignment Settlement"];
	},

	refresh(frm) {
		for (const table of ["sales", "items"]) {
			frm.set_df_property(table, "cannot_add_rows", true);
			frm.set_df_property(table, "cannot_delete_rows", true);
		}
		show_what_is_next(frm);
		if (frm.doc.docstatus === 0 && settles()) {
			frm.add_custom_button(__("Rebuild"), () => rebuild(frm));
		}
		if (frm.doc.purchase_invoice) {
			frm.add_custom_button(
				__("Purchase Invoice"),
				() => frappe.set_route("Form", "Purchase Invoice", frm.doc.purchase_invoice),
				__("View")
			);
		}
		if (frm.doc.status === "Unpaid" && frappe.model.can_create("Payment Entry")) {
			frm.add_custom_button(__("Make Payment"), () => make_payment(frm)).addClass(
				"btn-primary"
			);
		}
	},
});

function settles() {
	return frappe.user.has_role(["KS212 Pusat", "KS212 Accountant"]);
}

function show_what_is_next(frm) {
	frm.dashboard.clear_headline();
	const amount = format_currency(
		Math.abs(frm.doc.payable),
		frappe.get_doc(":Company", frm.doc.company)?.default_currency
	);
	if (frm.doc.docstatus === 0) {
		frm.dashboard.set_headline(
			frm.doc.payable > 0
				? __("Submitting makes an invoice of {0} from the supplier.", [amount])
				: __(
						"There is nothing to pay out: submitting carries it into the next settlement."
					),
			frm.doc.payable > 0 ? "blue" : "orange"
		);
	} else if (frm.doc.status === "Carried Forward") {
		frm.dashboard.set_headline(
			frm.doc.carried_to
				? __("Carried into {0}.", [
						frappe.utils.get_form_link(
							"Consignment Settlement",
							frm.doc.carried_to,
							true
						),
					])
				: __("It is carried into the next settlement."),
			"blue"
		);
	} else if (frm.doc.status === "Unpaid") {
		frm.dashboard.set_headline(
			__("{0} are to be paid by {1}.", [
				amount,
				frappe.datetime.str_to_user(frm.doc.due_date),
			]),
			frm.doc.due_date < frappe.datetime.get_today() ? "red" : "orange"
		);
	}
}

function rebuild(frm) {
	ks212
		.call("rebuild", { settlement: frm.doc.name, key: ks212.new_key() }, "settlement")
		.then(({ settlements }) => {
			if (settlements.length) {
				frappe.show_alert(__("Computed anew."));
				return frm.reload_doc();
			}
			frappe.msgprint(__("Nothing is left to settle; the draft is gone."));
			frappe.set_route("List", "Consignment Settlement");
		});
}

function make_payment(frm) {
	frappe
		.call({
			method: "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry",
			args: { dt: "Purchase Invoice", dn: frm.doc.purchase_invoice },
			freeze: true,
		})
		.then(({ message }) => {
			const [payment] = frappe.model.sync(message);
			frappe.set_route("Form", payment.doctype, payment.name);
		});
}
