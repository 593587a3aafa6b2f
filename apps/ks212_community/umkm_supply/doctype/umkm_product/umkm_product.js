// What the owner has said; head office curates it and does not rewrite it once it is decided.
const PROPOSED = [
	"product_name",
	"item_group",
	"stock_uom",
	"composition",
	"net_weight",
	"shelf_life_days",
	"barcode",
	"owner_price",
	"retail_price",
];

frappe.ui.form.on("UMKM Product", {
	setup(frm) {
		frm.set_query("supplier", () => ({ filters: { supplier_group: "UMKM", disabled: 0 } }));
		frm.set_query("item_group", () => ({ filters: { is_group: 0 } }));
		frm.set_query("stock_uom", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		const decided = ["Approved", "Rejected"].includes(frm.doc.status);
		PROPOSED.forEach((field) => frm.set_df_property(field, "read_only", decided ? 1 : 0));
		// The points come from the checklist; curation answers them.
		frm.set_df_property("checks", "cannot_add_rows", true);
		frm.set_df_property("checks", "cannot_delete_rows", true);
		frm.get_field("curation_template").df.read_only = decided ? 1 : 0;
		frm.refresh_field("curation_template");
		show_what_is_left(frm);
		if (frm.doc.status === "Approved") add_buttons(frm);
	},

	before_workflow_action(frm) {
		const method = { "Ask for Correction": "ask_for_correction", Reject: "reject" }[
			frm.selected_workflow_action
		];
		if (!method) return;
		// The Workflow's own step takes no reason; ours does, and takes the same step.
		frappe.dom.unfreeze();
		ks212.ask_reason({
			title: __(frm.selected_workflow_action),
			label: __(frm.selected_workflow_action),
			intro:
				method === "reject"
					? __("The owner reads the reason. A rejected product stays rejected.")
					: __("The owner reads what to correct and proposes the product again."),
			action: (reason, key) =>
				ks212
					.call(method, { product: frm.doc.name, reason, key }, "products")
					.then(() => frm.reload_doc()),
		});
		return new Promise(() => {});
	},
});

frappe.ui.form.on("UMKM Product Check", {
	passed: (frm) => show_what_is_left(frm),
	remark: (frm) => show_what_is_left(frm),
});

function show_what_is_left(frm) {
	frm.dashboard.clear_headline();
	if (frm.is_new() || frm.doc.status !== "Pending") return;
	const left = (frm.doc.checks || []).filter((row) => !row.passed && !row.remark).length;
	if (left) {
		frm.dashboard.set_headline(
			__("{0} points of the checklist are left: tick each, or write why it does not pass.", [
				left,
			]),
			"orange"
		);
	} else if (!frm.doc.grade) {
		frm.dashboard.set_headline(__("All points are looked at. Choose a grade."), "orange");
	} else {
		frm.dashboard.set_headline(__("Ready to be approved."), "green");
	}
}

function add_buttons(frm) {
	frm.add_custom_button(__("Labels"), () => print_labels(frm));
	if (frappe.model.can_create("UMKM Product Price")) {
		frm.add_custom_button(__("New Price"), () =>
			frappe.new_doc("UMKM Product Price", { product: frm.doc.name })
		);
	}
}

function print_labels(frm) {
	const expires = frm.doc.shelf_life_days > 0;
	const dialog = new frappe.ui.Dialog({
		title: __("Labels of {0}", [ks212.escape(frm.doc.product_name)]),
		fields: [
			{
				fieldname: "layout",
				fieldtype: "Select",
				label: __("Layout"),
				options: [
					{ value: "sheet", label: __("A4 sheet of 3 × 8 labels") },
					{ value: "roll", label: __("Label of 50 × 30 mm") },
				],
				default: "sheet",
				reqd: 1,
				onchange: () =>
					dialog.set_value("number", dialog.get_value("layout") === "sheet" ? 24 : 1),
			},
			{
				fieldname: "number",
				fieldtype: "Int",
				label: __("Number of Labels"),
				default: 24,
				reqd: 1,
			},
			{
				fieldname: "skip",
				fieldtype: "Int",
				label: __("Labels to Skip"),
				description: __("How many labels of the first sheet are used up."),
				depends_on: "eval:doc.layout == 'sheet'",
			},
			...(expires
				? [
						{
							fieldname: "batch_no",
							fieldtype: "Link",
							label: __("Batch"),
							options: "Batch",
							get_query: () => ({ filters: { item: frm.doc.item_code } }),
						},
						{
							fieldname: "expiry_date",
							fieldtype: "Date",
							label: __("Expiry Date"),
							description: __(
								"Without a date and a batch, the date is written by hand."
							),
							depends_on: "eval:!doc.batch_no",
						},
					]
				: []),
		],
		primary_action_label: __("Print"),
		primary_action(values) {
			// What the dialog hides by now does not count.
			if (values.layout !== "sheet") delete values.skip;
			if (values.batch_no) delete values.expiry_date;
			const query = new URLSearchParams({ product: frm.doc.name, ...values, _lang: "id" });
			window.open(`/api/method/ks212_community.api.products.print_labels?${query}`);
			dialog.hide();
		},
	});
	dialog.show();
}
