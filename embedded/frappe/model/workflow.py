"""Workflows: which role may move a document from one state to another."""

import frappe
from frappe import _
from frappe.utils import cint


class WorkflowTransitionError(frappe.ValidationError):
	pass


class WorkflowPermissionError(frappe.ValidationError):
	pass


def get_workflow(doctype):
	names = frappe.local.cache.setdefault("workflow", {})
	if doctype not in names:
		names[doctype] = frappe.db.exists("Workflow", {"document_type": doctype, "is_active": 1})
	return frappe.get_cached_doc("Workflow", names[doctype]) if names[doctype] else None


@frappe.whitelist()
def get_transitions(doc, workflow=None, raise_exception=False):
	"""The moves that the session's user may make with `doc` now."""
	if doc.is_new():
		return []
	doc.check_permission("read")
	workflow, roles = workflow or get_workflow(doc.doctype), frappe.get_roles()
	return [
		transition.as_dict()
		for transition in workflow.transitions
		if transition.state == doc.get(workflow.workflow_state_field)
		and transition.allowed in roles
		and is_transition_condition_satisfied(transition, doc)
	]


def is_transition_condition_satisfied(transition, doc):
	db = frappe._dict(get_value=frappe.db.get_value, get_list=frappe.get_list)
	names = frappe._dict(db=db, session=frappe.session, utils=frappe.utils)
	return eval(transition.condition or "True", {"__builtins__": {}, "frappe": names}, {"doc": doc.as_dict()})


@frappe.whitelist()
def apply_workflow(doc, action):
	doc = frappe.get_doc(frappe.parse_json(doc))
	doc.load_from_db()
	workflow, user = get_workflow(doc.doctype), frappe.session.user
	transition = next((t for t in get_transitions(doc, workflow) if t.action == action), None)
	if not transition:
		frappe.throw(_("Not a valid Workflow Action"), WorkflowTransitionError)
	if user not in ("Administrator",) and not transition.allow_self_approval and user == doc.owner:
		frappe.throw(_("Self approval is not allowed"))
	doc.set(workflow.workflow_state_field, transition.next_state)
	state = next(d for d in workflow.states if d.state == transition.next_state)
	if state.update_field:
		doc.set(state.update_field, state.update_value)
	doc.docstatus = cint(state.doc_status)
	doc.save()
	doc.add_comment("Workflow", _(state.state))
	return doc


def validate_workflow(doc):
	"""Refuse a change of state that the session's user has no transition for."""
	workflow = get_workflow(doc.doctype)
	if not workflow:
		return
	before, field = doc.get_doc_before_save(), workflow.workflow_state_field
	current = before and before.get(field) or workflow.states[0].state
	following = doc.get(field) or workflow.states[0].state
	doc.set(field, following)
	transitions = get_transitions(before, workflow) if before and current != following else []
	if current != following and following not in [transition.next_state for transition in transitions]:
		message = _("Workflow State transition not allowed from {0} to {1}")
		frappe.throw(message.format(frappe.bold(current), frappe.bold(following)), WorkflowPermissionError)
	# a plain submit takes the first state of that docstatus, if the present one is not of it
	fitting = [state.state for state in workflow.states if cint(state.doc_status) == doc.docstatus]
	if doc._action != "save" and fitting and following not in fitting:
		doc.set(field, fitting[0])
