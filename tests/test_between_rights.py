"""An accountant of one company sees nothing of another's: no document, no report, no call; head office sees
all."""

import pytest

import frappe
from frappe.utils import add_days, today

from ks212_community.api import companies, consignment, exchange, products, settlement, supplier
from ks212_community.network_planning import snapshot
from ks212_community.permissions import companies_of
from ks212_community.stock_exchange.dashboard_chart_source.transfers_per_week import transfers_per_week
from ks212_community.umkm_supply.dashboard_chart_source.umkm_sales_per_week import umkm_sales_per_week
from tests import settling, story, umkm_story
from tests.between import BetweenTestCase
from tests.flow import call_as
from tests.story import COMPANY, OTHER, OTHER_COMPANY, SHORT
from tests.umkm_story import CRACKERS

# report -> what is chosen in it
REPORTS = {
	"Inter Outlet Transfer Register": {},
	"Inter Entity Balance": {},
	"Goods on Loan": {},
	"Consignment Balance": {},
	"Consignment Stock": {},
	"UMKM Sales": {"group_by": "Outlet"},
	"UMKM Shelf Share": {},
}
DOCTYPES = (
	"Inter Outlet Request",
	"Outlet Transfer",
	"Outlet",
	"Outlet Item Snapshot",
	"Consignment Agreement",
	"Consignment Settlement",
)


def execute(report, filters):
	doc = frappe.get_doc("Report", report)
	scrubbed = frappe.scrub(report)
	path = f"ks212_community.{frappe.scrub(doc.module)}.report.{scrubbed}.{scrubbed}.execute"
	return frappe.get_attr(path)(dict(filters))[1]


class LimitedTestCase(BetweenTestCase):
	"""Goods of both companies moved, lie and were settled; one accountant may see OTHER_COMPANY's books
	alone."""

	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.clear_cache)
		self.umkm = umkm_story.setup_umkm()
		umkm_story.make_agreement(self.umkm.owner, OTHER_COMPANY)
		settling.receive(OTHER, {CRACKERS: 20}, back=2)
		settling.receive(SHORT, {CRACKERS: 20}, back=2)
		settling.sell(OTHER, {CRACKERS: 2})
		settling.sell(SHORT, {CRACKERS: 5})
		self.settled = {
			company: settling.settle(self.umkm.owner, company=company).name
			for company in (COMPANY, OTHER_COMPANY)
		}
		self.agree()
		snapshot.refresh()
		self.transfer = self.promised().name
		self.limited = story.make_user(
			f"akuntan.lain@{story.DOMAIN}", "Akuntan Lain", ["KS212 Accountant"], login="akuntanlain"
		)
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": self.limited,
				"allow": "Company",
				"for_value": OTHER_COMPANY,
			}
		).insert(ignore_permissions=True)
		self.addCleanup(frappe.clear_cache, user=self.limited)

	def denied(self, function, **arguments):
		self.assertRaises(frappe.PermissionError, call_as, self.limited, function, **arguments)

	def company_of(self, doctype, name):
		field = {"Outlet Transfer": "source_company", "Outlet Item Snapshot": "outlet"}.get(
			doctype, "company"
		)
		value = frappe.db.get_value(doctype, name, field)
		return frappe.db.get_value("Outlet", value, "company") if field == "outlet" else value


class TestLimited(LimitedTestCase):
	def test_only_the_own_company(self):
		self.assertEqual(companies_of("Outlet Transfer", self.limited), [OTHER_COMPANY])
		self.assertIsNone(companies_of("Outlet Transfer", story.PUSAT))

	def test_documents(self):
		for doctype in ("Outlet Transfer", "Consignment Settlement", "Outlet Item Snapshot"):
			for name in frappe.get_all(doctype, pluck="name", limit=60):
				doc = frappe.get_doc(doctype, name)
				with self.subTest(f"{doctype} {name}"):
					with story.acting_as(self.limited):
						sees = frappe.has_permission(doctype, "read", doc=doc)
					self.assertEqual(sees, self.company_of(doctype, name) == OTHER_COMPANY)

	def test_the_contract(self):
		theirs, ours = self.settled[COMPANY], self.settled[OTHER_COMPANY]
		self.denied(settlement.get_settlement, settlement=theirs)
		self.denied(settlement.rebuild, settlement=theirs)
		self.denied(settlement.make_settlements, company=COMPANY, to_date=today())
		self.denied(companies.net_debts, company=COMPANY, other=OTHER_COMPANY)
		for function in (supplier.overview, supplier.stock, supplier.sales):
			self.denied(function, supplier=self.umkm.owner)
		for function in (exchange.list_requests, exchange.list_loans):
			self.denied(function, outlet=SHORT)
		self.denied(exchange.get_request, request=self.request)
		self.assertEqual(
			call_as(self.limited, settlement.get_settlement, settlement=ours)["company"], OTHER_COMPANY
		)
		seen = call_as(self.limited, settlement.list_settlements, supplier=self.umkm.owner)
		self.assertEqual({row.company for row in seen}, {OTHER_COMPANY})
		self.assertTrue(call_as(self.limited, exchange.get_transfer, transfer=self.transfer))
		for function in (consignment.list_deliveries, consignment.list_removals):
			rows = call_as(self.limited, function, supplier=self.umkm.owner)
			outlets = {row.outlet for row in rows}
			self.assertLessEqual(
				{frappe.db.get_value("Outlet", outlet, "company") for outlet in outlets}, {OTHER_COMPANY}
			)
		# What is nobody's books.
		self.assertTrue(call_as(self.limited, products.list_products, supplier=self.umkm.owner))

	def test_reports_tell_of_the_own_company(self):
		ours = set(frappe.get_all("Outlet", filters={"company": OTHER_COMPANY}, pluck="name"))
		for report, chosen in REPORTS.items():
			with self.subTest(report), story.acting_as(self.limited):
				rows = execute(report, chosen)
				outlets = {row.get("outlet") or row.get("source_outlet") for row in rows} - {None, ""}
				self.assertLessEqual(outlets, ours)
				if report in ("Consignment Balance", "Consignment Stock", "UMKM Sales", "UMKM Shelf Share"):
					self.assertTrue(rows)
					with self.assertRaises(frappe.PermissionError):
						execute(report, {**chosen, "company": COMPANY})

	def test_head_office_is_told_of_all(self):
		with story.acting_as(story.PUSAT):
			outlets = {row.get("outlet") for row in execute("UMKM Sales", {"group_by": "Outlet"})}
		self.assertLessEqual({SHORT, OTHER}, outlets)

	def test_who_sees_two_companies_chooses_one(self):
		frappe.get_doc(
			{"doctype": "User Permission", "user": self.limited, "allow": "Company", "for_value": COMPANY}
		).insert(ignore_permissions=True)
		frappe.clear_cache(user=self.limited)
		with story.acting_as(self.limited):
			self.assertRaises(frappe.ValidationError, execute, "Consignment Stock", {})
			self.assertTrue(execute("Consignment Stock", {"company": COMPANY}))

	def test_charts_add_up_the_own_company(self):
		def total(chart, user):
			with story.acting_as(user):
				return sum(sum(row["values"]) for row in chart.get()["datasets"])

		for chart in (transfers_per_week, umkm_sales_per_week):
			with self.subTest(chart.__name__):
				self.assertTrue(0 < total(chart, self.limited) <= total(chart, story.PUSAT))
		self.assertLess(total(umkm_sales_per_week, self.limited), total(umkm_sales_per_week, story.PUSAT))


@pytest.mark.erpnext
class TestLimitedDesk(LimitedTestCase):
	"""ERPNext's own lists and report pages, with its own reading of User Permissions."""

	def test_lists(self):
		for doctype in DOCTYPES:
			with self.subTest(doctype), story.acting_as(self.limited):
				names = frappe.get_list(doctype, pluck="name", limit=0)
				self.assertTrue(names or doctype == "Inter Outlet Request", doctype)
				self.assertEqual({self.company_of(doctype, name) for name in names} - {OTHER_COMPANY}, set())

	def test_report_pages_show_every_row_of_the_own(self):
		from frappe.desk.query_report import run

		frappe.db.set_single_value("KS212 Settings", "company_invoices", "Submitted")
		frappe.clear_document_cache("KS212 Settings", "KS212 Settings")
		for party_type, account_type in (("Customer", "Receivable"), ("Supplier", "Payable")):
			story.ensure("Party Type", party_type, party_type=party_type, account_type=account_type)
		self.dispatch(OTHER)
		self.receive(self.transfer)
		with story.acting_as(self.limited):
			rows = run("Inter Entity Balance", {"as_of": add_days(today(), 1)}, user=self.limited)["result"]
		row = next(row for row in rows if isinstance(row, dict) and row.get("debtor") == COMPANY)
		self.assertEqual(row["creditor"], OTHER_COMPANY)
		self.assertTrue(row["receivable"])
		self.assertIsNone(row["payable"])

	def test_a_report_is_for_those_who_may_report_on_its_documents(self):
		for name in ("Goods on Loan", "Inter Entity Balance"):
			report = frappe.get_doc("Report", name)
			may = {row.role for row in frappe.get_meta(report.ref_doctype).permissions if row.report}
			self.assertLessEqual({row.role for row in report.roles}, may, name)

	def test_documents_of_the_other_company(self):
		self.dispatch(OTHER)
		view = self.view(self.receive(self.transfer).name)
		for doctype, name, sees in (
			("Delivery Note", view.delivery_note, True),
			("Purchase Receipt", view.purchase_receipt, False),
		):
			frappe.get_doc("User", self.limited).add_roles("Stock User", "Accounts User")
			with self.subTest(doctype), story.acting_as(self.limited):
				self.assertEqual(frappe.has_permission(doctype, "read", doc=name), sees)
				self.assertEqual(bool(frappe.get_list(doctype, filters={"name": name})), sees)
