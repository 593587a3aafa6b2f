from frappe.model.document import Document


class BankAccount(Document):
	def autoname(self):
		self.name = f"{self.account_name} - {self.bank}"
