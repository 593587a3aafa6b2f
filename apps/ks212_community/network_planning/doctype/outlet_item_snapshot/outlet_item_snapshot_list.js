frappe.listview_settings["Outlet Item Snapshot"] = {
	add_fields: ["on_hand", "daily_demand", "days_of_cover"],
	hide_name_column: true,
	hide_name_filter: true,

	get_indicator(doc) {
		if (!flt(doc.daily_demand)) {
			return [__("Does Not Sell"), "grey", "daily_demand,<=,0"];
		}
		if (flt(doc.on_hand) <= 0) {
			return [__("Sold Out"), "red", "daily_demand,>,0|on_hand,<=,0"];
		}
		// Days of stock at the present rate of sale: a week is plenty in a minimarket, two days are not.
		if (flt(doc.days_of_cover) < 2) {
			return [__("Nearly Sold Out"), "orange", "daily_demand,>,0|days_of_cover,<,2"];
		}
		if (flt(doc.days_of_cover) < 7) {
			return [__("Under a Week"), "yellow", "days_of_cover,>=,2|days_of_cover,<,7"];
		}
		return [__("Enough"), "green", "days_of_cover,>=,7"];
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
