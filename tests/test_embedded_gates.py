"""The gates that keep embedded honest and small: the app uses what is written down and nothing else, and
embedded is no longer than it may be. (That the suite reaches every line of it is the third; `make test`
measures it.)"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
APP = ROOT / "apps" / "ks212_community"
EMBEDDED = ROOT / "embedded"
MAX_LINES = 3000
RUNTIME = ("frappe", "erpnext")


class Names(ast.NodeVisitor):
	"""The dotted names under `frappe` and `erpnext` that a module imports or reads."""

	def __init__(self):
		self.found = set()
		self.aliases = {}

	def visit_Import(self, node):
		for alias in node.names:
			if alias.name.split(".")[0] in RUNTIME:
				self.found.add(alias.name)
				self.aliases[alias.asname or alias.name.split(".")[0]] = (
					alias.name if alias.asname else alias.name.split(".")[0]
				)

	def visit_ImportFrom(self, node):
		if node.module and node.module.split(".")[0] in RUNTIME:
			for alias in node.names:
				self.found.add(f"{node.module}.{alias.name}")
				self.aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"

	def visit_Attribute(self, node):
		parts, value = [node.attr], node.value
		while isinstance(value, ast.Attribute):
			parts.append(value.attr)
			value = value.value
		if isinstance(value, ast.Name) and value.id in self.aliases:
			self.found.add(".".join([self.aliases[value.id], *reversed(parts)]))
		else:
			self.visit(node.value)

	def visit_Constant(self, node):
		"""A path in a string, as hooks and `get_attr` take it."""
		if isinstance(node.value, str) and re.fullmatch(r"(frappe|erpnext)(\.\w+)+", node.value):
			self.found.add(node.value)


def names_in(source):
	visitor = Names()
	visitor.visit(ast.parse(source))
	return visitor.found


def names_used():
	"""{dotted name: first file of the app that uses it}"""
	used = {}
	for path in sorted(APP.rglob("*.py")):
		for name in names_in(path.read_text(encoding="utf-8")):
			used.setdefault(name, path.relative_to(ROOT))
	return used


def written_list():
	return (EMBEDDED / "api.txt").read_text(encoding="utf-8").split()


def test_the_app_uses_only_what_is_written_down():
	written = written_list()
	missing = [f"{name} ({path})" for name, path in sorted(names_used().items()) if name not in written]
	assert not missing, "not in embedded/api.txt: " + ", ".join(missing)


def test_what_is_written_down_is_sorted_and_used():
	written, used = written_list(), names_used()
	assert written == sorted(set(written))
	assert [name for name in written if name not in used] == []


def test_the_walk_sees_every_way_to_a_name():
	source = "\n".join(
		[
			"import frappe",
			"import erpnext as e",
			"from frappe import _, utils as u",
			"import frappe.model.workflow",
			"hook = {'erpnext.stock.x.y': 'other.z'}",
			"def f(): return frappe.db.sql('x').y, e.get_region(), u.flt(1), frappe.qb.from_('a').b.c",
		]
	)
	assert names_in(source) == {
		"frappe",
		"erpnext",
		"frappe._",
		"frappe.utils",
		"frappe.model.workflow",
		"frappe.db.sql",
		"erpnext.get_region",
		"frappe.utils.flt",
		"frappe.qb.from_",
		"erpnext.stock.x.y",
	}


def test_embedded_is_no_longer_than_it_may_be():
	"""Lines with something on them; what the formatter leaves empty between functions is not counted."""
	texts = (path.read_text(encoding="utf-8") for path in EMBEDDED.rglob("*.py"))
	lines = [line for text in texts for line in text.splitlines() if line.strip()]
	assert len(lines) <= MAX_LINES, f"embedded/ has {len(lines)} lines of Python"
