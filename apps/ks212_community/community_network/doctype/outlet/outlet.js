frappe.ui.form.on("Outlet", {
	setup(frm) {
		frm.set_query("warehouse", () => ({
			filters: { company: frm.doc.company, is_group: 0, disabled: 0 },
		}));
		frm.set_query("cost_center", () => ({
			filters: { company: frm.doc.company, is_group: 0, disabled: 0 },
		}));
		frm.set_query("pos_profile", () => ({ filters: { company: frm.doc.company } }));
		frm.set_query("community", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		show_map_link(frm);
		if (frm.is_new()) return;
		const missing = !frm.doc.warehouse || !frm.doc.cost_center;
		if (missing && frm.perm[0].write) {
			frm.add_custom_button(__("Make Warehouse and Cost Center"), () => make(frm))
				.removeClass("btn-default")
				.addClass("btn-primary");
			frm.dashboard.set_headline(
				__("Without a warehouse this outlet can neither ask nor give."),
				"orange"
			);
		}
		frm.add_custom_button(
			__("Asked of This Outlet"),
			() => frappe.set_route("List", "Outlet Transfer", { source_outlet: frm.doc.name }),
			__("View")
		);
		frm.add_custom_button(
			__("Coming In"),
			() => frappe.set_route("List", "Outlet Transfer", { target_outlet: frm.doc.name }),
			__("View")
		);
		frm.add_custom_button(
			__("Stock and Sales"),
			() => frappe.set_route("List", "Outlet Item Snapshot", { outlet: frm.doc.name }),
			__("View")
		);
	},

	community(frm) {
		if (!frm.doc.community) return;
		frappe.db
			.get_value("Community", frm.doc.community, ["company", "region"])
			.then(({ message }) => {
				for (const field of ["company", "region"]) {
					if (!frm.doc[field] && message[field]) frm.set_value(field, message[field]);
				}
			});
	},

	latitude: show_map_link,
	longitude: show_map_link,
});

function make(frm) {
	const call = () =>
		frm
			.call({ doc: frm.doc, method: "make_warehouse_and_cost_center", freeze: true })
			.then(() => frm.reload_doc());
	return frm.is_dirty() ? frm.save().then(call) : call();
}

function show_map_link(frm) {
	const { latitude, longitude } = frm.doc;
	let description = "";
	if (latitude || longitude) {
		const place = `${flt(latitude, 6)}/${flt(longitude, 6)}`;
		const marker = `mlat=${flt(latitude, 6)}&mlon=${flt(longitude, 6)}`;
		description = `<a href="https://www.openstreetmap.org/?${marker}#map=17/${place}"
			target="_blank" rel="noopener noreferrer">${__("Show on the map")}</a>`;
	}
	frm.set_df_property("longitude", "description", description);
}
