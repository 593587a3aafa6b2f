"""A whitelisted function's type hints, checked with pydantic as Frappe does."""

import inspect
from functools import cache, wraps

from pydantic import ConfigDict, TypeAdapter, ValidationError

from frappe.exceptions import FrappeTypeError


def validate_argument_types(func, apply_condition):
	@wraps(func)
	def wrapper(*args, **kwargs):
		if apply_condition():
			kwargs = typed(func, {**dict(zip(inspect.signature(func).parameters, args)), **kwargs})
			args = ()
		return func(*args, **kwargs)

	return wrapper


@cache
def adapter(hint):
	return TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True))


def typed(func, given):
	for name, parameter in inspect.signature(func).parameters.items():
		hint, default = parameter.annotation, parameter.default
		if name not in given or hint is parameter.empty:
			continue
		hint = int | bool | float if hint is bool else hint
		try:
			hint = hint if default is parameter.empty else hint | type(default)
			given[name] = adapter(hint).validate_python(given[name])
		except ValidationError as e:
			got = type(given[name]).__name__
			raise FrappeTypeError(
				f"Argument '{name}' should be of type '{hint}' but got '{got}' instead."
			) from e
	return given
