"""The measured network on a site: 200 outlets with 250 items each, 800 more outlets for the scaling, and
their ledger.

Documents a person would type are few and go through Frappe; what must be many (bins, ledger entries, POS
Invoices, promises, portal documents) is written by bulk insert. The rows are as ERPNext would have left them
as far as stock goes: balances, valuation, batches and promises add up, so that its own functions give right
figures and further documents can be posted. There are no General Ledger Entries and no child rows behind the
bulk vouchers.
"""

import frappe
from frappe.utils import date_diff, nowdate

from benchmarks import documents, ledger, masters, plan
from tests import story

# Each stage is one transaction, so that a site holds all of it or nothing.
STAGES = {
	"masters": masters.write,
	"entries": ledger.write_entries,
	"batches": ledger.write_batches,
	"bins": ledger.write_bins,
	"pos": documents.write_pos_invoices,
	"requests": documents.write_requests,
	"material requests": documents.write_material_requests,
}


def ensure() -> None:
	"""Build what the site does not hold yet, and open the measured outlets."""
	rebuilt = False
	for name, write in STAGES.items():
		marker = f"ks212_benchmark {name}"
		built_on = frappe.db.get_default(marker)
		if not built_on:
			if name == "masters":
				print(
					f"Building {plan.OUTLETS} outlets x {plan.ITEMS} items with {len(plan.COURSE)} ledger entries each:"
					" some minutes, once a site",
					flush=True,
				)
				if not frappe.db.exists("Outlet", story.SHORT):
					story.setup_story("test")
			write()
			frappe.db.set_default(marker, nowdate())
			frappe.db.commit()
			rebuilt = True
		elif date_diff(nowdate(), built_on) > plan.OLDEST_DAYS:
			raise SystemExit(
				f"The data on {frappe.local.site} are of {built_on} and have left the demand window. Take a new site."
			)
	if rebuilt:
		_analyze()
	_open_outlets()
	frappe.db.commit()


def _analyze() -> None:
	"""Let the database count the new rows, as it does by itself where they come in over months."""
	for doctype in (
		*(
			"Stock Ledger Entry",
			"Serial and Batch Bundle",
			"Serial and Batch Entry",
			"Batch",
			"Bin",
			"Stock Entry",
		),
		*(
			"POS Invoice",
			"POS Invoice Item",
			"Outlet",
			"Outlet User",
			"User",
			"Warehouse",
			"Outlet Item Snapshot",
		),
		*("Inter Outlet Request", "Inter Outlet Request Item", "Outlet Transfer", "Outlet Transfer Item"),
	):
		frappe.db.sql_ddl(f"ANALYZE TABLE `tab{doctype}`")


def _open_outlets() -> None:
	"""Tests on the same site let outlets rest that are not theirs; here all of ours are open."""
	Outlet = frappe.qb.DocType("Outlet")
	frappe.qb.update(Outlet).set(Outlet.status, "Active").where(Outlet.name.like("N%")).run()
	frappe.clear_document_cache("Outlet")


def facts() -> str:
	"""One line that says what was measured on, counted in the database."""
	counts = {
		"outlets": frappe.db.count("Outlet", {"name": ["like", "N%"]}),
		"bins": frappe.db.count("Bin", {"item_code": ["like", "BEN-%"]}),
		"ledger entries": frappe.db.count("Stock Ledger Entry", {"item_code": ["like", "BEN-%"]}),
		"open POS Invoices": frappe.db.count(
			"POS Invoice", {"docstatus": 1, "consolidated_invoice": ["is", "not set"]}
		),
		"batches": frappe.db.count("Batch", {"item": ["like", "BEN-%"]}),
		"open promises": frappe.db.count("Outlet Transfer", {"status": "Promised"}),
		f"requests of {plan.TARGET}": frappe.db.count("Inter Outlet Request", {"outlet": plan.TARGET}),
	}
	return ", ".join(f"{count:,} {name}" for name, count in counts.items())
