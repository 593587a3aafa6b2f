"""Lists of transfers and requests, grouped by what has to be done with them."""

import frappe
from frappe import _
from frappe.utils import getdate

from ks212_community.api import exchange
from ks212_community.portal import consigned, page, words


def transfer_row(transfer, zone: str | None) -> dict:
	"""Return one line of a list of transfers."""
	late = words.is_past(transfer.deadline)
	by = ""
	if transfer.deadline and transfer.status in ("Asked", "Promised", "In Transit"):
		by = _("by {0}").format(words.moment(transfer.deadline, zone))
	return {
		"url": page.url("transfer", name=transfer.name),
		"title": words.goods(transfer.first_item, transfer.item_count),
		"who": transfer.other_name,
		"name": transfer.name,
		"by": by,
		"late": bool(by) and late,
		"pill": page.pill(transfer.status, transfer.approval_status),
	}


def request_row(request) -> dict:
	"""Return one line of a list of requests."""
	open_still = request.status in ("Draft", "Open", "Partly Filled")
	return {
		"url": page.url("permintaan", name=request.name),
		"title": words.goods(request.first_item, request.item_count),
		"who": _("needed {0}").format(words.day(request.needed_by)),
		"name": request.name,
		"by": "",
		"late": open_still and getdate(request.needed_by) < getdate(),
		"pill": page.pill(request.status),
	}


def _group(title: str, rows: list[dict], mine: bool, icon: str, empty: str = "") -> dict:
	return {"title": title, "rows": rows, "mine": mine, "icon": icon, "empty": empty}


def loan_groups(outlet: str) -> list[dict]:
	"""Return the groups of the home page with goods on loan, those that hold any: what the outlet owes in
	kind, and what it is owed."""
	loans = exchange.list_loans(outlet=outlet)

	def rows(side):
		return [
			{
				"url": page.url("transfer", name=loan.name),
				"title": words.goods(loan["items"][0]["item_name"], len(loan["items"])),
				"who": loan.other_name,
				"name": loan.name,
				"by": _("back {0}").format(words.day(loan.return_by)),
				"late": loan.days_left < 0,
				"pill": {"text": _("Overdue"), "colour": "red"}
				if loan.days_left < 0
				else {"text": _("On loan"), "colour": "blue"},
			}
			for loan in loans
			if loan.side == side
		]

	groups = [
		_group(_("Borrowed: to give back"), rows("borrowed"), True, "box"),
		_group(_("Lent: comes back"), rows("lent"), False, "clock"),
	]
	return [group for group in groups if group["rows"]]


def home_groups(asked, coming, requests, zone: str | None) -> list[dict]:
	"""Return the groups of the home page: first what waits for the outlet itself, then what it waits for."""

	def rows(transfers, wanted):
		return [transfer_row(transfer, zone) for transfer in transfers if wanted(transfer)]

	groups = [
		_group(_("To answer"), rows(asked, _to_answer), True, "ask"),
		_group(_("To send"), rows(asked, _to_send), True, "truck"),
		_group(_("To receive"), rows(coming, _to_receive), True, "box"),
		_group(
			_("Nobody could give"),
			[request_row(row) for row in requests if row.status == "Unmet"],
			False,
			"list",
		),
		_group(
			_("My open requests"),
			[request_row(row) for row in requests if row.status in ("Draft", "Open", "Partly Filled")],
			False,
			"list",
		),
		_group(
			_("Waiting for others"),
			rows(
				asked,
				lambda row: (
					row.status == "Discrepancy" or _waits_for_pusat(row) or row.status == "In Transit"
				),
			)
			+ rows(coming, lambda row: row.status == "Discrepancy" or row.status == "Promised"),
			False,
			"clock",
		),
	]
	return [group for group in groups if group["rows"]]


def asked_groups(asked, zone: str | None) -> list[dict]:
	"""Return the groups of the page "asked of me"."""
	rest = [row for row in asked if not (_to_answer(row) or _to_send(row))]
	on_the_way = [row for row in rest if row.status in ("Promised", "In Transit", "Discrepancy")]
	ended = [row for row in rest if row not in on_the_way]

	def rows(transfers):
		return [transfer_row(transfer, zone) for transfer in transfers]

	return [
		_group(
			_("To answer"),
			rows(filter(_to_answer, asked)),
			True,
			"ask",
			_("Nobody is waiting for your answer."),
		),
		_group(_("To send"), rows(filter(_to_send, asked)), True, "truck", _("No goods to send.")),
		_group(_("Under way"), rows(on_the_way), False, "clock"),
		_group(_("Earlier"), rows(ended), False, "list"),
	]


def _to_answer(row) -> bool:
	return row.status == "Asked" and "answer" in row.actions


def _to_send(row) -> bool:
	return "dispatch" in row.actions


def _to_receive(row) -> bool:
	return "receive" in row.actions


def _waits_for_pusat(row) -> bool:
	return row.status == "Promised" and row.approval_status == "Pending"


def count_waiting(outlet: str) -> int:
	"""Return how many transfers and deliveries wait for a step of `outlet`."""
	asked = exchange.list_transfers(outlet=outlet, direction="out")
	coming = exchange.list_transfers(outlet=outlet, direction="in")
	return (
		sum(_to_answer(row) or _to_send(row) for row in asked)
		+ sum(_to_receive(row) for row in coming)
		+ consigned.count_waiting(outlet)
	)


def for_pusat() -> list[dict]:
	"""Return what waits for head office: promises to approve and differences to settle. The caller is head
	office."""
	groups = []
	for title, filters, icon in (
		(_("To approve"), {"status": "Promised", "approval_status": "Pending"}, "ask"),
		(_("Differences to settle"), {"status": "Discrepancy", "settled": 0}, "alert"),
	):
		transfers = frappe.get_all(
			"Outlet Transfer",
			filters={**filters, "docstatus": 1},
			fields=["name", "status", "approval_status", "deadline", "source_name", "target_name"],
			order_by="deadline, creation",
			limit=50,
		)
		rows = [
			{
				"url": page.url("transfer", name=row.name),
				"title": f"{row.source_name} → {row.target_name}",
				"who": "",
				"name": row.name,
				"by": _("by {0}").format(words.moment(row.deadline)) if row.deadline else "",
				"late": words.is_past(row.deadline),
				"pill": page.pill(row.status, row.approval_status),
			}
			for row in transfers
		]
		groups.append(_group(title, rows, True, icon, _("Nothing waits here.")))
	return groups
