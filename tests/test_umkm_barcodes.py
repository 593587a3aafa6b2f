"""Barcodes: the check digit, what is said of a wrong one, the network's own numbers, and the bars."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ks212_community.umkm_supply import barcodes

# Numbers as printed in the GS1 General Specifications and on goods.
GOOD = ("9638507" + "4", "629104150021" + "3", "400638133393" + "1", "03600029145" + "2")
digits = st.text("0123456789", min_size=1, max_size=18)
bodies = st.one_of(st.text("0123456789", min_size=length, max_size=length) for length in (7, 11, 12))


def with_check(body):
	return f"{body}{barcodes.check_digit(body)}"


@pytest.mark.parametrize("code", GOOD)
def test_known_numbers_are_right(code):
	assert barcodes.fault(code) == ""
	assert barcodes.TYPES[len(code)] == ("UPC-A" if len(code) == 12 else "EAN")


@given(digits)
def test_weighted_digits_add_up_to_tens(body):
	total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(reversed(with_check(body))))
	assert total % 10 == 0


@given(bodies, st.data())
def test_each_single_wrong_digit_is_noticed(body, data):
	code = with_check(body)
	assert barcodes.fault(code) == ""
	place = data.draw(st.integers(0, len(code) - 1))
	wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[place]]))
	assert barcodes.fault(code[:place] + wrong + code[place + 1 :])


def test_the_fault_names_the_digit_and_what_it_should_be():
	assert "digit 13, the last, is 4 but must be 1" in barcodes.fault("4006381333934"), "a wrong check digit"
	assert "has 11 digits" in barcodes.fault("40063813339")
	assert "character 3 (O) is not a digit" in barcodes.fault("40O6381333931")
	assert "character 1 (²) is not a digit" in barcodes.fault("²006381333931")
	assert "has 0 digits" in barcodes.fault("")


@given(st.text(max_size=30))
def test_whatever_is_typed_is_answered(text):
	code = barcodes.normal(text)
	right = len(code) in barcodes.TYPES and code.isascii() and code.isdigit()
	assert bool(barcodes.fault(code)) == (not right or with_check(code[:-1]) != code)


def test_blanks_and_hyphens_are_only_how_people_write_it():
	assert barcodes.normal(" 4 006381-333931\n") == "4006381333931"
	assert barcodes.normal(None) == ""


@given(st.integers(1, 10**barcodes.OWN_DIGITS - 1), st.integers(1, 10**barcodes.OWN_DIGITS - 1))
def test_own_numbers_are_right_restricted_and_different(one, other):
	assert barcodes.fault(barcodes.own(one)) == ""
	assert barcodes.own(one).startswith("21") and len(barcodes.own(one)) == 13
	assert barcodes.is_restricted(barcodes.own(one))
	assert (barcodes.own(one) == barcodes.own(other)) == (one == other)


@pytest.mark.parametrize(
	("body", "restricted"),
	[
		("899123456789", False),
		("200000000001", True),
		("299999999999", True),
		("300000000001", False),
		("020000000001", True),
		("040000000001", True),
		("050000000001", False),
		("03600029145", False),
		("20000000001", True),
		("40000000001", True),
		("9638507", False),
		("0638507", True),
		("2638507", True),
	],
)
def test_numbers_that_any_shop_may_use_are_known(body, restricted):
	assert barcodes.is_restricted(with_check(body)) is restricted


def test_a_upc_is_an_ean_with_a_zero_before_it():
	assert barcodes.same("036000291452") == barcodes.same("0036000291452")
	assert barcodes.same("4006381333931") == {"4006381333931"}
	assert barcodes.same("96385074") == {"96385074"}
	assert barcodes.modules("036000291452") == barcodes.modules("0036000291452")


def test_the_bars_are_those_of_the_specification():
	"""4006381333931, module by module: guards, then the digits from sets A, B (parity of 4: ABAABB) and C."""
	left = "0001101 0100111 0101111 0111101 0001001 0110011"
	right = "1000010 1000010 1000010 1110100 1000010 1100110"
	assert barcodes.modules("4006381333931") == f"101{left}01010{right}101".replace(" ", "")
	left, right = "0001011 0101111 0111101 0110111", "1001110 1110010 1000100 1011100"
	assert barcodes.modules("96385074") == f"101{left}01010{right}101".replace(" ", "")


# The sets of element widths in the specification: two bars and two spaces a digit, seven modules together.
WIDTHS = ("3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112")


def read(symbol):
	"""The number that a scanner reads: from the widths of bars and spaces, both halves, and the first digit
	by parity."""
	widths = [len(run.group()) for run in re.finditer("0+|1+", symbol)]
	count = (len(symbol) - 11) // 7
	half = count // 2
	assert widths[:3] == [1] * 3 == widths[-3:]
	middle = 3 + 4 * half
	assert widths[middle : middle + 5] == [1] * 5
	number, parity = "", ""
	for start in (
		*range(3, middle, 4),
		*range(middle + 5, len(widths) - 3, 4),
	):
		pattern = "".join(map(str, widths[start : start + 4]))
		even = pattern not in WIDTHS
		number += str(WIDTHS.index(pattern[::-1] if even else pattern))
		parity += "B" if even else "A"
	if count == 8:
		assert parity == "A" * 8
		return number
	firsts = "AAAAAA AABABB AABBAB AABBBA ABAABB ABBAAB ABBBAA ABABAB ABABBA ABBABA".split()
	assert parity[6:] == "A" * 6
	return f"{firsts.index(parity[:6])}{number}"


@given(bodies)
def test_a_scanner_reads_what_was_drawn(body):
	code = with_check(body)
	symbol = barcodes.modules(code)
	assert len(symbol) == (67 if len(code) == 8 else 95)
	assert read(symbol) == (code if len(code) == 8 else code.rjust(13, "0"))


@given(bodies, st.sampled_from([0.264, 0.33, 0.375]))
def test_the_drawing_has_the_bars_the_quiet_zones_and_the_digits(body, module):
	code = with_check(body)
	drawn = barcodes.svg(code, module, 10)
	before, after = barcodes.QUIET_ZONES[8 if len(code) == 8 else 13]
	symbol = barcodes.modules(code)
	dark = set()
	for start, width in re.findall(r"M(\d+) 0h(\d+)v", drawn):
		dark.update(range(int(start), int(start) + int(width)))
	assert dark == {before + place for place, module in enumerate(symbol) if module == "1"}
	width = before + len(symbol) + after
	assert f'width="{width * module:.3f}mm"' in drawn
	assert f'viewBox="0 0 {width} ' in drawn
	texts = re.findall(r'<text x="([\d.]+)"[^>]*>(\d)</text>', drawn)
	assert "".join(digit for _place, digit in texts) == (code if len(code) == 8 else code.rjust(13, "0"))
	places = [float(place) for place, _digit in texts]
	assert places == sorted(places) and 0 < places[0] and places[-1] < width
