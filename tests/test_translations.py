"""Every text of the app has an Indonesian row, with the same placeholders, and no row is left over."""

import ast
import csv
import json
import re
from pathlib import Path

import ks212_community
from ks212_community import constants
from ks212_community.api import exchange
from ks212_community.stock_exchange import notices
from ks212_community.stock_exchange.dashboard_chart_source.transfers_per_week import transfers_per_week
from ks212_community.umkm_supply import licences, registration
from ks212_community.umkm_supply import notices as umkm_notices
from ks212_community.umkm_supply.dashboard_chart_source.umkm_sales_per_week import umkm_sales_per_week
from ks212_community.umkm_supply.report.umkm_sales import umkm_sales
from ks212_community.umkm_supply.report.umkm_shelf_share import umkm_shelf_share

APP = Path(ks212_community.__file__).resolve().parent
ROWS = APP / "translations" / "id.csv"

JS_CALL = re.compile(r"""\b(?:__|translate)\(\s*(["'`])((?:\\.|(?!\1).)*)\1""", re.DOTALL)
JINJA_CALL = re.compile(r"""\b_\(\s*(["'])((?:\\.|(?!\1).)*)\1""", re.DOTALL)
PLACEHOLDER = re.compile(r"\{\w*\}")
# Names that are the same in every language.
NOT_TRANSLATED = {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"}

# Texts of Frappe and ERPNext that our users meet (the page where a password is chosen, too) and that are
# wrong, stiff or missing in their own Indonesian.
OVERRIDES = {
	"Add Row",
	"Confirm",
	"Confirm Password",
	"Connections",
	"Edit Filters",
	"Expired:Batch",
	"Expired:Consignment Removal",
	"Filter By",
	"Filters",
	"Follow",
	"Home",
	"Kanban View",
	"List View",
	"New Password",
	"Not Saved",
	"Password set",
	"Passwords do not match",
	"Reload",
	"Reset Password",
	"Select Kanban",
	"Submit",
	"Submitted",
	"Success! You are good to go 👍",
	"The reset password link has been expired",
	"The reset password link has either been used before or is invalid",
	"View",
	"Your new password has been set successfully.",
}


def texts_of_python():
	for path in sorted(APP.rglob("*.py")):
		for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
			if isinstance(node, ast.Call) and _called(node.func) in ("_", "_lt") and node.args:
				yield from _literals(node.args[0])


def _called(function):
	return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)


def _literals(node):
	if isinstance(node, ast.Constant) and isinstance(node.value, str):
		yield node.value
	elif isinstance(node, ast.IfExp):
		yield from _literals(node.body)
		yield from _literals(node.orelse)


def texts_of_scripts():
	for path in sorted(APP.rglob("*.js")):
		yield from _matches(JS_CALL, path.read_text(encoding="utf-8"))


def texts_of_templates():
	for path in sorted(APP.rglob("*.html")):
		yield from _matches(JINJA_CALL, path.read_text(encoding="utf-8"))


def _matches(pattern, source):
	for _quote, text in pattern.findall(source):
		yield re.sub(r"\\(.)", r"\1", text)


def standard_documents():
	for path in sorted(APP.glob("*/*/*/*.json")):
		yield json.loads(path.read_text(encoding="utf-8"))


def texts_of_documents():
	for doc in standard_documents():
		yield from TEXTS.get(doc["doctype"], _no_texts)(doc)


def _no_texts(_doc):
	return ()


def _texts_of_doctype(doc):
	yield doc["name"]
	for field in doc["fields"]:
		if not field.get("hidden"):
			yield from filter(None, (field.get("label"), field.get("description")))
		if field["fieldtype"] == "Select":
			yield from filter(None, field.get("options", "").split("\n"))
	for link in doc.get("links", ()):
		yield link["group"]


def _texts_of_workspace(doc):
	yield doc["title"]
	for block in json.loads(doc["content"]):
		if block["type"] == "header":
			yield re.sub(r"<[^>]+>", "", block["data"]["text"])
	for row in doc["shortcuts"]:
		yield row["label"]
		if row.get("format"):
			yield row["format"]
	for row in (*doc["links"], *doc["charts"], *doc["number_cards"]):
		yield row["label"]


TEXTS = {
	"DocType": _texts_of_doctype,
	"Workspace": _texts_of_workspace,
	"Number Card": lambda doc: [doc["label"]],
	"Dashboard Chart": lambda doc: [doc["chart_name"]],
	"Report": lambda doc: [doc["report_name"]],
	"Print Format": lambda doc: [doc["name"], *_matches(JINJA_CALL, doc.get("html") or "")],
}


def texts_of_set_up():
	"""What install.py puts on a site, and what is translated only where it is sent."""
	for fields in constants.CUSTOM_FIELDS.values():
		yield from (field["label"] for field in fields if field.get("label"))
	yield from (*constants.ROLES, constants.KANBAN_BOARD, *constants.STOCK_ENTRY_TYPES)
	for name, workflow in constants.WORKFLOWS.items():
		yield from (name, *workflow["states"], *(move["action"] for move in workflow["transitions"]))
	yield from (message for _party, message in notices.NEXT.values())
	yield from (*registration.MESSAGES.values(), *licences.MESSAGES.values(), *umkm_notices.GOODS.values())
	yield from (*exchange.HANDOVERS, *exchange.SETTLE_ACTIONS, *transfers_per_week.COURSES)
	yield from (*umkm_sales.GROUPS, *umkm_sales_per_week.PARTS)
	yield from (*umkm_shelf_share.MEASURES, *umkm_shelf_share.INDICATORS)


def texts():
	for source in (
		texts_of_python,
		texts_of_scripts,
		texts_of_templates,
		texts_of_documents,
		texts_of_set_up,
	):
		for text in source():
			# As Frappe looks it up.
			if text.strip() and text not in NOT_TRANSLATED:
				yield text.strip()


def rows():
	with ROWS.open(encoding="utf-8", newline="") as file:
		return [row for row in csv.reader(file) if row]


def key_of(row):
	return f"{row[0]}:{row[2]}" if len(row) == 3 and row[2] else row[0]


def test_every_text_has_an_indonesian_row():
	translated = {row[0] for row in rows()}
	assert sorted(set(texts()) - translated) == []


def test_rows_are_as_frappe_reads_them():
	for row in rows():
		assert len(row) in (2, 3), row
		assert row[0].strip() == row[0] and row[0], row
		assert row[1].strip(), row


def test_no_text_is_translated_twice():
	keys = [key_of(row) for row in rows()]
	assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_placeholders_are_kept():
	for row in rows():
		assert sorted(PLACEHOLDER.findall(row[1])) == sorted(PLACEHOLDER.findall(row[0])), row


def test_no_row_is_left_over():
	used = set(texts())
	assert sorted(key_of(row) for row in rows() if row[0] not in used and key_of(row) not in OVERRIDES) == []


def test_overrides_are_there():
	assert sorted(OVERRIDES - {key_of(row) for row in rows()}) == []
