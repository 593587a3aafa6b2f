"""Plain text for a terminal: headings, sentences and tables."""

import textwrap

WIDTH = 100


def heading(text):
	print(f"\n{text}\n{'-' * len(text)}", flush=True)


def say(text):
	print(textwrap.fill(text, WIDTH), flush=True)


def table(columns, rows):
	"""Print rows under columns; numbers to the right, None as a dash."""
	cells = [[_cell(value) for value in row] for row in rows]
	widths = [max(len(line[number]) for line in [columns, *cells]) for number in range(len(columns))]
	to_the_right = [
		bool(rows) and all(isinstance(row[number], int | float | None) for row in rows)
		for number in range(len(columns))
	]

	def line(values):
		aligned = zip(values, widths, to_the_right, strict=True)
		return "  " + "  ".join(v.rjust(w) if right else v.ljust(w) for v, w, right in aligned).rstrip()

	print(line(columns))
	print("  " + "  ".join("-" * width for width in widths))
	for row in cells:
		print(line(row))
	if not rows:
		print("  (none)")
	print(flush=True)


def number(value):
	"""A quantity or an amount as people write it here: no needless decimals, thousands with a dot."""
	text = f"{value:,.2f}".rstrip("0").rstrip(".")
	return text.translate(str.maketrans(",.", ".,"))


def rupiah(value):
	return f"Rp {number(round(value))}"


def _cell(value):
	if value is None:
		return "-"
	return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
