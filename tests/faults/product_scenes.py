"""What forks do with products and prices on the faults' site: see scenes.py."""

import frappe

from ks212_community.api import products as api
from tests import umkm_story
from tests.umkm_products import proposal


def prepare():
	"""The two suppliers of the story; return the name of the first."""
	return umkm_story.setup_umkm().owner


def propose(supplier, key):
	"""Propose a product without a barcode; return its name and the number it got."""
	product = api.propose(supplier=supplier, key=key, **proposal(product_name=f"Kue {key}"))
	return {"name": product.name, "barcode": product.barcode}


def approve(product, key):
	"""Approve a product with all points passed; return its item."""
	checks = [
		{"specification": row["specification"], "passed": 1}
		for row in api.get_product(product=product)["checks"]
	]
	return api.approve(product=product, grade="A", checks=checks, key=key).item_code


def call(function, **arguments):
	"""Call a function of the contract; return the product's name."""
	return getattr(api, function)(**arguments)["name"]


def state(product):
	"""Return how many items and prices of each status the product has."""
	statuses = frappe.get_all("UMKM Product Price", filters={"product": product}, pluck="status")
	items = frappe.get_all("Item", filters={"ks212_product": product}, pluck="name")
	return {
		"items": len(items),
		"prices": {status: statuses.count(status) for status in set(statuses)},
		"open": frappe.db.count(
			"UMKM Product Price", {"product": product, "status": "Approved", "valid_to": ["is", "not set"]}
		),
		"listed": frappe.db.count("Item Price", {"item_code": ["in", items], "selling": 1}),
	}


def pending(product):
	"""Return the price of the product that waits."""
	return frappe.db.get_value("UMKM Product Price", {"product": product, "status": "Pending"})
