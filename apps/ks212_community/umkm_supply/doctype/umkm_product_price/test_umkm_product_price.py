import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate, today

from ks212_community.api import products as api
from ks212_community.constants import PRICE_WORKFLOW
from ks212_community.install import make_workflows
from ks212_community.umkm_supply import prices
from tests import story, umkm_story
from tests.story import ACCOUNTANT, PUSAT
from tests.umkm_products import MANAGER, STRANGERS, ProductTestCase
from tests.umkm_story import CRACKERS, HONEY, OWNER_USER


def day(number):
	"""The day `number` days from today."""
	return getdate(add_days(today(), number))


class PriceTestCase(ProductTestCase):
	def setUp(self):
		super().setUp()
		# Approved 60 days ago at 10,000 and 13,000.
		self.product = frappe.db.get_value("UMKM Product", {"item_code": CRACKERS})

	def change(self, owner_price=11_000, retail_price=14_500, valid_from=None, product=None):
		"""Propose a price, from in ten days; return its name."""
		self.call(
			OWNER_USER,
			api.change_price,
			product=product or self.product,
			owner_price=owner_price,
			retail_price=retail_price,
			valid_from=valid_from or day(10),
		)
		return self.pending(product)

	def pending(self, product=None):
		return frappe.db.get_value(
			"UMKM Product Price", {"product": product or self.product, "status": "Pending"}
		)

	def approve_price(self, price):
		return self.call(PUSAT, api.approve_price, price=price)

	def at(self, number):
		"""The two prices in force on a day, by the number of days from today."""
		found = prices.price_at(CRACKERS, day(number))
		return (found.owner_price, found.retail_price)

	def listed(self, price_list):
		rows = frappe.get_all(
			"Item Price",
			filters={"item_code": CRACKERS, "price_list": price_list},
			fields=["price_list_rate", "valid_from", "valid_upto"],
			order_by="valid_from",
		)
		return [(row.price_list_rate, getdate(row.valid_from), row.valid_upto) for row in rows]


class TestChangingPrices(PriceTestCase):
	def test_a_price_waits_and_then_holds_from_its_day(self):
		price = self.change()
		self.assertEqual(self.at(10), (10_000, 13_000), "a proposal changes nothing")
		self.approve_price(price)
		self.assertEqual(self.at(9), (10_000, 13_000))
		self.assertEqual(self.at(10), (11_000, 14_500))
		self.assertEqual(self.at(1000), (11_000, 14_500))
		doc = frappe.get_doc("UMKM Product Price", price)
		self.assertEqual((doc.proposed_by, doc.decided_by), (OWNER_USER, PUSAT))
		self.assertEqual((doc.item_code, doc.supplier, doc.is_first), (CRACKERS, self.names.owner, 0))

	def test_the_first_price_also_holds_before_its_day(self):
		self.assertEqual(self.at(-61), (10_000, 13_000))
		self.assertEqual(self.at(-1000), (10_000, 13_000))

	def test_price_lists_follow_with_their_days(self):
		self.approve_price(self.change())
		self.approve_price(self.change(12_000, 15_000, day(20)))
		for price_list, one, other in (
			("Standard Buying", 11_000, 12_000),
			("Standard Selling", 14_500, 15_000),
		):
			first, second, third = self.listed(price_list)
			self.assertEqual(getdate(first[2]), day(9), "the price the list had without a supplier")
			self.assertEqual((*second[:2], getdate(second[2])), (one, day(10), day(19)))
			self.assertEqual(third, (other, day(20), None))
		owners = frappe.get_all(
			"Item Price",
			filters={"item_code": CRACKERS, "price_list": "Standard Buying", "valid_from": [">", today()]},
			pluck="supplier",
		)
		self.assertEqual(owners, [self.names.owner] * 2)

	def test_a_price_typed_into_the_list_for_that_day_is_replaced(self):
		frappe.get_doc(
			{
				"doctype": "Item Price",
				"item_code": CRACKERS,
				"price_list": "Standard Selling",
				"uom": "Bungkus",
				"price_list_rate": 1,
				"valid_from": day(10),
			}
		).insert(ignore_permissions=True)
		self.approve_price(self.change())
		self.assertEqual(self.listed("Standard Selling")[1:], [(14_500, day(10), None)])

	def test_many_changes_leave_no_day_out_and_none_twice(self):
		for number, owner_price in ((5, 11_000), (6, 12_000), (30, 9_000)):
			self.approve_price(self.change(owner_price, 14_500, day(number)))
		for number, owner_price in (
			(-70, 10_000),
			(4, 10_000),
			(5, 11_000),
			(6, 12_000),
			(29, 12_000),
			(30, 9_000),
		):
			self.assertEqual(self.at(number)[0], owner_price)
		Price = frappe.qb.DocType("UMKM Product Price")
		for number in range(-65, 40):
			found = (
				frappe.qb.from_(Price)
				.select(Price.name)
				.where((Price.item_code == CRACKERS) & prices.in_force(Price, day(number)))
				.run()
			)
			self.assertEqual(len(found), 1, f"day {number}")

	def test_many_items_are_asked_at_once(self):
		self.approve_price(self.change(valid_from=day(0)))
		found = prices.prices_at([CRACKERS, HONEY, story.OIL], today())
		self.assertEqual(
			{code: row.owner_price for code, row in found.items()}, {CRACKERS: 11_000, HONEY: 60_000}
		)
		self.assertEqual(prices.prices_at([], today()), {})
		self.assertIsNone(prices.price_at(story.OIL, today()))

	def test_the_condition_joins_on_a_column(self):
		self.approve_price(self.change(valid_from=day(1)))
		Price = frappe.qb.DocType("UMKM Product Price")
		Day = frappe.qb.DocType("UMKM Product Price").as_("day")
		rows = (
			frappe.qb.from_(Day)
			.inner_join(Price)
			.on((Price.item_code == Day.item_code) & prices.in_force(Price, Day.valid_from))
			.select(Day.name, Price.name)
			.where(Day.item_code == CRACKERS)
			.run()
		)
		self.assertEqual(len(rows), 2)
		for asked, found in rows:
			self.assertEqual(asked, found)

	def test_a_price_approved_late_holds_from_the_approval(self):
		price = self.change(valid_from=day(0))
		frappe.db.set_value("UMKM Product Price", price, "valid_from", day(-7))
		self.approve_price(price)
		self.assertEqual(getdate(frappe.db.get_value("UMKM Product Price", price, "valid_from")), day(0))
		self.assertEqual(self.at(-1), (10_000, 13_000))
		self.assertEqual(self.at(0), (11_000, 14_500))

	def test_the_desks_workflow_does_the_same(self):
		price = self.change()
		with story.acting_as(PUSAT):
			doc = apply_workflow(frappe.get_doc("UMKM Product Price", price), "Approve")
		self.assertEqual(self.at(10), (11_000, 14_500))
		self.assertEqual(len(self.listed("Standard Buying")), 2)
		with story.acting_as(PUSAT):
			doc.save()
		self.assertEqual(len(self.listed("Standard Buying")), 2, "the effects come once")

	def test_a_rejected_price_changes_nothing_and_lets_another_wait(self):
		price = self.change()
		with story.acting_as(PUSAT), self.assertRaises(frappe.ValidationError):
			apply_workflow(frappe.get_doc("UMKM Product Price", price), "Reject")
		self.refused("Reason is missing", PUSAT, api.reject_price, price=price)
		product = self.call(PUSAT, api.reject_price, price=price, reason="Di atas harga pasar")
		self.assertEqual(product.prices[0].reason, "Di atas harga pasar")
		self.assertEqual(self.at(10), (10_000, 13_000))
		self.assertTrue(self.change())


class TestRefusals(PriceTestCase):
	def refused_change(self, said, error=frappe.ValidationError, **changes):
		arguments = {"owner_price": 11_000, "retail_price": 14_500, "valid_from": day(10), **changes}
		self.refused(said, OWNER_USER, api.change_price, error, product=self.product, **arguments)

	def test_the_owner_withdraws_a_price_and_proposes_another(self):
		price = self.change()
		shown = self.call(OWNER_USER, api.withdraw_price, price=price)
		self.assertEqual(shown["prices"][0]["status"], "Withdrawn")
		doc = frappe.get_doc("UMKM Product Price", price)
		self.assertEqual((doc.status, doc.decided_by), ("Withdrawn", OWNER_USER))
		self.assertEqual(self.at(10), (10_000, 13_000), "what nobody approved holds on no day")
		self.assertEqual(len(self.listed("Standard Buying")), 1)
		self.approve_price(self.change(12_000, 15_000, day(5)))
		self.assertEqual(self.at(10), (12_000, 15_000))

	def test_what_is_decided_or_withdrawn_is_not_withdrawn(self):
		approved, withdrawn = self.change(), None
		self.approve_price(approved)
		withdrawn = self.change(12_000, 15_000, day(20))
		self.call(OWNER_USER, api.withdraw_price, price=withdrawn)
		for price, state in ((approved, "Approved"), (withdrawn, "Withdrawn")):
			self.refused(f"is {state} already", OWNER_USER, api.withdraw_price, price=price)
		self.refused("is Withdrawn already", PUSAT, api.approve_price, price=withdrawn)

	def test_the_desks_workflow_does_not_withdraw(self):
		doc = frappe.get_doc("UMKM Product Price", self.change())
		doc.status = "Withdrawn"
		with story.acting_as(PUSAT), self.assertRaises(frappe.ValidationError):
			doc.save()

	def test_an_older_workflow_gets_the_state(self):
		doc = frappe.get_doc("Workflow", PRICE_WORKFLOW)
		doc.states = [row for row in doc.states if row.state != "Withdrawn"]
		doc.transitions = doc.transitions[:1]
		doc.save(ignore_permissions=True)
		make_workflows()
		doc = frappe.get_doc("Workflow", PRICE_WORKFLOW)
		self.assertIn("Withdrawn", [row.state for row in doc.states])
		self.assertEqual(len(doc.transitions), 1, "what head office arranged stays")

	def test_wrong_prices(self):
		for said, changes in (
			("Owner's Price must be more than zero", {"owner_price": 0}),
			("Owner's Price must be more than zero", {"owner_price": "-5"}),
			("Retail Price is missing", {"retail_price": ""}),
			("Retail Price must be a number", {"retail_price": "inf"}),
			("is below Owner's Price", {"retail_price": 10_999}),
			("Retail Price is too large", {"retail_price": 10**10}),
			("must be a date such as", {"valid_from": "besok"}),
			("cannot begin before today", {"valid_from": day(-1)}),
		):
			self.refused_change(said, **changes)
		self.assertIsNone(self.pending())

	def test_two_do_not_wait_at_once(self):
		price = self.change()
		self.refused_change(f"Price {price} of this product waits", valid_from=day(20))

	def test_the_day_is_after_the_present_prices(self):
		self.approve_price(self.change())
		self.refused_change("The present price is valid from", valid_from=day(10))
		self.refused_change("The present price is valid from", valid_from=day(5))
		product = self.approved()
		self.product = product.name
		self.refused_change(
			"The present price is valid from", owner_price=31_000, retail_price=40_000, valid_from=day(0)
		)

	def test_what_is_not_approved_has_no_new_price(self):
		self.product = self.propose().name
		self.refused_change("is not approved yet")

	def test_a_price_is_decided_once(self):
		price = self.change()
		self.approve_price(price)
		self.refused("is Approved already", PUSAT, api.approve_price, price=price)
		self.refused("is Approved already", PUSAT, api.reject_price, price=price, reason="Terlambat")

	def test_what_was_decided_stays(self):
		price = self.change()
		self.approve_price(price)
		for field, value in (("owner_price", 1), ("retail_price", 20_000), ("valid_from", day(3))):
			doc = frappe.get_doc("UMKM Product Price", price)
			doc.set(field, value)
			with story.acting_as(PUSAT), self.assertRaises(frappe.ValidationError) as caught:
				doc.save()
			self.assertIn("stays as it is", str(caught.exception))
		with story.acting_as(PUSAT), self.assertRaises(frappe.ValidationError):
			frappe.delete_doc("UMKM Product Price", price)

	def test_a_first_price_is_not_made_by_hand(self):
		doc = frappe.get_doc(
			{
				"doctype": "UMKM Product Price",
				"product": self.product,
				"owner_price": 1,
				"retail_price": 2,
				"valid_from": day(-90),
				"is_first": 1,
			}
		)
		with story.acting_as(PUSAT), self.assertRaises(frappe.ValidationError) as caught:
			doc.insert()
		self.assertIn("has a first price already", str(caught.exception))

	def test_strangers_are_refused(self):
		price = self.change()
		for user in (*STRANGERS, OWNER_USER, MANAGER, ACCOUNTANT):
			for function, arguments in ((api.approve_price, {}), (api.reject_price, {"reason": "x"})):
				with self.subTest(function=function.__name__, user=user):
					with self.assertRaises(frappe.PermissionError):
						self.call(user, function, price=price, **arguments)
		for user in (*STRANGERS, MANAGER, ACCOUNTANT):
			with self.assertRaises(frappe.PermissionError):
				self.call(
					user,
					api.change_price,
					product=self.product,
					owner_price=1,
					retail_price=2,
					valid_from=day(30),
				)
		for user in (*STRANGERS, umkm_story.OTHER_OWNER_USER, MANAGER, ACCOUNTANT):
			with self.subTest(user=user), self.assertRaises(frappe.PermissionError):
				self.call(user, api.withdraw_price, price=price)
		doc = frappe.get_doc("UMKM Product Price", price)
		for user in (OWNER_USER, umkm_story.OTHER_OWNER_USER, MANAGER):
			for ptype in ("read", "write", "create", "delete"):
				self.assertFalse(frappe.has_permission("UMKM Product Price", ptype, doc, user))
