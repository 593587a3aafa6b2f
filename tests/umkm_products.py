"""What tests of products share: a proposal as the portal sends it, and head office's answers through the
public door."""

import frappe
from frappe.tests.utils import FrappeTestCase

from ks212_community.api import products as api
from tests import story, umkm_story
from tests.flow import call_as

MANAGER = story.manager(umkm_story.COMMUNITY)
STRANGERS = (
	umkm_story.OTHER_OWNER_USER,
	story.clerk(story.NEAR),
	story.manager("Bogor Kota"),
	story.UMKM,
	story.PARTNER,
	"Guest",
)


def proposal(**changes):
	"""The values of a proposal; `changes` replaces some of them."""
	return {
		"product_name": "Kue nastar 300 g",
		"item_group": frappe.db.get_value("Item", story.CHIPS, "item_group"),
		"stock_uom": "Bungkus",
		"composition": "Terigu, mentega, nanas",
		"net_weight": "300 g",
		"shelf_life_days": 90,
		"owner_price": 30_000,
		"retail_price": 38_500,
		"barcode": "",
		**changes,
	}


class ProductTestCase(FrappeTestCase):
	"""Steps of a product and its prices, each taken by the user whose step it is."""

	def setUp(self):
		frappe.db.savepoint("products")
		self.addCleanup(self._forget)
		self.names = umkm_story.setup_umkm()

	def _forget(self):
		frappe.db.rollback(save_point="products")
		frappe.local.message_log = []

	def call(self, user, function, **arguments):
		"""Call a function of the contract as `user`; a writer gets a key of its own."""
		return call_as(user, function, **arguments)

	def refused(self, said, user, function, error=frappe.ValidationError, **arguments):
		"""The call is refused, and says so in these words."""
		with self.assertRaises(error) as caught:
			self.call(user, function, **arguments)
		frappe.local.message_log = []
		self.assertIn(said, frappe.utils.strip_html(str(caught.exception)))

	def propose(self, **changes):
		return self.call(umkm_story.OWNER_USER, api.propose, supplier=self.names.owner, **proposal(**changes))

	def all_passed(self, product):
		return [
			{"specification": row["specification"], "passed": 1, "remark": ""} for row in product["checks"]
		]

	def approve(self, product, **changes):
		arguments = {"grade": "A", "checks": self.all_passed(product), **changes}
		return self.call(story.PUSAT, api.approve, product=product["name"], **arguments)

	def approved(self, **changes):
		"""A product that head office has approved today."""
		return self.approve(self.propose(**changes))
