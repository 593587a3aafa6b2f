frappe.ui.form.on("Consignment Removal", {
	setup(frm) {
		frm.set_query("supplier", () => ({ filters: { supplier_group: "UMKM" } }));
		frm.set_query("outlet", () => ({ filters: { status: ["!=", "Closed"] } }));
		frm.set_query("item_code", "items", () => ({
			filters: { ks212_owner: frm.doc.supplier || "", ks212_consigned: 1 },
		}));
		frm.set_query("batch_no", "items", (_doc, _doctype, row) => ({
			filters: { item: frappe.get_doc("Consignment Removal Item", row).item_code || "" },
		}));
	},
});
