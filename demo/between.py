"""Between two cooperatives aloud: goods sold at an agreed price, what each owes, and goods lent and given
back.

Every step is a call of the app's API by the user who would take it. Without a general ledger it ends at the
promise.
"""

import frappe
from frappe.utils import add_days, flt, formatdate, nowdate

from demo import runtime
from demo.calls import call_as
from demo.speak import heading, number, rupiah, say, table
from ks212_community.api import exchange
from ks212_community.community_network import partners
from tests import story

SELLER, BUYER = story.OTHER, story.SHORT
TALAS, TALAS_STOCK = "BGR-TALAS", 60  # what the one cooperative alone has
SYRUP, SYRUP_STOCK = "DPK-BELIMBING", 40  # what the other one alone has
GOODS = {TALAS: ("Lapis talas Bogor", 21_000), SYRUP: ("Sirup belimbing Depok", 18_000)}
POLICIES = (
	(
		"Lapis dan lain-lain, modal + 5 %",
		story.OTHER_COMPANY,
		story.COMPANY,
		{"basis": "Cost Plus", "percent": 5},
	),
	(
		"Pinjam barang antar koperasi",
		story.COMPANY,
		story.OTHER_COMPANY,
		{"basis": "Loan in Kind", "loan_days": 14},
	),
)


def run():
	"""Play a sale and a loan. Repeatable: what was under way is taken back, and the shelves are full
	again."""
	_set_up()
	transfer = _sale_is_asked_for()
	if not runtime.has_books():
		say(
			"Here the story ends: the goods would now be sold, and embedded keeps no books. On a bench the two cooperatives'"
			" Delivery Note, Purchase Receipt and invoices follow by themselves."
		)
		return
	_sale_is_made(transfer)
	_what_is_owed()
	_loan()


def pause():
	"""Let the two cooperatives not trade while the story of the one is told: on a site where the demo ran
	before they do."""
	_allow(False)


def _allow(yes):
	for title, *_rest in POLICIES:
		if name := frappe.db.exists("Transfer Price Policy", {"policy_title": title}):
			frappe.db.set_value("Transfer Price Policy", name, "disabled", int(not yes))
	frappe.db.commit()


def _set_up():
	heading("15. Two cooperatives agree to trade")
	names = [item_name for item_name, _cost in GOODS.values()]
	for outlet in (SELLER, BUYER):
		clerk = story.clerk(outlet)
		for row in call_as(clerk, exchange.list_requests, outlet=outlet):
			request = row["name"]
			actions = call_as(clerk, exchange.get_request, request=request)["actions"]
			if row["first_item"] in names and "cancel" in actions:
				call_as(clerk, exchange.cancel_request, request=request, reason="Demo dimulai lagi")
	with story.acting_as("Administrator"):
		for outlet in (SELLER, BUYER):
			community, company = frappe.db.get_value("Outlet", outlet, ["community", "company"])
			partners.set_up(community)
			say(
				f"{company} is set up: chart, in-transit warehouse, and a partner to every other cooperative."
			)
		for item_code, (item_name, cost) in GOODS.items():
			_make_item(item_code, item_name, cost)
		story.set_shelf(SELLER, {TALAS: TALAS_STOCK, SYRUP: 0})
		story.set_shelf(BUYER, {SYRUP: SYRUP_STOCK, TALAS: 0})
	with story.acting_as(story.PUSAT):
		for title, source, target, terms in POLICIES:
			if not frappe.db.exists("Transfer Price Policy", {"policy_title": title}):
				frappe.get_doc(
					{
						"doctype": "Transfer Price Policy",
						"policy_title": title,
						"source_company": source,
						"target_company": target,
						"transport_paid_by": "Requester",
						**terms,
					}
				).insert()
	_allow(True)
	say("Pusat writes down what they agreed:")
	table(
		["From", "To", "Terms"],
		[
			(source, target, terms["basis"] + (f", {terms.get('percent') or terms['loan_days']}"))
			for _title, source, target, terms in POLICIES
		],
	)


def _make_item(item_code, item_name, cost):
	story.ensure(
		"Item",
		item_code,
		item_code=item_code,
		item_name=item_name,
		item_group=story.item_row(story.CHIPS)["item_group"],
		stock_uom="Bungkus",
		is_stock_item=1,
		valuation_method="Moving Average",
	)
	story.ensure(
		"Item Price",
		{"item_code": item_code, "price_list": "Standard Buying"},
		uom="Bungkus",
		price_list_rate=cost,
	)


def _sale_is_asked_for():
	heading("16. The price is known before the promise")
	clerk = story.clerk(BUYER)
	needed_by = add_days(nowdate(), 4)
	sources = call_as(
		clerk, exchange.rank_sources, outlet=BUYER, item_code=TALAS, qty=24, needed_by=needed_by
	)
	say(f"{_name(BUYER)} looks for 24 {GOODS[TALAS][0]}:")
	table(
		["Outlet", "Can give", "Price", "Transport paid by"],
		[
			(row["outlet_name"], row["can_give"], rupiah(row["price"]), row["transport_paid_by"])
			for row in sources
		],
	)
	transfer = _promised(BUYER, SELLER, TALAS, 24, needed_by)
	say(
		f"{_name(SELLER)} promises, and the promise fixes the price: {rupiah(transfer['goods_price'])} for"
		f" {number(24)}. Whatever becomes of cost or policy, transfer {transfer['name']} costs that."
	)
	return transfer


def _promised(outlet, source, item_code, qty, needed_by):
	"""Ask one outlet for goods that it alone has, let it promise, and pusat approve."""
	request = call_as(
		story.clerk(outlet),
		exchange.create_request,
		outlet=outlet,
		items=[{"item_code": item_code, "qty": qty}],
		needed_by=needed_by,
	)
	transfer = next(row["name"] for row in request["transfers"] if row["source_outlet"] == source)
	promise = [{"item_code": item_code, "qty": qty}]
	done = call_as(story.clerk(source), exchange.answer, transfer=transfer, items=promise)
	if done["approval_status"] == "Pending":
		call_as(story.PUSAT, exchange.approve, transfer=transfer)
	return call_as(story.PUSAT, exchange.get_transfer, transfer=transfer)


def _sale_is_made(transfer):
	heading("17. The goods change owner")
	name = transfer["name"]
	call_as(
		story.clerk(SELLER),
		exchange.dispatch,
		transfer=name,
		handover="Deliver",
		driver_name="Kurir Bogor",
		driver_phone="08600009004",
	)
	call_as(
		story.clerk(BUYER),
		exchange.receive,
		transfer=name,
		items=[{"item_code": TALAS, "received_qty": 22}],
	)
	say("24 leave Ciawi, 22 are counted in: only those are billed. Pusat lets the two go back.")
	call_as(
		story.PUSAT,
		exchange.settle,
		transfer=name,
		action="Return to Source",
		reason="Dua tertinggal di mobil",
	)
	done = call_as(story.PUSAT, exchange.get_transfer, transfer=name)
	table(
		["Company", "Document", "What", "Status"],
		[
			(
				frappe.db.get_value(doctype, done[field], "company"),
				done[field],
				what,
				frappe.db.get_value(doctype, done[field], "status"),
			)
			for doctype, field, what in (
				("Delivery Note", "delivery_note", "24 sent"),
				("Delivery Note", "return_note", "2 came back"),
				("Sales Invoice", "sales_invoice", "22 billed"),
				("Purchase Receipt", "purchase_receipt", "22 counted in"),
				("Purchase Invoice", "purchase_invoice", "22 billed"),
			)
			if done[field]
		],
	)
	with story.acting_as("Administrator"):
		for doctype, field in (("Sales Invoice", "sales_invoice"), ("Purchase Invoice", "purchase_invoice")):
			doc = frappe.get_doc(doctype, done[field])
			if doc.docstatus == 0:
				doc.submit()
	frappe.db.commit()
	say("The accountants of both sides look at the drafts and submit them.")


def _what_is_owed():
	heading("18. What each owes whom")
	from ks212_community.stock_exchange.report.inter_entity_balance import inter_entity_balance

	with story.acting_as(story.PUSAT):
		_columns, rows = inter_entity_balance.execute({"company": story.COMPANY})
	table(
		["Owed to", "Owed by", "In the one's books", "In the other's", "Difference"],
		[
			(row.creditor, row.debtor, rupiah(row.receivable), rupiah(row.payable), rupiah(row.difference))
			for row in rows
		],
	)


def _loan():
	heading("19. Pinjam barang")
	transfer = _promised(SELLER, BUYER, SYRUP, 20, add_days(nowdate(), 4))
	name = transfer["name"]
	say(f"{_name(SELLER)} borrows 20 {GOODS[SYRUP][0]} of {_name(BUYER)}: no price, the same goods back.")
	_carry(name, BUYER, SELLER, 20)
	back = call_as(
		story.clerk(SELLER),
		exchange.give_back,
		transfer=name,
		items=[{"item_code": SYRUP, "qty": 12}],
	)
	_carry(back["name"], SELLER, BUYER, 12)
	say("A week later it has its own again and gives 12 back, by a transfer the other way.")
	settlement = call_as(story.PUSAT, _pay_for, loan=name, qty=3)
	say(
		f"3 more were sold at the bazaar. Head office ends that part of the loan: {settlement.name},"
		f" {rupiah(settlement.price)}, an invoice in each company."
	)
	from ks212_community.stock_exchange.report.goods_on_loan import goods_on_loan

	with story.acting_as(story.PUSAT):
		_columns, rows = goods_on_loan.execute({})
	table(
		["Lender", "Borrower", "Item", "Lent", "Given back", "Paid", "Owed", "Worth", "Back by"],
		[
			(
				row.lender,
				row.borrower,
				row.item_name,
				flt(row.lent),
				flt(row.given_back),
				flt(row.settled),
				flt(row.owed),
				rupiah(row.value),
				formatdate(row.return_by, "d MMM"),
			)
			for row in rows
		],
	)


def _pay_for(loan, qty):
	"""End a part of a loan by a sale."""
	from ks212_community.stock_exchange.doctype.loan_settlement.loan_settlement import make_loan_settlement

	settlement = make_loan_settlement(loan)
	settlement.items[0].qty = qty
	settlement.reason = "Sold at the bazaar: paid for instead of given back"
	return settlement.submit()


def _carry(transfer, source, target, qty):
	call_as(story.clerk(source), exchange.dispatch, transfer=transfer)
	call_as(
		story.clerk(target),
		exchange.receive,
		transfer=transfer,
		items=[{"item_code": SYRUP, "received_qty": qty}],
	)


def _name(outlet):
	return frappe.db.get_value("Outlet", outlet, "outlet_name")
