"""A process killed at any moment, then the call repeated with its key: posted once, nothing half posted."""

import uuid

import pytest

from tests.faults.scenes import FREE, ITEMS, SOURCE
from tests.story import NEXT, PUSAT, SHORT, clerk

ITEM = ITEMS[0]
EXCHANGE = "ks212_community.stock_exchange"
KEY_ROW = ("ks212_community.api.once._insert_key", "after")
LAST_WRITE = (f"{EXCHANGE}.notices.after_step", "before")
COMMIT = [("commit", "before"), ("commit", "after")]
LEDGER = "erpnext.stock.stock_ledger.make_entry"

# Where each call is killed: the key's row, each write of its own, a step inside ERPNext's posting, before and
# after the commit.
KILLS = {
	"create_request": [KEY_ROW, (f"{EXCHANGE}.asking._ask", "before"), (f"{EXCHANGE}.asking._ask", "after")],
	"answer": [
		KEY_ROW,
		(f"{EXCHANGE}.availability.promise", "after"),
		(f"{EXCHANGE}.posting.request_goods", "after"),
		LAST_WRITE,
	],
	"approve": [
		KEY_ROW,
		(f"{EXCHANGE}.posting.request_goods", "before"),
		(f"{EXCHANGE}.posting.request_goods", "after"),
	],
	"dispatch": [
		KEY_ROW,
		(f"{EXCHANGE}.availability.release", "after"),
		(LEDGER, "after"),
		(f"{EXCHANGE}.posting.dispatch", "after"),
		LAST_WRITE,
	],
	"receive": [KEY_ROW, (LEDGER, "after"), (f"{EXCHANGE}.posting.receive", "after"), LAST_WRITE],
	"settle": [KEY_ROW, (f"{EXCHANGE}.posting.write_off", "after"), LAST_WRITE],
	"withdraw": [
		KEY_ROW,
		(f"{EXCHANGE}.availability.release", "after"),
		(f"{EXCHANGE}.posting.cancel_request", "after"),
	],
	"cancel_request": [
		KEY_ROW,
		(f"{EXCHANGE}.posting.cancel_request", "after"),
		(f"{EXCHANGE}.asking.go_on", "before"),
	],
	"reject": [KEY_ROW, (f"{EXCHANGE}.availability.release", "after")],
}
CASES = [(function, *kill) for function, kills in KILLS.items() for kill in (*kills, *COMMIT)]


class Course:
	"""A request brought to the state that a call needs."""

	def __init__(self, host, function):
		self.host, self.function = host, function
		host.run("restock")
		self.pending = function in ("approve", "reject")
		host.run("approval_from", value=0 if self.pending else 1e9)
		asked = self.step("ask", clerk(SHORT), outlet=SHORT, items=[(ITEM, 6)])
		self.request, self.transfer = asked["request"], asked["transfers"][SOURCE]
		for step in ("answer", "dispatch", "receive", "settle"):
			if step in self.before(function):
				user, arguments = self.call_of(step)
				self.step("call", user, function=step, **arguments)

	def before(self, function):
		return {
			"approve": ["answer"],
			"reject": ["answer"],
			"withdraw": ["answer"],
			"cancel_request": ["answer"],
			"dispatch": ["answer"],
			"receive": ["answer", "dispatch"],
			"settle": ["answer", "dispatch", "receive"],
		}.get(function, [])

	def step(self, scene, user, **arguments):
		return self.host.run(scene, user, key=uuid.uuid4().hex, **arguments)

	def call_of(self, function):
		transfer = {"transfer": self.transfer}
		return {
			"create_request": (
				clerk(NEXT),
				{"outlet": NEXT, "items": [{"item_code": ITEM, "qty": 6}], "needed_by": "2099-12-31"},
			),
			"answer": (clerk(SOURCE), {**transfer, "items": [{"item_code": ITEM, "qty": 6}]}),
			"approve": (PUSAT, transfer),
			"reject": (PUSAT, {**transfer, "reason": "Terlalu jauh"}),
			"dispatch": (clerk(SOURCE), transfer),
			"receive": (clerk(SHORT), {**transfer, "items": [{"item_code": ITEM, "received_qty": 4}]}),
			"settle": (PUSAT, {**transfer, "action": "Write Off", "reason": "Pecah"}),
			"withdraw": (clerk(SOURCE), {**transfer, "reason": "Terjual"}),
			"cancel_request": (clerk(SHORT), {"request": self.request, "reason": "Batal"}),
		}[function]

	def state(self):
		return self.host.run("state", request=self.request)

	def finish(self):
		"""Let no promise and no goods stay behind."""
		self.host.run("approval_from", value=1e9)
		for request in {self.request, *self.host.run("open_requests", outlet=NEXT)}:
			self.host.run("end", request=request)


@pytest.mark.parametrize(("function", "where", "when"), CASES)
def test_killed_and_repeated(host, function, where, when):
	course = Course(host, function)
	user, arguments = course.call_of(function)
	key = uuid.uuid4().hex
	before = course.state()
	end = host.end_of(
		"call", user, kill={"where": where, "when": when}, function=function, key=key, **arguments
	)
	assert end == {"killed": 9}, "the kill was not reached" if "killed" not in end else end
	after = course.state()
	if (where, when) == ("commit", "after"):
		assert after != before, "all of it is there"
	else:
		assert after == before, "nothing of it is there"
	first = host.run("call", user, function=function, key=key, **arguments)
	done = course.state()
	if (where, when) == ("commit", "after"):
		assert done == after, "the repeated call did it again"
	assert done["counts"]["Request Key"] == before["counts"]["Request Key"] + 1
	assert host.run("call", user, function=function, key=key, **arguments) == first
	assert course.state() == done
	host.run("check", requests=[course.request])
	posted = {"dispatch": 1, "receive": 1, "settle": 1}.get(function, 0)
	assert done["counts"]["Stock Entry"] == before["counts"]["Stock Entry"] + posted
	course.finish()
	assert host.run("held")[ITEM]["bin"] == 0


def test_a_deadline_that_is_killed_is_followed_the_next_time(host):
	course = Course(host, "answer")
	host.run("let_pass", transfer=course.transfer)
	before = course.state()
	end = host.end_of(
		"ks212_community.stock_exchange.deadlines.run",
		kill={"where": f"{EXCHANGE}.notices.after_step", "when": "before"},
	)
	assert end == {"killed": 9}
	assert course.state() == before
	host.run("ks212_community.stock_exchange.deadlines.run")
	assert host.run("call", function="get_transfer", transfer=course.transfer)["status"] == "Expired"
	course.finish()


def test_what_is_free_is_free_again_after_every_kill(host):
	held = host.run("held")
	host.run("restock")
	assert all(row["bin"] == row["transfers"] == 0 for row in held.values())
	assert host.run("held")[ITEM]["actual"] == FREE
