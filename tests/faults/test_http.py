"""Calls as a browser sends them: with and without its token, repeated, by the wrong hands and by the wrong
method."""

import json
import uuid

import pytest

from tests.faults.scenes import ITEMS, SOURCE
from tests.faults.test_kills import Course
from tests.story import NEXT, PASSWORD, PUSAT, WEST, clerk

API = "/api/method/ks212_community.api.exchange."
WRITERS = (
	"create_request",
	"cancel_request",
	"answer",
	"withdraw",
	"approve",
	"reject",
	"dispatch",
	"receive",
	"settle",
)


def login(user):
	return {
		"browser": user,
		"path": "/api/method/login",
		"method": "POST",
		"form": {"usr": user, "pwd": PASSWORD},
	}


def post(user, function, token=True, **arguments):
	return {"browser": user, "path": API + function, "method": "POST", "json": arguments, "token": token}


@pytest.mark.parametrize("function", WRITERS)
def test_each_call_by_every_hand(host, function):
	course = Course(host, function)
	user, arguments = course.call_of(function)
	arguments = {**arguments, "key": uuid.uuid4().hex}
	other = {"create_request": {"remarks": "Lain"}}.get(function, {"transfer": None, "request": None})
	stranger, guest = clerk(WEST), "Guest"
	before = course.state()
	refused = host.run(
		"browse",
		steps=[
			login(user),
			{"browser": user, "path": "/gerai"},
			post(user, function, token=False, **arguments),
			{**post(user, function, token=False, **arguments), "headers": {"X-Frappe-CSRF-Token": "wrong"}},
			{"browser": user, "path": f"{API}{function}?key=a-key-in-the-address"},
			login(stranger),
			post(stranger, function, **arguments),
			post(guest, function, token=False, **arguments),
		],
	)
	statuses = [answer["status"] for answer in refused]
	assert statuses == [200, 200, 400, 400, 403, 200, 403, 403], [answer["text"][:300] for answer in refused]
	after = course.state()
	assert after == before
	steps = [
		login(user),
		*[post(user, function, **arguments)] * 3,
		post(user, function, **{**arguments, **other}),
	]
	_login, first, second, third, changed = host.run("browse", steps=steps)
	assert first["status"] == 200, first["text"]
	assert json.loads(second["text"])["message"] == json.loads(first["text"])["message"]
	assert second["text"] == third["text"]
	assert changed["status"] in (409, 417) and "_server_messages" in changed["text"]
	assert course.state()["counts"]["Request Key"] == before["counts"]["Request Key"] + 1
	host.run("check", requests=[course.request])
	course.finish()


def test_a_used_key_with_another_payload_is_a_409(host):
	arguments = {
		"outlet": NEXT,
		"items": [{"item_code": ITEMS[0], "qty": 2}],
		"needed_by": "2099-12-31",
		"key": uuid.uuid4().hex,
	}
	user = clerk(NEXT)
	steps = [
		login(user),
		post(user, "create_request", **arguments),
		post(user, "create_request", **{**arguments, "remarks": "x"}),
	]
	_login, first, second = host.run("browse", steps=steps)
	assert (first["status"], second["status"]) == (200, 409)
	host.run("end", request=json.loads(first["text"])["message"]["name"])


def test_pusats_writers_are_shut_to_outlets(host):
	course = Course(host, "approve")
	steps = [login(clerk(SOURCE))]
	steps += [
		post(clerk(SOURCE), function, transfer=course.transfer, reason="x", key=uuid.uuid4().hex)
		for function in ("approve", "reject", "settle")
	]
	assert [answer["status"] for answer in host.run("browse", steps=steps)] == [200, 403, 403, 403]
	assert (
		host.run("call", PUSAT, function="get_transfer", transfer=course.transfer)["approval_status"]
		== "Pending"
	)
	course.finish()
