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
	"Consignment Agreement": "public/js/exchange.js",
	"Consignment Settlement": "public/js/exchange.js",
	"UMKM Licence": "public/js/exchange.js",
	"UMKM Registration": "public/js/exchange.js",
	"UMKM Product": "public/js/exchange.js",
	"UMKM Product Price": "public/js/exchange.js",
	"Supplier": "public/js/supplier.js",
}
override_doctype_dashboards = {"Supplier": "ks212_community.overrides.supplier.get_dashboard_data"}

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
		"before_validate": "ks212_community.overrides.stock_entry.before_validate",
		"validate": "ks212_community.overrides.stock_entry.validate",
		"before_cancel": "ks212_community.overrides.stock_entry.before_cancel",
		"on_cancel": "ks212_community.overrides.stock_entry.on_cancel",
	},
	"Sales Invoice": {
		"before_validate": "ks212_community.overrides.sales_invoice.before_validate",
		"validate": "ks212_community.overrides.sales_invoice.validate",
		"on_update": "ks212_community.overrides.sales_invoice.on_update",
		"on_cancel": "ks212_community.overrides.sales_invoice.on_cancel",
		"on_trash": "ks212_community.overrides.sales_invoice.on_trash",
	},
	"POS Invoice": {
		"before_validate": "ks212_community.overrides.pos_invoice.before_validate",
		"validate": "ks212_community.overrides.pos_invoice.validate",
	},
	"Delivery Note": {
		"before_validate": "ks212_community.overrides.delivery_note.before_validate",
		"validate": "ks212_community.overrides.delivery_note.validate",
		"before_cancel": "ks212_community.overrides.delivery_note.before_cancel",
		"on_cancel": "ks212_community.overrides.delivery_note.on_cancel",
	},
	"Stock Reconciliation": {
		"before_validate": "ks212_community.overrides.stock_reconciliation.before_validate",
		"validate": "ks212_community.overrides.stock_reconciliation.validate",
	},
	"Purchase Order": {
		"before_validate": "ks212_community.overrides.purchase_order.before_validate",
		"before_cancel": "ks212_community.overrides.purchase_order.before_cancel",
	},
	"Purchase Receipt": {
		"before_validate": "ks212_community.overrides.purchase_receipt.before_validate",
		"validate": "ks212_community.overrides.purchase_receipt.validate",
		"before_cancel": "ks212_community.overrides.purchase_receipt.before_cancel",
		"on_cancel": "ks212_community.overrides.purchase_receipt.on_cancel",
	},
	"Purchase Invoice": {
		"before_validate": "ks212_community.overrides.purchase_invoice.before_validate",
		"on_update": "ks212_community.overrides.purchase_invoice.on_update",
		"before_cancel": "ks212_community.overrides.purchase_invoice.before_cancel",
		"on_cancel": "ks212_community.overrides.purchase_invoice.on_cancel",
		"on_trash": "ks212_community.overrides.purchase_invoice.on_trash",
	},
	"Payment Ledger Entry": {
		"on_update": "ks212_community.overrides.payment_ledger_entry.on_update",
	},
	"Company": {
		"validate": "ks212_community.overrides.company.validate",
	},
}

# The desk's Cancel would cancel these first, with what they rest on: they follow by themselves, or say what
# is to be cancelled instead.
auto_cancel_exempted_doctypes = [
	"Outlet Transfer",
	"Loan Settlement",
	"Consignment Delivery",
	"Consignment Removal",
	"Consignment Settlement",
]

scheduler_events = {
	"cron": {
		"*/5 * * * *": ["ks212_community.stock_exchange.deadlines.run"],
		"30 1 * * *": ["ks212_community.network_planning.snapshot.renew"],
		"0 2 * * *": ["ks212_community.umkm_supply.settlement.make_due"],
		"30 2 * * *": ["ks212_community.stock_exchange.gathering.run"],
	},
	"daily": [
		"ks212_community.api.once.purge",
		"ks212_community.umkm_supply.licences.remind",
		"ks212_community.stock_exchange.loans.remind",
	],
}

permission_query_conditions = {
	"Inter Outlet Request": "ks212_community.permissions.request_query_conditions",
	"Outlet Transfer": "ks212_community.permissions.transfer_query_conditions",
	"Outlet Item Snapshot": "ks212_community.permissions.snapshot_query_conditions",
	"UMKM Registration": "ks212_community.permissions.registration_query_conditions",
	"UMKM Licence": "ks212_community.permissions.supplier_query_conditions",
	"UMKM Product": "ks212_community.permissions.supplier_query_conditions",
	"UMKM Product Price": "ks212_community.permissions.supplier_query_conditions",
	"Consignment Agreement": "ks212_community.permissions.supplier_query_conditions",
	"Consignment Delivery": "ks212_community.permissions.consignment_query_conditions",
	"Consignment Removal": "ks212_community.permissions.consignment_query_conditions",
	"Consignment Settlement": "ks212_community.permissions.supplier_query_conditions",
}
has_permission = {
	"Inter Outlet Request": "ks212_community.permissions.has_request_permission",
	"Outlet Transfer": "ks212_community.permissions.has_transfer_permission",
	"Outlet Item Snapshot": "ks212_community.permissions.has_request_permission",
	"UMKM Registration": "ks212_community.permissions.has_registration_permission",
	"UMKM Licence": "ks212_community.permissions.has_supplier_permission",
	"UMKM Product": "ks212_community.permissions.has_supplier_permission",
	"UMKM Product Price": "ks212_community.permissions.has_supplier_permission",
	"Consignment Agreement": "ks212_community.permissions.has_supplier_permission",
	"Consignment Delivery": "ks212_community.permissions.has_consignment_permission",
	"Consignment Removal": "ks212_community.permissions.has_consignment_permission",
	"Consignment Settlement": "ks212_community.permissions.has_supplier_permission",
}
has_website_permission = {
	"Inter Outlet Request": "ks212_community.permissions.has_website_permission",
	"Outlet Transfer": "ks212_community.permissions.has_website_permission",
	"UMKM Product": "ks212_community.permissions.has_supplier_website_permission",
	"UMKM Product Price": "ks212_community.permissions.has_supplier_website_permission",
	"Consignment Agreement": "ks212_community.permissions.has_supplier_website_permission",
	"Consignment Delivery": "ks212_community.permissions.has_consignment_website_permission",
	"Consignment Removal": "ks212_community.permissions.has_consignment_website_permission",
	"Consignment Settlement": "ks212_community.permissions.has_supplier_website_permission",
}

override_whitelisted_methods = {
	"erpnext.stock.utils.get_stock_balance": "ks212_community.overrides.stock_functions.get_stock_balance",
	"erpnext.stock.utils.get_latest_stock_qty": "ks212_community.overrides.stock_functions.get_latest_stock_qty",
	"erpnext.accounts.doctype.pos_invoice.pos_invoice.get_stock_availability": "ks212_community.overrides.stock_functions.get_stock_availability",
	"erpnext.stock.get_item_details.get_bin_details": "ks212_community.overrides.stock_functions.get_bin_details",
}

# The portal: where its people land after Frappe's own login page too.
role_home_page = {
	"KS212 Outlet User": "gerai",
	"KS212 Community Manager": "gerai",
	"KS212 UMKM": "umkm",
}
page_renderer = ["ks212_community.portal.renderer.PortalPage"]
after_request = ["ks212_community.portal.answers.after_request"]
jinja = {
	"methods": [
		"ks212_community.portal.slip.delivery_slip",
		"ks212_community.umkm_supply.labels.label_sheet",
		"ks212_community.umkm_supply.statement.consignment_statement",
	]
}
