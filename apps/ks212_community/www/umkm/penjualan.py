"""What sold of the UMKM's goods: by day as a chart and a table, by outlet, by product."""

from frappe import _
from frappe.utils import cint

from ks212_community.api import supplier
from ks212_community.portal import forms, page, umkm, words

no_cache = 1


@page.portal_page
def get_context(context, frame):
	frame.tab, frame.title = "sales", _("Sales")
	asked = cint(forms.text("days"))
	frame.days = asked if asked in umkm.SALES_SPANS else supplier.SALES_DAYS
	sales = supplier.sales(supplier=frame.supplier.name, days=frame.days)
	frame.spans = [
		{
			"text": _("{0} days").format(days),
			"url": page.supply_url("penjualan", days=days),
			"on": days == frame.days,
		}
		for days in umkm.SALES_SPANS
	]
	frame.sold = sales["by_item"]
	frame.qty, frame.value = words.qty(sales["qty"]), words.money(sales["value"])
	frame.chart = umkm.chart(sales["by_day"])
	frame.by_outlet = umkm.sold_by(sales["by_outlet"], "outlet_name")
	frame.by_item = umkm.sold_by(sales["by_item"], "item_name")
