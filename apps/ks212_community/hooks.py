app_name = "ks212_community"
app_title = "KS212 Community"
app_publisher = "Koperasi Syariah 212"
app_description = "One network of 212 Mart outlets, their communities and their members' micro-enterprises"
app_email = "ks212-community@ks212.invalid"
app_license = "gpl-3.0"
app_logo_url = "/assets/ks212_community/images/logo.svg"
required_apps = ["frappe/erpnext"]

add_to_apps_screen = [
	{
		"name": "ks212_community",
		"logo": app_logo_url,
		"title": app_title,
		"route": "/app/ks212-community",
		"has_permission": "ks212_community.permissions.sees_everything",
	}
]
extend_bootinfo = "ks212_community.boot.boot_session"
doctype_js = {
	"Inter Outlet Request": "public/js/exchange.js",
	"Outlet Transfer": "public/js/exchange.js",
}

before_install = "ks212_community.install.before_install"
after_install = "ks212_community.install.after_install"
before_migrate = "ks212_community.install.before_migrate"
before_uninstall = "ks212_community.uninstall.before_uninstall"

doc_events = {
	"Material Request": {
		"before_cancel": "ks212_community.overrides.material_request.before_cancel",
		"on_cancel": "ks212_community.overrides.material_request.on_cancel",
	},
	"Stock Entry": {
		"validate": "ks212_community.overrides.stock_entry.validate",
		"before_cancel": "ks212_community.overrides.stock_entry.before_cancel",
		"on_cancel": "ks212_community.overrides.stock_entry.on_cancel",
	},
}

scheduler_events = {
	"cron": {
		"*/5 * * * *": ["ks212_community.stock_exchange.deadlines.run"],
		"30 1 * * *": ["ks212_community.network_planning.snapshot.refresh"],
	},
	"daily": ["ks212_community.api.once.purge"],
}

permission_query_conditions = {
	"Inter Outlet Request": "ks212_community.permissions.request_query_conditions",
	"Outlet Transfer": "ks212_community.permissions.transfer_query_conditions",
	"Outlet Item Snapshot": "ks212_community.permissions.snapshot_query_conditions",
}
has_permission = {
	"Inter Outlet Request": "ks212_community.permissions.has_request_permission",
	"Outlet Transfer": "ks212_community.permissions.has_transfer_permission",
	"Outlet Item Snapshot": "ks212_community.permissions.has_request_permission",
}
has_website_permission = {
	"Inter Outlet Request": "ks212_community.permissions.has_website_permission",
	"Outlet Transfer": "ks212_community.permissions.has_website_permission",
}

override_whitelisted_methods = {
	"erpnext.stock.utils.get_stock_balance": "ks212_community.overrides.stock_functions.get_stock_balance",
	"erpnext.stock.utils.get_latest_stock_qty": "ks212_community.overrides.stock_functions.get_latest_stock_qty",
	"erpnext.accounts.doctype.pos_invoice.pos_invoice.get_stock_availability": "ks212_community.overrides.stock_functions.get_stock_availability",
	"erpnext.stock.get_item_details.get_bin_details": "ks212_community.overrides.stock_functions.get_bin_details",
}

# The portal: /gerai is where its people land after Frappe's own login page too.
role_home_page = {
	"KS212 Outlet User": "gerai",
	"KS212 Community Manager": "gerai",
}
page_renderer = ["ks212_community.portal.renderer.PortalPage"]
after_request = ["ks212_community.portal.answers.after_request"]
jinja = {"methods": ["ks212_community.portal.slip.delivery_slip"]}
