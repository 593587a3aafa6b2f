"""Columns of script reports."""


def column(fieldname: str, label: str, fieldtype: str, width: int, **more) -> dict:
	"""Return a column; `more` are further properties, such as disable_total or hidden."""
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def text(fieldname: str, label: str, width: int, **more) -> dict:
	"""Return a column of words."""
	return column(fieldname, label, "Data", width, **more)


def link(fieldname: str, label: str, doctype: str, width: int) -> dict:
	"""Return a column that leads to documents; whoever reads the report needs rights on them."""
	return column(fieldname, label, "Link", width, options=doctype)


def money(fieldname: str, label: str, width: int, **more) -> dict:
	"""Return a column of amounts in the currency of the row's hidden column `currency`."""
	return column(fieldname, label, "Currency", width, options="currency", **more)
