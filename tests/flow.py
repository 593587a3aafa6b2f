"""The main flow as people walk it: each step through the public door, as the user who takes it, every
invariant checked after it."""

import inspect
import itertools

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, today

from ks212_community.api import exchange
from tests import invariants, story

_keys = itertools.count(1)


def new_key() -> str:
	"""A key that no other call of this run uses."""
	return f"test-key-{next(_keys):08}-{frappe.generate_hash(length=8)}"


def call_as(user, function, **arguments):
	"""Call a function of the contract as `user`; one that takes a key gets one of its own."""
	if "key" in inspect.signature(function).parameters:
		arguments.setdefault("key", new_key())
	with story.acting_as(user):
		return function(**arguments)


class FlowTestCase(FrappeTestCase):
	"""Steps of a request and its transfers, on the story's corner of the network."""

	def setUp(self):
		self.request = None
		frappe.db.savepoint("flow")
		self.addCleanup(self._forget)

	def _forget(self):
		frappe.db.rollback(save_point="flow")
		frappe.clear_document_cache("KS212 Settings", "KS212 Settings")
		frappe.local.message_log = []

	def call(self, user, function, *args, **kwargs):
		"""Call a function of the contract as `user` and check the invariants of the request at hand."""
		if function.__name__ in WRITERS:
			kwargs.setdefault("key", new_key())
		with story.acting_as(user):
			result = function(*args, **kwargs)
		if self.request:
			invariants.check(self.request)
		return result

	def ask(self, *items, outlet=story.SHORT, days=3, user=None):
		"""Ask for (item_code, qty[, uom]) and return the request."""
		rows = [dict(zip(("item_code", "qty", "uom"), item, strict=False)) for item in items]
		request = self.call(
			user or story.clerk(outlet),
			exchange.create_request,
			outlet=outlet,
			items=rows,
			needed_by=add_days(today(), days),
		)
		self.request = request.name
		invariants.check(self.request)
		return request

	def transfer_of(self, source, status=None):
		"""The request's newest transfer from `source`."""
		filters = {"request": self.request, "source_outlet": source}
		if status:
			filters["status"] = status
		names = frappe.get_all(
			"Outlet Transfer", filters=filters, pluck="name", order_by="creation desc, name desc"
		)
		assert names, f"{source} was not asked"
		return names[0]

	def sources(self, status="Asked"):
		return set(
			frappe.get_all(
				"Outlet Transfer", filters={"request": self.request, "status": status}, pluck="source_outlet"
			)
		)

	def view(self, transfer, user=story.PUSAT):
		with story.acting_as(user):
			return exchange.get_transfer(transfer)

	def request_view(self):
		with story.acting_as(story.clerk(self.outlet_of_request())):
			return exchange.get_request(self.request)

	def outlet_of_request(self):
		return frappe.db.get_value("Inter Outlet Request", self.request, "outlet")

	def promise(self, source, quantities=None, reason=None):
		"""Promise {item_code: qty}, or all that is open, as the source's clerk."""
		transfer = self.transfer_of(source, "Asked")
		items = [
			{
				"row": row["row"],
				"qty": row["open_qty"] if quantities is None else quantities.get(row["item_code"], 0),
			}
			for row in self.view(transfer)["items"]
		]
		return self.call(story.clerk(source), exchange.answer, transfer=transfer, items=items, reason=reason)

	def decline(self, source, reason="Stok untuk pelanggan sendiri"):
		return self.call(
			story.clerk(source),
			exchange.answer,
			transfer=self.transfer_of(source, "Asked"),
			items=[],
			reason=reason,
		)

	def approve(self, transfer):
		return self.call(story.PUSAT, exchange.approve, transfer=transfer)

	def dispatch(self, source, items=None, **details):
		return self.call(
			story.clerk(source),
			exchange.dispatch,
			transfer=self.transfer_of(source, "Promised"),
			items=items,
			**details,
		)

	def receive(self, transfer, counts=None, damaged=None):
		"""Count in {item_code: qty} (default: what was sent), as the requester's clerk."""
		items = [
			{
				"row": row["row"],
				"received_qty": row["sent_qty"]
				if counts is None
				else counts.get(row["item_code"], row["sent_qty"]),
				"damaged_qty": (damaged or {}).get(row["item_code"], 0),
			}
			for row in self.view(transfer)["items"]
			if row["sent_qty"]
		]
		return self.call(
			story.clerk(self.outlet_of_request()), exchange.receive, transfer=transfer, items=items
		)

	def settle(self, transfer, action, reason="Sudah diperiksa bersama"):
		return self.call(story.PUSAT, exchange.settle, transfer=transfer, action=action, reason=reason)

	def refused(self, message, function, *args, exception=frappe.ValidationError, **kwargs):
		"""Assert that a step is refused with a message that contains `message`, and that nothing changed."""
		before = self.fingerprint()
		with self.assertRaises(exception) as caught:
			function(*args, **kwargs)
		self.assertIn(message, str(caught.exception))
		frappe.local.message_log = []
		self.assertEqual(self.fingerprint(), before)

	def fingerprint(self):
		"""What a refused step must leave as it was."""
		if not self.request:
			return None
		invariants.check(self.request)
		transfers = frappe.get_all(
			"Outlet Transfer",
			filters={"request": self.request},
			fields=[
				"name",
				"status",
				"approval_status",
				"docstatus",
				"material_request",
				"dispatch_entry",
				"receipt_entry",
			],
			order_by="name",
		)
		lines = frappe.get_all(
			"Outlet Transfer Item",
			filters={"parent": ["in", [row.name for row in transfers]]},
			fields=[
				"parent",
				"item_code",
				"asked_qty",
				"promised_qty",
				"refused_qty",
				"sent_qty",
				"received_qty",
			],
			order_by="parent, idx",
		)
		return transfers, lines, frappe.db.get_value("Inter Outlet Request", self.request, "status")


WRITERS = {
	"create_request",
	"cancel_request",
	"answer",
	"withdraw",
	"approve",
	"reject",
	"dispatch",
	"receive",
	"settle",
}
