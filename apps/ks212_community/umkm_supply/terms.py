"""What is owed for consigned goods: whose terms hold on a day, and what they make of what was sold and lost.

A bucket is what happened to one item in one warehouse under one price and one agreement. With the sums of a
bucket:

| figure | formula |
|---|---|
| other_qty | sold - invoiced_qty: sold without an invoice |
| other_value | other_qty x retail_price |
| agreed_price | the owner's price where the fee is a margin over it, else the retail price |
| gross | sold x agreed_price |
| fee | per cent: gross x fee_percent / 100; per unit: sold x fee_per_unit; margin: 0 |
| discount | where the owner bears promotions: max(0, invoiced_qty x retail_price - invoiced_amount), else 0 |
| loss_qty | expired and shrinkage as far as the agreement charges us, else what our negligence lost |
| loss_value | loss_qty x owner_price |
| amount | gross - fee - discount + loss_value |

`invoiced_amount` is what the invoices' lines say before taxes that the price includes are taken out of it, so
that a tax is no discount; a discount on a whole invoice is the outlet's. Quantities are in the stock UOM,
money in the company's currency. The functions build SQL and work as well on plain numbers, where CASE is not
involved.
"""

from pypika.analytics import RowNumber

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Max, Min

MARGIN = "Margin over the Owner's Price"
PER_CENT = "Per Cent of the Sale"
PER_UNIT = "Amount per Unit"
OWNER, OUTLET = "Owner", "Outlet"


def numbered(doctype: str, *fields: str):
	"""Return the query of all rows of a small table with a `number` each, `name` and `fields`.

	Within a statement a row has the same number wherever this is used; grouping and sorting many rows by such
	numbers costs a fraction of what names of 140 characters do.
	"""
	table = frappe.qb.DocType(doctype)
	return frappe.qb.from_(table).select(
		RowNumber().over().orderby(table.name).as_("number"), table.name, *(table[field] for field in fields)
	)


def prices():
	"""Return the subquery of all prices, numbered."""
	return numbered(
		"UMKM Product Price", "item_code", "status", "owner_price", "retail_price", "valid_from", "valid_to"
	).as_("price")


def agreements():
	"""Return the subquery of all agreements, numbered."""
	return numbered(
		"Consignment Agreement",
		*("supplier", "company", "docstatus", "supply", "fee_basis", "fee_percent", "fee_per_unit"),
		*("promotions_borne_by", "shrinkage_borne_by", "expiry_borne_by", "valid_from", "valid_to"),
	).as_("agreement")


def prices_in_force():
	"""Return the subquery of (number, item_code, valid_from, valid_to, next_from) of approved prices.

	A price holds from its first day to its last, or to the day before a later price of the item begins; an
	item's first price also holds for what was sold earlier (`valid_from` is NULL). See `holds`. DISTINCT
	makes MariaDB find that out once a price, not once a row that is joined to it.
	"""
	Price = prices()
	before, after = _neighbours("UMKM Product Price", Price, "item_code")
	approved = Price.status == "Approved"
	return (
		frappe.qb.from_(Price)
		.distinct()
		.select(
			Price.number,
			Price.item_code,
			Case()
			.when(before(lambda other: other.status == "Approved").isnull(), None)
			.else_(Price.valid_from)
			.as_("valid_from"),
			Price.valid_to,
			after(lambda other: other.status == "Approved").as_("next_from"),
		)
		.where(approved & Price.item_code.isnotnull())
	)


def agreements_in_force(company: str):
	"""Return the subquery of (number, supplier, supply, valid_from, valid_to, next_from) of the submitted
	agreements of a company; an agreement holds as a price does, but not before its first day."""
	Agreement = agreements()
	_before, after = _neighbours("Consignment Agreement", Agreement, "supplier")
	return (
		frappe.qb.from_(Agreement)
		.distinct()
		.select(
			Agreement.number,
			Agreement.supplier,
			Agreement.supply,
			Agreement.valid_from,
			Agreement.valid_to,
			after(lambda other: (other.docstatus == 1) & (other.company == company)).as_("next_from"),
		)
		.where((Agreement.docstatus == 1) & (Agreement.company == company))
	)


def _neighbours(doctype: str, table, field: str):
	"""Return two functions that make the subquery of the day on which the last row of the same `field` before
	`table`'s row, or the first one after it, begins. Of two that begin on one day (suppliers were merged) the
	later name comes after."""

	def make(alias, later, function):
		def subquery(condition):
			other = frappe.qb.DocType(doctype).as_(alias)
			if later:
				order = (other.valid_from > table.valid_from) | (
					(other.valid_from == table.valid_from) & (other.name > table.name)
				)
			else:
				order = (other.valid_from < table.valid_from) | (
					(other.valid_from == table.valid_from) & (other.name < table.name)
				)
			return (
				frappe.qb.from_(other)
				.select(function(other.valid_from))
				.where((other[field] == table[field]) & condition(other) & order)
			)

		return subquery

	return make("earlier", False, Max), make("later", True, Min)


def holds(term, day):
	"""Return the SQL condition that `term`, a row of `prices_in_force` or `agreements_in_force`, holds on
	`day`."""
	return (
		(term.valid_from.isnull() | (term.valid_from <= day))
		& (term.valid_to.isnull() | (term.valid_to >= day))
		& (term.next_from.isnull() | (term.next_from > day))
	)


def money_of(bucket, price, agreement) -> dict:
	"""Return {figure: SQL expression} of the table above.

	`bucket` has the sums sold, invoiced_qty, invoiced_value, invoiced_amount, expired, shrinkage,
	negligent_expired and negligent_shrinkage; `price` and `agreement` are its terms. Without a price or an
	agreement nothing is owed yet.
	"""
	owner_price, retail_price = Coalesce(price.owner_price, 0), Coalesce(price.retail_price, 0)
	agreed_price = (
		Case()
		.when(agreement.name.isnull(), 0)
		.when(agreement.fee_basis == MARGIN, owner_price)
		.else_(retail_price)
	)
	other_qty = bucket.sold - bucket.invoiced_qty
	gross = bucket.sold * agreed_price
	fee = (
		Case()
		.when(agreement.fee_basis == PER_CENT, gross * agreement.fee_percent / 100)
		.when(agreement.fee_basis == PER_UNIT, bucket.sold * agreement.fee_per_unit)
		.else_(0)
	)
	reduced = bucket.invoiced_qty * retail_price - bucket.invoiced_amount
	discount = Case().when((agreement.promotions_borne_by == OWNER) & (reduced > 0), reduced).else_(0)
	loss_qty = Case().when(agreement.expiry_borne_by == OUTLET, bucket.expired).else_(
		bucket.negligent_expired
	) + Case().when(agreement.shrinkage_borne_by == OUTLET, bucket.shrinkage).else_(
		bucket.negligent_shrinkage
	)
	loss_value = loss_qty * owner_price
	return {
		"agreed_price": agreed_price,
		"gross": gross,
		"fee": fee,
		"invoiced_value": bucket.invoiced_value,
		"other_qty": other_qty,
		"other_value": other_qty * retail_price,
		"discount": discount,
		"loss_qty": loss_qty,
		"loss_value": loss_value,
		"amount": gross - fee - discount + loss_value,
	}
