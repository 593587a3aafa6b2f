"""A Workflow lets a document move only as its table says, and only by the roles it names."""

import frappe
from frappe.model.workflow import (
	WorkflowPermissionError,
	WorkflowTransitionError,
	apply_workflow,
	get_transitions,
)

from tests import story
from tests.contract.base import ContractTestCase, material_request


class TestWorkflow(ContractTestCase):
	def setUp(self):
		super().setUp()
		for state in ("Draf", "Diajukan", "Disetujui", "Batal"):
			frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": state}).insert()
		for action in ("Ajukan", "Setujui", "Batalkan"):
			frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": action}).insert()
		role = "KS212 Pusat"
		moves = (
			("Draf", "Ajukan", "Diajukan", None, 1),
			(
				"Diajukan",
				"Setujui",
				"Disetujui",
				"doc.company and frappe.db.get_value('Item', doc['items'][0].item_code)",
				0,
			),
			("Disetujui", "Batalkan", "Batal", None, 1),
		)
		frappe.get_doc(
			{
				"doctype": "Workflow",
				"workflow_name": "Kontrak",
				"document_type": "Material Request",
				"is_active": 1,
				"workflow_state_field": "title",
				"states": [
					{"state": "Draf", "doc_status": "0", "allow_edit": role},
					{"state": "Diajukan", "doc_status": "0", "allow_edit": role},
					{
						"state": "Disetujui",
						"doc_status": "1",
						"allow_edit": role,
						"update_field": "transfer_status",
						"update_value": "Not Started",
					},
					{"state": "Batal", "doc_status": "2", "allow_edit": role},
				],
				"transitions": [
					{
						"state": a,
						"action": b,
						"next_state": c,
						"allowed": role,
						"condition": d,
						"allow_self_approval": e,
					}
					for a, b, c, d, e in moves
				],
			}
		).insert()
		frappe.clear_cache(doctype="Material Request")
		self.addCleanup(lambda: frappe.clear_cache(doctype="Material Request"))
		warehouses = story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT)
		self.doc = material_request(*warehouses, 1, submit=False, title="Draf")

	def test_from_state_to_state(self):
		self.assertEqual([t.action for t in get_transitions(self.doc)], ["Ajukan"])
		doc = apply_workflow(self.doc, "Ajukan")
		self.assertEqual(doc.title, "Diajukan")
		doc = apply_workflow(doc.as_json(), "Setujui")
		self.assertEqual((doc.title, doc.docstatus, doc.transfer_status), ("Disetujui", 1, "Not Started"))
		self.assertEqual(apply_workflow(doc, "Batalkan").docstatus, 2)
		comments = frappe.get_all(
			"Comment", {"reference_name": doc.name, "comment_type": "Workflow"}, pluck="content"
		)
		self.assertEqual(sorted(comments), sorted(["Batal", "Disetujui", "Diajukan"]))

	def test_what_a_document_was_told_is_known_after_the_step(self):
		self.doc.flags.reason = "karena"
		self.doc.schedule_date = "2000-01-01"
		doc = apply_workflow(self.doc, "Ajukan")
		self.assertIs(doc, self.doc)
		self.assertEqual(doc.flags.reason, "karena")
		self.assertNotEqual(str(doc.schedule_date), "2000-01-01")

	def test_what_it_refuses(self):
		self.refused(WorkflowTransitionError, apply_workflow, self.doc, "Setujui")
		self.doc.reload().title = "Disetujui"
		self.refused(WorkflowPermissionError, self.doc.save)
		with self.set_user(story.ACCOUNTANT):
			self.doc.reload().title = "Diajukan"
			self.doc.flags.ignore_permissions = True
			self.refused((WorkflowPermissionError, frappe.PermissionError), self.doc.save)
		warehouses = story.warehouse_of(story.NEAR), story.warehouse_of(story.SHORT)
		self.refused(
			WorkflowPermissionError, material_request, *warehouses, 1, submit=False, title="Diajukan"
		)

	def test_a_new_document_starts_in_the_first_state_and_a_plain_submit_takes_a_fitting_one(self):
		self.assertEqual(get_transitions(frappe.new_doc("Material Request")), [])
		self.doc.reload().submit()
		self.assertEqual(self.doc.reload().title, "Disetujui")

	def test_nobody_approves_his_own(self):
		doc = apply_workflow(self.doc, "Ajukan")
		frappe.db.set_value("Material Request", doc.name, "owner", story.PUSAT)
		with self.set_user(story.PUSAT):
			doc.reload().flags.ignore_permissions = True
			self.assertIn("Self", self.refused(frappe.ValidationError, apply_workflow, doc, "Setujui"))
