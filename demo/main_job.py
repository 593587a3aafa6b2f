"""The main job aloud: an outlet lacks goods, the network gives them, and the ledger says how they moved.

Every step is a call of ks212_community.api.exchange by the user who would take it.
"""

from collections import defaultdict

import frappe
from frappe.utils import add_days, flt, nowdate

from demo.calls import call_as
from demo.history import SHELVES
from demo.load import shortages
from demo.speak import heading, number, rupiah, say, table
from ks212_community.api import exchange
from tests import story

WANTED = (
	(story.OIL, 10, "Dus"),
	(story.MILK, 4, "Dus"),
	(story.CHIPS, 40, "Bungkus"),
	("SNK-010", 5, "Kg"),
)
# How the sources answer, in the order in which the demo asks them: not everybody can, and not everything.
ANSWERS = ("part", "decline", "full", "full", "full", "part", "full", "full", "full")
DRIVERS = (
	("Deliver", "Kurir Gerai 1", "08600009001", "B 2120 KS"),
	("Fetch", "Petugas Peminta", "08600009002", "F 2121 KS"),
	("Deliver", "Kurir Gerai 2", "08600009003", "B 2122 KS"),
)


def run():
	"""Play the main job from shortage to receipt; returns the request's name. Commits each step as the web
	does."""
	_set_the_scene()
	_who_lacks_what()
	before = _stock_of_the_network()
	request = _ask()
	_answers(request)
	_approvals(request)
	_goods_on_the_road(request)
	_receipts(request)
	_settlement(request)
	_what_the_ledger_says(request, before)
	_outcome(request)
	_leave_some_work()
	return request


def _set_the_scene():
	"""On a site where the demo ran before, what was under way is finished, what came was sold, and the
	sources are full."""
	for outlet in (story.SHORT, story.NEXT):
		_finish_what_is_under_way(outlet)
	with story.acting_as("Administrator"):
		for outlet, shelf in SHELVES.items():
			if outlet == story.SHORT:
				story.set_shelf(outlet, shelf)
			else:
				low = {item: wanted for item, wanted in shelf.items() if story.on_hand(outlet, item) < wanted}
				story.set_shelf(outlet, low)
	frappe.db.commit()


def _finish_what_is_under_way(outlet):
	clerk = story.clerk(outlet)
	for row in call_as(clerk, exchange.list_transfers, outlet=outlet, direction="in"):
		if row["status"] == "In Transit":
			lines = call_as(clerk, exchange.get_transfer, transfer=row["name"])["items"]
			counts = [
				{"row": line["row"], "received_qty": line["sent_qty"]} for line in lines if line["sent_qty"]
			]
			call_as(clerk, exchange.receive, transfer=row["name"], items=counts)
	for row in call_as(clerk, exchange.list_requests, outlet=outlet):
		request = row["name"]
		if "cancel" in call_as(clerk, exchange.get_request, request=request)["actions"]:
			call_as(clerk, exchange.cancel_request, request=request, reason="Demo dimulai lagi")


def _who_lacks_what():
	heading("1. Who lacks what")
	worst, count = shortages()
	say(f"{count} fast movers at the outlets will be sold out within two days. The worst:")
	table(
		["Outlet", "Item", "On hand", "Sold a day", "Days left"],
		[
			(
				row.outlet_name,
				f"{row.item_name} ({row.stock_uom})",
				row.on_hand,
				flt(row.daily_demand, 1),
				flt(row.days_of_cover, 1),
			)
			for row in worst
		],
	)


def _ask():
	outlet, clerk = story.SHORT, story.clerk(story.SHORT)
	needed_by = add_days(nowdate(), 4)
	heading("2. An outlet looks into the network")
	name = frappe.db.get_value("Outlet", outlet, "outlet_name")
	say(f'At {name} the cooking oil is gone. The clerk types "minyak goreng" into the phone:')
	found = call_as(clerk, exchange.find_item, query="minyak goreng", outlet=outlet)
	table(
		["Code", "Item", "Own stock", "Outlets that can give"],
		[(item["item_code"], item["item_name"], item["own_qty"], item["sources"]) for item in found],
	)
	item, qty, uom = WANTED[0]
	stock_qty = qty * _factor(item, uom)
	say(f"Who can give {qty} {uom} ({number(stock_qty)} {_uom(item)}) of {_name(item)}, best first:")
	sources = call_as(
		clerk, exchange.rank_sources, outlet=outlet, item_code=item, qty=stock_qty, needed_by=needed_by
	)
	shown = sources[:6] + [row for row in sources[6:] if not row["askable"]][:1]
	table(
		["Outlet", "Community", "km", "Days", "In time", "Can give", "Remark"],
		[
			(
				row["outlet_name"],
				row["community"],
				row["distance_km"],
				row["days"],
				"yes" if row["in_time"] else "no",
				"all" if row["can_give"] == "full" else "a part",
				"" if row["askable"] else f"another legal entity: call {row['phone']}",
			)
			for row in shown
		],
	)
	if len(sources) > len(shown):
		say(f"… and {len(sources) - len(shown)} more.")
	say("How much stock the others have, what they sell and what they paid stays theirs. The clerk asks for:")
	request = call_as(
		clerk,
		exchange.create_request,
		outlet=outlet,
		items=[{"item_code": item, "qty": qty, "uom": uom} for item, qty, uom in WANTED],
		needed_by=needed_by,
		remarks="Stok habis menjelang akhir pekan",
	)
	table(
		["Item", "Asked", "In stock UOM", "Sources asked at once"],
		[
			(
				row["item_name"],
				f"{number(row['qty'])} {row['uom']}",
				f"{number(row['stock_qty'])} {row['stock_uom']}",
				row["waiting"],
			)
			for row in request["items"]
		],
	)
	say(f"Request {request['name']} is {request['status']}.")
	return request["name"]


def _transfers(request, status):
	transfers = call_as(story.PUSAT, exchange.get_request, request=request)["transfers"]
	return [transfer for transfer in transfers if transfer["status"] == status]


def _answers(request):
	heading("3. Who promises, who declines")
	answered = []
	for way in ANSWERS:
		asked = _transfers(request, "Asked")
		if not asked:
			break
		source = asked[0]["source_outlet"]
		clerk = story.clerk(source)
		transfer = call_as(clerk, exchange.get_transfer, transfer=asked[0]["name"])
		lines = [line for line in transfer["items"] if line["open_qty"]]
		if way == "decline":
			reason = "Dipakai sendiri, besok ada bazar"
			transfer = call_as(clerk, exchange.answer, transfer=transfer["name"], items=[], reason=reason)
			word = f"declines: {reason}"
		else:
			share = 1 if way == "full" else 0.6
			promise = [{"row": line["row"], "qty": _promise(line, share)} for line in lines]
			transfer = call_as(clerk, exchange.answer, transfer=transfer["name"], items=promise)
			word = "promises " + ", ".join(
				f"{number(line['promised_qty'])} of {number(line['asked_qty'])} {line['stock_uom']} {line['item_name']}"
				for line in transfer["items"]
				if line["promised_qty"]
			)
		answered.append((transfer["source"]["outlet_name"], flt(asked[0]["distance_km"], 1), word))
	table(["Outlet", "km", "Answer"], answered)
	say(
		"The first promises win: asks that are no longer needed were released by themselves, and for what was declined"
		" the next outlets were asked."
	)


def _approvals(request):
	waiting = [t for t in _transfers(request, "Promised") if t["approval_status"] == "Pending"]
	approved = [t for t in _transfers(request, "Promised") if t["approval_status"] == "Approved"]
	heading("4. Pusat approves")
	say(f"{len(approved)} transfers inside the region and below the limit need nobody.")
	rows = []
	for transfer in waiting:
		done = call_as(story.PUSAT, exchange.approve, transfer=transfer["name"])
		rows.append(
			(done["name"], transfer["source_name"], rupiah(done["transfer_value"]), done["approval_status"])
		)
	if rows:
		say("Pusat looked at the others:")
		table(["Transfer", "From", "Value", ""], rows)


def _goods_on_the_road(request):
	heading("5. The goods leave")
	rows = []
	for index, transfer in enumerate(_transfers(request, "Promised")):
		handover, driver, phone, vehicle = DRIVERS[index % len(DRIVERS)]
		sent = call_as(
			story.clerk(transfer["source_outlet"]),
			exchange.dispatch,
			transfer=transfer["name"],
			handover=handover,
			driver_name=driver,
			driver_phone=phone,
			vehicle_no=vehicle,
		)
		for line in sent["items"]:
			if line["sent_qty"]:
				batch = f"{line['batch_no']}, expires {line['expiry_date']}" if line["batch_no"] else None
				rows.append(
					(
						sent["name"],
						sent["source"]["outlet_name"],
						f"{number(line['sent_qty'])} {line['stock_uom']} {line['item_name']}",
						batch,
						f"{handover}, {vehicle}",
					)
				)
	table(["Transfer", "From", "Goods", "Batch", "How"], rows)


def _receipts(request):
	heading("6. They are counted in")
	rows = []
	for index, transfer in enumerate(_transfers(request, "In Transit")):
		clerk = story.clerk(story.SHORT)
		lines = [
			line
			for line in call_as(clerk, exchange.get_transfer, transfer=transfer["name"])["items"]
			if line["sent_qty"]
		]
		counts = [{"row": line["row"], "received_qty": line["sent_qty"]} for line in lines]
		if index == 0:
			counts[0]["received_qty"] = max(0, counts[0]["received_qty"] - 2)  # two packs burst on the way
			counts[0]["damaged_qty"] = min(2, lines[0]["sent_qty"])
		got = call_as(clerk, exchange.receive, transfer=transfer["name"], items=counts)
		for line in got["items"]:
			if line["sent_qty"]:
				rows.append(
					(
						got["name"],
						line["item_name"],
						line["sent_qty"],
						line["received_qty"],
						line["missing_qty"],
						got["status"],
					)
				)
	table(["Transfer", "Item", "Sent", "Received", "Short", "Transfer is"], rows)


def _settlement(request):
	heading("7. Pusat settles what is short")
	for transfer in _transfers(request, "Discrepancy"):
		reason = "Dua kemasan pecah di jalan"
		done = call_as(
			story.PUSAT, exchange.settle, transfer=transfer["name"], action="Write Off", reason=reason
		)
		say(f"{done['name']}: written off from transit ({reason}); the transfer is {done['status']}.")
	if asked := _transfers(request, "Asked"):
		names = ", ".join(transfer["source_name"] for transfer in asked)
		say(f"For what is missing now, the next outlets were asked by themselves: {names}.")


def _documents(request):
	"""Every Stock Entry of a request's transfers."""
	transfers = [
		row["name"] for row in call_as(story.PUSAT, exchange.get_request, request=request)["transfers"]
	]
	return frappe.get_all(
		"Stock Entry",
		filters={"ks212_outlet_transfer": ("in", transfers), "docstatus": 1},
		pluck="name",
		order_by="creation",
	)


def _stock_of_the_network():
	"""{(warehouse, item): (quantity, value)} of the bins, and of the items in question only."""
	rows = frappe.get_all(
		"Bin",
		filters={"item_code": ("in", [item for item, _qty, _uom in WANTED])},
		fields=["warehouse", "item_code", "actual_qty", "stock_value"],
	)
	return {(row.warehouse, row.item_code): (flt(row.actual_qty), flt(row.stock_value)) for row in rows}


def _what_the_ledger_says(request, before):
	heading("8. What the ledger says")
	documents = _documents(request)
	entries = frappe.get_all(
		"Stock Ledger Entry",
		filters={"voucher_no": ("in", documents), "is_cancelled": 0},
		fields=["voucher_no", "item_code", "warehouse", "actual_qty", "stock_value_difference"],
		order_by="creation, name",
	)
	say(f"{len(documents)} Stock Entries, {len(entries)} ledger entries, posted by ERPNext's own documents:")
	moved = defaultdict(float)
	for entry in entries:
		moved[entry.warehouse, entry.item_code] += flt(entry.actual_qty)
	after = _stock_of_the_network()
	target = story.warehouse_of(story.SHORT)
	rows, agree = [], True
	for warehouse, item in sorted(moved, key=lambda place: (place[1], place[0] == target, place[0])):
		had, has = before.get((warehouse, item), (0, 0))[0], after.get((warehouse, item), (0, 0))[0]
		agree = agree and flt(had + moved[warehouse, item] - has, 3) == 0
		rows.append((_name(item), warehouse, had, moved[warehouse, item], has))
	table(["Item", "Warehouse", "Bin before", "Ledger", "Bin after"], rows)
	lost = sum(value for _qty, value in before.values()) - sum(value for _qty, value in after.values())
	say(
		f"Bins and ledger {'agree' if agree else 'DO NOT AGREE'}; nothing is left in transit of what arrived. The stock of"
		f" these items is worth {rupiah(lost)} less than before: the two packs that burst."
	)


def _outcome(request):
	heading("9. What the clerk sees")
	view = call_as(story.clerk(story.SHORT), exchange.get_request, request=request)
	table(
		["Item", "Asked", "Received", "Unmet", ""],
		[
			(row["item_name"], row["stock_qty"], row["received_qty"], row["unmet_qty"], row["stock_uom"])
			for row in view["items"]
		],
	)
	say(f"Request {request} is {view['status']}. What nobody has stays on record as unmet demand.")


def _leave_some_work():
	"""Something for whoever logs in now: goods on the road to the outlet, and a neighbour's question to
	it."""
	short, neighbour = story.SHORT, story.NEXT
	incoming = _request(short, story.NOODLES, 40)
	for transfer in _transfers(incoming, "Asked")[:1]:
		source = story.clerk(transfer["source_outlet"])
		lines = call_as(source, exchange.get_transfer, transfer=transfer["name"])["items"]
		promise = [{"row": line["row"], "qty": _promise(line, 1)} for line in lines]
		promised = call_as(source, exchange.answer, transfer=transfer["name"], items=promise)
		if promised["approval_status"] == "Pending":
			call_as(story.PUSAT, exchange.approve, transfer=transfer["name"])
		call_as(
			source, exchange.dispatch, transfer=transfer["name"], handover="Deliver", vehicle_no="B 2123 KS"
		)
	with story.acting_as("Administrator"):
		story.set_shelf(short, {story.SOAP: 200})
	frappe.db.commit()
	_request(neighbour, story.SOAP, 24)
	heading("Waiting for whoever logs in")
	say(
		f"At {_outlet_name(short)} noodles are on the road and must be counted in, and {_outlet_name(neighbour)} asks it for"
		" soap. Two packs of oil are asked of others."
	)


def _request(outlet, item, qty):
	lines = [{"item_code": item, "qty": qty}]
	day = add_days(nowdate(), 4)
	clerk = story.clerk(outlet)
	return call_as(clerk, exchange.create_request, outlet=outlet, items=lines, needed_by=day)["name"]


def _outlet_name(outlet):
	return frappe.db.get_value("Outlet", outlet, "outlet_name")


def _promise(line, share):
	"""A share of what a line asks, as far as the source can spare it."""
	quantity = min(line["open_qty"], line["free_qty"]) * share
	return flt(quantity, 2) if line["stock_uom"] == "Kg" else int(quantity)


def _name(item):
	return frappe.get_cached_value("Item", item, "item_name")


def _uom(item):
	return frappe.get_cached_value("Item", item, "stock_uom")


def _factor(item, uom):
	found = {"parent": item, "uom": uom}
	return flt(frappe.db.get_value("UOM Conversion Detail", found, "conversion_factor")) or 1
