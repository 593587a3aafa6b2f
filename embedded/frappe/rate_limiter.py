"""How often a call may be made from one address."""

import time
from functools import wraps

import frappe
from frappe import _

_calls = {}


def rate_limit(key=None, limit=5, seconds=24 * 60 * 60, methods="ALL", ip_based=True):
	"""Refuse a request's call from the `limit`th on within so many seconds after the first. Kept in this
	process."""

	def decorator(fn):
		@wraps(fn)
		def wrapper(*args, **kwargs):
			if frappe.request and (methods == "ALL" or frappe.request.method in methods):
				who = (ip_based and frappe.local.request_ip, key and frappe.form_dict.get(key))
				place = (frappe.local.site, frappe.form_dict.cmd, who)
				recent = [at for at in _calls.get(place, [])[:1] if at > time.time() - seconds]
				_calls[place] = [*(_calls[place] if recent else []), time.time()]
				if len(_calls[place]) > (limit() if callable(limit) else limit):
					message = _(
						"You hit the rate limit because of too many requests. Please try after sometime."
					)
					frappe.throw(message, frappe.RateLimitExceededError)
			return fn(*args, **kwargs)

		return wrapper

	return decorator
