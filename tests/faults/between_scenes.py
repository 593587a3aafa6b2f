"""What forks do for transfers between two legal entities: a source of the other company, which alone has the
goods."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt, getdate, today

from ks212_community import locks
from ks212_community.api import companies, exchange
from ks212_community.community_network import partners
from ks212_community.stock_exchange import gathering, loans
from ks212_community.stock_exchange.doctype.loan_settlement.loan_settlement import make_loan_settlement
from ks212_community.umkm_supply import books
from tests import story
from tests.faults import scenes
from tests.faults.scenes import FREE, ITEMS

SOURCE, TARGET = story.OTHER, story.SHORT
ITEM = ITEMS[0]


def prepare():
	"""Both companies set up for sales between them; invoices are submitted with each transfer."""
	for company in story.COMPANIES:
		partners.correct_defaults(company)
		partners.make_parties(company)
	partners.make_price_list()
	partners.let_items_repeat()
	for party_type, account_type in (("Customer", "Receivable"), ("Supplier", "Payable")):
		story.ensure("Party Type", party_type, party_type=party_type, account_type=account_type)
	for company in story.COMPANIES:
		for kind in ("lent", "borrowed"):
			books.account(company, kind)
	gather_each("Each Transfer")


def gather_each(when):
	"""Bill with each transfer, or each month."""
	settings = frappe.get_doc("KS212 Settings")
	settings.update({"company_invoices": "Submitted", "invoices_gathered": when})
	settings.save()


def begin(basis):
	"""Fill the shelves, and let the pair trade on these terms alone; nothing is set aside for giving back."""
	for back in frappe.get_all(
		"Outlet Transfer", filters={"status": "Promised", "return_of": ["is", "set"]}, pluck="name"
	):
		exchange.withdraw(transfer=back, reason="Sisa uji", key=scenes._key())
	for outlet in scenes.RACERS:
		story.set_shelf(outlet, dict.fromkeys(ITEMS, 0))
	story.set_shelf(SOURCE, dict.fromkeys(ITEMS, FREE))
	for name in frappe.get_all("Transfer Price Policy", pluck="name"):
		frappe.db.set_value("Transfer Price Policy", name, "disabled", 1)
	frappe.get_doc(
		{
			"doctype": "Transfer Price Policy",
			"policy_title": "Uji",
			"basis": basis,
			"loan_days": 14,
			"source_company": story.OTHER_COMPANY,
			"target_company": story.COMPANY,
		}
	).insert()


def owe_back():
	"""Let the source's company owe something too, by a sale the other way."""
	frappe.get_doc(
		{
			"doctype": "Transfer Price Policy",
			"policy_title": "Uji balik",
			"basis": "At Cost",
			"source_company": story.COMPANY,
			"target_company": story.OTHER_COMPANY,
		}
	).insert()
	other = ITEMS[1]
	story.set_shelf(SOURCE, {other: 0})
	story.set_shelf(TARGET, {other: FREE})
	frappe.db.commit()
	items = [{"item_code": other, "qty": 2}]
	asked = scenes._step(
		story.clerk(SOURCE), scenes.ask, outlet=SOURCE, items=[(other, 2)], key=scenes._key()
	)
	transfer = asked["transfers"][TARGET]
	for user, function, arguments in (
		(story.clerk(TARGET), exchange.answer, {"items": items}),
		(story.PUSAT, exchange.approve, {}),
		(story.clerk(TARGET), exchange.dispatch, {}),
		(story.clerk(SOURCE), exchange.receive, {"items": [{"item_code": other, "received_qty": 2}]}),
	):
		scenes._step(user, function, transfer=transfer, key=scenes._key(), **arguments)


def call(function, **arguments):
	"""Call a function of the contract, whichever module it is of; return its answer."""
	return getattr(exchange if hasattr(exchange, function) else companies, function)(**arguments)


def state(request):
	"""All that a call may change, to compare before and after: see scenes.state, and what hands of money
	there are."""
	found = scenes.state(request)
	found["counts"].update(
		{
			doctype: frappe.db.count(doctype)
			for doctype in (
				"Delivery Note",
				"Purchase Receipt",
				"Sales Invoice",
				"Purchase Invoice",
				"Journal Entry",
				"Payment Ledger Entry",
			)
		}
	)
	return found


def on_hand():
	"""[what the source has, what the requester has] of the item."""
	return [flt(story.on_hand(outlet, ITEM)) for outlet in (SOURCE, TARGET)]


def coming(loan):
	"""What of a loan is promised or on its way back."""
	return sum(line.coming for line in loans.standing([loan]).values())


def owed(loan):
	"""What of a loan is owed."""
	return sum(line.owed for line in loans.standing([loan]).values())


def draft_settlement(loan):
	"""A draft that settles all that is owed of a loan; return its name."""
	doc = make_loan_settlement(loan)
	doc.update({"reason": "Dibayar", "way": "Sale"})
	for row in doc.items:
		row.price += 100
	return doc.insert().name


def submit_settlement(name):
	"""Submit a Loan Settlement, as the desk does."""
	frappe.get_doc("Loan Settlement", name).submit()


def cancel_settlement(name):
	"""Cancel a Loan Settlement, as the desk does."""
	frappe.get_doc("Loan Settlement", name).cancel()


def on_loan(loan):
	"""What both companies have in their books as lent and borrowed (IDR), and whether the loan is open."""
	GL = frappe.qb.DocType("GL Entry")
	balances = []
	for company, kind in ((story.OTHER_COMPANY, "lent"), (story.COMPANY, "borrowed")):
		rows = (
			frappe.qb.from_(GL)
			.select(Sum(GL.debit - GL.credit))
			.where((GL.account == books.account(company, kind)) & (GL.is_cancelled == 0))
			.run()
		)
		balances.append(flt(rows[0][0], 2))
	return [*balances, frappe.db.get_value("Outlet Transfer", loan, "loan_open")]


def pay(invoice, amount):
	"""An accountant enters a payment of a Sales Invoice."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	entry = get_payment_entry("Sales Invoice", invoice, party_amount=amount)
	cash = frappe.db.get_value("Account", {"company": entry.company, "account_type": "Cash", "is_group": 0})
	entry.update({"paid_to": cash, "reference_no": "Uji", "reference_date": today()})
	return entry.insert().submit().name


def cancel_payment(name):
	"""Take a payment back, which the other company has not entered."""
	frappe.get_doc("Payment Entry", name).cancel()


def invoice_of(transfer):
	"""The Sales Invoice of a transfer."""
	return frappe.db.get_value("Outlet Transfer", transfer, "sales_invoice")


def receivable():
	"""What is open of the source's company's invoices (IDR), each no less than nothing."""
	amounts = frappe.get_all(
		"Sales Invoice",
		filters={"company": story.OTHER_COMPANY, "docstatus": 1},
		pluck="outstanding_amount",
	)
	assert min(amounts) >= 0, amounts
	return flt(sum(amounts), 2)


def gather(transfer):
	"""Bill a transfer as the nightly job does after the month's end."""
	locks.in_own_transaction("Uji", gathering.gather, [transfer], getdate(today()))


def fail_if_unlike():
	"""The two companies' books of each other are alike: nothing of a pair is posted on one side alone."""
	from ks212_community.stock_exchange.report.inter_entity_balance import inter_entity_balance

	_columns, rows = inter_entity_balance.execute({"as_of": add_days(today(), 1)})
	pair = {story.COMPANY, story.OTHER_COMPANY}
	assert all(row.difference == 0 for row in rows if {row.creditor, row.debtor} == pair), rows
