import frappe
from frappe import _
from frappe.utils import cint, flt


class UOMMustBeIntegerError(frappe.ValidationError):
	pass


def validate_uom_is_integer(doc, uom_field, qty_field):
	for row in doc.items:
		qty = flt(row.get(qty_field), row.precision(qty_field))
		if frappe.get_cached_value("UOM", row.get(uom_field), "must_be_whole_number") and cint(qty) != qty:
			message = _(
				"Row {1}: Quantity ({0}) cannot be a fraction. To allow this, disable '{2}' in UOM {3}."
			)
			message = message.format(qty, row.idx, _("Must be Whole Number"), row.get(uom_field))
			frappe.throw(message, UOMMustBeIntegerError)
