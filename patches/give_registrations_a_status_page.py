"""Registrations from before there was a status page get its key."""

import frappe

from ks212_community.umkm_supply import registration


def execute():
	for name in frappe.get_all(registration.DOCTYPE, filters={"status_key": ["is", "not set"]}, pluck="name"):
		frappe.db.set_value(
			registration.DOCTYPE, name, "status_key", registration.new_status_key(), update_modified=False
		)
