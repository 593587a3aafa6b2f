frappe.ui.form.on("Community", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("New Outlet"), () =>
			frappe.new_doc("Outlet", {
				community: frm.doc.name,
				company: frm.doc.company,
				region: frm.doc.region,
			})
		);
		frm.add_custom_button(
			__("Outlets"),
			() => frappe.set_route("List", "Outlet", { community: frm.doc.name }),
			__("View")
		);
		frm.add_custom_button(
			__("Requests"),
			() => frappe.set_route("List", "Inter Outlet Request", { community: frm.doc.name }),
			__("View")
		);
	},
});
