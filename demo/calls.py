"""Calling the app as its people do."""

import inspect
import uuid

import frappe

from tests import story


def call_as(user, function, /, **arguments):
	"""Call a function of the app's API as `user`; a writing one gets its key, and is committed as a web
	request is."""
	if "key" in inspect.signature(function).parameters:
		arguments["key"] = uuid.uuid4().hex
	with story.acting_as(user):
		answer = function(**arguments)
	frappe.db.commit()
	return answer
