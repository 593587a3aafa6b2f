"""Frappe's exceptions; `http_status_code` is what a request that raises one answers with."""


class ValidationError(Exception):
	http_status_code = 417


class FrappeTypeError(TypeError):
	http_status_code = 417


class Redirect(Exception):
	def __init__(self, http_status_code=301):
		self.http_status_code = http_status_code


def _new(base, names, **attributes):
	for name in names.split():
		globals()[name] = type(name, (base,), {"__module__": __name__, **attributes})


_new(Exception, "AuthenticationError SessionExpired", http_status_code=401)
_new(Exception, "PermissionError", http_status_code=403)
_new(Exception, "NameError", http_status_code=409)
_new(Exception, "CSRFTokenError", http_status_code=400)
_new(Exception, "QueryTimeoutError QueryDeadlockError SecurityException")
_new(ValidationError, "DoesNotExistError PageDoesNotExistError", http_status_code=404)
_new(ValidationError, "RateLimitExceededError", http_status_code=429)
_new(
	ValidationError, "MandatoryError NonNegativeError CannotChangeConstantError CharacterLengthExceededError"
)
_new(ValidationError, "UpdateAfterSubmitError LinkValidationError LinkExistsError DocstatusTransitionError")
_new(ValidationError, "TimestampMismatchError InvalidEmailAddressError UniqueValidationError")
_new(globals()["LinkValidationError"], "CancelledLinkError")
_new(globals()["NameError"], "DuplicateEntryError")
