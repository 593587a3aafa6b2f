app_name = "erpnext"
app_title = "ERPNext"

_FOLLOW = "erpnext.stock.doctype.material_request.material_request.update_completed_and_requested_qty"
doc_events = {"Stock Entry": {"on_submit": _FOLLOW, "on_cancel": _FOLLOW}}
