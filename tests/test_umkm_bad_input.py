"""Bad input to every function for micro-enterprises: a clear refusal each time, never a server error, never a
change.

What is bad, and how a call is spoilt, is the same as for the exchange: see tests/test_bad_input.py.
"""

import os
import random

import frappe
from frappe.utils import add_days, today

from ks212_community.api import consignment, products, registration, settlement, supplier
from tests import story, umkm_story
from tests.story import NEAR, PUSAT, SHORT, clerk
from tests.test_bad_input import (
	BAD,
	EMPTY,
	MISSING,
	NAME,
	NEARLY_ZERO,
	NO_DAY,
	NO_ROWS,
	QTY,
	ROWS,
	TEXT,
	UNKNOWN,
	ZERO,
	Call,
	Scene,
	_spoilt_call,
	call_as,
	fingerprint,
	shown,
)
from tests.umkm_products import proposal
from tests.umkm_story import CRACKERS, HONEY, OTHER_OWNER, OTHER_OWNER_USER, OWNER_USER, SAMBAL

MANAGER = story.manager(umkm_story.COMMUNITY)
STRANGER = story.manager("Bogor Kota")
APIS = (registration, products, consignment, settlement, supplier)
OUR_DOCTYPES = (
	"UMKM Registration",
	"UMKM Licence",
	"UMKM Product",
	"UMKM Product Price",
	"Consignment Agreement",
	"Consignment Delivery",
	"Consignment Removal",
	"Consignment Settlement",
	"Supplier",
	"Contact",
	"Address",
	"User",
	"Item",
	"Item Price",
	"Batch",
	"File",
)

PAST = add_days(today(), -1)
FUTURE_ONLY = [value for value in BAD["future"] if value not in EMPTY]
BAD |= {
	"supplier": [*NAME, OTHER_OWNER],
	"name": NAME,
	"known": [value for value in NAME if value not in EMPTY],
	"community": [value for value in [*NAME, "Bogor Kota"] if value not in EMPTY],
	"composition": [value for value in [*TEXT, *EMPTY] if not isinstance(value, str) or len(value) != 501],
	"reqd": [*TEXT, *EMPTY],
	"nib": [*TEXT, *EMPTY, "123", "91200000471101", "912000004711x"],
	"phone": [*TEXT, *EMPTY, "12345", "021 7654321", "0860x9000471"],
	"bank_account": [*TEXT, *EMPTY, "12-AB", "1"],
	"email": [*TEXT, "siti", "siti@", "a b@contoh.id", "siti@umkm.ks212.invalid"],
	"money": [*QTY, *ZERO, *NEARLY_ZERO],
	"barcode": [*TEXT, "8991234567890", "899123456789", "12", "abcdefghijklm"],
	"future_or_none": FUTURE_ONLY,
	"day_or_none": [value for value in NO_DAY if value not in EMPTY],
	"until": [*NO_DAY, PAST],
	"past_day": [*NO_DAY, add_days(today(), 1)],
	"kind": [*NAME, "expired", "Return"],
	"licence": [*NAME, "SNI"],
	"shelf_life": [value for value in BAD["whole_count"] if value not in (None, "", MISSING)],
	"grade": [*NAME, "D"],
	"tick": ["x", "yes", 2, -1, [1], {"a": 1}, 0.5],
	"goods": [*NAME, HONEY],
	"shelf": [*NAME, story.OIL],
	"batch_of_nobody": [*TEXT, *UNKNOWN, "MLK-1"],
	"company": [*NAME, "Koperasi Lain"],
	"days": [*[value for value in QTY if value not in (None, "", MISSING)], *ZERO, 1.5, 1000],
	"checks": NO_ROWS,
}


class UmkmScene(Scene):
	"""A document in every state, and for every function of the five areas a call that would succeed on it."""

	def build(self) -> list[Call]:
		self.addCleanup(frappe.clear_cache)
		self.umkm = umkm_story.setup_umkm()
		return [*self.of_registration(), *self.of_products(), *self.of_goods(), *self.of_money()]

	def be(self, user, function, **arguments):
		call = Call(function, user, **{name: (None, value) for name, value in arguments.items()})
		return call_as(user, function, **call.good())

	def of_registration(self):
		names = []
		for number in range(4):
			values = {
				**umkm_story.REGISTRATION,
				"phone": f"08609000{number}472",
				"nib": f"912000{number}047112",
			}
			names.append(self.be("Guest", registration.register, **values)["name"])
		pending, verified, rejectable, approved = names
		for name in (verified, approved):
			self.be(MANAGER, registration.verify, registration=name)
		self.be(PUSAT, registration.approve, registration=approved)
		owner = self.umkm.owner
		in_a_year = add_days(today(), 365)
		renewed = {"supplier": owner, "licence_no": "ID00110000123450722", "valid_until": in_a_year}
		self.be(OWNER_USER, registration.renew_licence, kind="Halal", **renewed)
		licence = frappe.db.get_value("UMKM Licence", {"supplier": owner, "kind": "Halal"})
		ended = frappe.get_doc(
			{
				"doctype": "UMKM Licence",
				"supplier": self.umkm.other_owner,
				"kind": "Halal",
				"licence_no": "ID00110000999990722",
				"valid_until": PAST,
				"checked": 1,
			}
		).insert(ignore_permissions=True)
		values = {**umkm_story.REGISTRATION, "phone": "086090009999", "nib": "9120000999991"}
		kinds = {
			**dict.fromkeys(values, "reqd"),
			"community": "name",
			"phone": "phone",
			"email": "email",
			"bank_account_no": "bank_account",
			"nib": "nib",
		}
		return [
			Call(
				registration.register,
				"Guest",
				**{name: (kind, values[name]) for name, kind in kinds.items()},
			),
			Call(
				registration.get_status,
				"Guest",
				status_key=("name", frappe.db.get_value("UMKM Registration", pending, "status_key")),
			),
			Call(registration.list_registrations, MANAGER, community=("community", umkm_story.COMMUNITY)),
			Call(registration.get_registration, MANAGER, registration=("name", pending)),
			Call(
				registration.verify,
				MANAGER,
				registration=("name", pending),
				note=("text", "Dikenal pengurus"),
			),
			Call(registration.approve, PUSAT, registration=("name", verified)),
			Call(
				registration.reject,
				PUSAT,
				registration=("name", rejectable),
				reason=("reqd", "Bukan anggota"),
			),
			Call(registration.invite, PUSAT, registration=("name", approved)),
			Call(registration.list_licences, OWNER_USER, supplier=("supplier", owner)),
			Call(
				registration.renew_licence,
				OWNER_USER,
				supplier=("supplier", owner),
				kind=("licence", "PIRT"),
				licence_no=("reqd", "2063175010123-29"),
				valid_until=("until", in_a_year),
			),
			Call(registration.confirm_licence, PUSAT, licence=("name", licence)),
			Call(
				registration.allow_exception,
				PUSAT,
				licence=("name", ended.name),
				until=("until", in_a_year),
				reason=("reqd", "Perpanjangan sedang diproses"),
			),
		]

	def of_products(self):
		owner = self.umkm.owner
		# The checklist is looked at in the desk before; here each product is ready to be decided on.
		names = []
		for number in range(4):
			values = proposal(product_name=f"Kue nastar {number}")
			names.append(self.be(OWNER_USER, products.propose, supplier=owner, **values)["name"])
		approvable, correctable, rejectable, waiting = names
		prices = []
		for item_code in (CRACKERS, SAMBAL):
			product = frappe.db.get_value("Item", item_code, "ks212_product")
			values = {"owner_price": 11_000, "retail_price": 30_000, "valid_from": add_days(today(), 7)}
			self.be(OWNER_USER, products.change_price, product=product, **values)
			prices.append(
				frappe.db.get_value("UMKM Product Price", {"product": product, "status": "Pending"})
			)
		honey = frappe.db.get_value("Item", HONEY, "ks212_product")
		values = {"owner_price": 62_000, "retail_price": 77_000, "valid_from": add_days(today(), 7)}
		self.be(OTHER_OWNER_USER, products.change_price, product=honey, **values)
		waiting_price = frappe.db.get_value("UMKM Product Price", {"product": honey, "status": "Pending"})
		values = proposal(product_name="Kue kastengel")
		kinds = {
			"product_name": "reqd",
			"item_group": "name",
			"stock_uom": "name",
			"composition": "composition",
			"net_weight": "reqd",
			"shelf_life_days": "shelf_life",
			"owner_price": "money",
			"retail_price": "money",
			"barcode": "barcode",
		}
		product_values = {name: (kind, values[name]) for name, kind in kinds.items()}
		checks = [
			{"specification": row["specification"], "passed": 1}
			for row in products.get_product(approvable)["checks"]
		]
		return [
			Call(products.list_products, OWNER_USER, supplier=("supplier", owner)),
			Call(products.get_product, OWNER_USER, product=("name", approvable)),
			Call(products.choices, OWNER_USER),
			Call(products.propose, OWNER_USER, supplier=("supplier", owner), **product_values),
			Call(products.correct, OWNER_USER, product=("name", waiting), **product_values),
			# In this order: one new price of a product waits at a time.
			Call(products.withdraw_price, OTHER_OWNER_USER, price=("name", waiting_price)),
			Call(
				products.change_price,
				OTHER_OWNER_USER,
				product=("name", honey),
				owner_price=("money", 61_000),
				retail_price=("money", 76_000),
				valid_from=("future", add_days(today(), 3)),
			),
			Call(
				products.approve,
				PUSAT,
				product=("name", approvable),
				grade=("grade", "A"),
				checks=("checks", checks),
			),
			Call(
				products.ask_for_correction,
				PUSAT,
				product=("name", correctable),
				reason=("reqd", "Label kurang jelas"),
			),
			Call(products.reject, PUSAT, product=("name", rejectable), reason=("reqd", "Tidak cocok")),
			Call(products.approve_price, PUSAT, price=("name", prices[0])),
			Call(products.reject_price, PUSAT, price=("name", prices[1]), reason=("reqd", "Terlalu mahal")),
		]

	def announced(self):
		rows = [
			{"item_code": CRACKERS, "qty": 12},
			{"item_code": SAMBAL, "qty": 6, "expiry_date": add_days(today(), 150)},
		]
		return self.be(
			OWNER_USER,
			consignment.announce,
			supplier=self.umkm.owner,
			outlet=NEAR,
			items=rows,
			expected_on=today(),
		)

	def of_goods(self):
		owner = self.umkm.owner
		to_count, to_refuse, to_cancel, counted = (self.announced() for _number in range(4))
		counts = [{"row": row["row"], "received_qty": row["qty"]} for row in counted["items"]]
		self.be(clerk(NEAR), consignment.receive, delivery=counted["name"], items=counts)
		removed = self.be(
			clerk(NEAR),
			consignment.remove,
			outlet=NEAR,
			kind="Return to Owner",
			items=[{"item_code": CRACKERS, "qty": 1}],
			reason="Kemasan penyok",
		)
		counts = [
			{"row": row["row"], "received_qty": row["qty"], "refuse_reason": ""} for row in to_count["items"]
		]
		return [
			Call(consignment.deliverable, OWNER_USER, supplier=("supplier", owner)),
			Call(consignment.list_deliveries, clerk(NEAR), outlet=("name", NEAR)),
			Call(consignment.list_removals, OWNER_USER, supplier=("supplier", owner)),
			Call(consignment.get_delivery, OWNER_USER, delivery=("name", counted["name"])),
			Call(consignment.get_removal, clerk(NEAR), removal=("name", removed["removals"][0]["name"])),
			Call(consignment.consigned_stock, clerk(NEAR), outlet=("name", NEAR)),
			Call(
				consignment.announce,
				OWNER_USER,
				rows={
					"item_code": "goods",
					"qty": "whole",
					"manufacturing_date": "day_or_none",
					"expiry_date": "future_or_none",
				},
				supplier=("supplier", owner),
				outlet=("name", SHORT),
				items=(ROWS, [{"item_code": SAMBAL, "qty": 6, "expiry_date": add_days(today(), 150)}]),
				expected_on=("future", today()),
			),
			Call(
				consignment.receive,
				clerk(NEAR),
				rows={
					"row": "row",
					"received_qty": "whole_count",
					"refuse_reason": "text",
					"expiry_date": "day_or_none",
				},
				delivery=("name", to_count["name"]),
				items=(ROWS, counts),
			),
			Call(
				consignment.refuse,
				clerk(NEAR),
				delivery=("name", to_refuse["name"]),
				reason=("reqd", "Rak penuh"),
			),
			Call(
				consignment.cancel_delivery,
				OWNER_USER,
				delivery=("name", to_cancel["name"]),
				reason=("reqd", "Belum jadi"),
			),
			Call(
				consignment.remove,
				clerk(NEAR),
				rows={"item_code": "shelf", "qty": "whole", "batch_no": "batch_of_nobody"},
				outlet=("name", NEAR),
				kind=("kind", "Shrinkage"),
				items=(ROWS, [{"item_code": CRACKERS, "qty": 2}]),
				reason=("reqd", "Hilang"),
				negligence=("tick", 0),
			),
		]

	def of_money(self):
		owner = self.umkm.owner
		made = self.be(
			story.ACCOUNTANT,
			settlement.make_settlements,
			company=story.COMPANY,
			to_date=today(),
			supplier=owner,
		)
		return [
			Call(supplier.overview, OWNER_USER, supplier=("supplier", owner)),
			Call(supplier.stock, OWNER_USER, supplier=("supplier", owner)),
			Call(supplier.sales, OWNER_USER, supplier=("supplier", owner), days=("days", 30)),
			Call(settlement.list_settlements, OWNER_USER, supplier=("supplier", owner)),
			Call(settlement.get_settlement, OWNER_USER, settlement=("name", made["settlements"][0])),
			Call(settlement.rebuild, story.ACCOUNTANT, settlement=("name", made["settlements"][0])),
			Call(
				settlement.make_settlements,
				story.ACCOUNTANT,
				company=("company", story.COMPANY),
				to_date=("past_day", today()),
				supplier=("known", owner),
			),
		]


def everything() -> dict:
	"""What no refused call may change."""
	found = fingerprint()
	for doctype in OUR_DOCTYPES:
		found[doctype] = (
			frappe.db.count(doctype),
			frappe.get_all(doctype, order_by="modified desc", limit=1, pluck="modified"),
		)
	return found


class TestBadInput(UmkmScene):
	# Answers with a file; its own test spoils its arguments.
	ELSEWHERE = {"print_labels"}

	def test_every_function_has_a_call_here(self):
		called = {call.function for call in self.build()}
		for api in APIS:
			for name, value in vars(api).items():
				if value in frappe.whitelisted and value.__module__ == api.__name__:
					self.assertTrue(value in called or name in self.ELSEWHERE, name)

	def test_one_bad_argument_at_a_time(self):
		calls = self.build()
		before = everything()
		wrong = []
		for call in calls:
			for changes in call.bad_ways():
				if problem := self.refuse(call.user, call.function, call.with_changes(changes)):
					wrong.append(f"{call}({shown(changes)}): {problem}")
		self.assertEqual(len(wrong), 0, "\n".join(["", *wrong[:80]]))
		self.assertEqual(everything(), before)
		for call in calls:
			call_as(call.user, call.function, **call.good())

	def test_people_it_is_not_for(self):
		calls = self.build()
		before = everything()
		wrong = []
		strangers = (clerk(story.EAST), story.OUTSIDER, story.UMKM, story.PARTNER, STRANGER, "Guest")
		for call in calls:
			if call.function in (registration.register, registration.get_status):
				continue
			for user in strangers:
				if problem := self.refuse(user, call.function, call.good()):
					wrong.append(f"{call} as {user}: {problem}")
		self.assertEqual(wrong, [])
		self.assertEqual(everything(), before)

	def test_random_calls(self):
		chance = random.Random(2120)
		calls = [call for call in self.build() if call.kinds]
		before = everything()
		wrong = []
		for number in range(int(os.environ.get("RANDOM_CALLS") or 10_000) // 4):
			user, function, arguments = _spoilt_call(chance, calls)
			if problem := self.refuse(user, function, arguments):
				wrong.append(f"call {number}, {function.__name__}({shown(arguments)}) as {user}: {problem}")
		self.assertEqual(len(wrong), 0, "\n".join(["", *wrong[:60]]))
		self.assertEqual(everything(), before)
