"""Micro-enterprises for tests: two suppliers with a product each, their people, prices and an agreement.

Builds on tests/story.py; creates what is missing, as Administrator, and does not commit. Prices in IDR per
stock UOM.
"""

from io import BytesIO
from types import SimpleNamespace

from PIL import Image

import frappe
from frappe.utils import add_days, nowdate

from ks212_community.constants import UMKM, UMKM_GROUP
from tests import story

OWNER = "Keripik Ibu Rahma"
OTHER_OWNER = "Madu Hutan Cikidang"
OWNER_USER = f"keripik@{story.DOMAIN}"
OTHER_OWNER_USER = f"madu@{story.DOMAIN}"
COMMUNITY = "Depok 3"

CRACKERS = "UMKM-KERIPIK"  # no expiry
SAMBAL = "UMKM-SAMBAL"  # in batches that expire
HONEY = "UMKM-MADU"  # of the other owner

PRODUCTS = {
	CRACKERS: (OWNER, "Keripik singkong balado 200 g", 0, 10_000, 13_000),
	SAMBAL: (OWNER, "Sambal roa 150 g", 180, 22_000, 28_000),
	HONEY: (OTHER_OWNER, "Madu hutan 350 ml", 0, 60_000, 75_000),
}


def setup_umkm():
	"""Return the names: `owner`, `other_owner` (suppliers), `agreement`, `other_agreement`."""
	with story.acting_as("Administrator"):
		owner = make_supplier(OWNER, OWNER_USER)
		other = make_supplier(OTHER_OWNER, OTHER_OWNER_USER)
		for item_code in PRODUCTS:
			make_product(item_code)
			make_item_prices(item_code)
		return SimpleNamespace(
			owner=owner,
			other_owner=other,
			agreement=make_agreement(owner),
			other_agreement=make_agreement(other),
		)


def make_supplier(supplier_name, user):
	make_user(user)
	if name := frappe.db.exists("Supplier", {"supplier_name": supplier_name}):
		return name
	return (
		frappe.get_doc(
			{
				"doctype": "Supplier",
				"supplier_name": supplier_name,
				"supplier_group": UMKM_GROUP,
				"supplier_type": "Individual",
				"ks212_community": COMMUNITY,
				"portal_users": [{"user": user}],
			}
		)
		.insert(ignore_permissions=True)
		.name
	)


def make_user(user):
	if not frappe.db.exists("User", user):
		doc = frappe.get_doc(
			{
				"doctype": "User",
				"email": user,
				"first_name": user.split("@")[0].title(),
				"enabled": 1,
				"user_type": "Website User",
				"send_welcome_email": 0,
				"new_password": story.PASSWORD,
				"language": "id",
			}
		)
		doc.flags.ignore_permissions = doc.flags.ignore_password_policy = True
		doc.append_roles(UMKM)
		doc.insert()


def make_product(item_code):
	"""An approved product with its Item and first price, as curation leaves it."""
	supplier_name, product_name, shelf_life, owner_price, retail_price = PRODUCTS[item_code]
	if frappe.db.exists("Item", item_code):
		return
	supplier = frappe.db.get_value("Supplier", {"supplier_name": supplier_name})
	product = frappe.get_doc(
		{
			"doctype": "UMKM Product",
			"product_name": product_name,
			"supplier": supplier,
			"item_group": frappe.db.get_value("Item", story.CHIPS, "item_group"),
			"stock_uom": "Bungkus",
			"composition": "Bahan utama, garam",
			"net_weight": "200 g",
			"shelf_life_days": shelf_life,
			"owner_price": owner_price,
			"retail_price": retail_price,
		}
	).insert(ignore_permissions=True)
	frappe.get_doc(
		{
			"doctype": "Item",
			"item_code": item_code,
			"item_name": product_name,
			"item_group": product.item_group,
			"stock_uom": product.stock_uom,
			"is_stock_item": 1,
			"valuation_method": "Moving Average",
			"has_batch_no": int(bool(shelf_life)),
			"has_expiry_date": int(bool(shelf_life)),
			"shelf_life_in_days": shelf_life,
			"ks212_consigned": 1,
			"ks212_owner": supplier,
			"ks212_product": product.name,
		}
	).insert(ignore_permissions=True)
	frappe.db.set_value("UMKM Product", product.name, {"status": "Approved", "item_code": item_code})
	price = frappe.get_doc(
		{
			"doctype": "UMKM Product Price",
			"product": product.name,
			"supplier": supplier,
			"item_code": item_code,
			"owner_price": owner_price,
			"retail_price": retail_price,
			"valid_from": add_days(nowdate(), -60),
			"is_first": 1,
		}
	).insert(ignore_permissions=True)
	frappe.db.set_value("UMKM Product Price", price.name, "status", "Approved")


def make_item_prices(item_code):
	"""The product's two prices as ERPNext keeps them."""
	_supplier, _name, _shelf_life, owner_price, retail_price = PRODUCTS[item_code]
	for price_list, rate in (("Standard Buying", owner_price), ("Standard Selling", retail_price)):
		story.ensure(
			"Item Price",
			{"item_code": item_code, "price_list": price_list},
			uom="Bungkus",
			price_list_rate=rate,
		)


def make_agreement(supplier, company=story.COMPANY, **terms):
	"""The supplier's submitted agreement with a company; `terms` are fields of Consignment Agreement."""
	filters = {"supplier": supplier, "company": company, "docstatus": 1}
	if not terms and (name := frappe.db.exists("Consignment Agreement", filters)):
		return name
	doc = frappe.get_doc(
		{
			"doctype": "Consignment Agreement",
			"supplier": supplier,
			"company": company,
			"valid_from": add_days(nowdate(), -60),
			**terms,
		}
	).insert(ignore_permissions=True)
	doc.submit()
	return doc.name


# A member who registers, as the public form sends it; every number is nobody's.
REGISTRATION = {
	"business_name": "Dapur Bu Siti",
	"owner_name": "Siti Aminah",
	"member_no": "212-004711",
	"community": COMMUNITY,
	"phone": "+62 860-9000-0471",
	"email": "",
	"address_line": "Jl. Tole Iskandar 47",
	"city": "Depok",
	"bank_name": "Bank Syariah Indonesia",
	"bank_account_no": "712 004 7110",
	"bank_account_holder": "Siti Aminah",
	"nib": "9120000047110",
}
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def photo(kind="JPEG", size=(320, 240), **options):
	"""A picture of that kind ("JPEG", "PNG", "WEBP"), as a camera sends it."""
	content = BytesIO()
	Image.new("RGB", size, (200, 60, 40)).save(content, kind, **options)
	return content.getvalue()
