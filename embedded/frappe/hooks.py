app_name = "frappe"
app_title = "Frappe Framework"
