"""Transfers between companies killed at any moment, repeated, and raced: both companies' books have all of a
step, or nothing."""

import uuid

import pytest

from tests.faults.between_scenes import ITEM, SOURCE, TARGET
from tests.faults.conftest import job
from tests.faults.scenes import FREE
from tests.faults.test_races import new_key, refusals, results
from tests.story import ACCOUNTANT, COMPANY, OTHER_COMPANY, PUSAT, clerk

SCENES = "tests.faults.between_scenes"
EXCHANGE = "ks212_community.stock_exchange"
KEY_ROW = ("ks212_community.api.once._insert_key", "after")
LAST_WRITE = (f"{EXCHANGE}.notices.after_step", "before")
LEDGER = ("erpnext.stock.stock_ledger.make_entry", "after")
COMMIT = [("commit", "before"), ("commit", "after")]
SALE, LOAN = "Cost Plus", "Loan in Kind"

# (basis, call) -> where it is killed
KILLS = {
	(SALE, "dispatch"): [KEY_ROW, LEDGER, (f"{EXCHANGE}.posting.dispatch", "after"), LAST_WRITE],
	(SALE, "receive"): [
		LEDGER,
		# Between the Purchase Receipt and the invoices, and between the two invoices.
		(f"{EXCHANGE}.posting.receive", "after"),
		(f"{EXCHANGE}.posting.invoices.keep", "after"),
		(f"{EXCHANGE}.posting.bill", "after"),
		LAST_WRITE,
	],
	# Between the return and the loss.
	(SALE, "settle"): [(f"{EXCHANGE}.posting.between_companies.take_back", "after"), LAST_WRITE],
	# Between the two companies' Journal Entries.
	(SALE, "net_debts"): [KEY_ROW, (f"{EXCHANGE}.netting.journal", "after")],
	# Between the two companies' Stock Entries.
	(LOAN, "receive"): [(f"{EXCHANGE}.posting.within_company.move", "after"), LAST_WRITE],
	(LOAN, "give_back"): [
		KEY_ROW,
		(f"{EXCHANGE}.loans.hold", "after"),
		(f"{EXCHANGE}.exchange._promise", "after"),
	],
}
# Between the Journal Entry and the invoices, and between the two invoices.
SETTLING_KILLS = [
	(f"{EXCHANGE}.posting.settled_loan.shift", "after"),
	(f"{EXCHANGE}.posting.invoices.keep", "after"),
	LAST_WRITE,
	*COMMIT,
]
CASES = [(*case, *kill) for case, kills in KILLS.items() for kill in (*kills, *COMMIT)]


@pytest.fixture(scope="module", autouse=True)
def _prepared(host):
	host.run(f"{SCENES}.prepare")


class Course:
	"""A request of the one company brought to the state that a call needs."""

	def __init__(self, host, basis, function="ask"):
		self.host = host
		host.run(f"{SCENES}.begin", basis=basis)
		asked = host.run("ask", clerk(TARGET), outlet=TARGET, items=[(ITEM, 6)], key=new_key())
		self.request, self.transfer = asked["request"], asked["transfers"][SOURCE]
		steps = ["answer", "approve", "dispatch", "receive", "settle"]
		wanted = {"ask": 0, "dispatch": 2, "receive": 3, "settle": 4}.get(function, 4)
		for step in steps[:wanted]:
			self.call(step)
		if function == "net_debts":
			host.run(f"{SCENES}.owe_back")

	def arguments(self, function):
		transfer = {"transfer": self.transfer}
		return {
			"answer": (clerk(SOURCE), {**transfer, "items": [{"item_code": ITEM, "qty": 6}]}),
			"approve": (PUSAT, transfer),
			"dispatch": (clerk(SOURCE), transfer),
			"receive": (clerk(TARGET), {**transfer, "items": [{"item_code": ITEM, "received_qty": 4}]}),
			"settle": (PUSAT, {**transfer, "action": "Write Off", "reason": "Pecah"}),
			"give_back": (clerk(TARGET), {**transfer, "items": [{"item_code": ITEM, "qty": 3}]}),
			"net_debts": (ACCOUNTANT, {"company": COMPANY, "other": OTHER_COMPANY}),
		}[function]

	def call(self, function, key=None):
		user, arguments = self.arguments(function)
		return self.host.run(f"{SCENES}.call", user, function=function, key=key or new_key(), **arguments)

	def job(self, function, key=None):
		user, arguments = self.arguments(function)
		return job(f"{SCENES}.call", user, function=function, key=key or new_key(), **arguments)

	def state(self):
		return self.host.run(f"{SCENES}.state", request=self.request)

	def check(self):
		self.host.run("check", requests=[self.request])
		self.host.run(f"{SCENES}.fail_if_unlike")


@pytest.mark.parametrize(("basis", "function", "where", "when"), CASES)
def test_killed_and_repeated(host, basis, function, where, when):
	course = Course(host, basis, function)
	user, arguments = course.arguments(function)
	key = uuid.uuid4().hex
	before = course.state()
	end = host.end_of(
		f"{SCENES}.call", user, kill={"where": where, "when": when}, function=function, key=key, **arguments
	)
	assert end == {"killed": 9}, "the kill was not reached" if "killed" not in end else end
	after = course.state()
	if (where, when) == ("commit", "after"):
		assert after != before, "all of it is there"
	else:
		assert after == before, "nothing of it is there"
	first = course.call(function, key)
	done = course.state()
	if (where, when) == ("commit", "after"):
		assert done == after, "the repeated call did it again"
	assert course.call(function, key) == first
	assert course.state() == done
	course.check()
	host.run("end", request=course.request)


def test_two_dispatches_at_once_post_one(host):
	course = Course(host, SALE, "dispatch")
	ends = host.together([course.job("dispatch") for _hand in range(3)])
	assert len(refusals(ends)) == 2
	assert course.state()["counts"]["Delivery Note"] >= 1
	assert host.run(f"{SCENES}.on_hand")[0] == FREE - 6
	course.check()


def test_one_key_dispatches_once(host):
	course = Course(host, SALE, "dispatch")
	key = new_key()
	answers = results(host.together([course.job("dispatch", key) for _twin in range(3)]))
	assert {answer["status"] for answer in answers} == {"In Transit"}
	assert host.run(f"{SCENES}.on_hand")[0] == FREE - 6


def test_two_counts_at_once_post_one(host):
	course = Course(host, SALE, "receive")
	before = course.state()["counts"]
	ends = host.together([course.job("receive") for _hand in range(3)])
	assert len(refusals(ends)) == 2
	after = course.state()["counts"]
	for doctype in ("Purchase Receipt", "Sales Invoice", "Purchase Invoice"):
		assert after[doctype] == before[doctype] + 1, doctype
	course.check()


def test_two_nights_bill_a_month_once(host):
	host.run(f"{SCENES}.gather_each", when="Each Month")
	course = Course(host, SALE, "settle")
	before = course.state()["counts"]
	results(host.together([job(f"{SCENES}.gather", transfer=course.transfer) for _night in range(2)]))
	after = course.state()["counts"]
	assert after["Sales Invoice"] == before["Sales Invoice"] + 1
	assert after["Purchase Invoice"] == before["Purchase Invoice"] + 1
	host.run(f"{SCENES}.gather_each", when="Each Transfer")
	course.check()


def test_two_hands_give_a_loan_back_once(host):
	course = Course(host, LOAN, "give_back")
	# The requester has 4 of the loan, and enough of its own for both hands.
	host.run("tests.story.stock_up", outlet=TARGET, quantities={ITEM: 10})
	ends = host.together([course.job("give_back") for _hand in range(2)])
	assert len(refusals(ends)) == 1
	assert host.run(f"{SCENES}.coming", loan=course.transfer) == 3
	course.check()


def test_two_hands_set_debts_off_once(host):
	course = Course(host, SALE, "net_debts")
	before = course.state()["counts"]["Journal Entry"]
	ends = host.together([course.job("net_debts") for _hand in range(2)])
	assert len(refusals(ends)) == 1
	assert course.state()["counts"]["Journal Entry"] == before + 2
	course.check()


@pytest.mark.parametrize("step", ["submit", "cancel"])
@pytest.mark.parametrize(("where", "when"), SETTLING_KILLS)
def test_settling_a_loan_is_killed_and_repeated(host, step, where, when):
	if step == "cancel" and "posting" in where:
		where, when = f"{EXCHANGE}.posting.settled_loan.cancel", "after"
	course = Course(host, LOAN, "give_back")
	loan = {"loan": course.transfer}
	lent = host.run(f"{SCENES}.on_loan", **loan)
	draft = {"name": host.run(f"{SCENES}.draft_settlement", PUSAT, **loan)}
	if step == "cancel":
		host.run(f"{SCENES}.submit_settlement", PUSAT, **draft)
	before = [course.state(), host.run(f"{SCENES}.on_loan", **loan)]
	end = host.end_of(f"{SCENES}.{step}_settlement", PUSAT, kill={"where": where, "when": when}, **draft)
	assert end == {"killed": 9}, "the kill was not reached" if "killed" not in end else end
	if (where, when) != ("commit", "after"):
		assert [course.state(), host.run(f"{SCENES}.on_loan", **loan)] == before, "nothing of it is there"
		host.run(f"{SCENES}.{step}_settlement", PUSAT, **draft)
	after = host.run(f"{SCENES}.on_loan", **loan)
	if step == "cancel":
		assert after == lent
	else:
		assert after[2] == 0 and sum(after[:2]) == sum(lent[:2])
	course.check()


def test_two_drafts_settle_a_loan_once(host):
	course = Course(host, LOAN, "give_back")
	drafts = [host.run(f"{SCENES}.draft_settlement", PUSAT, loan=course.transfer) for _hand in range(2)]
	ends = host.together([job(f"{SCENES}.submit_settlement", PUSAT, name=name) for name in drafts])
	assert len(refusals(ends)) == 1
	assert host.run(f"{SCENES}.owed", loan=course.transfer) == 0
	course.check()


def test_what_is_given_back_is_not_settled_too(host):
	course = Course(host, LOAN, "give_back")
	draft = host.run(f"{SCENES}.draft_settlement", PUSAT, loan=course.transfer)
	ends = host.together([course.job("give_back"), job(f"{SCENES}.submit_settlement", PUSAT, name=draft)])
	assert len(refusals(ends)) == 1
	owed, coming = (host.run(f"{SCENES}.{what}", loan=course.transfer) for what in ("owed", "coming"))
	assert (owed, coming) in ((4, 3), (0, 0))
	course.check()


def test_a_payment_beside_the_netting_pays_nothing_twice(host):
	course = Course(host, SALE, "net_debts")
	invoice = host.run(f"{SCENES}.invoice_of", transfer=course.transfer)
	before, paid = host.run(f"{SCENES}.receivable"), 100
	ends = host.together(
		[job(f"{SCENES}.pay", ACCOUNTANT, invoice=invoice, amount=paid), course.job("net_debts")]
	)
	payment, netted = results(ends)
	assert host.run(f"{SCENES}.receivable") == round(before - paid - netted["amount"], 2)
	host.run(f"{SCENES}.cancel_payment", name=payment)
	course.check()
