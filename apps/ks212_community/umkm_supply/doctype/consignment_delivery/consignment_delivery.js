frappe.ui.form.on("Consignment Delivery", {
	setup(frm) {
		frm.set_query("supplier", () => ({ filters: { supplier_group: "UMKM", disabled: 0 } }));
		frm.set_query("outlet", () => ({ filters: { status: "Active" } }));
		frm.set_query("item_code", "items", () => ({
			filters: { ks212_owner: frm.doc.supplier || "", disabled: 0 },
		}));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		show_where_it_stands(frm);
		for (const [field, doctype] of [
			["stock_entry", "Stock Entry"],
			["purchase_order", "Purchase Order"],
			["purchase_receipt", "Purchase Receipt"],
		]) {
			if (!frm.doc[field]) continue;
			frm.add_custom_button(
				__(doctype),
				() => frappe.set_route("Form", doctype, frm.doc[field]),
				__("View")
			);
		}
	},
});

function show_where_it_stands(frm) {
	const { status, expected_on } = frm.doc;
	if (status === "Announced") {
		const late = expected_on < frappe.datetime.get_today();
		const text = late
			? __("Expected on {0} and not counted in yet.", [
					frappe.datetime.str_to_user(expected_on),
				])
			: __("The outlet counts it in when it comes, on {0}.", [
					frappe.datetime.str_to_user(expected_on),
				]);
		frm.dashboard.set_headline(text, late ? "red" : "blue");
	} else if (status === "Received" && frm.doc.items.some((row) => row.refused_qty > 0)) {
		frm.dashboard.set_headline(__("The outlet did not take all of it."), "orange");
	} else if (status === "Refused" && frm.doc.reason) {
		frm.dashboard.set_headline(frappe.utils.escape_html(frm.doc.reason), "red");
	}
}
