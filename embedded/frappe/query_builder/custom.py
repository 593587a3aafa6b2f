from frappe.query_builder import ValueWrapper as ConstantColumn  # noqa: F401
