frappe.listview_settings["Outlet Item Snapshot"] = {
	add_fields: ["on_hand", "daily_demand", "days_of_cover"],
	hide_name_filter: true,

	get_indicator(doc) {
		if (!flt(doc.daily_demand)) {
			return [__("No Sales"), "grey", "daily_demand,<=,0"];
		}
		if (flt(doc.on_hand) <= 0) {
			return [__("Sold Out"), "red", "daily_demand,>,0|on_hand,<=,0"];
		}
		// How long the stock lasts at the present rate of sale: two days are nothing, a week is enough.
		const days = __("{0} days left", [format_number(doc.days_of_cover, null, 1)]);
		if (flt(doc.days_of_cover) < 2) {
			return [days, "orange", "daily_demand,>,0|days_of_cover,<,2"];
		}
		if (flt(doc.days_of_cover) < 7) {
			return [days, "yellow", "days_of_cover,>=,2|days_of_cover,<,7"];
		}
		return [days, "green", "days_of_cover,>=,7"];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Renew Snapshot Now"), () =>
			frappe.call({
				method: "ks212_community.network_planning.snapshot.refresh_now",
				type: "POST",
				freeze: true,
				callback: () => listview.refresh(),
			})
		);
	},
};
