frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["UMKM Sales per Week"] = {
	method: "ks212_community.umkm_supply.dashboard_chart_source.umkm_sales_per_week.umkm_sales_per_week.get",
	filters: [],
};
