"""What forks do on the faults' site. Each commits at its end (host.py), and is called with and returns
JSON."""

import re

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt, now_datetime, today

from ks212_community.api import exchange
from tests import invariants, story

SOURCE = story.NEAR
# Outlets of the source's company and region or not; each racer asks for one of them.
RACERS = (story.SHORT, story.NEXT, story.FAR, story.WEST, story.SOUTH, story.EAST, story.STORE, story.DC)
ITEMS = ("ADU-001", "ADU-002")
FREE = 20


def prepare():
	"""The story, and two items that the source alone has: `FREE` of each, none of it promised."""
	story.setup_story("test")
	settings = frappe.get_doc("KS212 Settings")
	settings.approval_value = 1e9
	# Racers that have received their goods are sources too: the source itself is asked all the same.
	settings.ask_at_once = len(RACERS) + 1
	settings.save()
	for request in frappe.get_all(
		"Inter Outlet Request", filters={"status": ["in", ("Open", "Partly Filled")]}, pluck="name"
	):
		end(request)
	for item_code in ITEMS:
		story.ensure(
			"Item",
			item_code,
			item_code=item_code,
			item_name=f"Barang aduan {item_code[-1]}",
			item_group=story.item_row(story.OIL)["item_group"],
			stock_uom="Pcs",
			is_stock_item=1,
			valuation_method="Moving Average",
		)
	restock()
	frappe.clear_cache()


def end(request):
	"""Bring a request to its end, whatever state a test left it in."""
	for transfer in _transfers(request, "In Transit"):
		items = [{"row": row.name, "received_qty": row.sent_qty} for row in transfer.items if row.sent_qty]
		exchange.receive(transfer=transfer.name, items=items, key=_key())
	for transfer in _transfers(request, "Discrepancy"):
		for action in exchange.get_transfer(transfer=transfer.name).settle_actions:
			if action in ("Write Off", "Return Surplus"):
				exchange.settle(transfer=transfer.name, action=action, reason="Sisa uji", key=_key())
	if "cancel" in exchange.get_request(request=request).actions:
		exchange.cancel_request(request=request, reason="Sisa uji", key=_key())


def _transfers(request, status):
	names = frappe.get_all("Outlet Transfer", filters={"request": request, "status": status}, pluck="name")
	return [frappe.get_doc("Outlet Transfer", name) for name in names]


def _key():
	return frappe.generate_hash(length=20)


def restock():
	"""Every shelf as `prepare` left it: the source alone has the two items."""
	for outlet in RACERS:
		story.set_shelf(outlet, dict.fromkeys(ITEMS, 0))
	story.set_shelf(SOURCE, dict.fromkeys(ITEMS, FREE))


def ask(outlet, items, key, days=3):
	"""Ask for [(item, qty)]; return {request, transfer} of the source's ask."""
	request = exchange.create_request(
		outlet=outlet,
		items=[{"item_code": item_code, "qty": qty} for item_code, qty in items],
		needed_by=add_days(today(), days),
		key=key,
	)
	return {
		"request": request.name,
		"transfers": {row["source_outlet"]: row["name"] for row in request.transfers},
	}


def call(function, **arguments):
	"""Call a function of the contract; return its answer."""
	return getattr(exchange, function)(**arguments)


def life(outlet, item_code, qty, key):
	"""A whole request, each step committed, by the people who take it; return the transfer."""
	asked = _step(story.clerk(outlet), ask, outlet=outlet, items=[(item_code, qty)], key=key)
	transfer = asked["transfers"][SOURCE]
	source = story.clerk(SOURCE)
	items = [{"item_code": item_code, "qty": qty}]
	if _step(source, exchange.answer, transfer=transfer, items=items, key=key).approval_status == "Pending":
		_step(story.PUSAT, exchange.approve, transfer=transfer, key=key)
	_step(source, exchange.dispatch, transfer=transfer, key=key)
	items = [{"item_code": item_code, "received_qty": qty}]
	_step(story.clerk(outlet), exchange.receive, transfer=transfer, items=items, key=key)
	return transfer


def _step(user, function, **arguments):
	with story.acting_as(user):
		result = function(**arguments)
	frappe.db.commit()
	return result


def held():
	"""{item: what the source's Bin says is promised, what its transfers promise, on hand}, and every
	invariant."""
	Transfer = frappe.qb.DocType("Outlet Transfer")
	TransferItem = frappe.qb.DocType("Outlet Transfer Item")
	found = {}
	for item_code in ITEMS:
		promised = (
			frappe.qb.from_(TransferItem)
			.inner_join(Transfer)
			.on(Transfer.name == TransferItem.parent)
			.select(Sum(TransferItem.promised_qty))
			.where(
				(TransferItem.item_code == item_code)
				& (Transfer.source_outlet == SOURCE)
				& (Transfer.status == "Promised")
				& (Transfer.docstatus == 1)
			)
			.run()
		)
		on_shelf = frappe.db.get_value(
			"Bin",
			{"warehouse": story.warehouse_of(SOURCE), "item_code": item_code},
			["ks212_promised_qty", "actual_qty"],
			as_dict=True,
		)
		found[item_code] = {
			"bin": flt(on_shelf.ks212_promised_qty),
			"transfers": flt(promised[0][0]),
			"actual": flt(on_shelf.actual_qty),
		}
	return found


def check(requests):
	"""Every invariant of requests."""
	for request in requests:
		invariants.check(request)


def state(request):
	"""All that a call on a request may change, to compare before and after."""
	transfers = frappe.get_all("Outlet Transfer", filters={"request": request}, pluck="name", order_by="name")
	documents = [
		frappe.get_doc("Inter Outlet Request", request),
		*(frappe.get_doc("Outlet Transfer", name) for name in transfers),
	]
	found = {
		doc.name: [
			doc.modified,
			doc.status,
			doc.docstatus,
			doc.get("approval_status"),
			[row.as_dict() for row in doc.items],
		]
		for doc in documents
	}
	for doctype in (
		"Material Request",
		"Stock Entry",
		"Delivery Note",
		"Purchase Receipt",
		"Sales Invoice",
		"Purchase Invoice",
	):
		found[doctype] = frappe.get_all(
			doctype,
			filters={"ks212_outlet_transfer": ["in", transfers]},
			fields=["name", "docstatus", "modified"],
			order_by="name",
		)
	found["held"] = held()
	found["counts"] = {
		doctype: frappe.db.count(doctype)
		for doctype in (
			"Request Key",
			"Inter Outlet Request",
			"Outlet Transfer",
			"Outlet Transfer Event",
			"Stock Entry",
			"Stock Ledger Entry",
			"GL Entry",
		)
	}
	return frappe.parse_json(frappe.as_json(found))


def approval_from(value):
	"""Let pusat approve what is worth more than `value` IDR."""
	settings = frappe.get_doc("KS212 Settings")
	settings.approval_value = value
	settings.save()


def let_pass(transfer):
	"""Put a transfer's deadline into the past."""
	frappe.db.set_value(
		"Outlet Transfer", transfer, "deadline", add_days(now_datetime(), -1), update_modified=False
	)


def open_requests(outlet):
	"""The requests of an outlet that have not ended."""
	filters = {"outlet": outlet, "status": ["in", ("Open", "Partly Filled")]}
	return frappe.get_all("Inter Outlet Request", filters=filters, pluck="name")


def browse(steps):
	"""Send requests to the web application as browsers do, each with its own cookies; return what they got.

	A step is {browser, path, method, form or json, headers, token}; with `token` the browser's token, found
	on its home page, goes along. Answers are {status, text, location, cache}.
	"""
	from werkzeug.test import Client

	import frappe.app

	site, sites_path = frappe.local.site, frappe.local.sites_path
	frappe.db.commit()
	frappe.destroy()
	frappe.app._site, frappe.app._sites_path = site, sites_path
	read_config = frappe.get_site_config
	# With developer_mode on, Frappe keeps no page for anybody: nothing could leak.
	frappe.get_site_config = lambda *args, **kwargs: {**read_config(*args, **kwargs), "developer_mode": 0}
	browsers, tokens, answers = {}, {}, []
	for step in steps:
		browser = browsers.setdefault(step["browser"], Client(frappe.app.application))
		headers = {"Accept": step.get("accept", "application/json"), **step.get("headers", {})}
		if step.get("token"):
			if step["browser"] not in tokens:
				home = browser.get("/gerai").text
				tokens[step["browser"]] = re.search(r'name="csrf_token" value="([^"]+)"', home).group(1)
			headers["X-Frappe-CSRF-Token"] = tokens[step["browser"]]
		body = {"json": step["json"]} if "json" in step else {"data": step.get("form")}
		answer = browser.open(step["path"], method=step.get("method", "GET"), headers=headers, **body)
		answers.append(
			{
				"status": answer.status_code,
				"text": answer.text,
				"location": answer.headers.get("Location"),
				"cache": answer.headers.get("Cache-Control"),
			}
		)
	frappe.get_site_config = read_config
	frappe.init(site, sites_path)
	frappe.connect()
	return answers


def names_of(who):
	"""What only one clerk's own pages show: the full name and, before a transfer names it, the outlet's
	phone."""
	return [frappe.utils.get_fullname(who), story.phone_of(who)]
