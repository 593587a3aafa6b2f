frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Transfers per Week"] = {
	method: "ks212_community.stock_exchange.dashboard_chart_source.transfers_per_week.transfers_per_week.get",
	filters: [],
};
