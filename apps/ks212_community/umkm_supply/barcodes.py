"""Barcodes of goods: EAN-13, EAN-8 and UPC-A checked, numbered and drawn. No database.

After the GS1 General Specifications: check digit 7.9, symbols 5.2, numbers for use inside a company 2.1.11. A
symbol is measured in modules, the width of its thinnest bar.
"""

import re

from frappe import _

EAN, UPC_A = "EAN", "UPC-A"
# number of digits -> the type as ERPNext's Item Barcode names it
TYPES = {8: EAN, 12: UPC_A, 13: EAN}
# The network's own numbers lie in the range that GS1 leaves to each company's own shops (20 to 29).
OWN_PREFIX = "21"
OWN_DIGITS = 10

_LEFT_ODD = "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011".split()
_RIGHT = ["".join("10"[int(module)] for module in digit) for digit in _LEFT_ODD]
_LEFT_EVEN = [digit[::-1] for digit in _RIGHT]
# The first of thirteen digits has no bars: it says which of the next six are drawn even (1) and which odd
# (0).
_PARITIES = "000000 001011 001101 001110 010011 011001 011100 010101 010110 011010".split()
_GUARD, _MIDDLE = "101", "01010"
# Modules without a bar, left and right of the symbol.
QUIET_ZONES = {8: (7, 7), 13: (11, 7)}
GUARD_DROP = 5  # modules by which guard bars reach down between the digits
DIGIT_HEIGHT = 9  # modules for the digits under the bars


def normal(code: str) -> str:
	"""Return a barcode as it is kept: without the blanks and hyphens that people type between its digits."""
	return re.sub(r"[\s\-]", "", code or "")


def check_digit(digits: str) -> int:
	"""Return the check digit that follows `digits`: weights 3 and 1 in turn from the right, up to the next
	ten."""
	total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
	return -total % 10


def fault(code: str) -> str:
	"""Return what is wrong with a barcode, as a translated sentence with the remedy; "" where it is right."""
	for place, character in enumerate(code, 1):
		if not (character.isascii() and character.isdigit()):
			return _(
				"Barcode {0}: character {1} ({2}) is not a digit. Type the digits under the bars."
			).format(code, place, character)
	if len(code) not in TYPES:
		return _("Barcode {0} has {1} digits; a barcode has 13 (EAN-13), 12 (UPC-A) or 8 (EAN-8).").format(
			code, len(code)
		)
	wanted = check_digit(code[:-1])
	if int(code[-1]) != wanted:
		return _(
			"Barcode {0}: digit {1}, the last, is {2} but must be {3} for the digits before it. Read them again from the package."
		).format(code, len(code), code[-1], wanted)
	return ""


def own(number: int) -> str:
	"""Return the network's own EAN-13 with the running number `number`."""
	digits = f"{OWN_PREFIX}{number:0{OWN_DIGITS}}"
	return f"{digits}{check_digit(digits)}"


def is_restricted(code: str) -> bool:
	"""Whether a right barcode lies in a range for use inside a company, where other companies' goods have the
	same numbers."""
	if len(code) == 8:
		return code[0] in "02"
	return code.rjust(13, "0")[:2] in ("02", "04") or code.rjust(13, "0")[0] == "2"


def same(code: str) -> set[str]:
	"""Return every way to write the number of `code`: a scanner may give a UPC-A with a zero before it, as an
	EAN-13."""
	if len(code) == 12:
		return {code, f"0{code}"}
	return {code, code[1:]} if len(code) == 13 and code[0] == "0" else {code}


# -- drawing ------------------------------------------------------------------------------------------------


def modules(code: str) -> str:
	"""Return a right barcode's symbol from left to right, "1" for a dark module; a UPC-A is the EAN-13 with a
	zero before it."""
	if len(code) == 8:
		left = "".join(_LEFT_ODD[int(digit)] for digit in code[:4])
		return f"{_GUARD}{left}{_MIDDLE}{_right(code[4:])}{_GUARD}"
	code = code.rjust(13, "0")
	left = "".join(
		(_LEFT_EVEN if parity == "1" else _LEFT_ODD)[int(digit)]
		for digit, parity in zip(code[1:7], _PARITIES[int(code[0])])
	)
	return f"{_GUARD}{left}{_MIDDLE}{_right(code[7:])}{_GUARD}"


def _right(digits: str) -> str:
	return "".join(_RIGHT[int(digit)] for digit in digits)


def svg(code: str, module: float, bar_height: float) -> str:
	"""Return a right barcode as an SVG element with its quiet zones and digits; `module` and `bar_height` in
	mm.

	A multiple of the printer's dot is the best `module`: then each bar is as wide as it says.
	"""
	code = code if len(code) == 8 else code.rjust(13, "0")
	before, after = QUIET_ZONES[len(code)]
	symbol = modules(code)
	bars = bar_height / module
	width, height = before + len(symbol) + after, bars + DIGIT_HEIGHT
	guards = _guards(len(symbol))
	path = "".join(
		f"M{before + run.start()} 0h{len(run.group())}v{bars + GUARD_DROP * (run.start() in guards):.2f}h-{len(run.group())}z"
		for run in re.finditer("1+", symbol)
	)
	digits = "".join(
		f'<text x="{place:g}" y="{height - 0.5:.2f}">{digit}</text>'
		for digit, place in zip(code, _places(len(code), before))
	)
	return (
		f'<svg xmlns="http://www.w3.org/2000/svg" class="barcode" width="{width * module:.3f}mm" '
		f'height="{height * module:.3f}mm" viewBox="0 0 {width} {height:.2f}" role="img" aria-label="{code}">'
		f'<path d="{path}" fill="#000" shape-rendering="crispEdges"/>'
		'<g font-family="Courier,monospace" font-size="9" font-weight="bold" text-anchor="middle" fill="#000">'
		f"{digits}</g></svg>"
	)


def _guards(length: int) -> set[int]:
	"""The modules where the bars of the three guards begin."""
	middle = length // 2
	return {0, 2, middle - 1, middle + 1, length - 3, length - 1}


def _places(count: int, before: int) -> list[float]:
	"""The middle of each digit under the bars, in modules from the left."""
	half = 4 if count == 8 else 6
	left = [before + 3 + 7 * digit + 3.5 for digit in range(half)]
	right = [place + 7 * half + 5 for place in left]
	return [*left, *right] if count == 8 else [before - 5, *left, *right]
