"""What accountants do between companies; types, units and errors in docs/api.md."""

from typing import Any

import frappe
from frappe import _

from ks212_community import permissions
from ks212_community.api import validate
from ks212_community.api.once import once
from ks212_community.constants import ACCOUNTANT
from ks212_community.stock_exchange import netting


def _check_companies(company, other, **_rest) -> dict:
	"""Pusat, or an accountant whose User Permissions leave both companies open."""
	if {permissions.PUSAT, ACCOUNTANT}.isdisjoint(frappe.get_roles()):
		frappe.throw(_("Only an accountant or head office can do this."), frappe.PermissionError)
	names = {
		"company": validate.name_of("Company", company, _("Company")),
		"other": validate.name_of("Company", other, _("Other Company")),
	}
	for name in names.values():
		permissions.require_company(name, "Journal Entry")
	return names


@frappe.whitelist(methods=["POST"])
@once(_check_companies)
def net_debts(company: Any = None, other: Any = None, key: Any = None) -> dict:
	"""Set off what two companies owe each other by one Journal Entry each; return `amount` (IDR) and
	`entries`."""
	if company == other:
		frappe.throw(_("Name two companies."))
	return netting.net(company, other)
