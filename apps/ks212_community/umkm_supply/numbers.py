"""Numbers as people write them, brought to the one form that is kept, so that equal ones are found equal.

Each function returns the number's kept form, or raises a translated `frappe.ValidationError` that names the
field (`label`) and says what the number must look like.
"""

import re

import frappe
from frappe import _

NIB_DIGITS = 13
PIRT_DIGITS = 15
NPWP_DIGITS = (15, 16)
BANK_DIGITS = (6, 20)
SEPARATORS = re.compile(r"[\s.\-–/]")


def phone(value: str, label: str) -> str:
	"""Return a mobile number as 08…, from any way of writing it: 0812-3456-7890, 62812…, +62 812 …"""
	kept = phone_or_none(value)
	if kept is None:
		frappe.throw(_("{0} must be a mobile phone number such as 0812 3456 7890.").format(label))
	return kept


def phone_or_none(value) -> str | None:
	"""Return a mobile number as 08…, None for anything else."""
	found = re.fullmatch(r"(?:\+?62|0)?0?(8\d{7,11})", re.sub(r"[\s().\-–]", "", str(value or "")))
	return f"0{found[1]}" if found else None


def bank_account(value: str, label: str) -> str:
	"""Return an account number as digits alone."""
	digits = SEPARATORS.sub("", str(value))
	if not (_are_digits(digits) and BANK_DIGITS[0] <= len(digits) <= BANK_DIGITS[1]):
		frappe.throw(_("{0} must be {1} to {2} digits, without letters.").format(label, *BANK_DIGITS))
	return digits


def nib(value: str, label: str) -> str:
	"""Return a business identification number, 13 digits."""
	digits = SEPARATORS.sub("", str(value))
	if not (_are_digits(digits) and len(digits) == NIB_DIGITS):
		frappe.throw(_("{0} must be {1} digits, as on the NIB document from OSS.").format(label, NIB_DIGITS))
	return digits


def pirt(value: str, label: str) -> str:
	"""Return a home industry's food licence as 1234567890123-45, whether written so, with P-IRT, or as 15
	digits."""
	digits = re.sub(r"^P?IRT(NO|NOMOR)?:?", "", SEPARATORS.sub("", str(value)).upper())
	if not (_are_digits(digits) and len(digits) == PIRT_DIGITS):
		frappe.throw(_("{0} must be {1} digits, such as P-IRT 2063175010123-29.").format(label, PIRT_DIGITS))
	return f"{digits[:13]}-{digits[13:]}"


def bpom(value: str, label: str) -> str:
	"""Return a BPOM number as MD 123456789012 (ML for imported goods)."""
	found = re.fullmatch(r"(?:BPOM)?(?:RI)?(M[DL])(\d{12})", SEPARATORS.sub("", str(value)).upper(), re.ASCII)
	if not found:
		frappe.throw(_("{0} must be MD or ML and 12 digits, such as BPOM RI MD 123456789012.").format(label))
	return f"{found[1]} {found[2]}"


def halal(value: str, label: str) -> str:
	"""Return a halal certificate's number: letters and digits of whatever issuer, in capitals."""
	number = " ".join(str(value).split()).upper()
	if not re.search(r"\d", number):
		frappe.throw(
			_("{0} must be the number on the halal certificate, such as ID00110000123450722.").format(label)
		)
	return number


def npwp(value: str, label: str) -> str:
	"""Return a tax number as digits alone: 15 of the old kind or 16 of the new."""
	digits = SEPARATORS.sub("", str(value))
	if not (_are_digits(digits) and len(digits) in NPWP_DIGITS):
		frappe.throw(_("{0} must be {1} or {2} digits.").format(label, *NPWP_DIGITS))
	return digits


# kind of licence -> how its number is read
LICENCE_NUMBERS = {"NIB": nib, "PIRT": pirt, "BPOM": bpom, "Halal": halal}


def _are_digits(value: str) -> bool:
	return bool(re.fullmatch(r"\d+", value, re.ASCII))
