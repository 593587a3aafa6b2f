"""Goods of members' micro-enterprises aloud: one joins, its goods come and are sold, and another one is paid.

Every step is a call of the app's API by the user who would take it.
"""

import frappe
from frappe.utils import add_days, flt, getdate, nowdate

from demo import consigned, runtime
from demo.calls import call_as
from demo.speak import heading, number, rupiah, say, table
from ks212_community.api import consignment, exchange, products, registration, settlement, supplier
from ks212_community.umkm_supply.products import PROPOSED
from tests import story

OUTLET = story.SHORT
TO_BE_PAID = "Sambal Mak Ipah"
ENOUGH = 12  # below it the owner brings more
CARRIED = ("received", "moved_in", "moved_out", "sold", "returned", "expired", "shrinkage")


def run():
	"""Play it from the registration to the money. Repeatable: who has joined stays, and new goods come."""
	heading("Goods on consignment")
	consigned.load()
	newcomer = consigned.newcomer()
	owner = _joins(newcomer)
	items = _is_curated(newcomer, owner)
	_goods_come(newcomer, owner, items)
	_sell_some(*items.values())
	settled = next(row for row in story.rows("umkm") if row["business_name"] == TO_BE_PAID)
	_moves_and_losses(settled)
	_is_settled(settled)
	_leave_some_work(newcomer, owner)


def _joins(member):
	heading("10. A micro-enterprise joins")
	business = member["business_name"]
	if joined := consigned.supplier_of(member):
		say(f"{business} joined in an earlier run.")
		return joined
	name = consigned.register(member)
	say(
		f"{member['owner_name']} fills in the form on the web, without a login: registration {name} of {business}."
	)
	manager = story.manager(member["community"])
	waiting = call_as(manager, registration.list_registrations, community=member["community"])
	table(
		["Registration", "Business", "Phone", "City", ""],
		[
			(row.name, row.business_name, row.phone, row.city, row.status)
			for row in waiting
			if row.name == name
		],
	)
	verified = consigned.verify(member, name)
	say(
		f'The manager of {member["community"]} knows the kitchen and verifies: "{verified["verification_note"]}".'
	)
	found = call_as(story.PUSAT, registration.get_registration, registration=name)["duplicates"]
	same = ", ".join(f"{row['title']} ({row['kind']})" for row in found) or "nobody"
	say(f"Before it approves, pusat sees who has the same NIB, phone or bank account: {same}.")
	admitted = consigned.approve(name)
	invited = call_as(story.PUSAT, registration.invite, registration=name)
	consigned.let_log_in(admitted["user"])
	say(
		f"Approved: supplier {admitted['supplier']} with its contact, address, bank account and licences, and a portal user"
		f" who logs in with {admitted['phone']}. Pusat sends the link to choose a password by WhatsApp:"
		f" {invited['whatsapp'].split('?')[0]}"
	)
	licences = call_as(admitted["user"], registration.list_licences, supplier=admitted["supplier"])
	table(
		["Licence", "Number", "Valid until", "Days left", ""],
		[(row.kind, row.licence_no, _day(row.valid_until), row.days_left, row.state) for row in licences],
	)
	return admitted["supplier"]


def _is_curated(member, owner):
	"""Returns {product name: item code} of what head office has approved."""
	heading("11. Its products are looked at")
	rows = consigned.product_rows(member["business_name"])
	for row in rows[:2]:
		if consigned.item_of(row):
			continue
		product = consigned.offer(owner, row)
		say(
			f"{member['owner_name']} proposes {row['product_name']} for {rupiah(flt(row['owner_price']))}, to be sold at"
			f" {rupiah(flt(row['retail_price']))}. It has no barcode, so it gets one of the network's own: {product['barcode']}."
		)
		if row is rows[1]:
			reason = "Tulis tanggal kedaluwarsa di label"
			call_as(story.PUSAT, products.ask_for_correction, product=product["name"], reason=reason)
			same = {field: product[field] for field in PROPOSED}
			product = call_as(consigned.person_of(owner), products.correct, product=product["name"], **same)
			say(f'Pusat asks to correct it first: "{reason}". The owner does, and proposes it again.')
		approved = consigned.curate(product)
		say(
			f"Pusat ticks the {len(approved['checks'])} points of the checklist and gives grade {approved['grade']}: item"
			f" {approved['item_code']}."
		)
	agreement = frappe.get_doc("Consignment Agreement", consigned.agree(member, owner))
	say(
		f"Agreement {agreement.name}: {agreement.akad}, {_fee(agreement)}; losses are the {agreement.shrinkage_borne_by.lower()}'s,"
		" but those of our negligence are ours."
	)
	return {row["product_name"]: consigned.item_of(row) for row in rows[:2]}


def _fee(agreement):
	if agreement.fee_basis == "Per Cent of the Sale":
		return f"the fee is {number(agreement.fee_percent)} per cent of each sale"
	if agreement.fee_basis == "Amount per Unit":
		return f"the fee is {rupiah(agreement.fee_per_unit)} a unit"
	return "the fee is what a sale brings above the owner's price"


def _goods_come(member, owner, items):
	heading("12. Goods are announced, and counted in")
	person, clerk = consigned.person_of(owner), story.clerk(OUTLET)
	choice = call_as(person, consignment.deliverable, supplier=owner)
	say(
		f"{member['owner_name']} may deliver {len(choice['products'])} products to {len(choice['outlets'])} outlets, and"
		f" announces to {_outlet_name(OUTLET)}:"
	)
	wanted = zip(items.values(), (24, 12), strict=True)
	announced = call_as(
		person,
		consignment.announce,
		supplier=owner,
		outlet=OUTLET,
		items=[
			{"item_code": item, "qty": qty, "manufacturing_date": add_days(nowdate(), -2)}
			for item, qty in wanted
		],
		expected_on=nowdate(),
	)
	counts = [{"row": row["row"], "received_qty": row["qty"]} for row in announced["items"]]
	counts[1].update(received_qty=counts[1]["received_qty"] - 3, refuse_reason="Segel tiga kemasan terbuka")
	taken = call_as(clerk, consignment.receive, delivery=announced["name"], items=counts)
	table(
		["Product", "Announced", "Taken", "Refused", "Why", "Batch", "Expires"],
		[
			(
				row["item_name"],
				row["qty"],
				row["received_qty"],
				row["refused_qty"],
				row["refuse_reason"],
				row["batch_no"],
				_day(row["expiry_date"]),
			)
			for row in taken["items"]
		],
	)
	entry = frappe.db.get_value("Consignment Delivery", taken["name"], "stock_entry")
	say(
		f"Delivery {taken['name']} is {taken['status']}. Stock Entry {entry} brought the goods in at {rupiah(_value_of([entry]))}:"
		" they are the owner's, not ours."
	)


def _sell_some(*items):
	"""A customer buys three of each item at the outlet, of the batch that lasts longest."""
	here = _shelf(OUTLET)
	goods = {}
	for item in items:
		batch = here[item].batches[-1]
		goods[item] = {batch["batch_no"]: min(3, batch["qty"])}
	with story.acting_as("Administrator"):
		sold = runtime.sell(OUTLET, goods)
	frappe.db.commit()
	what = ", ".join(f"{number(sum(goods[item].values()))} {here[item].item_name}" for item in items)
	say(f"Sold today at {_outlet_name(OUTLET)}: {what} ({sold.doctype} {sold.name}).")


def _shelf(outlet):
	"""{item: its row} of what an outlet holds on consignment."""
	return {
		row.item_code: row for row in call_as(story.clerk(outlet), consignment.consigned_stock, outlet=outlet)
	}


def _moves_and_losses(member):
	heading("13. Days go by: goods move, some are lost")
	owner = consigned.supplier_of(member)
	if settled := _settled_today(owner):
		say(
			f"{owner} was settled to the end of today by {settled} in an earlier run; its goods rest until tomorrow."
		)
		return
	rows = consigned.product_rows(member["business_name"])
	item, other = (consigned.item_of(row) for row in rows)
	for code in (item, other):
		_bring_more(owner, code)
	_sell_some(item, other)
	asking = next(outlet for outlet in rows[0]["outlets"].split() if outlet != OUTLET)
	_transfer(item, asking)
	old = dict.fromkeys((item, other), consigned.OLD_QTY)
	_remove("Expired", OUTLET, old, "Lewat tanggal")
	_remove("Shrinkage", asking, {item: 1}, "Hilang saat hitung stok")
	_remove("Shrinkage", OUTLET, {item: 2}, "Rak roboh, dua botol pecah", negligence=1)
	view = call_as(consigned.person_of(owner), supplier.overview, supplier=owner)
	say(
		f"{owner} sees on its pages: goods for {rupiah(view['stock']['value'])} at {view['stock']['outlets']} outlets,"
		f" {number(view['sold_in_7_days']['qty'])} sold in seven days."
	)


def _bring_more(owner, item):
	"""On a site where the demo ran before, the owner fills the shelf again."""
	here = _shelf(OUTLET)
	if item in here and here[item].qty > ENOUGH:
		return
	lines = [{"item_code": item, "qty": 24, "manufacturing_date": add_days(nowdate(), -3)}]
	day, person = nowdate(), consigned.person_of(owner)
	announced = call_as(
		person, consignment.announce, supplier=owner, outlet=OUTLET, items=lines, expected_on=day
	)
	counts = [{"row": row["row"], "received_qty": row["qty"]} for row in announced["items"]]
	call_as(story.clerk(OUTLET), consignment.receive, delivery=announced["name"], items=counts)
	say(f"{owner} brings 24 {announced['items'][0]['item_name']} more ({announced['name']}).")


def _transfer(item, asking):
	"""Consigned goods go between outlets as all goods do, at no value."""
	clerk = story.clerk(asking)
	lines = [{"item_code": item, "qty": 4}]
	day = add_days(nowdate(), 4)
	request = call_as(clerk, exchange.create_request, outlet=asking, items=lines, needed_by=day)
	while asked := [row for row in request["transfers"] if row["status"] == "Asked"]:
		source, name = story.clerk(asked[0]["source_outlet"]), asked[0]["name"]
		lines = call_as(source, exchange.get_transfer, transfer=name)["items"]
		promise = [{"row": line["row"], "qty": min(line["open_qty"], line["free_qty"])} for line in lines]
		promised = call_as(source, exchange.answer, transfer=name, items=promise)
		if promised["approval_status"] == "Pending":
			call_as(story.PUSAT, exchange.approve, transfer=name)
		sent = call_as(source, exchange.dispatch, transfer=name, handover="Fetch")
		counts = [
			{"row": line["row"], "received_qty": line["sent_qty"]}
			for line in sent["items"]
			if line["sent_qty"]
		]
		call_as(clerk, exchange.receive, transfer=name, items=counts)
		moved = ", ".join(
			f"{number(line['sent_qty'])} {line['stock_uom']} {line['item_name']}" for line in sent["items"]
		)
		seen = call_as(story.PUSAT, exchange.get_transfer, transfer=name)
		say(
			f"{_outlet_name(asking)} runs low and fetches {moved} from {sent['source']['outlet_name']}: transfer {name}, worth"
			f" {rupiah(seen['transfer_value'])} to the owner and {rupiah(_posted_value(name))} in our ledger."
		)
		request = call_as(clerk, exchange.get_request, request=request["name"])
	if "cancel" in request["actions"]:
		reason = "Tidak ada yang punya"
		call_as(clerk, exchange.cancel_request, request=request["name"], reason=reason)


def _posted_value(transfer):
	return _value_of(frappe.get_all("Stock Entry", {"ks212_outlet_transfer": transfer}, pluck="name"))


def _value_of(documents):
	"""The value that documents moved in the ledger, in either direction."""
	rows = {"voucher_no": ("in", documents), "is_cancelled": 0}
	return sum(map(abs, frappe.get_all("Stock Ledger Entry", rows, pluck="stock_value_difference")))


def _remove(kind, outlet, quantities, reason, negligence=0):
	"""Take goods off a shelf, as far as they are there; the app chooses the batches."""
	here, lines = _shelf(outlet), []
	for item, qty in quantities.items():
		batches = here[item].batches if item in here else []
		if kind == "Expired":
			batches = [batch for batch in batches if batch["expiry_date"] <= getdate()]
		if there := min(qty, sum(batch["qty"] for batch in batches)):
			lines.append({"item_code": item, "qty": there})
	if not lines:
		return
	done = call_as(
		story.clerk(outlet),
		consignment.remove,
		outlet=outlet,
		kind=kind,
		items=lines,
		reason=reason,
		negligence=negligence,
	)
	for removal in done["removals"]:
		goods = ", ".join(
			f"{number(row['qty'])} {row['stock_uom']} {row['item_name']}" for row in removal["items"]
		)
		whose = "at our charge: it was our negligence" if negligence else "as agreed"
		say(f"{_outlet_name(outlet)}, {kind.lower()}: {goods} ({removal['reason']}), {whose}.")


def _is_settled(member):
	heading("14. The settlement")
	owner = consigned.supplier_of(member)
	name = _settled_today(owner)
	if not name:
		day, company = nowdate(), story.COMPANY
		call_as(story.PUSAT, settlement.make_settlements, company=company, to_date=day, supplier=owner)
		name = frappe.db.get_value("Consignment Settlement", {"supplier": owner, "docstatus": 0})
	doc = frappe.get_doc("Consignment Settlement", name)
	say(
		f"{doc.name}, {owner}, {_day(doc.from_date)} to {_day(doc.to_date)}. The goods, as the ledger has them:"
	)
	table(
		[
			"Product",
			"Outlet",
			"Opening",
			*(kind.replace("_", " ").capitalize() for kind in CARRIED),
			"Closing",
		],
		[
			(
				row.item_name,
				row.outlet or row.warehouse,
				row.opening,
				*(row.get(kind) for kind in CARRIED),
				row.closing,
			)
			for row in doc.items
		],
	)
	if all(_on_hand(row) == flt(row.closing, 6) for row in doc.items):
		say("What should be there is there, by the bins of each outlet. The money:")
	elif doc.docstatus == 1:
		say("What has moved since then falls into the next settlement. The money:")
	else:
		say("What should be there IS NOT THERE, by the bins of each outlet. The money:")
	table(
		["Product", "Outlet", "Sold", "Agreed price", "Gross", "Fee", "Lost at our charge", "To be paid"],
		[
			(
				row.item_name,
				row.outlet,
				row.sold_qty,
				row.agreed_price,
				row.gross,
				row.fee,
				row.loss_value,
				row.amount,
			)
			for row in doc.sales
			if row.sold_qty or row.amount
		],
	)
	say(
		f"Gross {rupiah(doc.gross)} less fee {rupiah(doc.fee)} plus losses at our charge {rupiah(doc.loss_value)}, brought"
		f" forward {rupiah(doc.brought_forward)}: {rupiah(doc.payable)} to be paid."
	)
	runtime.settle(doc)


def _settled_today(owner):
	settled = {"supplier": owner, "docstatus": 1, "to_date": nowdate()}
	return frappe.db.exists("Consignment Settlement", settled)


def _on_hand(row):
	bin_of = {"warehouse": row.warehouse, "item_code": row.item_code}
	return flt(frappe.db.get_value("Bin", bin_of, "actual_qty"), 6)


def _leave_some_work(member, owner):
	"""Something for whoever logs in now: a delivery to count, a product to curate, a price to approve."""
	person = consigned.person_of(owner)
	row = consigned.product_rows(member["business_name"])[2]
	if not frappe.db.exists("UMKM Product", {"supplier": owner, "product_name": row["product_name"]}):
		consigned.offer(owner, row)
	announced = call_as(person, consignment.list_deliveries, supplier=owner)
	if not any(delivery.status == "Announced" for delivery in announced):
		first = call_as(person, consignment.deliverable, supplier=owner)["products"][0]
		call_as(
			person,
			consignment.announce,
			supplier=owner,
			outlet=OUTLET,
			items=[{"item_code": first["item_code"], "qty": 12, "manufacturing_date": nowdate()}],
			expected_on=add_days(nowdate(), 1),
		)
	heading("Waiting for whoever logs in, on consignment")
	say(
		f"{_outlet_name(OUTLET)} expects a delivery of {member['business_name']}, and {row['product_name']} waits for pusat to"
		" look at it."
	)


def _outlet_name(outlet):
	return frappe.db.get_value("Outlet", outlet, "outlet_name")


def _day(date):
	return frappe.utils.formatdate(date, "d MMM yyyy") if date else None
