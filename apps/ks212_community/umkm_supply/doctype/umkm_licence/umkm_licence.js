frappe.ui.form.on("UMKM Licence", {
	setup(frm) {
		frm.set_query("supplier", () => ({ filters: { supplier_group: "UMKM", disabled: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		show_what_it_is_worth(frm);
		if (!frappe.user.has_role("KS212 Pusat")) return;
		if (!frm.doc.checked) {
			add_primary(frm, __("Confirm Licence"), () => confirm(frm));
		} else if (has_ended(frm)) {
			add_primary(frm, __("Allow Exception"), () => allow_exception(frm));
		}
	},
});

function has_ended(frm) {
	return frm.doc.valid_until && frm.doc.valid_until < frappe.datetime.get_today();
}

function add_primary(frm, label, action) {
	frm.add_custom_button(label, action).removeClass("btn-default").addClass("btn-primary");
}

function show_what_it_is_worth(frm) {
	const { checked, valid_until, exception_until } = frm.doc;
	const today = frappe.datetime.get_today();
	if (!checked) {
		frm.dashboard.set_headline(
			__("Not checked yet: it counts once it is confirmed."),
			"orange"
		);
	} else if (has_ended(frm)) {
		if (exception_until && exception_until >= today) {
			frm.dashboard.set_headline(
				__("Ended; deliveries are allowed until {0}.", [
					frappe.datetime.str_to_user(exception_until),
				]),
				"blue"
			);
		} else {
			frm.dashboard.set_headline(
				frm.doc.kind === "NIB"
					? __("Ended.")
					: __("Ended: it blocks new deliveries, not the sale of what is on the shelf."),
				"red"
			);
		}
	} else if (valid_until && frappe.datetime.get_day_diff(valid_until, today) <= 60) {
		frm.dashboard.set_headline(
			__("Ends in {0} days.", [frappe.datetime.get_day_diff(valid_until, today)]),
			"orange"
		);
	}
}

function confirm(frm) {
	const key = ks212.new_key();
	frappe.confirm(
		__("Is {0} {1} the number on the document, and its last day right?", [
			ks212.escape(frm.doc.kind),
			ks212.escape(frm.doc.licence_no),
		]),
		() =>
			ks212
				.call("confirm_licence", { licence: frm.doc.name, key }, "registration")
				.then(() => frm.reload_doc())
	);
}

function allow_exception(frm) {
	const key = ks212.new_key();
	const dialog = new frappe.ui.Dialog({
		title: __("Allow Exception"),
		fields: [
			{
				fieldname: "until",
				fieldtype: "Date",
				label: __("Deliveries Allowed Until"),
				reqd: 1,
				default: frappe.datetime.add_days(frappe.datetime.get_today(), 30),
			},
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason of the Exception"),
				reqd: 1,
			},
		],
		primary_action_label: __("Allow Exception"),
		primary_action: ({ until, reason }) =>
			ks212
				.call(
					"allow_exception",
					{ licence: frm.doc.name, until, reason, key },
					"registration"
				)
				.then(() => {
					dialog.hide();
					frm.reload_doc();
				}),
	});
	dialog.show();
}
