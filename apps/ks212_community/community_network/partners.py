"""Legal entities of the network: what a company needs to buy from and sell to the others, made in one step.

Each company has one internal Customer and one internal Supplier that stand for it at all others, so that
their number grows with the companies, not with the pairs. Which pairs may trade is added when a pair first
does (`allow`).
"""

import frappe
from frappe import _
from frappe.utils import getdate, strip_html, today

from ks212_community.constants import COUNTRY, CURRENCY, NETWORK_PRICE_LIST, PARTNER_GROUP

CHART = "Indonesia - Chart of Accounts"
# What ERPNext takes as default from that chart, and what it should be: by account number.
ODD_DEFAULTS = {
	"default_payable_account": ("2141.000", "2111.001"),
	"default_receivable_account": ("1132.001", "1131.0010"),
}
EXPENSE_ROOT = "5000.000"
COST_OF_SALES = {"account_number": "5050.000", "account_name": "Harga Pokok Penjualan"}
PARTIES = {"Customer": "is_internal_customer", "Supplier": "is_internal_supplier"}


def set_up(community: str, company_name: str | None = None, abbr: str | None = None) -> dict:
	"""Make a community's company whole, and bring its outlets into it; may be repeated, and makes what is
	missing.

	Without a company on the Community one is made as `company_name` and `abbr`. Returns `company`, `moved`
	(outlets) and `refused` (outlet -> why).
	"""
	doc = frappe.get_doc("Community", community)
	steps = 6

	def progress(step: int, text: str) -> None:
		frappe.publish_progress(
			100 * step / steps,
			title=_("Legal Entity"),
			doctype=doc.doctype,
			docname=doc.name,
			description=text,
		)

	progress(0, _("Company and chart of accounts"))
	company = doc.company or _make_company(company_name, abbr)
	progress(1, _("Defaults of the chart"))
	correct_defaults(company)
	progress(2, _("Fiscal year"))
	cover_this_year(company)
	progress(3, _("Price list of the network"))
	make_price_list()
	let_items_repeat()
	progress(4, _("Internal customer and supplier"))
	make_parties(company)
	progress(5, _("Outlets"))
	moved, refused = _bring_outlets(doc.name, company)
	# These alone: somebody may have saved the form while the job ran.
	frappe.db.set_value(
		"Community", community, {"company": company, "setup_note": _note(company, moved, refused)}
	)
	progress(6, _("Done"))
	return {"company": company, "moved": moved, "refused": refused}


def set_up_in_background(community: str, company_name: str | None = None, abbr: str | None = None) -> None:
	"""Run `set_up` as a background job: where it fails nothing of it stays, and the Community says why."""
	try:
		set_up(community, company_name, abbr)
	except Exception as error:
		frappe.db.rollback()
		note = _("The legal entity could not be set up: {0}").format(strip_html(str(error)))
		frappe.db.set_value("Community", community, "setup_note", note)
		frappe.log_error(title=_("Legal entity of {0} could not be set up").format(community))
		frappe.db.commit()
		raise


def check_new_company(company_name: str, abbr: str) -> None:
	"""Refuse a name or an abbreviation that a company has already."""
	for field, value in (("company_name", company_name), ("abbr", abbr)):
		if existing := frappe.db.get_value("Company", {field: value}):
			frappe.throw(
				_(
					"Company {0} has this name or abbreviation. Choose it as Legal Entity, or enter another."
				).format(frappe.bold(existing))
			)


def _make_company(company_name: str, abbr: str) -> str:
	check_new_company(company_name, abbr)
	company = frappe.get_doc(
		{
			"doctype": "Company",
			"company_name": company_name,
			"abbr": abbr,
			"country": COUNTRY,
			"default_currency": CURRENCY,
			"create_chart_of_accounts_based_on": "Standard Template",
			"chart_of_accounts": CHART,
			"enable_perpetual_inventory": 1,
		}
	)
	company.insert(ignore_permissions=True)
	return company.name


def correct_defaults(company: str) -> None:
	"""Give a company the defaults that ERPNext leaves out or takes from the wrong account of the Indonesian
	chart: payable, receivable, cost of sales and the warehouse for goods on the road. What somebody chose is
	kept."""
	doc = frappe.get_doc("Company", company)
	for field, (odd, right) in ODD_DEFAULTS.items():
		if not doc.get(field) or doc.get(field) == _account(company, odd):
			doc.set(field, _account(company, right) or doc.get(field))
	default = doc.get("default_expense_account")
	if default and frappe.db.get_value("Account", default, "root_type") == "Income":
		doc.default_expense_account = _make_cost_of_sales(company) or default
	if not doc.default_in_transit_warehouse:
		doc.default_in_transit_warehouse = _transit_warehouse(company)
	doc.save(ignore_permissions=True)


def _account(company: str, number: str) -> str | None:
	return frappe.db.get_value("Account", {"company": company, "account_number": number, "is_group": 0})


def _make_cost_of_sales(company: str) -> str | None:
	"""The chart keeps cost of sales below its income: an account of that name below expenses takes its
	place."""
	if existing := _account(company, COST_OF_SALES["account_number"]):
		return existing
	root = frappe.db.get_value("Account", {"company": company, "account_number": EXPENSE_ROOT, "is_group": 1})
	if not root:
		return None
	account = frappe.get_doc(
		{
			"doctype": "Account",
			"company": company,
			"parent_account": root,
			"account_type": "Cost of Goods Sold",
			**COST_OF_SALES,
		}
	)
	account.insert(ignore_permissions=True)
	return account.name


def _transit_warehouse(company: str) -> str:
	# One that a warehouse names as its own is that outlet's alone.
	taken = frappe.get_all(
		"Warehouse",
		filters={"default_in_transit_warehouse": ["is", "set"]},
		pluck="default_in_transit_warehouse",
	)
	existing = frappe.db.get_value(
		"Warehouse",
		{
			"company": company,
			"warehouse_type": "Transit",
			"is_group": 0,
			"disabled": 0,
			"name": ["not in", taken or [""]],
		},
	)
	if existing:
		return existing
	root = frappe.db.get_value(
		"Warehouse", {"company": company, "is_group": 1, "parent_warehouse": ("is", "not set")}
	)
	warehouse = frappe.get_doc(
		{
			"doctype": "Warehouse",
			"warehouse_name": _("Goods In Transit"),
			"company": company,
			"parent_warehouse": root,
			"warehouse_type": "Transit",
		}
	)
	warehouse.insert(ignore_permissions=True)
	return warehouse.name


def cover_this_year(company: str) -> None:
	"""See to it that a fiscal year holds today for a company: one for all, or one that lists it."""
	day = today()
	years = frappe.get_all(
		"Fiscal Year",
		filters={"disabled": 0, "year_start_date": ["<=", day], "year_end_date": [">=", day]},
		pluck="name",
	)
	if not years:
		year = str(getdate(day).year)
		frappe.get_doc(
			{
				"doctype": "Fiscal Year",
				"year": year,
				"year_start_date": f"{year}-01-01",
				"year_end_date": f"{year}-12-31",
			}
		).insert(ignore_permissions=True)
		return
	listed = frappe.get_all(
		"Fiscal Year Company", filters={"parent": ["in", years]}, fields=["parent", "company"]
	)
	limited = {row.parent for row in listed}
	if set(years) - limited or any(row.company == company for row in listed):
		return
	doc = frappe.get_doc("Fiscal Year", years[0])
	doc.append("companies", {"company": company})
	doc.save(ignore_permissions=True)


def make_price_list() -> None:
	"""The price list that documents between companies name: ERPNext wants one that both buys and sells.
	Prices are those of the policies; it holds none."""
	if not frappe.db.exists("Price List", NETWORK_PRICE_LIST):
		frappe.get_doc(
			{
				"doctype": "Price List",
				"price_list_name": NETWORK_PRICE_LIST,
				"currency": CURRENCY,
				"buying": 1,
				"selling": 1,
				"enabled": 1,
			}
		).insert(ignore_permissions=True)


def let_items_repeat() -> None:
	"""Let sales and purchases name an item in several rows, as ERPNext's own set-up does: a line that leaves
	in several batches becomes as many rows."""
	for settings in ("Selling Settings", "Buying Settings"):
		if not frappe.db.get_single_value(settings, "allow_multiple_items"):
			frappe.db.set_single_value(settings, "allow_multiple_items", 1)


def make_parties(company: str) -> None:
	"""Make the internal Customer and Supplier that stand for a company at the others."""
	for doctype, flag in PARTIES.items():
		if party_of(doctype, company):
			continue
		group = _make_group(f"{doctype} Group")
		party = doctype.lower()
		values = {
			"doctype": doctype,
			f"{party}_name": company,
			f"{party}_group": group,
			f"{party}_type": "Company",
			flag: 1,
			"represents_company": company,
			# A party that stands for a company allows at least one; the others follow with their first
			# transfer.
			"companies": [{"company": company}],
		}
		if doctype == "Customer":
			values["territory"] = frappe.db.get_value("Territory", {"parent_territory": ("is", "not set")})
		frappe.get_doc(values).insert(ignore_permissions=True)


def _make_group(doctype: str) -> str:
	"""The group of the network's own parties, below the root of its kind."""
	field = frappe.scrub(doctype)
	if not frappe.db.exists(doctype, PARTNER_GROUP):
		root = frappe.db.get_value(doctype, {"is_group": 1, f"parent_{field}": ("is", "not set")})
		doc = frappe.new_doc(doctype)
		doc.update({f"{field}_name": PARTNER_GROUP, f"parent_{field}": root})
		doc.insert(ignore_permissions=True)
	return PARTNER_GROUP


def party_of(doctype: str, company: str) -> str | None:
	"""Return the internal Customer or Supplier (`doctype`) that stands for a company."""
	return frappe.db.get_value(doctype, {PARTIES[doctype]: 1, "represents_company": company, "disabled": 0})


def ready_companies() -> set[str]:
	"""Return the companies that have both an internal Customer and an internal Supplier."""
	ready = [
		set(
			frappe.get_all(
				doctype,
				filters={flag: 1, "disabled": 0, "represents_company": ("is", "set")},
				pluck="represents_company",
			)
		)
		for doctype, flag in PARTIES.items()
	]
	return ready[0] & ready[1]


def allow(source_company: str, target_company: str) -> None:
	"""Let the two companies' internal parties trade with each other: the buyer's Customer with the seller,
	the seller's Supplier with the buyer."""
	pairs = (("Customer", target_company, source_company), ("Supplier", source_company, target_company))
	for doctype, party_company, other in pairs:
		party = party_of(doctype, party_company)
		if not party:
			frappe.throw(_("{0} is not set up for sales between companies yet.").format(party_company))
		row = {"parenttype": doctype, "parent": party, "company": other}
		if not frappe.db.exists("Allowed To Transact With", row):
			# The row alone: a party of a large network has hundreds, and saving it writes them all.
			frappe.get_doc(
				{"doctype": "Allowed To Transact With", "parentfield": "companies", **row}
			).db_insert()
			frappe.clear_document_cache(doctype, party)


def _bring_outlets(community: str, company: str) -> tuple[list[str], dict[str, str]]:
	"""Move a community's outlets into its company; one that still has goods or transfers under way stays
	where it is."""
	moved, refused = [], {}
	names = frappe.get_all(
		"Outlet",
		filters={"community": community, "company": ["!=", company], "status": ["!=", "Closed"]},
		pluck="name",
		order_by="name",
	)
	for name in names:
		outlet = frappe.get_doc("Outlet", name)
		if outlet.warehouse and frappe.db.exists(
			"Bin", {"warehouse": outlet.warehouse, "actual_qty": ["!=", 0]}
		):
			refused[name] = _("has stock in {0}; sell or move it to the new company first").format(
				outlet.warehouse
			)
		elif transfer := outlet.transfer_under_way():
			refused[name] = _("transfer {0} is under way").format(transfer)
		else:
			outlet.update({"company": company, "warehouse": None, "cost_center": None, "pos_profile": None})
			outlet.flags.ignore_permissions = True
			outlet.make_books()
			moved.append(name)
	return moved, refused


def _note(company: str, moved: list[str], refused: dict[str, str]) -> str:
	lines = [_("{0} is set up for sales between companies.").format(company)]
	if moved:
		lines.append(_("Moved into it: {0}.").format(", ".join(moved)))
	lines += [_("{0} was not moved: {1}.").format(name, why) for name, why in refused.items()]
	return "\n".join(lines)
