"""Batches, which ERPNext keeps in bundles and embedded on the ledger's rows themselves."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import flt, today


class BatchNegativeStockError(frappe.ValidationError):
	pass


def get_auto_batch_nos(kwargs):
	"""Rows of batch_no, warehouse, qty of what is in stock, in the order of `based_on`; expired ones
	`for_stock_levels` only."""
	sle, batch = frappe.qb.DocType("Stock Ledger Entry"), frappe.qb.DocType("Batch")
	query = (
		frappe.qb.from_(sle)
		.inner_join(batch)
		.on(sle.batch_no == batch.name)
		.select(sle.batch_no, sle.warehouse, Sum(sle.actual_qty).as_("qty"))
		.where((batch.disabled == 0) & (sle.is_cancelled == 0))
		.groupby(sle.batch_no, sle.warehouse)
		.orderby(batch.expiry_date if kwargs.based_on == "Expiry" else batch.creation)
	)
	if not kwargs.for_stock_levels:
		query = query.where((batch.expiry_date >= today()) | batch.expiry_date.isnull())
	for field in ("warehouse", "item_code", "batch_no"):
		value = kwargs.get(field)
		query = (
			query.where(sle[field].isin(value if isinstance(value, list) else [value])) if value else query
		)
	rows = [frappe._dict(row, qty=flt(row.qty, 9)) for row in query.run(as_dict=True)]
	return [row for row in rows if row.qty > 0]
