"""Micro-enterprises that supply the outlets: demo/data/umkm.csv and umkm_products.csv, taken through the
app's own doors.

Those with days under `since` have been there for so long, with goods on the shelves and sales of each day;
the last one joins while the demo looks on. What is there already stays as it is.
"""

import random

import frappe
from frappe.utils import add_days, cint, flt, getdate, nowdate

from demo import runtime
from demo.calls import call_as
from ks212_community.api import products, registration
from tests import story

DAYS = 21
OPENING = "Demo: goods of {0} on consignment"
SALES = "Demo: sales of goods on consignment at {0}"
OLD, NEW = "LAMA", "BARU"  # the two batches of goods that expire
OLD_QTY = 3


def newcomer():
	"""The row of the one that joins today."""
	return next(row for row in story.rows("umkm") if not cint(row["since"]))


def product_rows(business_name):
	return [row for row in story.rows("umkm_products") if row["business_name"] == business_name]


def load():
	"""Create those who have been there before, with their goods and sales, committing as it goes."""
	members = [row for row in story.rows("umkm") if cint(row["since"])]
	stocked = {}
	for member in members:
		supplier = supplier_of(member) or _join(member)
		for row in product_rows(member["business_name"]):
			row["item_code"] = item_of(row) or curate(offer(supplier, row))["item_code"]
		agree(member, supplier)
		frappe.db.commit()
		for row in product_rows(member["business_name"]):
			for outlet in row["outlets"].split():
				stocked.setdefault(outlet, []).append(row)
	with story.acting_as("Administrator"):
		first = _first_day(members[0])
		for outlet, rows in stocked.items():
			_stock_and_sell(outlet, rows, first)
	print(f"{len(members)} micro-enterprises supply {len(stocked)} outlets on consignment", flush=True)


# ---- each step as whoever takes it -----------------------------------------------------------------------
def registration_of(member):
	return frappe.db.exists("UMKM Registration", {"nib": member["nib"], "status": ("!=", "Rejected")})


def supplier_of(member):
	return frappe.db.get_value("UMKM Registration", registration_of(member) or "", "supplier")


def item_of(row):
	"""The Item of a product row, once head office has approved it."""
	named = {"product_name": row["product_name"], "status": "Approved"}
	return frappe.db.get_value("UMKM Product", named, "item_code")


def register(member):
	"""The public form, filled in by somebody who has no login yet."""
	days = {
		f"{field}_expiry": add_days(nowdate(), cint(member[f"{licence}_days"]))
		for field, licence in (("food_licence", "food"), ("halal", "halal"))
		if member[f"{licence}_days"]
	}
	same = (
		"business_name owner_name member_no community phone address_line city region bank_name bank_account_no nib"
		" food_licence food_licence_no halal_no"
	)
	return call_as(
		"Guest",
		registration.register,
		bank_account_holder=member["owner_name"],
		**{field: member[field] for field in same.split()},
		**days,
	)["name"]


def verify(member, name):
	note = "Anggota aktif, dapurnya sudah dilihat"
	manager = story.manager(member["community"])
	return call_as(manager, registration.verify, registration=name, note=note)


def approve(name):
	"""Head office approves; returns the registration with its new supplier and user."""
	return call_as(story.PUSAT, registration.approve, registration=name)


def let_log_in(user):
	"""Give a new portal user the story's password, as if it had been chosen by the link."""
	with story.acting_as("Administrator"):
		doc = frappe.get_doc("User", user)
		doc.new_password = story.PASSWORD
		doc.save(ignore_permissions=True)
	frappe.db.commit()


def _join(member):
	name = registration_of(member) or register(member)
	verify(member, name)
	joined = approve(name)
	let_log_in(joined["user"])
	return joined["supplier"]


def person_of(supplier):
	"""The user who speaks for a supplier."""
	return frappe.db.get_value("Portal User", {"parent": supplier, "parenttype": "Supplier"}, "user")


def offer(supplier, row):
	"""Propose a product, as its owner."""
	same = "product_name item_group stock_uom composition net_weight shelf_life_days owner_price retail_price barcode"
	values = {field: row[field] for field in same.split()}
	return call_as(person_of(supplier), products.propose, supplier=supplier, **values)


def curate(product, grade="A"):
	"""Look at each point of the checklist and approve, as head office."""
	checks = [{"specification": row["specification"], "passed": 1} for row in product["checks"]]
	return call_as(story.PUSAT, products.approve, product=product["name"], grade=grade, checks=checks)


def agree(member, supplier):
	"""The agreement between a member and the network's company, made by head office in the desk; returns its
	name."""
	terms = {"supplier": supplier, "company": story.COMPANY}
	if name := frappe.db.exists("Consignment Agreement", {**terms, "docstatus": 1}):
		return name
	fee = flt(member["fee"])
	with story.acting_as(story.PUSAT):
		doc = frappe.get_doc(
			{
				"doctype": "Consignment Agreement",
				**terms,
				"akad": member["akad"],
				"fee_basis": member["fee_basis"],
				"fee_percent": fee if member["fee_basis"] == "Per Cent of the Sale" else 0,
				"fee_per_unit": fee if member["fee_basis"] == "Amount per Unit" else 0,
				"shrinkage_borne_by": member["shrinkage_borne_by"],
				"valid_from": add_days(nowdate(), -cint(member["since"])),
			}
		).insert()
		doc.submit()
	frappe.db.commit()
	return doc.name


# ---- goods and sales of the weeks before
# --------------------------------------------------------------------
def _first_day(member):
	"""The day after the goods came: that of an earlier run where there was one."""
	outlet = product_rows(member["business_name"])[0]["outlets"].split()[0]
	opening = {"remarks": OPENING.format(outlet), "docstatus": 1}
	posted = frappe.db.get_value("Stock Entry", opening, "posting_date")
	return getdate(add_days(posted, 1)) if posted else getdate(add_days(nowdate(), -DAYS))


def _stock_and_sell(outlet, rows, first):
	days = [_sold_on(outlet, row) for row in rows]
	remarks = OPENING.format(outlet)
	if not frappe.db.exists("Stock Entry", {"remarks": remarks, "docstatus": 1}):
		goods = {
			row["item_code"]: _in_batches(row, first, sum(sold) + _closing(row))
			for row, sold in zip(rows, days, strict=True)
		}
		story.stock_up(
			outlet, goods, "", add_days(first, -1), remarks=remarks, stock_entry_type="Consignment Receipt"
		)
	for number in range(DAYS):
		day, remarks = add_days(first, number), SALES.format(outlet)
		goods = {
			row["item_code"]: of_new_batch(row["item_code"], sold[number])
			for row, sold in zip(rows, days, strict=True)
			if sold[number]
		}
		if goods and not runtime.is_posted(outlet, day, remarks):
			runtime.sell(outlet, goods, day, remarks)
	frappe.db.commit()


def of_new_batch(item_code, quantity):
	"""A quantity as story.sell takes it: of the newer batch, where the item has batches."""
	has_batch = frappe.get_cached_value("Item", item_code, "has_batch_no")
	return {f"{item_code}-{NEW}": quantity} if has_batch else quantity


def _sold_on(outlet, row):
	"""Units sold on each of the days, the same on every run."""
	chance, mean = random.Random(f"{outlet} {row['product_name']}"), flt(row["daily_sales"])
	return [max(0, round(chance.gauss(mean, mean / 2 + 0.4))) for _ in range(DAYS)]


def _closing(row):
	return 4 + round(flt(row["daily_sales"]) * 8)


def _in_batches(row, first, quantity):
	"""Goods that expire come in two batches: a few of an old one, which ends before today, and the rest of a
	new one."""
	shelf_life = cint(row["shelf_life_days"])
	if not shelf_life:
		return quantity
	item, supplier = row["item_code"], frappe.db.get_value("Item", row["item_code"], "ks212_owner")
	for letter, expiry_date in ((OLD, add_days(first, DAYS - 2)), (NEW, add_days(first, shelf_life - 5))):
		batch = f"{item}-{letter}"
		story.ensure("Batch", batch, batch_id=batch, item=item, supplier=supplier, expiry_date=expiry_date)
	return {f"{item}-{OLD}": OLD_QTY, f"{item}-{NEW}": quantity}
