frappe.ui.form.on("KS212 Settings", {
	refresh(frm) {
		frm.add_custom_button(__("Renew Snapshot Now"), () =>
			frappe.call({
				method: "ks212_community.network_planning.snapshot.refresh_now",
				type: "POST",
				freeze: true,
			})
		);
	},
});
