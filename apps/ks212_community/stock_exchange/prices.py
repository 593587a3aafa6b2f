"""What goods cost that go from one legal entity to another, and whether they may go at all.

Prices are in IDR per stock UOM. A requester is shown the price and who pays the transport, never what it
rests on.
"""

import frappe
from frappe import _
from frappe.query_builder.functions import IfNull
from frappe.utils import flt, today

from ks212_community.community_network import partners
from ks212_community.constants import LOAN_IN_KIND
from ks212_community.planning import pricing
from ks212_community.stock_exchange import item_prices, posting
from ks212_community.umkm_supply import agreements

PRECISION = 2


class Terms:
	"""The terms on which goods come to one Outlet today; reads each table once, however many sources are
	looked at."""

	def __init__(self, target):
		self.target = target
		self._pairs = self._others = self._regions = self._partners = None
		self._retail: dict[tuple[str, str], float] = {}
		self._covered: dict[str, bool] = {}

	def offer(self, source, item_code: str, cost: float, owner: str | None = None) -> frappe._dict:
		"""Return `terms` (empty inside a company), `price` (of a sale, else None), `loan_days` (of a loan,
		else 0), `policy`, `transport_paid_by` and, where the source cannot be asked, `reason`. `source` has
		company and region; `cost` is its own valuation of a unit; `owner` is the supplier of goods on
		consignment: they cost nothing, and may go where its agreement covers the requester."""
		if posting.is_inside(source, self.target):
			return self._terms("")
		if owner:
			return self._hand_over(source, item_code, owner)
		missing = self._companies_not_ready(source.company)
		if missing:
			return self._refuse(
				_("{0} is not set up for sales between companies yet.").format(", ".join(missing))
			)
		policy = self.policy(source)
		if not policy:
			return self._refuse(
				_("No price is agreed between {0} and {1}.").format(source.company, self.target.company)
			)
		if not flt(cost):
			return self._no_price(source)
		if policy.basis == LOAN_IN_KIND:
			return self._terms(posting.LOAN, policy, loan_days=policy.loan_days)
		retail = self.retail_price(policy.retail_price_list, item_code) if policy.retail_price_list else 0.0
		price = pricing.price(policy.basis, policy.percent, policy.ceiling_percent, cost, retail)
		if price is None:
			return self._no_price(source)
		return self._terms(posting.SALE, policy, price=flt(price, PRECISION))

	def _hand_over(self, source, item_code: str, owner: str) -> frappe._dict:
		if item_code not in self._covered:
			self._covered[item_code] = is_covered(owner, item_code, self.target)
		if not self._covered[item_code]:
			return self._refuse(not_covered(item_code, self.target))
		return self._terms(posting.CONSIGNMENT, self.policy(source))

	def _no_price(self, source) -> frappe._dict:
		# Whether its cost or its retail price is missing would tell the requester what the price rests on.
		return self._refuse(_("{0} cannot name a price for it yet.").format(source.company))

	def _refuse(self, reason: str) -> frappe._dict:
		return self._terms("", reason=reason)

	def _terms(self, terms: str, policy=None, **more) -> frappe._dict:
		return frappe._dict(
			{
				"terms": terms,
				"price": None,
				"loan_days": 0,
				"policy": policy and policy.name,
				"transport_paid_by": policy and policy.transport_paid_by,
				"reason": None,
				**more,
			}
		)

	def _companies_not_ready(self, source_company: str) -> list[str]:
		if self._partners is None:
			self._partners = partners.ready_companies()
		return [name for name in (source_company, self.target.company) if name not in self._partners]

	def policy(self, source):
		"""Return the most specific policy in force for goods of `source`, or None: of the pair of companies,
		of the narrowest region that holds both outlets, of the network; of two alike the newer one."""
		if self._pairs is None:
			self._read_policies()
		if pair := self._pairs.get(source.company):
			return pair
		best = None
		for policy in self._others:
			narrowness = self._narrowness(policy, source)
			if narrowness is not None and (best is None or narrowness > best[0]):
				best = (narrowness, policy)
		return best[1] if best else None

	def _read_policies(self) -> None:
		self._pairs, self._others = {}, []
		for policy in policies_in_force(self.target.company):
			if policy.source_company:
				self._pairs.setdefault(policy.source_company, policy)
			else:
				self._others.append(policy)
		self._regions = _regions() if any(policy.region for policy in self._others) else {}

	def _narrowness(self, policy, source) -> int | None:
		"""Return how narrow the region of a policy is that holds both outlets, below 0 for the network's."""
		if not policy.region:
			return -1
		outer = self._regions.get(policy.region)
		for region in (source.region, self.target.region):
			inner = self._regions.get(region)
			if not outer or not inner or not (outer.lft <= inner.lft and inner.rgt <= outer.rgt):
				return None
		return outer.lft

	def retail_price(self, price_list: str, item_code: str) -> float:
		"""Return the newest selling price of an item in a price list, per stock UOM; 0 where there is
		none."""
		key = (price_list, item_code)
		if key not in self._retail:
			self._retail[key] = item_prices.newest(item_code, price_list=price_list)
		return self._retail[key]


def is_covered(owner: str, item_code: str, target) -> bool:
	"""Whether the agreement on consignment of `owner` with the Outlet `target`'s company covers it and the
	item today."""
	agreement = agreements.agreement_for(owner, target.company, target.name, item_code)
	return bool(agreement) and agreement.supply == agreements.CONSIGNMENT


def not_covered(item_code: str, target) -> str:
	"""Return what is said where goods may not go for want of an agreement."""
	return _("The owner's agreement for {0} does not cover {1} ({2}).").format(
		item_code, target.outlet_name, target.company
	)


def validate_consigned(transfer, rows) -> None:
	"""Refuse to promise or send `rows` of a transfer between companies where goods are on consignment now and
	were not when they were asked for, or the other way round, or where their owner's agreement does not cover
	the requester."""
	if not posting.is_between(transfer):
		return
	owners = agreements.owners_of(row.item_code for row in rows)
	target = frappe.get_cached_doc("Outlet", transfer.target_outlet)
	for row in rows:
		owner = owners.get(row.item_code)
		if bool(owner) != (row.terms == posting.CONSIGNMENT):
			frappe.throw(
				_(
					"Row {0}: {1} is supplied in another way since it was asked for. Withdraw this transfer; the request goes on with others."
				).format(row.idx, frappe.bold(row.item_name))
			)
		if owner and not is_covered(owner, row.item_code, target):
			frappe.throw(
				_("Row {0}: {1} Leave it out, or ask head office for an agreement.").format(
					row.idx, not_covered(frappe.bold(row.item_name), target)
				)
			)


def policies_in_force(target_company: str) -> list[frappe._dict]:
	"""Return the price policies in force today for goods that come to a company, newest first. A network of
	many companies has a policy a pair: those of others are not read."""
	Policy = frappe.qb.DocType("Transfer Price Policy")
	return (
		frappe.qb.from_(Policy)
		.select(
			Policy.name,
			Policy.source_company,
			Policy.target_company,
			Policy.region,
			Policy.basis,
			Policy.percent,
			Policy.ceiling_percent,
			Policy.retail_price_list,
			Policy.loan_days,
			Policy.transport_paid_by,
		)
		.where(
			(IfNull(Policy.disabled, 0) == 0)
			& (Policy.target_company.isnull() | Policy.target_company.isin(("", target_company)))
			& (Policy.valid_from <= today())
			& (Policy.valid_to.isnull() | (Policy.valid_to >= today()))
		)
		.orderby(Policy.valid_from, order=frappe.qb.desc)
		.orderby(Policy.name, order=frappe.qb.desc)
		.run(as_dict=True)
	)


def _regions() -> dict[str, frappe._dict]:
	return {row.name: row for row in frappe.get_all("Territory", fields=["name", "lft", "rgt"])}
