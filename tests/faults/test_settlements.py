"""Settlements made, submitted and cancelled by several processes at once, or killed on the way: each sale is
settled once."""

import pytest

from tests.faults.conftest import ROUNDS, job
from tests.faults.test_races import new_key, refusals, results
from tests.story import ACCOUNTANT, PUSAT

PROCESSES = 8
FEW = 3
SELLING = max(FEW, ROUNDS // 5)
SCENES = "tests.faults.settlement_scenes."
PASS = "ks212_community.umkm_supply.settlement"
BILLING = "ks212_community.umkm_supply.billing"
COMMIT = [("commit", "before"), ("commit", "after")]
MAKE_KILLS = [
	(f"{PASS}._write_parents", "after"),
	(f"{PASS}._write_sales", "after"),
	(f"{PASS}._write_goods", "after"),
	(f"{PASS}._write_sums", "after"),
]
SUBMIT_KILLS = [
	(f"{PASS}.take_over", "after"),
	(f"{BILLING}.make_invoice", "before"),
	("erpnext.accounts.general_ledger.make_entry", "after"),
	(f"{BILLING}.make_invoice", "after"),
]
CANCEL_KILLS = [(f"{PASS}.give_back", "after"), (f"{BILLING}.cancel_invoice", "after")]


class Course:
	"""The owner's settlements, and who does what with them."""

	def __init__(self, host):
		self.host = host
		prepared = host.run(f"{SCENES}prepare")
		self.owner, self.other, self.sold = prepared["owner"], prepared["other"], prepared["sold"]

	def make(self):
		[name] = self.host.run(f"{SCENES}make", PUSAT, key=new_key(), supplier=self.owner)
		return name

	def together(self, *jobs):
		return self.host.together([job(f"{SCENES}{scene}", user, **rest) for scene, user, rest in jobs])

	def state(self):
		return self.host.run(f"{SCENES}state", supplier=self.owner)

	def check(self):
		return self.host.run(f"{SCENES}check", supplier=self.owner)

	def makers(self, count, owner=None):
		return [
			("make", PUSAT, {"key": new_key(), "supplier": owner or self.owner}) for _process in range(count)
		]

	def open(self):
		"""The docstatus of each settlement that was not cancelled."""
		return [row["docstatus"] for row in self.state()["settlements"] if row["docstatus"] < 2]


@pytest.fixture
def course(host):
	course = Course(host)
	yield course
	host.run(f"{SCENES}clear", supplier=course.owner)


def test_drafts_made_at_once_are_one(course):
	for _round in range(FEW):
		ends = course.together(*[("make_all", PUSAT, {})] * 4, *course.makers(4))
		results(ends)
		assert len(course.open()) == 1
	assert course.check() == {"sold": course.sold, "settled": 0}


def test_a_draft_is_submitted_once_and_cancelled_once(course):
	name = course.make()
	before = course.state()["counts"]
	ends = course.together(*[("submit", ACCOUNTANT, {"name": name})] * PROCESSES)
	assert len(refusals(ends)) == PROCESSES - 1
	assert course.state()["counts"]["Purchase Invoice"] == before["Purchase Invoice"] + 1
	assert course.check() == {"sold": course.sold, "settled": course.sold}

	ends = course.together(*[("cancel", ACCOUNTANT, {"name": name})] * PROCESSES)
	assert len(refusals(ends)) == PROCESSES - 1
	assert course.open() == []
	course.make()
	assert course.check() == {"sold": course.sold, "settled": 0}


def test_a_draft_made_anew_while_it_is_submitted_holds_no_sale_twice(course):
	for _round in range(FEW):
		name = course.make()
		refusals(
			course.together(
				("make_all", PUSAT, {}),
				*course.makers(2),
				("submit", ACCOUNTANT, {"name": name}),
				*course.makers(2),
				("make_all", PUSAT, {}),
			)
		)
		if course.open() != [1]:
			# It was made anew before it could be submitted, which was refused.
			course.host.run(f"{SCENES}submit", ACCOUNTANT, name=name)
		assert course.open() == [1]
		assert course.check() == {"sold": course.sold, "settled": course.sold}
		course.host.run(f"{SCENES}cancel", ACCOUNTANT, name=name)


def test_tills_go_on_selling_while_settlements_are_made(course):
	for _round in range(SELLING):
		results(
			course.together(
				*[("sell", None, {})] * (PROCESSES - 3),
				("make_all", ACCOUNTANT, {}),
				*course.makers(1),
				*course.makers(1, course.other),
			)
		)
	name = course.make()
	course.host.run(f"{SCENES}submit", ACCOUNTANT, name=name)
	found = course.check()
	assert found["sold"] == found["settled"] == course.sold + SELLING * (PROCESSES - 3)


@pytest.mark.parametrize(("where", "when"), [*MAKE_KILLS, *COMMIT])
def test_making_is_killed_and_repeated(course, where, when):
	before, key = course.state(), new_key()
	end = course.host.end_of(
		f"{SCENES}make", PUSAT, {"where": where, "when": when}, key=key, supplier=course.owner
	)
	assert end == {"killed": 9}, "the kill was not reached" if "killed" not in end else end
	if (where, when) != ("commit", "after"):
		assert course.state() == before
	[name] = course.host.run(f"{SCENES}make", PUSAT, key=key, supplier=course.owner)
	done = course.state()
	assert [row["name"] for row in done["settlements"] if row["docstatus"] == 0] == [name]
	assert done["counts"]["Request Key"] == before["counts"]["Request Key"] + 1
	assert course.host.run(f"{SCENES}make", PUSAT, key=key, supplier=course.owner) == [name]
	assert course.state() == done
	assert course.check() == {"sold": course.sold, "settled": 0}


@pytest.mark.parametrize(("where", "when"), [*SUBMIT_KILLS, *COMMIT])
def test_submitting_is_killed_and_repeated(course, where, when):
	name = course.make()
	repeat(course, "submit", name, where, when, "Unpaid")
	assert course.check() == {"sold": course.sold, "settled": course.sold}


@pytest.mark.parametrize(("where", "when"), [*CANCEL_KILLS, *COMMIT])
def test_cancelling_is_killed_and_repeated(course, where, when):
	name = course.make()
	course.host.run(f"{SCENES}submit", ACCOUNTANT, name=name)
	repeat(course, "cancel", name, where, when, "Cancelled")
	course.make()
	assert course.check() == {"sold": course.sold, "settled": 0}


def repeat(course, scene, name, where, when, status):
	"""Kill a step of the desk's, see that there is all of it or nothing, and take it again if it is
	nothing."""
	before = course.state()
	end = course.host.end_of(f"{SCENES}{scene}", ACCOUNTANT, {"where": where, "when": when}, name=name)
	assert end == {"killed": 9}, "the kill was not reached" if "killed" not in end else end
	if (where, when) == ("commit", "after"):
		[found] = [row for row in course.state()["settlements"] if row["name"] == name]
		assert found["status"] == status
		assert len(refusals([course.host.end_of(f"{SCENES}{scene}", ACCOUNTANT, name=name)])) == 1
	else:
		assert course.state() == before
		assert course.host.run(f"{SCENES}{scene}", ACCOUNTANT, name=name) == status
