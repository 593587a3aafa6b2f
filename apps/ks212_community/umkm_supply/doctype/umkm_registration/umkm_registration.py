from frappe.model.document import Document
from frappe.utils import now_datetime

from ks212_community.umkm_supply import registration


class UMKMRegistration(Document):
	"""A member's micro-enterprise that wants to supply outlets, until head office approves or rejects it."""

	def before_insert(self):
		self.registered_at = now_datetime()
		# Whoever holds it sees what became of the registration, without an account.
		self.status_key = registration.new_status_key()

	def validate(self):
		registration.validate(self)

	def after_insert(self):
		registration.tell(self)

	def on_update(self):
		"""Follow a step of the workflow, wherever it was taken: in the desk or through the API."""
		if registration.is_moved(self):
			registration.follow(self)
