"""The life of an Outlet Transfer: every state, and every move that leads out of it.

The document, the portal and the desk all read these two tables; nothing else decides what may happen next.
"""

import frappe
from frappe import _

# state -> {move: next state}
MOVES = {
	"Asked": {
		"promise": "Promised",
		"decline": "Declined",
		"expire": "Expired",
		"withdraw": "Withdrawn",
		"release": "Withdrawn",
	},
	"Promised": {
		"approve": "Promised",
		"reject": "Declined",
		"withdraw": "Withdrawn",
		"expire": "Expired",
		"dispatch": "In Transit",
	},
	# A wrong tap, or a late answer: while the need is still open the source may yet promise.
	"Declined": {"promise": "Promised"},
	"Expired": {"promise": "Promised"},
	"Withdrawn": {"promise": "Promised", "ask": "Asked"},
	"In Transit": {
		"receive": "Received",
		"differ": "Discrepancy",
		"expire": "Discrepancy",
		"undo_dispatch": "Promised",
	},
	"Received": {"close": "Closed", "undo_receipt": "In Transit"},
	"Discrepancy": {
		"receive": "Received",
		"differ": "Discrepancy",
		"settle": "Closed",
		"settle_part": "Discrepancy",
		"undo_receipt": "In Transit",
	},
	"Closed": {},
}

OPEN = "Asked"
UNDER_WAY = ("Asked", "Promised", "In Transit", "Discrepancy")
ENDED = ("Declined", "Expired", "Withdrawn")
# A promise is held on the source's Bin in this state alone.
HOLDS_PROMISE = "Promised"
MOVED = ("In Transit", "Received", "Discrepancy", "Closed")

# What a person may call -> (the moves it may lead to, the side that may call it)
ACTIONS = {
	"answer": (("promise",), ("source",)),
	"withdraw": (("withdraw",), ("source", "target")),
	"approve": (("approve",), ()),
	"reject": (("reject",), ()),
	"dispatch": (("dispatch",), ("source",)),
	"receive": (("receive",), ("target",)),
	"settle": (("settle",), ()),
	# Of a loan in kind, whatever state its transfer is in: another transfer takes the goods back.
	"give_back": ((), ("target",)),
}

INDICATORS = {
	"Asked": "orange",
	"Promised": "blue",
	"In Transit": "purple",
	"Received": "green",
	"Discrepancy": "red",
	"Closed": "darkgrey",
	"Declined": "grey",
	"Expired": "grey",
	"Withdrawn": "grey",
}


class IllegalMoveError(frappe.ValidationError):
	"""A move that the transfer's present state does not allow."""


def next_state(status: str, move: str) -> str:
	"""Return the state that `move` leads to from `status`; raise IllegalMoveError where there is none."""
	try:
		return MOVES[status][move]
	except KeyError:
		frappe.throw(
			_(
				"This transfer is {0}; that step is no longer possible. Open it again to see where it stands."
			).format(frappe.bold(_(status))),
			IllegalMoveError,
		)


def allows(transfer, action: str) -> bool:
	"""Whether `transfer`'s state allows `action`, whoever calls it (see ACTIONS); a document or a row with
	`items`."""
	if action == "give_back":
		return bool(transfer.loan_open)
	moves = MOVES[transfer.status]
	if not any(move in moves for move in ACTIONS[action][0]):
		return False
	if action == "answer":
		# What is given back is not answered but done again.
		return transfer.approval_status != "Rejected" and not transfer.return_of
	if action in ("approve", "reject"):
		return transfer.approval_status == "Pending"
	if action == "dispatch":
		return transfer.approval_status == "Approved"
	if action == "receive":
		# A transfer that became a discrepancy by silence can still be counted in, until pusat settles it.
		lines = transfer.get("items")
		counted = transfer.receipt_entry or transfer.purchase_receipt or transfer.loan_in_entry
		return not counted and not any(row.missing_qty or row.surplus_qty for row in lines)
	if action == "settle":
		return not transfer.settled
	return True
