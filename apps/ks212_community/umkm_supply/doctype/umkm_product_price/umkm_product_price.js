frappe.ui.form.on("UMKM Product Price", {
	setup(frm) {
		frm.set_query("product", () => ({ filters: { status: "Approved" } }));
	},

	refresh(frm) {
		const decided = frm.doc.status !== "Pending";
		["valid_from", "owner_price", "retail_price"].forEach((field) =>
			frm.set_df_property(field, "read_only", decided ? 1 : 0)
		);
		if (!frm.is_new() && !decided) show_the_present_price(frm);
	},

	before_workflow_action(frm) {
		if (frm.selected_workflow_action !== "Reject") return;
		// The Workflow's own Reject takes no reason; ours does, and takes the same step.
		frappe.dom.unfreeze();
		ks212.ask_reason({
			title: __("Reject"),
			label: __("Reject"),
			intro: __("The owner reads the reason. The present price stays."),
			action: (reason, key) =>
				ks212
					.call("reject_price", { price: frm.doc.name, reason, key }, "products")
					.then(() => frm.reload_doc()),
		});
		return new Promise(() => {});
	},
});

function show_the_present_price(frm) {
	frappe
		.xcall("ks212_community.api.products.get_product", { product: frm.doc.product })
		.then(({ price, name }) => {
			if (!price || name !== frm.doc.product || frm.doc.status !== "Pending") return;
			const money = (amount) => format_currency(amount, "IDR");
			frm.dashboard.set_headline(
				__("Now: {0} to the owner, {1} in the shop.", [
					money(price.owner_price),
					money(price.retail_price),
				]),
				"blue"
			);
		});
}
