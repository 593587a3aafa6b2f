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
		if (frm.perm[0].write) {
			frm.add_custom_button(__("Set Up Legal Entity"), () => set_up_company(frm));
		}
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

function set_up_company(frm) {
	const call = (values) =>
		frm.call({ doc: frm.doc, method: "set_up_company", args: values, freeze: true }).then(() =>
			frappe.show_alert({
				message: __(
					"The company is being set up. What came of it is written here when it is done."
				),
				indicator: "blue",
			})
		);
	if (frm.doc.company) {
		frappe.confirm(
			__("Make {0} whole and bring the community's outlets into it?", [
				frm.doc.company.bold(),
			]),
			() => call({})
		);
		return;
	}
	frappe.prompt(
		[
			{
				fieldname: "company_name",
				fieldtype: "Data",
				label: __("Company Name"),
				reqd: 1,
				default: __("Cooperative of {0}", [frm.doc.community_name]),
			},
			{
				fieldname: "abbr",
				fieldtype: "Data",
				label: __("Abbreviation"),
				reqd: 1,
				length: 10,
			},
		],
		call,
		__("Set Up Legal Entity"),
		__("Set Up")
	);
}
