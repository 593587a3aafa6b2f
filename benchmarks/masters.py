"""Items, batches, communities, users, warehouses and outlets of the measured network."""

import frappe
from frappe.utils import add_days, nowdate

from benchmarks import plan
from benchmarks.bulk import insert, row_name
from tests import story


def write() -> None:
	"""Everything that has a name of its own; few enough to go through Frappe, but for outlets and their
	people."""
	group = story.ensure(
		"Item Group",
		"Benchmark",
		item_group_name="Benchmark",
		parent_item_group="All Item Groups",
		is_group=0,
	)
	story.ensure("UOM", "Pcs", uom_name="Pcs", must_be_whole_number=1)
	for number in range(1, plan.ITEMS + 1):
		story.ensure(
			"Item",
			plan.item_code(number),
			item_code=plan.item_code(number),
			item_name=plan.item_name(number),
			item_group=group,
			stock_uom="Pcs",
			is_stock_item=1,
			valuation_method="Moving Average",
			has_batch_no=int(plan.is_batch(number)),
			has_expiry_date=int(plan.is_batch(number)),
		)
		if plan.is_batch(number):
			for letter, days in plan.BATCH_DAYS.items():
				batch = plan.batch(number, letter)
				story.ensure(
					"Batch",
					batch,
					batch_id=batch,
					item=plan.item_code(number),
					expiry_date=add_days(nowdate(), days),
				)
	for region in plan.REGIONS:
		name = plan.community(region)
		story.ensure("Community", name, community_name=name, region=region, company=story.COMPANY)
	_make_customer()
	_write_users()
	_write_warehouses()
	_write_outlets()


def _make_customer() -> None:
	"""The customer of the till's invoices, and the portal user who sees its documents in ERPNext's own
	list."""
	from frappe.utils.password import update_password

	story.ensure(
		"Customer Group", "All Customer Groups", customer_group_name="All Customer Groups", is_group=1
	)
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": plan.CUSTOMER_USER,
			"first_name": "Pelanggan Uji",
			"language": "id",
			"send_welcome_email": 0,
			"user_type": "Website User",
			"roles": [{"role": "Customer"}],
		}
	)
	user.flags.no_welcome_mail = True
	user.insert()
	frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": plan.CUSTOMER,
			"customer_type": "Company",
			"customer_group": "All Customer Groups",
			"territory": "All Territories",
			"portal_users": [{"user": plan.CUSTOMER_USER}],
		}
	).insert()
	update_password(plan.CUSTOMER_USER, story.PASSWORD)
	update_password(plan.clerk(plan.TARGET), story.PASSWORD)


def _write_users() -> None:
	users = [plan.clerk(code) for code in plan.all_outlets()]
	insert(
		"User",
		(
			{
				"name": user,
				# Frappe refuses further users where very many were made within the hour.
				"creation": add_days(nowdate(), -plan.COURSE[0][0]),
				"email": user,
				"username": user.split("@")[0],
				"first_name": f"Petugas {user.split('@')[0][6:].upper()}",
				"full_name": f"Petugas {user.split('@')[0][6:].upper()}",
				"enabled": 1,
				"user_type": "Website User",
				"language": "id",
				"time_zone": "Asia/Jakarta",
			}
			for user in users
		),
	)
	insert(
		"Has Role",
		(
			{
				"name": row_name("role", user),
				"parent": user,
				"parenttype": "User",
				"parentfield": "roles",
				"idx": 1,
				"role": "KS212 Outlet User",
			}
			for user in users
		),
	)


def _write_warehouses() -> None:
	from frappe.utils.nestedset import rebuild_tree

	root = frappe.db.get_value("Warehouse", {"company": story.COMPANY, "is_group": 1})
	insert(
		"Warehouse",
		(
			{
				"name": plan.warehouse(code),
				"warehouse_name": code,
				"company": story.COMPANY,
				"parent_warehouse": root,
				"is_group": 0,
				"disabled": 0,
			}
			for code in plan.all_outlets()
		),
	)
	rebuild_tree("Warehouse")


def _write_outlets() -> None:
	cost_center = frappe.get_cached_value("Company", story.COMPANY, "cost_center")

	def outlets():
		for number, code in enumerate(plan.all_outlets(), 1):
			region = plan.region_of(number)
			latitude, longitude, in_jabodetabek = plan.REGIONS[region]
			yield {
				"name": code,
				"outlet_code": code,
				"outlet_name": plan.outlet_name(number),
				"community": plan.community(region),
				"company": story.COMPANY,
				"kind": "Outlet",
				"status": "Active",
				"warehouse": plan.warehouse(code),
				"cost_center": cost_center,
				"address_line": f"Jl. Uji {number}",
				"city": region,
				"region": region,
				"in_jabodetabek": in_jabodetabek,
				"latitude": latitude + (number * 7 % 100 - 50) / 1000,
				"longitude": longitude + (number * 13 % 100 - 50) / 1000,
				"time_zone": "Asia/Jakarta",
				"phone": f"0860100{number:04}",
			}

	insert("Outlet", outlets())
	insert(
		"Outlet User",
		(
			{
				"name": row_name("clerk", code),
				"parent": code,
				"parenttype": "Outlet",
				"parentfield": "users",
				"idx": 1,
				"user": plan.clerk(code),
				"part": "Clerk",
				"phone": f"0860200{number:04}",
			}
			for number, code in enumerate(plan.all_outlets(), 1)
		),
	)
