"""Translations from the apps' CSV files, and which language a request speaks."""

import csv
from functools import cache
from pathlib import Path

import frappe


def get_all_translations(lang):
	return _merged(lang, tuple(frappe.get_installed_apps())) if lang != "en" else {}


@cache
def _merged(lang, apps):
	paths = [Path(frappe.get_app_path(app, "translations", f"{lang}.csv")) for app in apps]
	rows = [row for path in paths if path.exists() for row in csv.reader(path.open(encoding="utf-8"))]
	return {row[0]: row[1] for row in rows}


def get_language():
	"""`?_lang=`, else the user's own, else (for Guest) cookie and browser, else English."""
	user = frappe.session.user
	wanted = [frappe.form_dict.get("_lang")]
	if user != "Guest":
		wanted.append(frappe.get_cached_value("User", user, "language"))
	else:
		wanted += [
			frappe.request.cookies.get("preferred_language"),
			*frappe.request.accept_languages.values(),
		]
	codes = [code.split("-")[0] for code in wanted if code]
	return next((code for code in codes if frappe.db.exists("Language", code)), "en")
