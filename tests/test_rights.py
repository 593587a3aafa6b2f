"""Who may see and do what: each whitelisted function refused for people it is not for, and nothing told that
is not theirs."""

import inspect

import pytest

import frappe
from frappe.utils import add_days, flt, today

from ks212_community import permissions
from ks212_community.api import exchange
from ks212_community.network_planning import snapshot
from tests import story
from tests.flow import FlowTestCase
from tests.story import (
	ACCOUNTANT,
	DC,
	EAST,
	FAR,
	NEAR,
	NEXT,
	OIL,
	OTHER,
	OUTSIDER,
	PARTNER,
	PUSAT,
	SHORT,
	SOUTH,
	UMKM,
	WEST,
	clerk,
)
from tests.test_bad_input import (
	OPEN_TO_GUESTS,
	Scene,
	call_as,
	fingerprint,
	is_method,
	whitelisted_functions,
	writes,
)

OWN = ("Inter Outlet Request", "Outlet Transfer", "Outlet Item Snapshot")
SETUP = ("Outlet", "Community", "KS212 Settings", "Request Key")
CHILDREN = (
	"Inter Outlet Request Item",
	"Outlet Transfer Item",
	"Outlet Transfer Event",
	"Outlet User",
	"Community Manager",
)
PORTAL = (clerk(SHORT), OUTSIDER, UMKM, PARTNER, story.manager("Depok 3"))
# The four functions of ERPNext that answer whoever is logged in, for any warehouse.
LEAKING = (
	"erpnext.stock.utils.get_stock_balance",
	"erpnext.stock.utils.get_latest_stock_qty",
	"erpnext.accounts.doctype.pos_invoice.pos_invoice.get_stock_availability",
	"erpnext.stock.get_item_details.get_bin_details",
)


def refused(user, function, **arguments) -> bool:
	"""Whether `user` is refused for want of rights."""
	try:
		call_as(user, function, **arguments)
	except frappe.PermissionError as error:
		assert str(error).strip(), "a refusal says why"
		return True
	finally:
		frappe.local.message_log = []
	return False


class TestEveryFunction(Scene):
	def test_guest_is_refused_everywhere(self):
		for path, function in whitelisted_functions().items():
			self.assertEqual(function in frappe.guest_methods, path in OPEN_TO_GUESTS, path)
			if path in OPEN_TO_GUESTS:
				continue
			arguments = {"doctype": "Outlet", "name": SHORT} if is_method(function) else {}
			self.assertTrue(refused("Guest", function, **arguments), path)

	def test_guest_is_refused_by_the_function_itself(self):
		"""Frappe's own refusal of Guest is not the only thing between Guest and the network."""
		for call in self.build():
			with story.acting_as("Guest"), self.assertRaises(frappe.PermissionError):
				frappe.call(call.function, **call.good())

	def test_strangers_are_refused(self):
		calls = self.build()
		before = fingerprint()
		strangers = (clerk(EAST), OUTSIDER, UMKM, PARTNER, story.manager("Bogor Kota"))
		for call in calls:
			for user in strangers:
				self.assertTrue(refused(user, call.function, **call.good()), f"{call} as {user}")
		self.assertEqual(fingerprint(), before)

	def test_the_accountant_reads_and_writes_nothing(self):
		for call in self.build():
			if writes(call.function):
				self.assertTrue(refused(ACCOUNTANT, call.function, **call.good()), call)
			elif set(call.kinds) & {"request", "transfer"}:
				self.assertTrue(call_as(ACCOUNTANT, call.function, **call.good()), call)

	def test_only_pusat_approves_rejects_and_settles(self):
		for call in self.build():
			if call.user == PUSAT:
				for user in (clerk(SHORT), clerk(NEAR), clerk(NEXT), story.manager("Depok 3"), ACCOUNTANT):
					self.assertTrue(refused(user, call.function, **call.good()), f"{call} as {user}")

	def test_what_can_be_called_on_a_document_is_the_desks(self):
		for path, function in whitelisted_functions().items():
			if not is_method(function):
				continue
			for user in PORTAL:
				for doctype, name in (("Outlet", SHORT), ("Outlet", NEAR)):
					document = frappe.get_doc(doctype, name)
					if hasattr(document, function.__name__):
						self.assertTrue(
							refused(user, function, doctype=doctype, name=name), f"{path} as {user}"
						)

	def test_the_snapshot_is_renewed_by_pusat_alone(self):
		for user in (*PORTAL, ACCOUNTANT, "Guest"):
			self.assertTrue(refused(user, snapshot.refresh_now), user)

	def test_writers_answer_post_alone(self):
		for name, function in vars(exchange).items():
			if function in frappe.whitelisted:
				methods = frappe.allowed_http_methods_for_whitelisted_func[function]
				if "key" in inspect.signature(function).parameters:
					self.assertEqual(list(methods), ["POST"], name)
				else:
					self.assertIn("GET", methods, name)


class TestSides(FlowTestCase):
	def test_the_source_does_not_see_the_request_nor_the_other_sources(self):
		self.ask((OIL, 12))
		first, second, third = sorted(self.sources())
		self.assertTrue(refused(clerk(first), exchange.get_request, request=self.request))
		transfer = self.transfer_of(first)
		self.assertEqual(call_as(clerk(first), exchange.get_transfer, transfer=transfer).side, "source")
		for other in (second, third):
			self.assertTrue(refused(clerk(other), exchange.get_transfer, transfer=transfer))

	def test_each_step_belongs_to_its_side(self):
		self.ask((OIL, 12))
		asked = self.transfer_of(NEXT)
		items = [{"item_code": OIL, "qty": 12}]
		self.assertTrue(
			refused(clerk(SHORT), exchange.answer, transfer=asked, items=items, key="requester-1")
		)
		self.assertEqual(self.promise(NEXT).status, "Promised")
		self.assertTrue(refused(clerk(SHORT), exchange.dispatch, transfer=asked, key="requester-2"))
		self.dispatch(NEXT)
		items = [{"item_code": OIL, "received_qty": 12}]
		self.assertTrue(
			refused(clerk(NEXT), exchange.receive, transfer=asked, items=items, key="source-key-1")
		)
		self.assertNotIn("receive", self.view(asked, clerk(NEXT)).actions)
		self.assertIn("receive", self.view(asked, clerk(SHORT)).actions)
		self.receive(asked)

	def test_what_is_offered_is_what_is_allowed(self):
		"""`actions` names for each party exactly the steps it is not refused."""
		self.ask((OIL, 12))
		transfer = self.transfer_of(NEXT)
		people = (clerk(SHORT), clerk(NEXT), PUSAT, ACCOUNTANT)
		for step in (
			lambda: None,
			lambda: self.promise(NEXT),
			lambda: self.dispatch(NEXT),
			lambda: self.receive(transfer, {OIL: 9}),
		):
			step()
			for user in people:
				offered = set(call_as(user, exchange.get_transfer, transfer=transfer).actions)
				for action in ("answer", "withdraw", "approve", "reject", "dispatch", "receive", "settle"):
					with self.subTest(user=user, action=action):
						self.assertEqual(action in offered, self.is_let_in(user, action, transfer))

	def is_let_in(self, user, action, transfer) -> bool:
		with story.acting_as(user):
			try:
				exchange._check_transfer(action)(transfer=transfer)
				exchange._locked(transfer, action)
			except (frappe.PermissionError, frappe.ValidationError):
				return False
			finally:
				frappe.local.message_log = []
		return True

	def test_a_manager_acts_for_the_communitys_outlets_within_the_term(self):
		manager = story.manager("Depok 3")
		self.assertIn(SHORT, permissions.outlets_of(manager))
		self.assertNotIn(NEAR, permissions.outlets_of(manager))
		self.assertTrue(call_as(manager, exchange.list_requests, outlet=SHORT) is not None)
		self.assertTrue(refused(manager, exchange.list_requests, outlet=NEAR))
		for term, acts in (
			((add_days(today(), -30), add_days(today(), -1)), False),
			((add_days(today(), 1), None), False),
			((add_days(today(), -30), today()), True),
			((today(), add_days(today(), 30)), True),
			((None, None), True),
		):
			community = frappe.get_doc("Community", "Depok 3")
			community.managers[0].term_from, community.managers[0].term_to = term
			community.save()
			with self.subTest(term=term):
				self.assertEqual(SHORT in permissions.outlets_of(manager), acts)
				self.assertEqual(refused(manager, exchange.list_requests, outlet=SHORT), not acts)

	def test_who_is_taken_off_an_outlet_loses_it_at_once(self):
		self.ask((OIL, 12))
		outlet = frappe.get_doc("Outlet", SHORT)
		outlet.users = [row for row in outlet.users if row.user != clerk(SHORT)]
		outlet.save()
		self.assertEqual(permissions.outlets_of(clerk(SHORT)), [])
		for function, arguments in (
			(exchange.list_requests, {"outlet": SHORT}),
			(exchange.get_request, {"request": self.request}),
			(exchange.cancel_request, {"request": self.request, "reason": "Batal", "key": "removed-user"}),
		):
			self.assertTrue(refused(clerk(SHORT), function, **arguments))
		self.assertNotIn("KS212 Outlet User", frappe.get_roles(clerk(SHORT)))
		self.assertFalse(refused(story.HEAD, exchange.get_request, request=self.request))

	def test_an_accountant_or_partner_role_gives_no_outlet(self):
		for user in (ACCOUNTANT, UMKM, PARTNER, OUTSIDER, "Guest"):
			self.assertEqual(permissions.outlets_of(user), [])


class TestWhatIsTold(FlowTestCase):
	"""A requester sees that a source can give, how far and how soon; nothing else of it."""

	NEVER = {
		"actual_qty",
		"daily_demand",
		"days_of_cover",
		"free",
		"free_qty",
		"gives",
		"given",
		"last_sale",
		"on_hand",
		"projected_qty",
		"promised",
		"rate",
		"reserved",
		"reserved_qty",
		"score",
		"stock_value",
		"transfer_value",
		"valuation_rate",
		"warehouse",
		"source_warehouse",
	}
	COSTS = {
		"rate",
		"transfer_value",
		"valuation_rate",
		"stock_value",
		"material_request",
		"dispatch_entry",
		"receipt_entry",
		"handover_entry",
		"loan_out_entry",
		"loan_in_entry",
		"difference_entry",
		"return_note",
		"sales_invoice",
		"purchase_invoice",
	}

	def keys_of(self, value) -> set:
		if isinstance(value, dict):
			return set(value) | set().union(*(self.keys_of(part) for part in value.values()), set())
		if isinstance(value, list | tuple):
			return set().union(*(self.keys_of(part) for part in value), set())
		return set()

	def values_of(self, value) -> list:
		if isinstance(value, dict):
			value = value.values()
		if isinstance(value, list | tuple) or not isinstance(value, str | int | float | None.__class__):
			try:
				return [inner for part in value for inner in self.values_of(part)]
			except TypeError:
				pass
		return [value]

	def test_ranking_tells_no_quantity_and_no_cost(self):
		ranked = call_as(
			clerk(SHORT),
			exchange.rank_sources,
			outlet=SHORT,
			item_code=OIL,
			qty=13,
			needed_by=add_days(today(), 3),
		)
		self.assertTrue(ranked)
		self.assertEqual(
			set(ranked[0]),
			{
				"outlet",
				"outlet_name",
				"kind",
				"community",
				"region",
				"city",
				"distance_km",
				"days",
				"in_time",
				"can_give",
				"askable",
				"phone",
			},
		)
		self.assertTrue(all(row["can_give"] in ("full", "part") for row in ranked))
		stock = {quantities[OIL] for quantities in story.TEST_STOCK.values() if OIL in quantities}
		told = {
			flt(value)
			for row in ranked
			for name, value in row.items()
			if name not in ("distance_km", "days", "phone")
		}
		self.assertFalse(told & stock)

	def test_finding_tells_the_own_stock_alone(self):
		found = call_as(clerk(SHORT), exchange.find_item, query=OIL, outlet=SHORT)
		self.assertEqual(found[0]["own_qty"], story.on_hand(SHORT, OIL))
		self.assertFalse(self.keys_of(found) & self.NEVER)

	def test_no_side_sees_cost_value_or_ledger_documents(self):
		self.ask((OIL, 12))
		self.promise(NEXT)
		self.dispatch(NEXT)
		transfer = self.transfer_of(NEXT)
		self.receive(transfer, {OIL: 10})
		for user in (clerk(SHORT), clerk(NEXT)):
			views = (
				call_as(user, exchange.get_transfer, transfer=transfer),
				call_as(
					user,
					exchange.list_transfers,
					outlet=SHORT if user == clerk(SHORT) else NEXT,
					direction="in",
				),
				call_as(
					user,
					exchange.list_transfers,
					outlet=SHORT if user == clerk(SHORT) else NEXT,
					direction="out",
				),
			)
			self.assertFalse(self.keys_of(views) & (self.COSTS | self.NEVER), user)
		self.assertFalse(self.keys_of(self.request_view()) & (self.COSTS | self.NEVER))
		self.assertTrue(self.COSTS & self.keys_of(self.view(transfer, PUSAT)), "pusat does")

	def test_an_ask_tells_no_more_than_was_needed(self):
		"""The asked quantity is the need, capped by what is free: a requester who asks for everything must
		not read a source's stock from it."""
		self.ask((OIL, 2000))
		stock = {story.on_hand(source, OIL) for source in self.sources()}
		views = [call_as(clerk(SHORT), exchange.get_request, request=self.request)]
		views += [self.view(self.transfer_of(source), clerk(SHORT)) for source in self.sources()]
		told = self.values_of(views)
		self.assertFalse({flt(value) for value in told if isinstance(value, int | float)} & stock)

	def test_phones_are_told_after_a_promise(self):
		self.ask((OIL, 12))
		transfer = self.transfer_of(NEXT)
		phones = {story.phone_of(user) for user in (clerk(SHORT), clerk(NEXT), story.HEAD)}
		for user in (clerk(SHORT), clerk(NEXT)):
			view = self.view(transfer, user)
			self.assertEqual(view.contacts, [])
			self.assertFalse(phones & set(self.values_of(view)), "no phone before a promise")
		self.promise(NEXT)
		for user in (clerk(SHORT), clerk(NEXT)):
			view = self.view(transfer, user)
			self.assertEqual({contact["outlet"] for contact in view.contacts}, {SHORT, NEXT})
			self.assertTrue(all(contact["wa"].startswith("https://wa.me/62") for contact in view.contacts))

	def test_phones_are_forgotten_when_the_promise_ends(self):
		self.ask((OIL, 12))
		transfer = self.promise(NEXT).name
		self.call(clerk(NEXT), exchange.withdraw, transfer=transfer, reason="Terjual habis")
		view = self.view(transfer, clerk(SHORT))
		self.assertEqual((view.contacts, view.source["phone"]), ([], None))

	def test_another_companys_phone_is_told_instead_of_an_ask(self):
		ranked = call_as(
			clerk(SHORT),
			exchange.rank_sources,
			outlet=SHORT,
			item_code=OIL,
			qty=12,
			needed_by=add_days(today(), 3),
		)
		self.assertEqual({row["outlet"] for row in ranked if row["phone"]}, {OTHER})


class TestShutDoors(FlowTestCase):
	"""Portal roles have no DocPerm: lists, documents and REST stay shut to them."""

	def setUp(self):
		super().setUp()
		self.ask((OIL, 12))
		self.transfer = self.transfer_of(NEXT)

	def test_lists_are_shut(self):
		for doctype in (*OWN, "Outlet", "Community", "Request Key", "Bin", "Stock Entry", "Material Request"):
			for user in (*PORTAL, "Guest"):
				with self.subTest(doctype=doctype, user=user), story.acting_as(user):
					with self.assertRaises(frappe.PermissionError):
						frappe.get_list(doctype)
		frappe.local.message_log = []

	def test_documents_are_shut(self):
		for doctype, name in (
			("Inter Outlet Request", self.request),
			("Outlet Transfer", self.transfer),
			("Outlet", SHORT),
			("Outlet", NEAR),
			("Community", "Depok 3"),
			("KS212 Settings", "KS212 Settings"),
		):
			document = frappe.get_doc(doctype, name)
			for user in (*PORTAL, "Guest"):
				for right in ("read", "write", "create", "delete", "submit", "cancel"):
					with self.subTest(doctype=doctype, user=user, right=right), story.acting_as(user):
						self.assertFalse(document.has_permission(right))
		with story.acting_as(clerk(SHORT)), self.assertRaises(frappe.PermissionError):
			frappe.get_doc("Inter Outlet Request", self.request).check_permission("read")
		frappe.local.message_log = []

	def test_nobody_saves_or_makes_documents_past_the_contract(self):
		before = fingerprint()
		for user in (*PORTAL, "Guest"):
			with self.subTest(user=user), story.acting_as(user):
				transfer = frappe.get_doc("Outlet Transfer", self.transfer)
				transfer.reason = "lewat belakang"
				with self.assertRaises(frappe.PermissionError):
					transfer.save()
				request = frappe.get_doc(
					{
						"doctype": "Inter Outlet Request",
						"outlet": SHORT,
						"needed_by": today(),
						"items": [{"item_code": OIL, "qty": 1}],
					}
				)
				with self.assertRaises(frappe.PermissionError):
					request.insert()
				with self.assertRaises(frappe.PermissionError):
					frappe.delete_doc("Outlet Transfer", self.transfer)
		frappe.local.message_log = []
		self.assertEqual(fingerprint(), before)

	def test_the_desks_people_read_everything(self):
		for user in (PUSAT, ACCOUNTANT):
			with story.acting_as(user):
				self.assertIn(self.transfer, frappe.get_list("Outlet Transfer", pluck="name", limit=0))
				self.assertIn(self.request, frappe.get_list("Inter Outlet Request", pluck="name", limit=0))
				self.assertTrue(frappe.get_doc("Outlet Transfer", self.transfer).has_permission("read"))
		with story.acting_as(ACCOUNTANT):
			self.assertFalse(frappe.get_doc("Outlet Transfer", self.transfer).has_permission("write"))

	def test_the_hooks_alone_would_keep_outlets_apart(self):
		"""Were a portal role ever given a DocPerm, each outlet would still see its own documents only."""
		transfer = frappe.get_doc("Outlet Transfer", self.transfer)
		request = frappe.get_doc("Inter Outlet Request", self.request)
		for user, sees in (
			(clerk(SHORT), True),
			(clerk(NEXT), True),
			(clerk(WEST), False),
			(OUTSIDER, False),
			("Guest", False),
		):
			self.assertEqual(permissions.has_transfer_permission(transfer, "read", user), sees, user)
			self.assertEqual(permissions.has_website_permission(transfer, "read", user), sees, user)
			condition = permissions.transfer_query_conditions(user)
			self.assertEqual(f"'{NEXT}'" in condition or f"'{SHORT}'" in condition, sees, user)
		for user, sees in (
			(clerk(SHORT), True),
			(story.manager("Depok 3"), True),
			(clerk(NEXT), False),
			("Guest", False),
		):
			self.assertEqual(permissions.has_request_permission(request, "read", user), sees, user)
			self.assertEqual(permissions.has_website_permission(request, "read", user), sees, user)


class TestStockFunctions(FlowTestCase):
	"""As a client reaches them: by ERPNext's own name, through `override_whitelisted_methods`."""

	paths = LEAKING[:2]

	def ours(self, path):
		return frappe.get_attr(frappe.get_hooks("override_whitelisted_methods")[path][-1])

	def test_the_own_outlet_is_answered(self):
		warehouse = story.warehouse_of(NEXT)
		for path in self.paths:
			answer = call_as(clerk(NEXT), self.ours(path), item_code=OIL, warehouse=warehouse)
			quantity = answer["actual_qty"] if isinstance(answer, dict) else answer
			self.assertEqual(quantity[0] if isinstance(quantity, tuple) else quantity, 20, path)

	def test_other_outlets_are_refused(self):
		elsewhere = [story.warehouse_of(outlet) for outlet in (SHORT, NEAR, FAR, SOUTH, EAST, DC, OTHER)]
		root = frappe.db.get_value("Warehouse", {"is_group": 1, "company": story.COMPANY})
		for path in self.paths:
			for warehouse in (*elsewhere, root, "no such", "%"):
				with self.subTest(path=path, warehouse=warehouse):
					self.assertTrue(refused(clerk(NEXT), self.ours(path), item_code=OIL, warehouse=warehouse))
			for user in (OUTSIDER, UMKM, PARTNER, "Guest"):
				self.assertTrue(
					refused(user, self.ours(path), item_code=OIL, warehouse=story.warehouse_of(NEXT))
				)

	def test_bad_input_is_refused(self):
		warehouse = story.warehouse_of(NEXT)
		for path in self.paths:
			for item_code in (
				None,
				"",
				"no such item",
				["x"],
				{"a": 1},
				5,
				"nul\x00byte",
				"lone \ud800",
				"x" * 10_000,
			):
				with self.subTest(path=path, item_code=item_code), self.assertRaises(frappe.ValidationError):
					call_as(clerk(NEXT), self.ours(path), item_code=item_code, warehouse=warehouse)
			for wrong in (None, "", [], {}, ["x"], {"name": "x"}, 1, True, "nul\x00byte", "lone \ud800"):
				with (
					self.subTest(path=path, warehouse=wrong),
					self.assertRaises((frappe.ValidationError, frappe.PermissionError)),
				):
					call_as(clerk(NEXT), self.ours(path), item_code=OIL, warehouse=wrong)
			with self.subTest(path=path), self.assertRaises(frappe.ValidationError):
				call_as(clerk(NEXT), self.ours(path), warehouse=warehouse)
		frappe.local.message_log = []

	def test_the_desk_keeps_erpnexts_own_answer(self):
		for path in self.paths:
			answer = call_as(PUSAT, self.ours(path), item_code=OIL, warehouse=story.warehouse_of(NEAR))
			self.assertTrue(answer, path)


@pytest.mark.erpnext
class TestAllStockFunctions(TestStockFunctions):
	"""The two of them that only ERPNext has, too."""

	paths = LEAKING

	def test_nothing_else_is_told_beside_the_own_stock(self):
		"""ERPNext's further arguments open other warehouses: a company's total, conditions in SQL."""
		own = {"item_code": OIL, "warehouse": story.warehouse_of(NEXT)}
		balance, _latest, _available, details = (self.ours(path) for path in LEAKING)
		answer = call_as(clerk(NEXT), details, **own, company=story.COMPANY, include_child_warehouses=1)
		self.assertNotIn("company_total_stock", answer)
		for trick in ({"1=1 or warehouse": story.warehouse_of(NEAR)}, {"no such column": 1}, "text", [1]):
			try:
				answer = call_as(clerk(NEXT), balance, **own, inventory_dimensions_dict=trick)
			except frappe.ValidationError:
				continue
			self.assertEqual(answer, 20, trick)


def test_over_http_doors_are_shut(http):
	"""REST and ERPNext's functions as a portal user's browser reaches them."""
	assert http.login(clerk(SHORT)).status_code == 200
	for doctype in (*OWN, *SETUP, *CHILDREN, "Bin", "Stock Ledger Entry"):
		answer = http.get(f"/api/resource/{doctype}")
		assert answer.status_code in (403, 404), f"{doctype}: {answer.status_code}"
		assert NEAR not in answer.text
	for outlet in (SHORT, NEAR):
		assert http.get(f"/api/resource/Outlet/{outlet}").status_code == 403
	for path in LEAKING[:2]:
		own = http.call(path, item_code=OIL, warehouse=story.warehouse_of(SHORT))
		assert own.status_code == 200, own.text
		other = http.call(path, item_code=OIL, warehouse=story.warehouse_of(NEAR))
		assert other.status_code == 403, other.text


def test_over_http_guest_is_refused(http):
	for path, function in whitelisted_functions().items():
		if is_method(function):
			continue
		answer = http.call(path)
		expected = 417 if path in OPEN_TO_GUESTS else 403
		assert answer.status_code == expected, f"{path}: {answer.status_code}"


def test_over_http_a_writer_does_not_answer_get(http):
	http.login(clerk(SHORT))
	for path, function in whitelisted_functions().items():
		if writes(function) and not is_method(function):
			answer = http.get(f"/api/method/{path}", headers={"Accept": "application/json"})
			assert answer.status_code == 403, f"{path}: {answer.status_code}"


@pytest.mark.erpnext
def test_over_http_the_desks_own_calls_are_shut(http):
	"""Frappe's generic calls that the desk uses, and ERPNext's on the stock of others."""
	http.login(clerk(SHORT))
	near = {"item_code": OIL, "warehouse": story.warehouse_of(NEAR)}
	for method, arguments in (
		*((path, near) for path in LEAKING),
		("frappe.client.get_list", {"doctype": "Outlet Transfer"}),
		("frappe.client.get", {"doctype": "Outlet", "name": NEAR}),
		("frappe.client.get_value", {"doctype": "Outlet", "fieldname": "phone", "filters": {"name": NEAR}}),
		(
			"frappe.client.set_value",
			{"doctype": "Outlet", "name": SHORT, "fieldname": "safety_days", "value": 0},
		),
		("frappe.desk.reportview.get", {"doctype": "Outlet Transfer", "fields": ["name"]}),
		("frappe.desk.search.search_link", {"doctype": "Outlet", "txt": "DPK"}),
		("frappe.desk.form.load.getdoc", {"doctype": "Outlet", "name": SHORT}),
		("run_doc_method", {"dt": "Outlet", "dn": SHORT, "method": "make_warehouse_and_cost_center"}),
		(
			"frappe.model.workflow.apply_workflow",
			{"doc": '{"doctype": "Outlet Transfer", "name": "x"}', "action": "Approve"},
		),
	):
		answer = http.post(f"/api/method/{method}", json=arguments, headers={"Accept": "application/json"})
		assert answer.status_code in (403, 404), f"{method}: {answer.status_code} {answer.text[:200]}"
