import frappe
from frappe import _
from frappe.model.document import Document

from ks212_community.api import validate
from ks212_community.community_network import membership, partners


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

	@frappe.whitelist()
	def set_up_company(self, company_name=None, abbr=None) -> None:
		"""Make the community's legal entity whole in a background job, or make it as `company_name` and
		`abbr`; the outcome is kept in `setup_note`. For those who may write Communities."""
		self.check_permission("write")
		if not self.company:
			company_name = validate.text(company_name, _("Company Name"))
			abbr = validate.text(abbr, _("Abbreviation"), max_length=10)
			partners.check_new_company(company_name, abbr)
		frappe.enqueue(
			"ks212_community.community_network.partners.set_up_in_background",
			queue="long",
			timeout=1500,
			job_id=f"ks212-company-{self.name}",
			deduplicate=True,
			enqueue_after_commit=True,
			community=self.name,
			company_name=company_name,
			abbr=abbr,
		)
