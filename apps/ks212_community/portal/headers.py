"""What the browser is told about pages under /gerai."""


def no_store(response=None, request=None) -> None:
	"""after_request hook: a shared phone's back button must not show the last user's pages."""
	if response is not None and request.path.split("/")[1:2] == ["gerai"]:
		response.headers["Cache-Control"] = "no-store"
