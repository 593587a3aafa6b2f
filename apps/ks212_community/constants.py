"""What install, patches and uninstall have in common: names and definitions, no logic."""

PUSAT = "KS212 Pusat"
ACCOUNTANT = "KS212 Accountant"
OUTLET_USER = "KS212 Outlet User"
COMMUNITY_MANAGER = "KS212 Community Manager"
UMKM = "KS212 UMKM"
PARTNER = "KS212 Partner"

# role -> whether it opens the desk
ROLES = {
	PUSAT: 1,
	ACCOUNTANT: 1,
	OUTLET_USER: 0,
	COMMUNITY_MANAGER: 0,
	UMKM: 0,
	PARTNER: 0,
}

# The technical user in whose name the posting seam runs ERPNext's mappers, which check the caller's own
# rights and refuse portal users. It cannot log in: it is disabled and has no password.
LEDGER_USER = "ks212-ledger@ks212.invalid"
LEDGER_ROLES = ("Stock User", "Stock Manager")

# Sales that reach ERPNext as a stock issue: one document an outlet and day, where invoices are kept elsewhere.
OUTLET_SALE = "Outlet Sale"

# When an outlet is open that names no hours of its own, until head office says otherwise.
OPENING_HOURS = {"opens_at": "08:00:00", "closes_at": "21:00:00"}

CUSTOM_FIELDS = {
	"Bin": [
		{
			"fieldname": "ks212_promised_qty",
			"fieldtype": "Float",
			"label": "Promised to Other Outlets",
			"insert_after": "reserved_qty",
			"read_only": 1,
			"no_copy": 1,
			"module": "Stock Exchange",
		}
	],
	"Material Request": [
		{
			"fieldname": "ks212_outlet_transfer",
			"fieldtype": "Link",
			"label": "Outlet Transfer",
			"options": "Outlet Transfer",
			"insert_after": "customer",
			"read_only": 1,
			"no_copy": 1,
			"search_index": 1,
			"module": "Stock Exchange",
		}
	],
	"Stock Entry": [
		{
			"fieldname": "ks212_outlet_transfer",
			"fieldtype": "Link",
			"label": "Outlet Transfer",
			"options": "Outlet Transfer",
			"insert_after": "outgoing_stock_entry",
			"read_only": 1,
			"no_copy": 1,
			"search_index": 1,
			"module": "Stock Exchange",
		}
	],
}

APPROVAL_WORKFLOW = "Outlet Transfer Approval"
KANBAN_BOARD = "Outlet Transfers"

MINIMUM_VERSIONS = {"frappe": "15.40.0", "erpnext": "15.40.0"}
