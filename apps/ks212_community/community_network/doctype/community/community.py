import frappe
from frappe import _
from frappe.model.document import Document

from ks212_community.community_network import membership


class Community(Document):
	"""A local branch of members, led by volunteers; often a legal cooperative of its own."""

	def validate(self):
		for row in self.managers:
			if row.term_from and row.term_to and row.term_from > row.term_to:
				frappe.throw(_("Row {0}: the term ends before it begins.").format(row.idx))

	def on_update(self):
		membership.sync(self, "managers", membership.COMMUNITY)

	def on_trash(self):
		membership.sync(self, "managers", membership.COMMUNITY, removed=True)
