"""Every page of the portal as two outlets' people and Guest fetch it, with developer_mode off: no page is
kept for another."""

from pathlib import Path

import pytest

import ks212_community
from tests.faults.test_http import login
from tests.faults.test_kills import Course
from tests.story import FAR, SHORT, clerk

PAGES = sorted(
	f"/gerai/{page.stem}".removesuffix("/index")
	for page in (Path(ks212_community.__file__).parent / "www" / "gerai").glob("*.html")
)
FOR_GUESTS = {"/gerai/masuk", "/gerai/bahasa", "/gerai/keluar"}
ONE, OTHER = clerk(SHORT), clerk(FAR)


@pytest.fixture(scope="module")
def course(host):
	"""A transfer in transit between two outlets, of which OTHER's is none."""
	course = Course(host, "receive")
	yield course
	course.finish()


def fetch(browser, path):
	return {"browser": browser, "path": path, "accept": "text/html"}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_kept_for_another(host, course, page):
	private = {user: host.run("names_of", who=user) for user in (ONE, OTHER)}
	suffixes = ("", f"?name={course.transfer}", f"?name={course.request}", f"?outlet={SHORT}")
	fetched = [
		(user, page + suffix) for suffix in suffixes for user in (ONE, OTHER, "Guest", ONE, "Guest", OTHER)
	]
	answers = host.run("browse", steps=[login(ONE), login(OTHER), *(fetch(*each) for each in fetched)])[2:]
	for (user, path), answer in zip(fetched, answers, strict=True):
		assert answer["status"] < 500, f"{path} for {user}: {answer['text'][:1500]}"
		assert "no-store" in (answer["cache"] or ""), f"{path} for {user}: {answer['cache']}"
		for other in {ONE, OTHER} - {user}:
			for word in private[other]:
				assert word not in answer["text"], f"{path}: {user} reads {other}'s {word}"
		if user == "Guest" and page not in FOR_GUESTS:
			assert answer["status"] in (301, 302, 303, 307, 401, 403), f"{path} for Guest: {answer['status']}"
		if user == OTHER and "?name=" in path:
			assert f">{course.transfer}<" not in answer["text"], f"{path}: a transfer of others"


def test_whoever_leaves_takes_the_page_along(host, course):
	steps = [
		login(ONE),
		fetch(ONE, "/gerai"),
		{"browser": ONE, "path": "/api/method/logout", "method": "POST", "token": True},
	]
	steps += [fetch(ONE, "/gerai"), {**login(OTHER), "browser": ONE}, fetch(ONE, "/gerai")]
	_login, home, _logout, after, _again, others = host.run("browse", steps=steps)
	one, other = (host.run("names_of", who=user) for user in (ONE, OTHER))
	assert any(word in home["text"] for word in one)
	assert after["status"] in (301, 302, 303, 307)
	assert any(word in others["text"] for word in other) and not any(word in others["text"] for word in one)
