"""The desk of pusat in a demo: read-only lists, forms and reports, with the app's own actions as plain
forms."""

import inspect
from urllib.parse import quote, unquote

import frappe
from frappe import _
from frappe.utils import format_value, slug
from frappe.utils.jinja import render_template

# DocTypes whose module of actions has `get_<thing>`, which lists the `actions` that are functions of the
# module
ACTIONS = {
	"Outlet Transfer": ("ks212_community.api.exchange", "transfer"),
	"UMKM Registration": ("ks212_community.api.registration", "registration"),
}


def render(path):
	if frappe.session.user == "Guest":
		frappe.flags.redirect_location = f"/login?redirect-to={quote('/' + path)}"
		raise frappe.Redirect(302)
	if frappe.get_cached_value("User", frappe.session.user, "user_type") != "System User":
		frappe.throw(_("You are not permitted to access this page."), frappe.PermissionError)
	kind, name = (*map(unquote, path.split("/", 2)[1:]), "", "")[:2]
	context = _report(name) if kind == "query-report" else _doctype_page(kind, name) if kind else _home()
	return render_template("templates/desk.html", context)


def _link(text, *path):
	return {"text": text, "href": "/".join(["/app", *(quote(str(part)) for part in path)])}


def _home():
	doctypes = frappe.get_all("DocType", {"istable": 0, "issingle": 0}, pluck="name", order_by="module, name")
	shown = [d for d in doctypes if frappe.has_permission(d) and frappe.get_meta(d).app != "frappe"]
	rows = [[frappe.get_meta(d).module, _link(_(d), slug(d))] for d in shown]
	reports = [[_link(_(r), "query-report", r)] for r in frappe.get_all("Report", pluck="name")]
	return {"title": _("Desk"), "tables": [{"rows": rows}, {"title": _("Reports"), "rows": reports}]}


def _doctype_page(kind, name):
	doctype = next((d for d in frappe.get_all("DocType", pluck="name") if slug(d) == kind), None)
	if not doctype:
		raise frappe.PageDoesNotExistError
	return _form(doctype, name) if name else _list(doctype)


def _list(doctype):
	meta = frappe.get_meta(doctype)
	columns = [df for df in meta.fields if df.in_list_view or df.fieldname in (meta.title_field, "status")]
	rows = frappe.get_list(doctype, fields=["name", "modified", *(df.fieldname for df in columns)], limit=200)
	cells = [
		[
			_link(row.name, slug(doctype), row.name),
			*(_cell(df, row) for df in columns),
			format_value(row.modified),
		]
		for row in rows
	]
	labels = [_("ID"), *(_(df.label) for df in columns), _("Last Updated On")]
	return {"title": _(doctype), "tables": [{"columns": labels, "rows": cells}]}


def _form(doctype, name):
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	context = {"title": f"{_(doctype)} {name}", "csrf_token": frappe.sessions.get_csrf_token()}
	if doctype in ACTIONS:
		context.update(_actions(*ACTIONS[doctype], name), key=frappe.generate_hash(length=20))
		doc.reload()
	fields = [
		doc.meta.get_field(fieldname) for fieldname in doc.meta.get_valid_columns() if doc.get(fieldname)
	]
	context["tables"] = [{"rows": [[_(df.label), _cell(df, doc)] for df in fields if df]}]
	for table in doc.meta.get_table_fields():
		rows = doc.get(table.fieldname)
		columns = [
			df for df in frappe.get_meta(table.options).fields if any(row.get(df.fieldname) for row in rows)
		]
		cells = [[_cell(df, row) for df in columns] for row in rows]
		context["tables"].append(
			{"title": _(table.label), "columns": [_(df.label) for df in columns], "rows": cells}
		)
	return context


def _cell(df, doc):
	value = doc.get(df.fieldname)
	return _link(value, slug(df.options), value) if df.fieldtype == "Link" and value else format_value(value)


def _actions(module, thing, name):
	"""The actions that are open now; one that was posted is done first."""
	failed, posted = None, frappe.form_dict.get("action")
	state = frappe.get_attr(f"{module}.get_{thing}")
	if posted in state(name)["actions"]:
		frappe.db.savepoint("desk_action")
		try:
			frappe.call(f"{module}.{posted}", name, **{k: v or None for k, v in frappe.form_dict.items()})
		except frappe.ValidationError as e:
			frappe.db.rollback(save_point="desk_action")
			failed = str(e)
	forms = []
	for action in state(name)["actions"]:
		parameters = inspect.signature(frappe.get_attr(f"{module}.{action}")).parameters
		forms.append(
			{"name": action, "arguments": [p for p in parameters if p not in (thing, "key", "items")]}
		)
	return {"actions": forms, "failed": failed}


def _report(name):
	report = frappe.get_doc("Report", name)
	frappe.has_permission(report.ref_doctype, throw=True)
	app, scrubbed = frappe.get_meta(report.ref_doctype).app, frappe.scrub(name)
	execute = frappe.get_attr(f"{app}.{frappe.scrub(report.module)}.report.{scrubbed}.{scrubbed}.execute")
	company = frappe.db.get_value("Company", {}, order_by="creation asc")
	columns, data = execute(frappe._dict({"company": company, **frappe.form_dict}))[:2]
	rows = [[format_value(row.get(column["fieldname"])) for column in columns] for row in data]
	return {"title": _(name), "tables": [{"columns": [column["label"] for column in columns], "rows": rows}]}
