"""Bad input to every whitelisted function of the app: a clear 4xx each time, never a server error, never a
change.

The functions are found by looking, so that a new one is covered from the day it is written. `RANDOM_CALLS`
says how many random calls are made (10,000 where it is not set), `RANDOM_SEED` which.
"""

import importlib
import inspect
import itertools
import json
import os
import random
from copy import deepcopy
from pathlib import Path

import pytest

import frappe
from frappe.query_builder.functions import Count, Max, Sum
from frappe.utils import add_days, today

import ks212_community
from ks212_community.api import exchange
from ks212_community.network_planning import snapshot
from tests import story
from tests.flow import FlowTestCase, new_key
from tests.story import EGGS, MILK, NEAR, NEXT, OIL, OUTSIDER, PUSAT, SHORT, SUGAR, WEST, clerk

OUR_DOCTYPES = (
	"Request Key",
	"Inter Outlet Request",
	"Outlet Transfer",
	"Outlet",
	"Community",
	"Outlet Item Snapshot",
)
THEIR_DOCTYPES = ("Material Request", "Stock Entry", "Stock Ledger Entry", "Bin")
SCRIPT = "<script>alert(212)</script>"


# ---- every function there is
# ---------------------------------------------------------------------------------
def whitelisted_functions() -> dict:
	"""{dotted path: function} of every function and method of the app that a client can call."""
	root = Path(ks212_community.__file__).parent
	found = {}
	for file in sorted(root.rglob("*.py")):
		parts = file.relative_to(root.parent).with_suffix("").parts
		if "www" in parts or not all(part.isidentifier() for part in parts):
			continue
		module = importlib.import_module(".".join(part for part in parts if part != "__init__"))
		for owner in (module, *_classes_of(module)):
			for name, value in vars(owner).items():
				if (
					inspect.isfunction(value)
					and value in frappe.whitelisted
					and value.__module__ == module.__name__
				):
					found[".".join(filter(None, (module.__name__, _class_name(owner), name)))] = value
	return found


def _classes_of(module) -> list:
	return [
		value
		for value in vars(module).values()
		if inspect.isclass(value) and value.__module__ == module.__name__
	]


def _class_name(owner) -> str:
	return owner.__name__ if inspect.isclass(owner) else ""


# What somebody without an account may call.
OPEN_TO_GUESTS = (
	"ks212_community.api.registration.get_status",
	"ks212_community.api.registration.register",
)


def is_method(function) -> bool:
	"""Whether a client calls it on a document."""
	return next(iter(inspect.signature(function).parameters), None) == "self"


def call_as(user: str, function, **arguments):
	"""Call a whitelisted function as Frappe's handler does for `user`."""
	with story.acting_as(user):
		frappe.is_whitelisted(function)
		if is_method(function):
			document = frappe.get_doc(arguments.pop("doctype"), arguments.pop("name"))
			if not document.has_permission("read"):
				frappe.throw("Not permitted", frappe.PermissionError)
			return document.run_method(function.__name__, **arguments)
		return frappe.call(function, **arguments)


def fingerprint() -> dict:
	"""What no refused call may change: how many documents there are, when one last changed, what is
	promised."""
	found = {}
	for doctype in (*OUR_DOCTYPES, *THEIR_DOCTYPES):
		table = frappe.qb.DocType(doctype)
		found[doctype] = frappe.qb.from_(table).select(Count("*"), Max(table.modified)).run()[0]
	Bin = frappe.qb.DocType("Bin")
	found["promised"] = frappe.qb.from_(Bin).select(Sum(Bin.ks212_promised_qty), Sum(Bin.actual_qty)).run()[0]
	return found


# ---- what is good, and what is bad
# ---------------------------------------------------------------------------
MISSING = object()  # the argument is left out
DEEP = "[" * 2000 + "]" * 2000
NESTED = [[[[{"a": [{"b": {"c": [None]}}]}]]]]

NO_TEXT = [1, 212, -1, 1.5, True, ["x"], [["x"]], {"a": 1}, NESTED, [None], [1], {"doctype": "User"}]
EMPTY = [None, "", "   ", MISSING]
UNSTORABLE = ["nul\x00byte-in-it", "lone \ud800 surrogate", "\udfff" * 8]
TOO_LONG = ["x" * 10_000, "ー" * 10_000, "%" * 501]
UNKNOWN = [
	"no such thing",
	"NONE-0000",
	"%",
	"_",
	"' or '1'='1",
	"\\",
	"%(name)s",
	"{0}",
	"../../etc/passwd",
	SCRIPT,
	"🛒",
	"DocType",
	"null",
	"[]",
	'{"name": ["like", "%"]}',
]
NO_NUMBER = [
	"",
	None,
	MISSING,
	"abc",
	"nan",
	"NaN",
	"inf",
	"-inf",
	"infinity",
	"1e400",
	"1,5",
	"0x10",
	"--1",
	"9" * 10_000,
	float("nan"),
	float("inf"),
	float("-inf"),
	10**400,
	True,
	False,
	[],
	[1],
	{},
	{"qty": 1},
	NESTED,
]
BELOW_ZERO = [-1, -0.001, "-1", -1e300, "-1e-3"]
ZERO = [0, 0.0, -0.0, "0", "0.0", "-0"]
HUGE = [1e10, 1e18, 1e308, "1e10", 10**30, 2**63]
BROKEN = [0.5, 1.25, "0.5", 2.000001]
NEARLY_ZERO = [1e-9, "1e-9", 1e-300]
NO_DAY = [
	"31-12-2030",
	"2030-13-01",
	"2030-02-30",
	"0000-00-00",
	"2030-12-31T00:00:00",
	"besok",
	"20301231",
	20301231,
	1.5,
	True,
	*EMPTY,
	*UNSTORABLE,
	[],
	["2030-12-31"],
	{},
	NESTED,
]
NO_ROWS = [
	"x",
	"{}",
	"1",
	"[1]",
	'["x"]',
	"[[]]",
	"not json",
	"[",
	'{"item_code": 1}',
	DEEP,
	1,
	True,
	{"a": 1},
]
NO_ROWS += [[1], ["x"], [None], [[]], [{}], [True], NESTED, [{}] * 201, *UNSTORABLE, "x" * 10_000]
NO_LIST = [None, MISSING, "", [], "[]", "null"]

TEXT = [*NO_TEXT, *UNSTORABLE, *TOO_LONG, 0, False, [], {}]  # bad for a text that may be missing
NAME = [*TEXT, *EMPTY, *UNKNOWN]
QTY = [*NO_NUMBER, *BELOW_ZERO, *HUGE]

# kind of argument -> what is bad for it
BAD = {
	"outlet": [*NAME, NEAR, WEST, SHORT + "x"],
	"item": NAME,
	"request": NAME,
	"transfer": NAME,
	"warehouse": NAME,
	"query": [*TEXT, *EMPTY, "x"],
	"qty": [*QTY, *ZERO, *NEARLY_ZERO],
	"whole": [*QTY, *ZERO, *NEARLY_ZERO, *BROKEN],
	"count": QTY,
	"whole_count": [*QTY, *BROKEN],
	"day": NO_DAY,
	"future": [*NO_DAY, "2001-01-01", add_days(today(), -1)],
	"direction": [*NAME, "IN", "both"],
	"action": [*NAME, "return to source", "Dispatch Surplus", "Return Surplus"],
	"handover": [*TEXT, *UNKNOWN],
	"reason": [*TEXT, *EMPTY],
	"text": TEXT,
	"key": [*TEXT, *EMPTY, "short", "x" * 141],
	"uom": [*TEXT, *UNKNOWN, "Kg"],
	"batch": [*TEXT, *UNKNOWN, "RTI-001-A"],
	"row": [*NAME],
	"zero_count": [value for value in QTY if value is not None and value != "" and value is not MISSING],
}
ROWS = "rows"


class Call:
	"""A call that would succeed, and the kind of each of its arguments."""

	def __init__(self, function, user, *, rows=None, may_be_empty=False, **arguments):
		self.function, self.user = function, user
		self.kinds = {name: kind for name, (kind, _value) in arguments.items()}
		self.arguments = {name: value for name, (_kind, value) in arguments.items()}
		# The kinds of the fields of one row of `items`.
		self.row_kinds = rows or {}
		self.may_be_empty = may_be_empty
		if "key" in inspect.signature(function).parameters:
			self.kinds["key"] = "key"

	def good(self) -> dict:
		"""The arguments, with a key of their own where the function writes."""
		arguments = deepcopy(self.arguments)
		if "key" in self.kinds:
			arguments["key"] = new_key()
		return arguments

	def bad_ways(self):
		"""Every argument, and every field of a row, with every value that is bad for it."""
		for name, kind in self.kinds.items():
			for value in self.bad_values(kind):
				yield {name: value}
		for field, kind in self.row_kinds.items():
			for value in BAD[kind]:
				yield {"items": self.with_field(field, value)}

	def bad_values(self, kind):
		if kind == ROWS:
			return NO_ROWS if self.may_be_empty else [*NO_ROWS, *NO_LIST]
		return BAD[kind]

	def with_field(self, field, value, rows=None):
		rows = deepcopy(self.arguments["items"]) if rows is None else rows
		if value is MISSING:
			rows[0].pop(field, None)
		else:
			rows[0][field] = value
		return rows

	def with_changes(self, changes) -> dict:
		arguments = {**self.good(), **changes}
		return {name: value for name, value in arguments.items() if value is not MISSING}

	def __repr__(self):
		return self.function.__name__


def writes(function) -> bool:
	"""Whether a whitelisted function answers POST alone."""
	return "GET" not in frappe.allowed_http_methods_for_whitelisted_func[function]


class Scene(FlowTestCase):
	"""A request in every state, and for every function of the contract a call that would succeed on it."""

	def build(self) -> list[Call]:
		in_three_days = add_days(today(), 3)
		asked = self.ask((OIL, 12), (EGGS, 2.5)).name
		asked_transfer = self.transfer_of(sorted(self.sources())[0])
		asked_source = frappe.db.get_value("Outlet Transfer", asked_transfer, "source_outlet")
		asked_items = [
			{"row": row["row"], "qty": 1}
			for row in self.view(asked_transfer)["items"]
			if row["item_code"] == OIL
		]
		to_withdraw = next(name for name in self.asked_transfers() if name != asked_transfer)

		self.ask((MILK, 10))
		promised = self.promise(NEAR if NEAR in self.sources() else sorted(self.sources())[0])
		to_send = promised.name
		sender = frappe.db.get_value("Outlet Transfer", to_send, "source_outlet")
		send_rows = [{"row": row["row"], "qty": 4, "batch_no": f"{MILK}-B"} for row in promised["items"]]

		self.ask((SUGAR, 6), (EGGS, 1.5))
		source = next(
			source
			for source in sorted(self.sources())
			if len(self.view(self.transfer_of(source))["items"]) == 2
		)
		self.promise(source)
		sent = self.dispatch(source)
		to_count = [{"row": row["row"], "received_qty": 1, "damaged_qty": 1} for row in sent["items"]]

		self.ask((OIL, 3))
		self.promise(NEXT if NEXT in self.sources() else sorted(self.sources())[0])
		differing = self.dispatch(
			frappe.db.get_value(
				"Outlet Transfer", {"request": self.request, "status": "Promised"}, "source_outlet"
			)
		)
		self.receive(differing.name, {OIL: 1})

		self.ask((SUGAR, 4))
		source = sorted(self.sources())[0]
		self.promise(source)
		lent = self.lend(self.receive(self.dispatch(source).name).name)

		frappe.db.set_single_value("KS212 Settings", "approval_value", 0)
		frappe.clear_document_cache("KS212 Settings", "KS212 Settings")
		self.ask((OIL, 2))
		pending = self.promise(sorted(self.sources())[0])
		self.ask((OIL, 1))
		refusable = self.promise(sorted(self.sources())[0])
		self.request = None

		asking = {"item_code": "item", "qty": "whole", "uom": "uom"}
		return [
			Call(exchange.find_item, clerk(SHORT), query=("query", "Minyak"), outlet=("outlet", SHORT)),
			Call(
				exchange.rank_sources,
				clerk(SHORT),
				outlet=("outlet", SHORT),
				item_code=("item", OIL),
				qty=("whole", 12),
				needed_by=("day", in_three_days),
			),
			Call(exchange.list_requests, clerk(SHORT), outlet=("outlet", SHORT)),
			Call(
				exchange.list_transfers, clerk(SHORT), outlet=("outlet", SHORT), direction=("direction", "in")
			),
			Call(exchange.list_loans, clerk(SHORT), outlet=("outlet", SHORT)),
			Call(
				exchange.give_back,
				clerk(SHORT),
				rows={"item_code": "item", "qty": "whole_count"},
				may_be_empty=True,
				transfer=("transfer", lent),
				items=(ROWS, [{"item_code": SUGAR, "qty": 1}]),
			),
			Call(exchange.get_request, clerk(SHORT), request=("request", asked)),
			Call(exchange.get_transfer, clerk(SHORT), transfer=("transfer", asked_transfer)),
			Call(
				exchange.create_request,
				clerk(SHORT),
				rows=asking,
				outlet=("outlet", SHORT),
				items=(
					ROWS,
					[{"item_code": OIL, "qty": 12, "uom": "Bungkus"}, {"item_code": EGGS, "qty": 1.5}],
				),
				needed_by=("future", in_three_days),
				remarks=("text", "Untuk akhir pekan"),
			),
			Call(
				exchange.answer,
				clerk(asked_source),
				rows={"row": "row", "qty": "whole_count"},
				transfer=("transfer", asked_transfer),
				items=(ROWS, asked_items),
				reason=("text", None),
			),
			Call(
				exchange.withdraw,
				clerk(SHORT),
				transfer=("transfer", to_withdraw),
				reason=("reason", "Sudah ada"),
			),
			Call(
				exchange.cancel_request, clerk(SHORT), request=("request", asked), reason=("reason", "Batal")
			),
			Call(exchange.approve, PUSAT, transfer=("transfer", pending.name)),
			Call(
				exchange.reject,
				PUSAT,
				transfer=("transfer", refusable.name),
				reason=("reason", "Terlalu jauh"),
			),
			Call(
				exchange.dispatch,
				clerk(sender),
				rows={"row": "row", "qty": "whole_count", "batch_no": "batch"},
				may_be_empty=True,
				transfer=("transfer", to_send),
				items=(ROWS, send_rows),
				handover=("handover", "Fetch"),
				driver_name=("text", "Sopir"),
				driver_phone=("text", "0860000001"),
				vehicle_no=("text", "B 212 KS"),
			),
			Call(
				exchange.receive,
				clerk(SHORT),
				rows={"row": "row", "received_qty": "whole_count", "damaged_qty": "zero_count"},
				transfer=("transfer", sent.name),
				items=(ROWS, to_count),
			),
			Call(
				exchange.settle,
				PUSAT,
				transfer=("transfer", differing.name),
				action=("action", "Write Off"),
				reason=("reason", "Pecah di jalan"),
			),
		]

	def lend(self, transfer):
		"""Let what was counted in be a loan: between companies it would be one, and want a general ledger."""
		frappe.db.set_value(
			"Outlet Transfer", transfer, {"loan_open": 1, "loan_days": 7, "return_by": today()}
		)
		frappe.db.set_value("Outlet Transfer Item", {"parent": transfer}, "terms", "Loan")
		return transfer

	def asked_transfers(self):
		return frappe.get_all(
			"Outlet Transfer",
			filters={"request": self.request, "status": "Asked"},
			pluck="name",
			order_by="source_outlet",
		)

	def refuse(self, user, function, arguments):
		"""Call, and return what is wrong with the way it is refused, or None where nothing is."""
		frappe.local.message_log = []
		try:
			result = call_as(user, function, **arguments)
		except Exception as exception:
			status = getattr(exception, "http_status_code", 500)
			if not 400 <= status < 500:
				return f"{status} {type(exception).__name__}: {str(exception)[:200]}"
			if not str(exception).strip():
				return f"{status} {type(exception).__name__} without a message"
			if SCRIPT in str(exception):
				return f"{status} {type(exception).__name__} repeats a script"
			return None
		return f"answered {str(result)[:100]}"


def shown(arguments) -> str:
	"""Arguments as a failure shows them."""
	return repr({name: value for name, value in arguments.items() if name != "key"})[:300]


class TestBadInput(Scene):
	def test_every_function_of_the_contract_has_a_call_here(self):
		calls = self.build()
		contract = {name for name, value in vars(exchange).items() if value in frappe.whitelisted}
		self.assertEqual({call.function.__name__ for call in calls}, contract)

	def test_one_bad_argument_at_a_time(self):
		calls = self.build()
		before = fingerprint()
		wrong = []
		for call in calls:
			for changes in call.bad_ways():
				if problem := self.refuse(call.user, call.function, call.with_changes(changes)):
					wrong.append(f"{call}({shown(changes)}): {problem}")
		self.assertEqual(len(wrong), 0, "\n".join(["", *wrong[:60]]))
		self.assertEqual(fingerprint(), before)
		self.check_that_the_calls_were_good(calls)

	def check_that_the_calls_were_good(self, calls):
		"""Or else everything would be refused for another reason than the one at hand."""
		for call in sorted(calls, key=lambda call: call.function is exchange.cancel_request):
			call_as(call.user, call.function, **call.good())

	def test_a_refusal_speaks_the_users_language(self):
		chance = random.Random(212)
		wrong = set()
		for call in self.build():
			ways = list(call.bad_ways())
			for changes in chance.sample(ways, min(20, len(ways))):
				told = {}
				for language in ("en", "id"):
					frappe.local.lang = language
					told[language] = self.message(call.user, call.function, call.with_changes(changes))
				if told["en"] == told["id"]:
					wrong.add(told["en"])
		self.assertEqual(wrong, set())

	def message(self, user, function, arguments) -> str:
		try:
			call_as(user, function, **arguments)
		except (frappe.ValidationError, frappe.PermissionError) as refusal:
			return str(refusal)
		finally:
			frappe.local.message_log = []
		return ""

	def test_no_arguments_at_all(self):
		before = fingerprint()
		wrong = []
		for path, function in whitelisted_functions().items():
			if is_method(function) or function is snapshot.refresh_now:
				continue
			for user in (clerk(SHORT), OUTSIDER, "Guest"):
				if problem := self.refuse(user, function, {}):
					wrong.append(f"{path} as {user}: {problem}")
		self.assertEqual(wrong, [])
		self.assertEqual(fingerprint(), before)

	def test_people_it_is_not_for(self):
		calls = self.build()
		before = fingerprint()
		wrong = []
		strangers = (
			clerk(story.EAST),
			OUTSIDER,
			story.UMKM,
			story.PARTNER,
			story.manager("Bogor Kota"),
			"Guest",
		)
		for call, user in itertools.product(calls, filter(None, strangers)):
			if problem := self.refuse(user, call.function, call.good()):
				wrong.append(f"{call} as {user}: {problem}")
		self.assertEqual(len(wrong), 0, "\n".join(["", *wrong[:60]]))
		self.assertEqual(fingerprint(), before)

	def test_random_calls(self):
		calls = self.build()
		chance = random.Random(int(os.environ.get("RANDOM_SEED") or 212))
		functions = whitelisted_functions()
		before = fingerprint()
		wrong = []
		for number in range(int(os.environ.get("RANDOM_CALLS") or 10_000)):
			if number % 10 == 0:
				user, function, arguments = _blind_call(chance, functions)
			else:
				user, function, arguments = _spoilt_call(chance, calls)
			problem = self.refuse(user, function, arguments)
			may_answer = number % 10 == 0 and not writes(function)
			if problem and not (may_answer and problem.startswith("answered")):
				wrong.append(f"call {number}, {function.__name__}({shown(arguments)}) as {user}: {problem}")
		self.assertEqual(len(wrong), 0, "\n".join(["", *wrong[:60]]))
		self.assertEqual(fingerprint(), before)


EVERYTHING = [value for values in BAD.values() for value in values] + [SHORT, OIL, 1, "in", today()]


def _spoilt_call(chance, calls):
	"""A good call of which one argument, and perhaps others, are bad."""
	call = chance.choice(calls)
	changes = {}
	for _spoilt in range(chance.choice((1, 1, 2, 3))):
		name = chance.choice([*call.kinds, *(["items"] if call.row_kinds else [])])
		if name == "items" and chance.random() < 0.7:
			field = chance.choice(list(call.row_kinds))
			changes[name] = call.with_field(field, chance.choice(BAD[call.row_kinds[field]]))
			if chance.random() < 0.3:
				changes[name] = _as_text(changes[name])
		else:
			changes[name] = chance.choice(call.bad_values(call.kinds[name]))
	return call.user, call.function, call.with_changes(changes)


def _blind_call(chance, functions):
	"""Any function of the app with anything for its arguments, as somebody of the portal; most must be
	refused, and a reader may answer."""
	function = chance.choice(list(functions.values()))
	user = chance.choice((clerk(SHORT), clerk(SHORT), OUTSIDER, "Guest"))
	if is_method(function):
		return user, function, {"doctype": "Outlet", "name": chance.choice((SHORT, NEAR))}
	names = [*_argument_names(function), "doctype", "cmd"]
	arguments = {name: chance.choice(EVERYTHING) for name in names if chance.random() < 0.8}
	return user, function, {name: value for name, value in arguments.items() if value is not MISSING}


def _argument_names(function) -> list[str]:
	parameters = inspect.signature(function).parameters.values()
	names = [parameter.name for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD]
	return names or [
		"item_code",
		"warehouse",
		"company",
		"posting_date",
		"posting_time",
		"inventory_dimensions_dict",
	]


def _as_text(value):
	try:
		return json.dumps(value)
	except ValueError:
		return str(value)


def test_over_http_a_refusal_speaks_the_users_language(http):
	"""The story's people speak Indonesian; JSON and a form are refused alike."""
	http.login(clerk(SHORT))
	path = "/api/method/ks212_community.api.exchange.find_item"
	missing = frappe._("{0} is missing.", "id").format(frappe._("Outlet", "id"))
	assert missing != "Outlet is missing."
	for body in ({"json": {}}, {"json": {"outlet": ""}}, {"data": {}}, {"data": {"outlet": ""}}):
		answer = http.post(path, headers={"Accept": "application/json"}, **body)
		assert answer.status_code == 417
		assert missing in json.loads(json.loads(answer.json["_server_messages"])[0])["message"]


@pytest.mark.parametrize(
	("function", "arguments", "status"),
	[
		("find_item", {"query": ["x"], "outlet": SHORT}, 417),
		("find_item", {"query": "minyak", "outlet": NEAR}, 403),
		(
			"rank_sources",
			{"outlet": SHORT, "item_code": "no such item", "qty": 1, "needed_by": "2099-12-31"},
			404,
		),
		("rank_sources", {"outlet": SHORT, "item_code": OIL, "qty": "nan", "needed_by": "2099-12-31"}, 417),
		("rank_sources", {"outlet": SHORT, "item_code": OIL, "qty": 0.5, "needed_by": "2099-12-31"}, 417),
		("list_transfers", {"outlet": SHORT, "direction": {"in": 1}}, 417),
		("get_request", {"request": "nul\x00byte"}, 417),
		("get_transfer", {"transfer": "lone \ud800 surrogate"}, 417),
		(
			"create_request",
			{"outlet": SHORT, "items": "[[[", "needed_by": "2099-12-31", "key": "bad-input-1"},
			417,
		),
		(
			"create_request",
			{"outlet": SHORT, "items": DEEP, "needed_by": "2099-12-31", "key": "bad-input-2"},
			417,
		),
		("create_request", {"outlet": SHORT, "items": [], "needed_by": "2099-12-31"}, 417),
		("answer", {"transfer": "OT-NONE-0001", "key": "bad-input-3"}, 404),
		("settle", {"transfer": {"name": "x"}, "key": "bad-input-4"}, 417),
	],
)
def test_over_http(http, function, arguments, status):
	"""A few of the same as they look on the wire."""
	http.login(clerk(SHORT))
	answer = http.call(f"ks212_community.api.exchange.{function}", **arguments)
	assert answer.status_code == status, answer.text
	assert answer.json["_server_messages"]
