"""Take consigned goods off the shelf unsold: back to their owner, past their date, lost or broken."""

import frappe
from frappe import _

from ks212_community.api import consignment
from ks212_community.portal import consigned, forms, page, words

no_cache = 1


@page.portal_page
def get_context(context, frame):
	frame.tab, frame.title = "consigned", _("Take off the shelf")
	stock = consignment.consigned_stock(outlet=frame.outlet.name)
	frame.owner = forms.text("owner")
	frame.lines = consigned.shelf_lines(stock, frame.owner)
	frame.owner_name = next((row.supplier_name for row in stock if row.supplier == frame.owner), "")
	frame.kinds = consigned.kinds()
	frame.kind = next((kind for kind in frame.kinds if kind["kind"] == forms.text("kind")), None)
	if page.is_post() and forms.text("do") != "change":
		_take(context, frame)


def _take(context, frame) -> None:
	rows = [row for row in forms.numbered("item", "batch_no", "qty", at_most=consigned.MAX_ROWS) if row.qty]
	sent = [row.idx for row in rows]
	frame.files_lost = forms.sent_file("photo")
	done = forms.attempt(context, lambda: _remove(frame, rows), sent)
	if done:
		page.go(page.url("titipan", outlet=frame.outlet.name, ok="removed"))


def _remove(frame, rows):
	if not frame.kind:
		frappe.throw(_("Choose what becomes of the goods."))
	items = [
		{"item_code": row.item, "batch_no": row.batch_no, "qty": forms.quantity(row.qty, place)}
		for place, row in enumerate(rows, 1)
	]
	reason = forms.reason([reason for kind in frame.kinds for reason in kind["reasons"]])
	if forms.text("confirm"):
		return consignment.remove(
			outlet=frame.outlet.name,
			kind=frame.kind["kind"],
			items=items,
			reason=reason,
			negligence=forms.text("negligence"),
			key=frame.key,
		)
	if not rows:
		frappe.throw(_("Nothing would be taken. Write how many beside what leaves the shelf."))
	if not reason:
		frappe.throw(_("Say why: the UMKM is told."))
	lines = {(line.item_code, line.batch_no): line for line in frame.lines}
	frame.confirm = {
		"lines": [
			{
				"item_name": line.item_name,
				"qty": words.qty(forms.counted(item["qty"], place, _("Quantity")), line.stock_uom),
				"batch": line.batch_no,
			}
			for place, item in enumerate(items, 1)
			if (line := lines.get((item["item_code"], item["batch_no"])))
		],
		"reason": reason,
		"negligence": forms.text("negligence") == "1",
		"fields": forms.typed(),
	}
	return None
