"""Whoever must act next learns it: by e-mail where there is an address, in the desk for pusat.

The portal's home shows the same from the documents themselves. Recipients are those of the document (the
outlet's people, the community's coordinator, the contacts of the settings), never everybody with a role; and
nothing is sent before the step that it tells of is committed.
"""

import frappe
from frappe.utils import format_datetime, formatdate

from ks212_community import notices

# step -> who must act next, and what they are told (English; translated for each recipient)
NEXT = {
	"ask": ("source", "{target} asks you for goods ({name}). Answer by {deadline}."),
	"promise": ("pusat", "{source} promised goods to {target} ({name}): approve or reject by {deadline}."),
	"approve": ("source", "Send the goods to {target} ({name}) by {deadline}."),
	"reject": ("source", "Head office rejected transfer {name} to {target}. Keep the goods."),
	"withdraw": ("both", "Transfer {name} from {source} to {target} was withdrawn."),
	"dispatch": ("target", "Goods from {source} are on their way ({name}). Count them in by {deadline}."),
	"differ": (
		"pusat",
		"{target} counted something else than {source} sent ({name}). Settle the difference.",
	),
	"expire": ("both", "A deadline of transfer {name} from {source} to {target} has passed."),
	"overdue": (
		"pusat",
		"{target} has not counted in what {source} sent ({name}). Find out, then settle it.",
	),
	"loan_due": (
		"both",
		"{target} gives back to {source} by {return_by} what it borrowed ({name}): {goods}.",
	),
	"loan_overdue": (
		"both",
		"{target} should have given back to {source} by {return_by} what it borrowed ({name}): {goods}.",
	),
	"loan_sold": (
		"both",
		"{target} pays {source} for goods of loan {name} that do not come back. Open it to see what is still owed.",
	),
	"loan_waived": (
		"both",
		"{target} need not give back goods of loan {name} to {source}. Open it to see what is still owed.",
	),
	"loan_reopened": (
		"both",
		"The settlement of loan {name} was cancelled: {target} gives back to {source} by {return_by}: {goods}.",
	),
	"settle": ("both", "Head office settled the difference of transfer {name} from {source} to {target}."),
}


# Steps whose message names what is owed of a loan.
OF_WHAT_IS_OWED = ("loan_due", "loan_overdue", "loan_reopened")


def asked(transfers: list) -> None:
	"""Tell each source that it is asked."""
	for transfer in transfers:
		_later(transfer.name, "ask")


def after_step(transfer, step: str) -> None:
	"""Tell whoever must act after `step` of a transfer; steps after which nobody must act are quiet."""
	if step == "promise" and transfer.approval_status == "Approved":
		step = "approve"
	if step == "expire" and transfer.status == "Discrepancy":
		step = "overdue"
	if step in NEXT:
		_later(transfer.name, step)


def _later(transfer: str, step: str) -> None:
	notices.later(
		"ks212_community.stock_exchange.notices.send", transfer=transfer, step=step, actor=frappe.session.user
	)


def send(transfer: str, step: str, actor: str) -> None:
	"""Write the notices of one step; `actor` is not told what they did themselves."""
	doc = frappe.get_doc("Outlet Transfer", transfer)
	party, message = NEXT[step]
	values = {
		"name": doc.name,
		"source": doc.source_name,
		"target": doc.target_name,
		"deadline": format_datetime(doc.deadline, "d MMM HH:mm") if doc.deadline else "",
		"return_by": formatdate(doc.return_by) if doc.return_by else "",
		"goods": ", ".join(_goods(doc, step)),
	}
	if party == "pusat":
		people = [user for user in pusat_recipients(doc) if user != actor]
		notices.notify_desk(people, message, doc.doctype, doc.name, values)
		return
	outlets = {"source": [doc.source_outlet], "target": [doc.target_outlet]}.get(
		party, [doc.source_outlet, doc.target_outlet]
	)
	people = [user for user in outlet_recipients(outlets) if user != actor]
	notices.send_mail(people, message, doc.doctype, doc.name, f"/gerai/transfer?name={doc.name}", values)


def _goods(doc, step: str) -> list[str]:
	"""Return the names of the goods that a step is about: of a loan, those that are owed still."""
	if step not in OF_WHAT_IS_OWED:
		return [row.item_name for row in doc.items]
	# loans.py tells of its reminders through this module.
	from ks212_community.stock_exchange import loans

	lines = loans.owed_items(doc.name, loans.standing([doc.name]))
	return [line["item_name"] for line in lines if line["owed"] > 0]


def outlet_recipients(outlets: list[str]) -> list[str]:
	"""Return the users who act for `outlets`, in a fixed order."""
	users = frappe.get_all(
		"Outlet User",
		filters={"parent": ["in", outlets], "parenttype": "Outlet"},
		pluck="user",
		order_by="idx",
	)
	return list(dict.fromkeys(users))


def pusat_recipients(doc) -> list[str]:
	"""Return the coordinator of the requester's community, else the settings' contacts."""
	return notices.pusat_of(frappe.get_cached_value("Outlet", doc.target_outlet, "community"))
