"""Suppliers with their people, contacts, addresses and bank accounts; the checklist of quality
inspections."""

import frappe

from tests import story
from tests.contract.base import ContractTestCase, new_item


def make_supplier(name="Dapur Kontrak", **values):
	return frappe.get_doc(
		{"doctype": "Supplier", "supplier_name": name, "supplier_group": "UMKM", **values}
	).insert()


class TestSuppliers(ContractTestCase):
	def test_a_supplier_has_its_name_and_a_group(self):
		supplier = make_supplier()
		self.assertEqual((supplier.name, supplier.supplier_type), ("Dapur Kontrak", "Company"))
		self.refused(frappe.DuplicateEntryError, make_supplier)
		self.refused(frappe.LinkValidationError, make_supplier, "Lain", supplier_group="Tidak ada")

	def test_who_speaks_for_it_is_a_row_that_is_written_alone(self):
		supplier = make_supplier()
		row = {"parent": supplier.name, "parenttype": "Supplier", "parentfield": "portal_users", "idx": 1}
		frappe.get_doc({"doctype": "Portal User", **row, "user": story.OUTSIDER}).insert()
		self.assertEqual([row.user for row in supplier.reload().portal_users], [story.OUTSIDER])

	def test_what_links_to_it_follows_to_another_name(self):
		supplier = make_supplier(portal_users=[{"user": story.OUTSIDER}])
		item = new_item("KONTRAK-S", supplier_items=[{"supplier": supplier.name}])
		frappe.rename_doc("Supplier", supplier.name, "Dapur Kontrak Baru")
		self.assertFalse(frappe.db.exists("Supplier", supplier.name))
		self.assertEqual(item.reload().supplier_items[0].supplier, "Dapur Kontrak Baru")
		renamed = frappe.get_doc("Supplier", "Dapur Kontrak Baru")
		self.assertEqual([row.user for row in renamed.portal_users], [story.OUTSIDER])
		self.refused(frappe.ValidationError, frappe.rename_doc, "Outlet", story.SHORT, "LAIN")

	def test_a_contact_shows_what_is_marked_as_first(self):
		supplier = make_supplier()
		contact = frappe.new_doc("Contact")
		contact.first_name, contact.last_name = "Ibu", "Kontrak"
		contact.append("links", {"link_doctype": "Supplier", "link_name": supplier.name})
		# ERPNext commits when a contact is inserted with a phone number.
		contact.insert()
		contact.append("phone_nos", {"phone": "0218600001"})
		contact.append(
			"phone_nos", {"phone": "08600001001", "is_primary_phone": 1, "is_primary_mobile_no": 1}
		)
		contact.append("email_ids", {"email_id": "kontrak@ks212.example", "is_primary": 1})
		contact.save()
		self.assertEqual(contact.name, "Ibu Kontrak-Dapur Kontrak")
		stored = frappe.get_doc("Contact", contact.name)
		self.assertEqual((stored.full_name, stored.email_id), ("Ibu Kontrak", "kontrak@ks212.example"))
		self.assertEqual((stored.phone, stored.mobile_no), ("08600001001", "08600001001"))
		linked = {"link_doctype": "Supplier", "link_name": supplier.name, "parenttype": "Contact"}
		self.assertEqual(frappe.get_all("Dynamic Link", linked, pluck="parent"), [contact.name])
		contact.append("links", {"link_doctype": "Supplier", "link_name": "Tidak ada"})
		self.refused(frappe.LinkValidationError, contact.save)

	def test_an_address_is_named_by_its_title_and_kind(self):
		address = frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": "Dapur Kontrak",
				"address_type": "Office",
				"address_line1": "Jl. Kontrak 1",
				"city": "Depok",
				"country": "Indonesia",
			}
		).insert()
		self.assertEqual(address.name, "Dapur Kontrak-Office")

	def test_a_bank_account_belongs_to_a_party(self):
		supplier = make_supplier()
		bank = frappe.get_doc({"doctype": "Bank", "bank_name": "Bank Kontrak"}).insert()
		values = {"party_type": "Supplier", "party": supplier.name, "bank_account_no": "7100000001"}
		account = frappe.get_doc(
			{"doctype": "Bank Account", "account_name": "Dapur Kontrak", "bank": bank.name, **values}
		).insert()
		self.assertEqual(account.name, "Dapur Kontrak - Bank Kontrak")

	def test_a_checklist_is_a_template(self):
		frappe.get_doc({"doctype": "Quality Inspection Parameter", "parameter": "Kontrak"}).insert()
		template = frappe.get_doc(
			{
				"doctype": "Quality Inspection Template",
				"quality_inspection_template_name": "Kontrak",
				"item_quality_inspection_parameter": [{"specification": "Kontrak", "value": "Rapat"}],
			}
		).insert()
		rows = frappe.get_all(
			"Item Quality Inspection Parameter", {"parent": template.name}, ["specification", "value"]
		)
		self.assertEqual(rows, [{"specification": "Kontrak", "value": "Rapat"}])


class TestUsers(ContractTestCase):
	def test_a_user_may_choose_a_new_password(self):
		address = frappe.get_doc("User", story.OUTSIDER).reset_password()
		self.assertIn("/update-password?key=", address)
		self.assertNotEqual(address, frappe.get_doc("User", story.OUTSIDER).reset_password())
