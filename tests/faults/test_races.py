"""Several processes at the same moment: nothing is promised twice, nothing is lost, nobody meets a
deadlock."""

import random
import uuid

from tests.faults.conftest import ROUNDS, job
from tests.faults.scenes import FREE, ITEMS, RACERS, SOURCE
from tests.story import clerk


def new_key():
	return uuid.uuid4().hex


def results(ends):
	for end in ends:
		assert "result" in end, end.get("error", {}).get("traceback") or end
	return [end["result"] for end in ends]


def refusals(ends):
	"""The ends that are no result: each must be a clear refusal, never a deadlock that nobody handled."""
	lost = [end for end in ends if "result" not in end]
	for end in lost:
		assert end.get("error", {}).get("status") == 417, end.get("error", {}).get("traceback") or end
		assert end["error"]["message"]
	return lost


def ask_together(host, wishes):
	"""Eight requests at once, a racer each; return their {request, transfers}."""
	return results(
		host.together(
			[
				job("ask", clerk(outlet), outlet=outlet, items=items, key=new_key())
				for outlet, items in zip(RACERS, wishes, strict=False)
			]
		)
	)


def cancel_together(host, asked):
	results(
		host.together(
			[
				job(
					"call",
					clerk(outlet),
					function="cancel_request",
					request=one["request"],
					reason="Putaran usai",
					key=new_key(),
				)
				for outlet, one in zip(RACERS, asked, strict=False)
			]
		)
	)


def test_eight_processes_promise_the_same_stock(host):
	"""Each asks, answers and cancels at the same moment as seven others; the goods suffice for some of
	them."""
	chance = random.Random(212)
	host.run("restock")
	won = lost = 0
	for number in range(ROUNDS):
		# Two items in either order, so that locks taken in the order of the lines would meet.
		wishes = []
		for _racer in RACERS:
			wish = [(item_code, chance.randint(1, 8)) for item_code in ITEMS]
			wishes.append(wish if chance.random() < 0.5 else wish[::-1])
		asked = ask_together(host, wishes)
		ends = host.together(
			[
				job(
					"call",
					clerk(SOURCE),
					function="answer",
					transfer=one["transfers"][SOURCE],
					items=[{"item_code": item_code, "qty": qty} for item_code, qty in wish],
					key=new_key(),
				)
				for one, wish in zip(asked, wishes, strict=True)
			]
		)
		refusals(ends)
		held = host.run("held")
		for item_code in ITEMS:
			promised = sum(
				dict(wish)[item_code] for wish, end in zip(wishes, ends, strict=True) if "result" in end
			)
			assert held[item_code]["bin"] == held[item_code]["transfers"] == promised, (
				f"round {number}: {held}"
			)
			assert promised <= FREE, f"round {number}: {promised} promised of {FREE}"
		for wish, end in zip(wishes, ends, strict=True):
			if "result" in end:
				assert end["result"]["status"] == "Promised"
				won += 1
			else:
				lost += 1
				short = [item for item, qty in wish if qty > FREE - held[item]["bin"]]
				assert short, f"round {number}: {wish} was refused though {held}"
		host.run("check", requests=[one["request"] for one in asked])
		cancel_together(host, asked)
		held = host.run("held")
		assert all(row["bin"] == row["transfers"] == 0 for row in held.values()), f"round {number}: {held}"
	assert won and lost, "the race was no race"
	print(f"{ROUNDS} rounds of {len(RACERS)}: {won} promises, {lost} refusals")


def test_eight_requests_are_sent_and_received_at_once(host):
	"""Whole lives side by side, on the same two Bins and the same transit warehouse."""
	for _round in range(max(1, ROUNDS // 10)):
		host.run("restock")
		ends = host.together(
			[
				job("life", outlet=outlet, item_code=ITEMS[number % 2], qty=2, key=new_key())
				for number, outlet in enumerate(RACERS)
			]
		)
		transfers = results(ends)
		held = host.run("held")
		for item_code in ITEMS:
			assert held[item_code] == {"bin": 0, "transfers": 0, "actual": FREE - 8}
		for transfer in transfers:
			answer = host.run("call", function="get_transfer", transfer=transfer)
			assert answer["status"] == "Received"
			host.run("check", requests=[answer["request"]])


def test_one_key_by_two_processes_is_one_request(host):
	for _round in range(max(3, ROUNDS // 5)):
		outlet, key = RACERS[0], new_key()
		jobs = [
			job("ask", clerk(outlet), outlet=outlet, items=[(ITEMS[0], 3)], key=key) for _twin in range(3)
		]
		asked = results(host.together(jobs))
		assert len({one["request"] for one in asked}) == 1, asked
		cancel_together(host, asked[:1])


def test_one_key_dispatches_once(host):
	host.run("restock")
	asked = ask_together(host, [[(ITEMS[0], 5)]])
	transfer = asked[0]["transfers"][SOURCE]
	answer = {"function": "answer", "transfer": transfer, "items": [{"item_code": ITEMS[0], "qty": 5}]}
	host.run("call", clerk(SOURCE), key=new_key(), **answer)
	key = new_key()
	ends = host.together(
		[job("call", clerk(SOURCE), function="dispatch", transfer=transfer, key=key) for _twin in range(4)]
	)
	assert {one["status"] for one in results(ends)} == {"In Transit"}
	assert host.run("held")[ITEMS[0]]["actual"] == FREE - 5
	# Another key is another call: it comes too late, and is told so.
	refused = host.end_of("call", clerk(SOURCE), function="dispatch", transfer=transfer, key=new_key())
	assert refusals([refused])
	items = [{"item_code": ITEMS[0], "received_qty": 5}]
	host.run("call", clerk(RACERS[0]), function="receive", transfer=transfer, items=items, key=new_key())
	host.run("check", requests=[asked[0]["request"]])


def test_promise_withdrawal_cancellation_and_deadline_at_once(host):
	"""Four hands on one ask: whatever wins, what is held adds up."""
	host.run("restock")
	for _round in range(max(3, ROUNDS // 5)):
		asked = ask_together(host, [[(ITEMS[0], 5), (ITEMS[1], 5)]])
		transfer, request = asked[0]["transfers"][SOURCE], asked[0]["request"]
		items = [{"item_code": item_code, "qty": 5} for item_code in ITEMS]
		ends = host.together(
			[
				job("call", clerk(SOURCE), function="answer", transfer=transfer, items=items, key=new_key()),
				job(
					"call",
					clerk(RACERS[0]),
					function="withdraw",
					transfer=transfer,
					reason="Batal",
					key=new_key(),
				),
				job(
					"call",
					clerk(RACERS[0]),
					function="cancel_request",
					request=request,
					reason="Batal",
					key=new_key(),
				),
				job("ks212_community.stock_exchange.deadlines.run"),
			]
		)
		refusals(ends)
		held = host.run("held")
		assert all(row["bin"] == row["transfers"] for row in held.values()), held
		host.run("check", requests=[request])
		host.end_of(
			"call", clerk(RACERS[0]), function="cancel_request", request=request, reason="Sisa", key=new_key()
		)
	held = host.run("held")
	assert all(row["bin"] == row["transfers"] == 0 for row in held.values()), held


def test_the_counter_sells_while_the_outlet_promises_and_sends(host):
	"""Sales and promises side by side: the ledger never goes below zero, and nobody meets a deadlock."""
	for _round in range(max(2, ROUNDS // 10)):
		host.run("restock")
		asked = ask_together(host, [[(ITEMS[0], 6)]] * 3)
		jobs = [
			job(
				"call",
				clerk(SOURCE),
				function="answer",
				transfer=one["transfers"][SOURCE],
				items=[{"item_code": ITEMS[0], "qty": 6}],
				key=new_key(),
			)
			for one in asked
		]
		ends = host.together([*jobs, job("tests.story.sell", outlet=SOURCE, quantities={ITEMS[0]: 9})])
		refusals(ends[:3])
		held = host.run("held")[ITEMS[0]]
		assert held["bin"] == held["transfers"] and held["actual"] >= 0
		host.run("check", requests=[one["request"] for one in asked])
		cancel_together(host, asked)
