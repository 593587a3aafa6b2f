import frappe

from ks212_community import install


def execute():
	"""Sites from before sales between companies: new fields on ERPNext's documents, roles, and both companies
	named."""
	install.make_custom_fields()
	install.make_ledger_user()
	install.make_stock_entry_types()
	install.make_settings()
	Transfer = frappe.qb.DocType("Outlet Transfer")
	frappe.qb.update(Transfer).set(Transfer.source_company, Transfer.company).where(
		Transfer.source_company.isnull()
	).run()
