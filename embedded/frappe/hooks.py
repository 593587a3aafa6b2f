app_name = "frappe"
app_title = "Frappe Framework"
has_permission = {"File": "frappe.core.doctype.file.file.has_permission"}
