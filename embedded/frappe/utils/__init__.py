from frappe.utils.data import *  # noqa: F403
