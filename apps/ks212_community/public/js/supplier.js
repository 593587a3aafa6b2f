// A supplier among the members: what the network knows of it. Other suppliers' forms stay as ERPNext made them.

frappe.ui.form.on("Supplier", {
	refresh(frm) {
		const is_umkm = frm.doc.supplier_group === "UMKM";
		frm.dashboard.links_area?.body
			.find('.document-link[data-doctype="UMKM Licence"]')
			.closest(".form-link-title, .col-md-4")
			.toggle(is_umkm);
		if (!is_umkm || frm.is_new()) return;
		for (const report of ["Consignment Stock", "UMKM Sales", "Consignment Balance"]) {
			frm.add_custom_button(
				__(report),
				() => frappe.set_route("query-report", report, { supplier: frm.doc.name }),
				__("KS212")
			);
		}
	},
});
