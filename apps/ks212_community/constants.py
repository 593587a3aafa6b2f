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
LEDGER_ROLES = ("Stock User", "Stock Manager", "Purchase User", "Accounts User")

# What documents between companies of the network name.
COUNTRY = "Indonesia"
CURRENCY = "IDR"
NETWORK_PRICE_LIST = "KS212 Network"
PARTNER_GROUP = "KS212 Network"

# Sales that reach ERPNext as a stock issue: one document an outlet and day, where invoices are kept
# elsewhere.
OUTLET_SALE = "Outlet Sale"
# What moves consigned goods besides sales and transfers: a ledger row's type says what became of them.
CONSIGNMENT_RECEIPT = "Consignment Receipt"
CONSIGNMENT_RETURN = "Consignment Return"
CONSIGNMENT_EXPIRY = "Consignment Expiry"
CONSIGNMENT_SHRINKAGE = "Consignment Shrinkage"
# The two halves of a move to another company of the network.
CONSIGNMENT_HANDOVER = "Consignment Handover"
CONSIGNMENT_TAKEOVER = "Consignment Takeover"

# On which terms goods go to another company of the network: as a transfer's lines say.
SALE, CONSIGNMENT, LOAN = "Sale", "Consignment", "Loan"

# The basis of a price policy under which goods are lent, and the two halves of a loan, as of its return.
LOAN_IN_KIND = "Loan in Kind"
LOAN_OUT = "Loan in Kind Out"
LOAN_IN = "Loan in Kind In"

# Stock Entry Type -> ERPNext's purpose
STOCK_ENTRY_TYPES = {
	OUTLET_SALE: "Material Issue",
	CONSIGNMENT_RECEIPT: "Material Receipt",
	CONSIGNMENT_RETURN: "Material Issue",
	CONSIGNMENT_EXPIRY: "Material Issue",
	CONSIGNMENT_SHRINKAGE: "Material Issue",
	CONSIGNMENT_HANDOVER: "Material Issue",
	CONSIGNMENT_TAKEOVER: "Material Receipt",
	LOAN_OUT: "Material Issue",
	LOAN_IN: "Material Receipt",
}

# The group of the suppliers among the members, under ERPNext's root.
UMKM_GROUP = "UMKM"
CURATION_TEMPLATE = "UMKM Curation"
# A point of the checklist -> what is asked; in Indonesian, since they become data that head office edits.
CURATION_POINTS = {
	"Kemasan": "Rapat, bersih, tidak bocor",
	"Label": "Nama, komposisi, berat bersih, produsen, tanggal kedaluwarsa",
	"Izin edar": "PIRT atau BPOM berlaku, atau tidak wajib",
	"Halal": "Sertifikat halal berlaku, atau bahan yang jelas halal",
	"Rasa dan mutu": "Layak dijual menurut penilai",
	"Harga": "Harga eceran wajar dibanding produk sejenis",
}

# When an outlet is open that names no hours of its own, until head office says otherwise.
OPENING_HOURS = {"opens_at": "08:00:00", "closes_at": "21:00:00"}


def _kept_link(fieldname: str, label: str, doctype: str, after: str, module: str) -> dict:
	"""A link that the app alone writes, on a document of ERPNext's."""
	return {
		"fieldname": fieldname,
		"fieldtype": "Link",
		"label": label,
		"options": doctype,
		"insert_after": after,
		"read_only": 1,
		"no_copy": 1,
		"search_index": 1,
		"module": module,
	}


def _transfer_field(after: str) -> dict:
	return _kept_link("ks212_outlet_transfer", "Outlet Transfer", "Outlet Transfer", after, "Stock Exchange")


def _account_fields(module: str, *rows: tuple[str, str, str]) -> list[dict]:
	"""The fields of a Company for accounts: `rows` of (kind, as in books.py, label, field before)."""
	return [
		{
			"fieldname": f"ks212_{kind}_account",
			"fieldtype": "Link",
			"label": label,
			"options": "Account",
			"insert_after": after,
			"no_copy": 1,
			"description": "Empty: the app makes one when it first needs it.",
			"module": module,
		}
		for kind, label, after in rows
	]


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
	"Material Request": [_transfer_field("customer")],
	"Stock Entry": [
		_transfer_field("outgoing_stock_entry"),
		_kept_link(
			"ks212_consignment_delivery",
			"Consignment Delivery",
			"Consignment Delivery",
			"ks212_outlet_transfer",
			"UMKM Supply",
		),
		_kept_link(
			"ks212_consignment_removal",
			"Consignment Removal",
			"Consignment Removal",
			"ks212_consignment_delivery",
			"UMKM Supply",
		),
	],
	"Delivery Note": [_transfer_field("customer_name")],
	"Sales Invoice": [_transfer_field("customer_name")],
	"Purchase Order": [
		_kept_link(
			"ks212_consignment_delivery",
			"Consignment Delivery",
			"Consignment Delivery",
			"supplier_name",
			"UMKM Supply",
		),
	],
	"Purchase Receipt": [
		_transfer_field("supplier_name"),
		_kept_link(
			"ks212_consignment_delivery",
			"Consignment Delivery",
			"Consignment Delivery",
			"supplier_name",
			"UMKM Supply",
		),
	],
	"Purchase Invoice": [
		_transfer_field("supplier_name"),
		_kept_link(
			"ks212_consignment_settlement",
			"Consignment Settlement",
			"Consignment Settlement",
			"supplier_name",
			"UMKM Supply",
		),
	],
	"Company": [
		{
			"fieldname": "ks212_consignment_section",
			"fieldtype": "Section Break",
			"label": "Consignment",
			"insert_after": "asset_received_but_not_billed",
			"module": "UMKM Supply",
		},
		*_account_fields(
			"UMKM Supply",
			("liability", "Consignment Liability Account", "ks212_consignment_section"),
			("payable", "Account Payable to UMKM", "ks212_liability_account"),
			("clearing", "Clearing Account of Sales without an Invoice", "ks212_payable_account"),
			("ujrah", "Fee Income Account (Ujrah)", "ks212_consignment_column"),
			("loss", "Expense Account of Losses at Our Charge", "ks212_ujrah_account"),
		),
		{
			"fieldname": "ks212_consignment_column",
			"fieldtype": "Column Break",
			"insert_after": "ks212_clearing_account",
			"module": "UMKM Supply",
		},
		{
			"fieldname": "ks212_loan_section",
			"fieldtype": "Section Break",
			"label": "Loans in Kind",
			"insert_after": "ks212_loss_account",
			"module": "Stock Exchange",
		},
		*_account_fields(
			"Stock Exchange",
			("lent", "Account of Goods Lent", "ks212_loan_section"),
			("borrowed", "Account of Goods Borrowed", "ks212_lent_account"),
		),
	],
	"Item": [
		{
			"fieldname": "ks212_consigned",
			"fieldtype": "Check",
			"label": "On Consignment",
			"insert_after": "is_stock_item",
			"read_only": 1,
			"no_copy": 1,
			"module": "UMKM Supply",
		},
		_kept_link("ks212_owner", "Owner (UMKM)", "Supplier", "ks212_consigned", "UMKM Supply"),
		_kept_link("ks212_product", "UMKM Product", "UMKM Product", "ks212_owner", "UMKM Supply"),
	],
	"Supplier": [
		{
			"fieldname": "ks212_community",
			"fieldtype": "Link",
			"label": "Community",
			"options": "Community",
			"insert_after": "supplier_group",
			"search_index": 1,
			"module": "UMKM Supply",
		},
		{
			"fieldname": "ks212_member_no",
			"fieldtype": "Data",
			"label": "Member Number",
			"insert_after": "ks212_community",
			"module": "UMKM Supply",
		},
		{
			"fieldname": "ks212_is_pkp",
			"fieldtype": "Check",
			"label": "PKP (collects VAT)",
			"insert_after": "ks212_member_no",
			"module": "UMKM Supply",
		},
		_kept_link(
			"ks212_registration", "UMKM Registration", "UMKM Registration", "ks212_is_pkp", "UMKM Supply"
		),
	],
}

APPROVAL_WORKFLOW = "Outlet Transfer Approval"
REGISTRATION_WORKFLOW = "UMKM Registration Approval"
PRODUCT_WORKFLOW = "UMKM Product Curation"
PRICE_WORKFLOW = "UMKM Price Approval"


def _moves(role, *moves, condition=None):
	return [
		{"state": state, "action": action, "next_state": following, "allowed": role, "condition": condition}
		for state, action, following in moves
	]


# workflow -> doctype, field, docstatus of its states, {state: style}, transitions
WORKFLOWS = {
	# Pusat's approval, on `approval_status` alone: `status` is set by code from the table of moves.
	APPROVAL_WORKFLOW: {
		"document_type": "Outlet Transfer",
		"field": "approval_status",
		"doc_status": "1",
		"states": {"Pending": "Warning", "Approved": "Success", "Rejected": "Danger"},
		"transitions": _moves(
			PUSAT,
			("Pending", "Approve", "Approved"),
			("Pending", "Reject", "Rejected"),
			condition="doc.status == 'Promised'",
		),
	},
	REGISTRATION_WORKFLOW: {
		"document_type": "UMKM Registration",
		"field": "status",
		"doc_status": "0",
		"states": {"Pending": "Warning", "Verified": "Primary", "Approved": "Success", "Rejected": "Danger"},
		"transitions": _moves(COMMUNITY_MANAGER, ("Pending", "Verify", "Verified"))
		+ _moves(
			PUSAT,
			("Pending", "Verify", "Verified"),
			("Verified", "Approve", "Approved"),
			("Pending", "Reject", "Rejected"),
			("Verified", "Reject", "Rejected"),
		),
	},
	PRODUCT_WORKFLOW: {
		"document_type": "UMKM Product",
		"field": "status",
		"doc_status": "0",
		"states": {
			"Pending": "Warning",
			"Needs Correction": "Primary",
			"Approved": "Success",
			"Rejected": "Danger",
		},
		"transitions": _moves(
			PUSAT,
			("Pending", "Approve", "Approved"),
			("Pending", "Ask for Correction", "Needs Correction"),
			("Pending", "Reject", "Rejected"),
			("Needs Correction", "Reject", "Rejected"),
		)
		+ _moves(UMKM, ("Needs Correction", "Propose Again", "Pending")),
	},
	PRICE_WORKFLOW: {
		"document_type": "UMKM Product Price",
		"field": "status",
		"doc_status": "0",
		# No step of the desk leads to Withdrawn: it is the owner's, in the portal.
		"states": {"Pending": "Warning", "Approved": "Success", "Rejected": "Danger", "Withdrawn": ""},
		"transitions": _moves(PUSAT, ("Pending", "Approve", "Approved"), ("Pending", "Reject", "Rejected")),
	},
}
KANBAN_BOARD = "Outlet Transfers"

MINIMUM_VERSIONS = {"frappe": "15.40.0", "erpnext": "15.40.0"}
