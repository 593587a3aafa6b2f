"""The accounts that consignment and loans in kind post to, one of each kind a company.

| kind | made as | what it holds |
|---|---|---|
| liability | Utang Titip Jual | sales of consigned goods that no settlement has billed yet |
| payable | Utang UMKM | what settlements owe suppliers, until it is paid |
| ujrah | Pendapatan Ujrah | the network's fee, the only part of a sale that is its income |
| loss | Beban Titip Jual | goods lost at the network's charge |
| clearing | Kliring Penjualan Titip Jual | sales that no invoice shows, until the till's books are entered |
| lent | Piutang Barang | goods lent to other companies, at what they cost the lender |
| borrowed | Utang Barang | goods borrowed from them, at the same value |

An accountant chooses others in the Company; what is not chosen is made on first need.
"""

import frappe
from frappe import _

# kind -> the name it is made with, root type, account type, account types beside which it goes
ACCOUNTS = {
	"liability": ("Utang Titip Jual", "Liability", "", ("Payable",)),
	"payable": ("Utang UMKM", "Liability", "Payable", ("Payable",)),
	"ujrah": ("Pendapatan Ujrah", "Income", "Income Account", ("Income Account", "")),
	"loss": ("Beban Titip Jual", "Expense", "Expense Account", ("Stock Adjustment", "Expense Account", "")),
	"clearing": ("Kliring Penjualan Titip Jual", "Asset", "", ("Temporary", "Receivable")),
	"lent": ("Piutang Barang", "Asset", "", ("Receivable",)),
	"borrowed": ("Utang Barang", "Liability", "", ("Payable",)),
}
# Entries on accounts of these types name a Customer or Supplier, which only those of "payable" do.
OF_PARTIES = {"Receivable", "Payable"}


def fieldname(kind: str) -> str:
	"""Return the field of Company that names the account of a kind."""
	return f"ks212_{kind}_account"


def account(company: str, kind: str) -> str:
	"""Return the company's account of a kind: the chosen one, else one that is made now, once.

	Raises `frappe.ValidationError` where the chosen one cannot be posted to.
	"""
	# Not from the cache: a transaction that is rolled back would leave its account there.
	name = frappe.db.get_value("Company", company, fieldname(kind))
	if not name:
		return _make(company, kind)
	_validate(name, company, kind)
	return name


def existing_account(company: str, kind: str) -> str | None:
	"""Return the company's account of a kind, None where nothing has needed it yet."""
	return frappe.db.get_value("Company", company, fieldname(kind))


def _validate(name: str, company: str, kind: str) -> None:
	_label, root_type, account_type, _beside = ACCOUNTS[kind]
	found = frappe.db.get_value(
		"Account", name, ["company", "is_group", "disabled", "root_type", "account_type"], as_dict=True
	)
	if (
		not found
		or found.company != company
		or found.is_group
		or found.disabled
		or found.root_type != root_type
		or (found.account_type != account_type and {found.account_type, account_type} & OF_PARTIES)
	):
		frappe.throw(
			_(
				"Company {0}: account {1} cannot be the {2}. Choose an account of this company that is no group, is not disabled and is of the type {3}."
			).format(
				frappe.bold(company),
				frappe.bold(name),
				frappe.bold(_(frappe.get_meta("Company").get_label(fieldname(kind)))),
				frappe.bold(
					_(account_type)
					if account_type in OF_PARTIES
					else _("{0}, neither Receivable nor Payable").format(_(root_type))
				),
			)
		)


def _make(company: str, kind: str) -> str:
	"""Find or make the account of a kind, and choose it in the Company. The Company's row is locked
	meanwhile, so that two who need it first do not both make it."""
	label, root_type, account_type, beside = ACCOUNTS[kind]
	chosen = frappe.db.get_value("Company", company, fieldname(kind), for_update=True)
	if chosen:
		return chosen
	name = frappe.db.get_value(
		"Account",
		{"company": company, "account_name": label, "root_type": root_type, "is_group": 0, "disabled": 0},
	)
	if not name:
		doc = frappe.get_doc(
			{
				"doctype": "Account",
				"account_name": label,
				"company": company,
				"parent_account": _parent(company, root_type, beside),
				"account_type": account_type,
				"account_currency": frappe.get_cached_value("Company", company, "default_currency"),
			}
		)
		# A company below another has its own members, and its own goods on consignment.
		doc.flags.ignore_root_company_validation = True
		name = doc.insert(ignore_permissions=True).name
	frappe.db.set_value("Company", company, fieldname(kind), name)
	return name


def _parent(company: str, root_type: str, beside: tuple[str, ...]) -> str:
	"""Return the group for a new account, whatever the chart: that of the first account of one of the types
	`beside`, else of any account of the root type, else the root itself."""
	accounts = frappe.get_all(
		"Account",
		filters={"company": company, "root_type": root_type},
		fields=["name", "account_type", "parent_account", "is_group"],
		order_by="lft",
	)
	leaves = [row for row in accounts if not row.is_group and row.parent_account]
	for account_type in (*beside, None):
		for row in leaves:
			if account_type is None or (row.account_type or "") == account_type:
				return row.parent_account
	if not accounts:
		frappe.throw(
			_("Company {0} has no accounts of the type {1}. Make its chart of accounts first.").format(
				frappe.bold(company), frappe.bold(_(root_type))
			)
		)
	return accounts[0].name
