"""Runs ERPNext's setup wizard on a bench's new site, so that the desk opens and its presets are there.

Read from standard input by the bench's Python, in the bench's sites directory: `python - SITE`.
"""

import sys

import frappe
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete
from frappe.utils import getdate


def main(site):
	frappe.init(site=site)
	frappe.connect()
	if frappe.db.get_single_value("System Settings", "setup_complete"):
		return
	print(f"Running ERPNext's setup wizard on {site}")
	year = getdate().year
	setup_complete(
		{
			"language": "English",
			"country": "Indonesia",
			"timezone": "Asia/Jakarta",
			"currency": "IDR",
			"company_name": "Koperasi Syariah 212",
			"company_abbr": "K212",
			"chart_of_accounts": "Standard",
			"fy_start_date": f"{year}-01-01",
			"fy_end_date": f"{year}-12-31",
			"enable_telemetry": 0,
		}
	)
	frappe.db.commit()


main(sys.argv[1])
