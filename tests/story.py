"""The story that tests and demo share: Koperasi Syariah 212, its communities, outlets, goods and people.

The data are the CSV files of demo/data. `setup_story` creates what is missing of them, by Frappe's and
ERPNext's public API only, and does not commit. Scale "test" is a corner of the network with round stock
figures that tests can count on (`TEST_STOCK`); scale "demo" is all of it, without stock: the demo brings that
with its weeks of sales. Quantities are in stock UOM, rates in IDR per stock UOM.
"""

import csv
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import frappe
from frappe.utils import add_days, flt, getdate, nowdate

DATA = Path(__file__).parents[1] / "demo" / "data"

COMPANY = "Koperasi Syariah 212"
ABBR = "K212"
OTHER_COMPANY = "Koperasi Komunitas Bogor Raya"  # a legal entity of its own: its outlet is shown, not asked
COMPANIES = (COMPANY, OTHER_COMPANY)
PASSWORD = "titip-212-Berkah"

# The people of the story. An outlet's clerk is `clerk(code)`, a community's manager `manager(community)`.
DOMAIN = "ks212.example"
PUSAT = f"pusat@{DOMAIN}"
ACCOUNTANT = f"akuntan@{DOMAIN}"
COORDINATOR = f"kpk@{DOMAIN}"
UMKM = f"umkm@{DOMAIN}"
PARTNER = f"mitra@{DOMAIN}"
OUTSIDER = f"tanpa.gerai@{DOMAIN}"  # has the outlet role, but no outlet

# The corner of the network in tests, and what each place is for.
SHORT = "DPK03"  # lacks cooking oil and milk
HEAD = f"kepala.{SHORT.lower()}@{DOMAIN}"  # its head, beside its clerk
NEAR = "DPK01"
NEXT = "DPK02"
FAR = "BGR01"
WEST = "BKS01"
SOUTH = "JKS01"
EAST = "MKS01"  # Makassar: another island, region and time zone
DC = "DC01"
STORE = "STR01"
OTHER = "BGR05"  # belongs to OTHER_COMPANY

OIL = "SBK-004"  # Bungkus, Dus of 12
SUGAR = "SBK-006"
EGGS = "SBK-011"  # Kg: fractions are allowed
NOODLES = "SBK-013"  # Bungkus, Dus of 40
RICE = "SBK-001"
WATER = "MNM-001"
MILK = "SSU-001"  # in batches that expire
BREAD = "RTI-001"  # in batches that expire soon
SOAP = "MDC-001"
GAS = "RMT-001"
CHIPS = "UMK-001"  # made by a member's micro-enterprise
TEMPEH = "UMK-016"  # the same, in batches
STOVE = "KMP-001"  # with serial numbers: on ERPNext only, see make_serial_item

TEST_ITEMS = (OIL, SUGAR, EGGS, NOODLES, RICE, WATER, MILK, BREAD, SOAP, GAS, CHIPS, TEMPEH)

_EVERYWHERE = {SUGAR: 24, EGGS: 30, NOODLES: 120, RICE: 20, WATER: 48, BREAD: 12, SOAP: 36, CHIPS: 15}
TEST_STOCK = {
	SHORT: {SUGAR: 24, EGGS: 12.5, NOODLES: 40, BREAD: 4},
	NEAR: {**_EVERYWHERE, OIL: 30, MILK: 80},
	NEXT: {**_EVERYWHERE, OIL: 20, GAS: 6},
	FAR: {**_EVERYWHERE, OIL: 50, MILK: 120, TEMPEH: 20},
	WEST: {**_EVERYWHERE, OIL: 12, GAS: 10},
	SOUTH: {**_EVERYWHERE, OIL: 40, MILK: 40},
	EAST: {**_EVERYWHERE, OIL: 100, TEMPEH: 30},
	DC: {OIL: 480, SUGAR: 600, NOODLES: 2000, RICE: 200, MILK: 400},
	STORE: {OIL: 10, CHIPS: 60, TEMPEH: 25},
	OTHER: {OIL: 200, SUGAR: 100, MILK: 160},
}

BATCHES = {"A": 20, "B": 60, "C": 150}  # a batch's letter and the days until it expires
_BREAD_BATCHES = {"A": 3, "B": 5, "C": 7}


# ---- reading the data
# ----------------------------------------------------------------------------------------
@cache
def rows(name):
	"""The rows of demo/data/<name>.csv as dictionaries of text, in their order."""
	with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
		return list(csv.DictReader(file))


def outlet_rows(scale="demo"):
	return [row for row in rows("outlets") if scale == "demo" or row["scale"] == scale]


def item_rows(scale="demo"):
	return [row for row in rows("items") if scale == "demo" or row["item_code"] in TEST_ITEMS]


@cache
def item_row(item_code):
	return next(row for row in rows("items") if row["item_code"] == item_code)


def outlet_codes(scale="demo"):
	return [row["code"] for row in outlet_rows(scale)]


def item_codes(scale="demo"):
	return [row["item_code"] for row in item_rows(scale)]


def clerk(outlet):
	"""The user who works for an outlet."""
	return f"{outlet.lower()}@{DOMAIN}"


def manager(community):
	"""The user who manages a community, or None where the story has none."""
	login = next(row["login"] for row in rows("communities") if row["community"] == community)
	return f"pengurus.{login}@{DOMAIN}" if login else None


# ---- building it
# ---------------------------------------------------------------------------------------------
def setup_story(scale="test"):
	"""Create what is missing of the story at this scale, as Administrator; quick when nothing is.

	Returns the names in it: `outlets`, `items`, `warehouses` (outlet -> warehouse), `batches` (item -> names
	by expiry).
	"""
	with acting_as("Administrator"):
		setup_network()
		_make_catalogue(scale)
		_make_people(scale)
		_make_communities(scale)
		for outlet in outlet_rows(scale):
			make_outlet(outlet)
		open_only(outlet_codes(scale))
		story = SimpleNamespace(
			outlets=outlet_codes(scale),
			items=item_codes(scale),
			warehouses={code: warehouse_of(code) for code in outlet_codes(scale)},
			batches={row["item_code"]: make_batches(row["item_code"]) for row in batch_items(scale)},
		)
		if scale == "test":
			for outlet, quantities in TEST_STOCK.items():
				set_shelf(outlet, dict.fromkeys(TEST_ITEMS, 0) | quantities)
	return story


def setup_network():
	"""What any network of outlets needs: companies, fiscal years, territories, head office's people."""
	_make_roots()
	for company in rows("companies"):
		_make_company(company)
	_make_territories()
	_let_people_log_in()
	_make_head_office()


def ensure(doctype, filters, **values):
	"""The name of the document that matches `filters` (a name or a dictionary), which is made where it is
	missing."""
	if name := frappe.db.exists(doctype, filters):
		return name
	named = {"name": filters} if isinstance(filters, str) else filters
	return frappe.get_doc({"doctype": doctype, **named, **values}).insert(ignore_permissions=True).name


def _make_roots():
	ensure("Warehouse Type", "Transit")
	ensure("Item Group", "All Item Groups", item_group_name="All Item Groups", is_group=1)
	ensure("Territory", "All Territories", territory_name="All Territories", is_group=1)
	for price_list, side in (("Standard Buying", "buying"), ("Standard Selling", "selling")):
		ensure("Price List", price_list, price_list_name=price_list, currency="IDR", enabled=1, **{side: 1})
	ensure("Address Template", {"is_default": 1}, country="Indonesia")
	for purpose in ("Material Receipt", "Material Issue", "Material Transfer"):
		ensure("Stock Entry Type", purpose, purpose=purpose, is_standard=1)


def _make_company(row):
	this_year = getdate().year
	for year in (this_year - 1, this_year):
		ensure(
			"Fiscal Year",
			str(year),
			year=str(year),
			year_start_date=f"{year}-01-01",
			year_end_date=f"{year}-12-31",
		)
	company = ensure(
		"Company",
		row["company"],
		company_name=row["company"],
		abbr=row["abbr"],
		country=row["country"],
		default_currency=row["currency"],
		chart_of_accounts="Standard",
		create_chart_of_accounts_based_on="Standard Template",
		enable_perpetual_inventory=1,
	)
	if not frappe.db.get_value("Company", company, "default_in_transit_warehouse"):
		transit = frappe.db.get_value("Warehouse", {"company": company, "warehouse_type": "Transit"})
		frappe.db.set_value("Company", company, "default_in_transit_warehouse", transit)


def _make_territories():
	for row in rows("territories"):
		ensure(
			"Territory",
			row["territory"],
			territory_name=row["territory"],
			parent_territory=row["parent"] or "All Territories",
			is_group=int(row["is_group"]),
		)


def _make_catalogue(scale):
	items = item_rows(scale)
	for group in dict.fromkeys(row["item_group"] for row in items):
		ensure("Item Group", group, item_group_name=group, parent_item_group="All Item Groups", is_group=0)
	for uom in dict.fromkeys(uom for row in items for uom in (row["stock_uom"], row["big_uom"]) if uom):
		ensure("UOM", uom, uom_name=uom, must_be_whole_number=int(uom != "Kg"))
	made = set(frappe.get_all("Item", filters={"name": ("in", item_codes(scale))}, pluck="name"))
	for row in items:
		if row["item_code"] not in made:
			make_item(row)


def make_item(row):
	"""The item of a row as in items.csv, with its two prices; columns from big_uom on may be missing."""
	uoms = [{"uom": row["stock_uom"], "conversion_factor": 1}]
	if row.get("big_uom") and row["big_uom"] != row["stock_uom"]:
		uoms.append({"uom": row["big_uom"], "conversion_factor": flt(row["big_factor"])})
	has_batch = int(row.get("has_batch") or 0)
	item = frappe.get_doc(
		{
			"doctype": "Item",
			"item_code": row["item_code"],
			"item_name": row["item_name"],
			"item_group": row["item_group"],
			"stock_uom": row["stock_uom"],
			"is_stock_item": 1,
			"valuation_method": "Moving Average",
			"has_batch_no": has_batch,
			"has_expiry_date": has_batch,
			"uoms": uoms,
		}
	)
	if row.get("barcode"):
		item.append("barcodes", {"barcode": row["barcode"], "barcode_type": "EAN", "uom": row["stock_uom"]})
	item.insert()
	for price_list, rate in (("Standard Buying", "buying_rate"), ("Standard Selling", "selling_rate")):
		frappe.get_doc(
			{
				"doctype": "Item Price",
				"item_code": row["item_code"],
				"price_list": price_list,
				"uom": row["stock_uom"],
				"price_list_rate": flt(row[rate]),
			}
		).insert()


def make_serial_item():
	"""An item with serial numbers; embedded has none, so only tests marked `erpnext` may call this."""
	return ensure(
		"Item",
		STOVE,
		item_code=STOVE,
		item_name="Kompor gas portabel",
		item_group=item_row(GAS)["item_group"],
		stock_uom="Pcs",
		is_stock_item=1,
		valuation_method="Moving Average",
		has_serial_no=1,
		serial_no_series="KMP-.#####",
	)


def batch_items(scale="demo"):
	return [row for row in item_rows(scale) if int(row["has_batch"])]


def make_batches(item_code):
	"""An item's three batches, by expiry; names are `<item>-A`, `-B`, `-C`."""
	days = _BREAD_BATCHES if item_code.startswith("RTI") else BATCHES
	return [make_batch(item_code, letter, days_left) for letter, days_left in days.items()]


def make_batch(item_code, letter, days_left):
	"""The batch `<item>-<letter>`, which expires in so many days (from the day it was made)."""
	batch = f"{item_code}-{letter}"
	return ensure("Batch", batch, batch_id=batch, item=item_code, expiry_date=add_days(nowdate(), days_left))


# ---- people
# --------------------------------------------------------------------------------------------------
def _let_people_log_in():
	"""Portal users know their phone number or user name, not an e-mail address."""
	for setting in ("allow_login_using_mobile_number", "allow_login_using_user_name"):
		if not frappe.db.get_single_value("System Settings", setting):
			frappe.db.set_single_value("System Settings", setting, 1)


def _make_head_office():
	make_user(PUSAT, "Petugas Pusat", ["KS212 Pusat", "Stock User"], login="pusat")
	make_user(
		ACCOUNTANT, "Akuntan Pusat", ["KS212 Accountant", "Stock User", "Accounts User"], login="akuntan"
	)
	make_user(COORDINATOR, "Koordinator Pusat Komunitas", ["KS212 Pusat", "Stock User"], login="kpk")
	settings = frappe.get_doc("KS212 Settings")
	if not settings.pusat_contacts:
		settings.append("pusat_contacts", {"user": PUSAT})
		settings.save()


def _make_people(scale):
	make_user(UMKM, "Pelaku UMKM", ["KS212 UMKM"], login="umkm")
	make_user(PARTNER, "Mitra Ahli", ["KS212 Partner"], login="mitra")
	make_user(OUTSIDER, "Petugas Tanpa Gerai", ["KS212 Outlet User"], login="tanpagerai")
	place = _place_of(SHORT)
	make_user(HEAD, f"Kepala Gerai {place}", ["KS212 Outlet User"], login=f"kepala{SHORT.lower()}")
	for row in outlet_rows(scale):
		place = "DC" if row["kind"] == "DC" else "Toko" if row["kind"] == "Community Store" else "Gerai"
		make_user(
			clerk(row["code"]),
			f"Petugas {place} {_place_of(row['code'])}",
			["KS212 Outlet User"],
			login=row["code"].lower(),
		)
	for row in _communities(scale):
		if row["login"]:
			make_user(
				manager(row["community"]),
				f"Pengurus {row['community']}",
				["KS212 Community Manager"],
				login=f"pengurus{row['login']}",
			)


def make_user(email, full_name, roles, login):
	"""A user who speaks Indonesian, logs in by `login` or phone and has the story's password."""
	if frappe.db.exists("User", email):
		if missing := set(roles) - set(frappe.get_roles(email)):
			frappe.get_doc("User", email).add_roles(*missing)
		return email
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": full_name,
			"username": login,
			"mobile_no": phone_of(email),
			"language": "id",
			"time_zone": "Asia/Jakarta",
			"send_welcome_email": 0,
			"new_password": PASSWORD,
			"roles": [{"role": role} for role in roles],
		}
	)
	user.flags.no_welcome_mail = True
	return user.insert(ignore_permissions=True).name


@cache
def _phone_book():
	"""Phone numbers of a kind that no operator has given out (0860), the same for each user at every
	scale."""
	people = [PUSAT, ACCOUNTANT, COORDINATOR, UMKM, PARTNER, OUTSIDER, HEAD]
	people += [clerk(code) for code in outlet_codes()]
	people += [manager(row["community"]) for row in rows("communities") if row["login"]]
	return {user: f"0860000{number:04}" for number, user in enumerate(people, start=2120)}


def phone_of(user):
	return _phone_book().get(user)


def _place_of(outlet):
	"""The short name of an outlet's place: "Sukmajaya" for "212 Mart Sukmajaya"."""
	name = next(row["name"] for row in rows("outlets") if row["code"] == outlet)
	for start in ("212 Mart ", "DC ", "Toko Komunitas "):
		name = name.removeprefix(start)
	return name


def logins():
	"""Who shows each role: (role, user name, phone, what there is to see); UMKM as far as they have
	joined."""
	people = [
		("KS212 Outlet User", clerk(SHORT), f"{SHORT}, which lacks goods"),
		("KS212 Outlet User", clerk(NEXT), f"{NEXT}, which gives some"),
		("KS212 Outlet User", clerk(DC), "the distribution centre"),
		("KS212 Outlet User", clerk(EAST), "an outlet in Makassar"),
		("KS212 Community Manager", manager("Depok 3"), "the outlets and micro-enterprises of Depok 3"),
		("KS212 Community Manager", manager("Bogor Kota"), "those of Bogor Kota"),
		("KS212 Pusat", PUSAT, "everything: approves, settles"),
		("KS212 Accountant", ACCOUNTANT, "ledgers and reports"),
		*(
			("KS212 UMKM", user, row["business_name"])
			for row in rows("umkm")
			if (user := frappe.db.get_value("User", {"mobile_no": row["phone"]}))
		),
		("KS212 UMKM", UMKM, "a member without a business yet"),
		("KS212 Partner", PARTNER, "no outlet yet"),
	]
	return [
		(role, *frappe.db.get_value("User", user, ["username", "mobile_no"]), what)
		for role, user, what in people
	]


# ---- communities and outlets
# ---------------------------------------------------------------------------------
def _communities(scale):
	wanted = {row["community"] for row in outlet_rows(scale)}
	return [row for row in rows("communities") if row["community"] in wanted]


def _make_communities(scale):
	for row in _communities(scale):
		managers = []
		if user := manager(row["community"]):
			managers = [
				{
					"user": user,
					"manager_name": f"Pengurus {row['community']}",
					"phone": phone_of(user),
					"term_from": f"{getdate().year}-01-01",
				}
			]
		ensure(
			"Community",
			row["community"],
			community_name=row["community"],
			region=row["region"],
			kecamatan=row["kecamatan"],
			company=row["company"],
			kpk_coordinator=COORDINATOR,
			managers=managers,
		)


def make_outlet(row):
	"""The outlet of a row as in outlets.csv, with its clerk, Warehouse and Cost Center, where it is
	missing."""
	if frappe.db.exists("Outlet", row["code"]):
		return
	users = [{"user": clerk(row["code"]), "part": "Clerk", "phone": phone_of(clerk(row["code"]))}]
	if row["code"] == SHORT:
		users.insert(0, {"user": HEAD, "part": "Head", "phone": phone_of(HEAD)})
	outlet = frappe.get_doc(
		{
			"doctype": "Outlet",
			"outlet_code": row["code"],
			"outlet_name": row["name"],
			"community": row["community"],
			"company": row["company"],
			"kind": row["kind"],
			"address_line": row["address"],
			"city": row["city"],
			"region": row["region"],
			"in_jabodetabek": int(row["in_jabodetabek"]),
			"latitude": flt(row["latitude"]),
			"longitude": flt(row["longitude"]),
			"time_zone": row["time_zone"],
			"phone": phone_of(clerk(row["code"])),
			"opening_hours": _opening_hours(row),
			"users": users,
		}
	).insert()
	outlet.make_warehouse_and_cost_center()


def open_only(codes):
	"""The outlets outside this scale rest, so that a site which holds the demo is as small to a test as it
	expects."""
	for name, status in frappe.get_all("Outlet", fields=["name", "status"], as_list=True):
		wanted = "Active" if name in codes else "Paused"
		if status != wanted:
			frappe.db.set_value("Outlet", name, "status", wanted)


def _opening_hours(row):
	"""The week of an outlet with hours of its own; none where Settings' hours hold. DC and stores rest on
	Sunday."""
	if not row["opens_at"]:
		return []
	week = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
	if row["kind"] == "Outlet":
		week.append("Sunday")
	return [{"weekday": day, "opens_at": row["opens_at"], "closes_at": row["closes_at"]} for day in week]


# ---- goods
# ---------------------------------------------------------------------------------------------------
def warehouse_of(outlet):
	return frappe.db.get_value("Outlet", outlet, "warehouse")


def on_hand(outlet, item_code):
	"""What an outlet's bin says it has of an item, in stock UOM."""
	bin_filter = {"warehouse": warehouse_of(outlet), "item_code": item_code}
	return flt(frappe.db.get_value("Bin", bin_filter, "actual_qty"))


def stock_up(
	outlet,
	quantities,
	batch="B",
	posting_date=None,
	posting_time="06:00:00",
	remarks=None,
	stock_entry_type="Material Receipt",
):
	"""Receive goods into an outlet, at the catalogue's buying rate; returns the submitted Stock Entry.

	`quantities` maps an item to a quantity, or for a batch item also to {batch name: quantity}; a bare
	quantity of a batch item enters as its batch `batch`. Without a posting date the goods arrive now.
	"""
	lines = _lines(quantities, batch)
	for line in lines:
		line.update(t_warehouse=warehouse_of(outlet), basic_rate=_buying_rate(line["item_code"]))
	return _post(stock_entry_type, outlet, lines, posting_date, posting_time, remarks)


def sell(outlet, quantities, batch="B", posting_date=None, posting_time="21:00:00", remarks=None):
	"""Issue an outlet's sales of a day, as the imports of sales do: one Stock Entry of type "Outlet Sale"."""
	lines = _lines(quantities, batch)
	for line in lines:
		line.update(s_warehouse=warehouse_of(outlet))
	return _post("Outlet Sale", outlet, lines, posting_date, posting_time, remarks)


def _lines(quantities, batch):
	lines = []
	for item_code, quantity in quantities.items():
		uom = frappe.get_cached_value("Item", item_code, "stock_uom")
		line = {"item_code": item_code, "uom": uom, "stock_uom": uom, "conversion_factor": 1}
		if isinstance(quantity, dict):
			lines += [
				{**line, "qty": part, "batch_no": name, "use_serial_batch_fields": 1}
				for name, part in quantity.items()
			]
		elif frappe.get_cached_value("Item", item_code, "has_batch_no"):
			name = f"{item_code}-{batch}"
			lines.append({**line, "qty": quantity, "batch_no": name, "use_serial_batch_fields": 1})
		else:
			lines.append({**line, "qty": quantity})
	return lines


def _buying_rate(item_code):
	prices = {"item_code": item_code, "price_list": "Standard Buying"}
	return flt(frappe.db.get_value("Item Price", prices, "price_list_rate")) or 10000


def _post(stock_entry_type, outlet, lines, posting_date, posting_time, remarks):
	company, cost_center = frappe.db.get_value("Outlet", outlet, ["company", "cost_center"])
	for line in lines:
		line["cost_center"] = cost_center
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": stock_entry_type,
			"company": company,
			"remarks": remarks,
			"items": lines,
		}
	)
	if posting_date:
		entry.update({"set_posting_time": 1, "posting_date": posting_date, "posting_time": posting_time})
	entry.flags.ignore_permissions = True
	entry.insert()
	entry.submit()
	return entry


def set_shelf(outlet, quantities):
	"""Bring an outlet's stock of each named item to exactly this quantity: what lacks is received, the rest
	is sold."""
	warehouse = warehouse_of(outlet)
	bins = frappe.get_all("Bin", filters={"warehouse": warehouse}, fields=["item_code", "actual_qty"])
	on_shelf = {row.item_code: flt(row.actual_qty) for row in bins}
	lacks, has_over = {}, {}
	for item_code, wanted in quantities.items():
		difference = flt(wanted - on_shelf.get(item_code, 0), 6)
		if difference > 0:
			lacks[item_code] = difference
		elif difference < 0:
			has_over[item_code] = _by_batch(item_code, warehouse, -difference)
	if lacks:
		stock_up(outlet, lacks, posting_date=None if on_shelf else add_days(nowdate(), -1))
	if has_over:
		sell(outlet, has_over)


def empty_the_road():
	"""Issue whatever lies in the company's transit warehouse: the transfers it belonged to are gone."""
	transit = frappe.db.get_value("Company", COMPANY, "default_in_transit_warehouse")
	bins = frappe.get_all(
		"Bin", filters={"warehouse": transit, "actual_qty": [">", 0]}, fields=["item_code", "actual_qty"]
	)
	left = {row.item_code: _by_batch(row.item_code, transit, flt(row.actual_qty)) for row in bins}
	if left:
		lines = [{**line, "s_warehouse": transit} for line in _lines(left, batch="B")]
		_post("Material Issue", SHORT, lines, None, None, None)


def _by_batch(item_code, warehouse, quantity):
	"""How a quantity leaves a warehouse: {batch: quantity} by earliest expiry, or itself for an item without
	batches."""
	if not frappe.get_cached_value("Item", item_code, "has_batch_no"):
		return quantity
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import get_auto_batch_nos

	parts = {}
	wanted = {"item_code": item_code, "warehouse": warehouse, "based_on": "Expiry"}
	for batch in get_auto_batch_nos(frappe._dict(wanted)):
		part = min(quantity, batch.qty)
		if part > 0:
			parts[batch.batch_no] = part
			quantity = flt(quantity - part, 6)
	return parts


# ---- acting
# --------------------------------------------------------------------------------------------------
@contextmanager
def acting_as(user):
	"""Be another user for a while."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield user
	finally:
		frappe.set_user(before)
