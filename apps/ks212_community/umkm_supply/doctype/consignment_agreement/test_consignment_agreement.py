import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, today

from ks212_community.umkm_supply import agreements, terms
from tests import story, umkm_story
from tests.umkm_story import CRACKERS, HONEY, SAMBAL


class TestConsignmentAgreement(FrappeTestCase):
	"""As head office makes it in the desk."""

	def setUp(self):
		frappe.db.savepoint("agreement")
		self.addCleanup(self._undo)
		self.umkm = umkm_story.setup_umkm()
		self.owner = self.umkm.owner
		frappe.set_user(story.PUSAT)

	def _undo(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="agreement")
		frappe.clear_cache()
		frappe.local.message_log = []

	def agreement(self, **values):
		"""A draft with the other company, where there is none yet."""
		return frappe.get_doc(
			{
				"doctype": "Consignment Agreement",
				"supplier": self.owner,
				"company": story.OTHER_COMPANY,
				"valid_from": today(),
				**values,
			}
		)

	def refused(self, message, function):
		frappe.db.savepoint("refused")
		with self.assertRaises(frappe.ValidationError) as caught:
			function()
		frappe.db.rollback(save_point="refused")
		self.assertIn(message, str(caught.exception))

	def end(self, name, day):
		doc = frappe.get_doc("Consignment Agreement", name)
		doc.valid_to = day
		doc.save()

	# -- what makes sense ---------------------------------------------------------------------------------

	def test_fees_are_what_their_basis_needs(self):
		percent, per_unit = terms.PER_CENT, terms.PER_UNIT
		for message, values in (
			("cannot be over 100 %", {"fee_basis": percent, "fee_percent": 101}),
			("cannot be below zero", {"fee_basis": percent, "fee_percent": -1}),
			("cannot be below zero", {"fee_basis": per_unit, "fee_per_unit": -500}),
			("cannot be below zero", {"period_charge": -1}),
			("cannot be over 100 %", {"min_shelf_share": 120}),
			("is missing", {"fee_basis": percent}),
			("is missing", {"fee_basis": per_unit, "fee_percent": 10}),
		):
			with self.subTest(values):
				self.refused(message, self.agreement(**values).insert)
		doc = self.agreement(fee_basis=percent, fee_percent=10, fee_per_unit=700).insert()
		self.assertEqual((doc.fee_percent, doc.fee_per_unit), (10, 0))

	def test_dates_in_their_order(self):
		self.refused("before Valid From", self.agreement(valid_to=add_days(today(), -1)).insert)

	def test_the_akad_goes_with_the_supply(self):
		self.refused("does not go with", self.agreement(akad="Jual Beli").insert)
		self.refused("does not go with", self.agreement(supply="Outright Purchase").insert)

	def test_the_products_and_outlets_are_the_two_partys_own(self):
		self.refused("not a product of", self.agreement(products=[{"item_code": HONEY}]).insert)
		self.refused("not a product of", self.agreement(products=[{"item_code": story.OIL}]).insert)
		twice = [{"item_code": SAMBAL}, {"item_code": SAMBAL}]
		self.refused("named twice", self.agreement(products=twice).insert)
		self.refused("another company", self.agreement(outlets=[{"outlet": story.NEAR}]).insert)
		self.refused("one of them", self.agreement(outlets=[{}]).insert)

	def test_a_disabled_supplier(self):
		frappe.db.set_value("Supplier", self.owner, "disabled", 1)
		self.refused("disabled", self.agreement().insert)

	# -- one at a time ------------------------------------------------------------------------------------

	def test_one_agreement_a_supplier_company_and_day(self):
		second = self.agreement(company=story.COMPANY, valid_from=today()).insert()
		self.refused("still in force", second.submit)
		self.end(self.umkm.agreement, add_days(today(), -1))
		frappe.get_doc("Consignment Agreement", second.name).submit()
		self.refused("begins on", lambda: self.end(self.umkm.agreement, add_days(today(), 1)))
		self.refused("before Valid From", lambda: self.end(self.umkm.agreement, add_days(today(), -90)))
		before = self.agreement(company=story.COMPANY, valid_from=add_days(today(), -100)).insert()
		self.refused("begins on", before.submit)
		before.reload()
		before.valid_to = add_days(today(), -61)
		before.save()
		before.submit()

	def test_which_is_in_force(self):
		company = story.COMPANY
		self.end(self.umkm.agreement, add_days(today(), -1))
		new = umkm_story.make_agreement(self.owner, valid_from=today(), days_to_pay=14)
		for on, name in (
			(None, new),
			(today(), new),
			(add_days(today(), -1), self.umkm.agreement),
			(add_days(today(), -61), None),
			(add_days(today(), 400), new),
		):
			found = agreements.agreement_for(self.owner, company, on=on)
			self.assertEqual(found and found.name, name, on)
		self.assertIsNone(agreements.agreement_for(self.owner, story.OTHER_COMPANY))
		self.assertEqual(agreements.agreement_for(self.owner, company).days_to_pay, 14)
		self.refused("no agreement", lambda: agreements.require_agreement(self.owner, story.OTHER_COMPANY))

	def test_what_it_covers(self):
		region = frappe.db.get_value("Outlet", story.EAST, "region")
		wider = frappe.db.get_value("Territory", region, "parent_territory")
		self.end(self.umkm.agreement, add_days(today(), -1))
		name = umkm_story.make_agreement(
			self.owner,
			valid_from=today(),
			products=[{"item_code": SAMBAL}],
			outlets=[{"outlet": story.NEAR}, {"region": wider if wider != "All Territories" else region}],
		)

		def covered(outlet=None, item_code=None):
			return bool(agreements.agreement_for(self.owner, story.COMPANY, outlet, item_code))

		self.assertTrue(covered(story.NEAR, SAMBAL))
		self.assertTrue(covered(story.EAST))
		self.assertFalse(covered(story.OTHER))
		self.assertFalse(covered(story.NEAR, CRACKERS))
		self.assertFalse(covered(story.NEAR, HONEY))
		self.refused(
			f"{name}</strong> does not cover",
			lambda: agreements.require_agreement(self.owner, story.COMPANY, story.NEAR, [CRACKERS]),
		)

	# -- one way of supply an item ------------------------------------------------------------------------

	def test_an_item_is_supplied_in_one_way_in_the_whole_network(self):
		bought = {"supply": "Outright Purchase", "akad": "Jual Beli"}
		doc = self.agreement(**bought).insert()
		self.refused("in one way in the whole network", doc.submit)
		self.end(self.umkm.agreement, add_days(today(), -1))
		frappe.get_doc("Consignment Agreement", doc.name).submit()
		self.assertEqual(frappe.db.get_value("Item", SAMBAL, "ks212_consigned"), 0)
		self.assertEqual(frappe.db.get_value("Item", HONEY, "ks212_consigned"), 1)

	def test_not_while_goods_of_the_other_kind_are_in_stock(self):
		with story.acting_as("Administrator"):
			story.stock_up(story.NEAR, {CRACKERS: 5})
		self.end(self.umkm.agreement, add_days(today(), -1))
		doc = self.agreement(supply="Outright Purchase", akad="Jual Beli").insert()
		self.refused("is in stock at", doc.submit)
		self.assertEqual(frappe.db.get_value("Item", CRACKERS, "ks212_consigned"), 1)

	# -- the end ------------------------------------------------------------------------------------------

	def test_cancelled_only_while_nothing_rests_on_it(self):
		def cancel(name):
			frappe.get_doc("Consignment Agreement", name).cancel()

		delivery = frappe.get_doc(
			{
				"doctype": "Consignment Delivery",
				"supplier": self.owner,
				"outlet": story.NEAR,
				"expected_on": today(),
				"items": [{"item_code": CRACKERS, "qty": 3}],
			}
		).insert()
		self.refused(delivery.name, lambda: cancel(self.umkm.agreement))
		cancel(self.umkm.other_agreement)

	def test_who_makes_it(self):
		doc = self.agreement().insert()
		self.assertEqual(getdate(doc.valid_from), getdate(today()))
		for user in (story.ACCOUNTANT, umkm_story.OWNER_USER, story.clerk(story.NEAR)):
			with story.acting_as(user), self.assertRaises(frappe.PermissionError):
				self.agreement().insert()
