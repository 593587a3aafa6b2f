"""Products of micro-enterprises: proposed, curated, and turned into Items. Prices in IDR per stock UOM."""

import frappe
from frappe import _
from frappe.model.naming import make_autoname
from frappe.model.workflow import apply_workflow
from frappe.utils import escape_html, today

from ks212_community.constants import CURATION_TEMPLATE, UMKM_GROUP
from ks212_community.umkm_supply import barcodes, files, prices

PENDING, NEEDS_CORRECTION, APPROVED, REJECTED = "Pending", "Needs Correction", "Approved", "Rejected"
GRADES = ("A", "B", "C")
MAX_SHELF_LIFE = 3650  # days
BARCODE_SERIES = f"EAN-{barcodes.OWN_PREFIX}.{'#' * barcodes.OWN_DIGITS}"
ITEM_SERIES = "UMKM-.#####"
# What the owner says of a product, and what is fixed once head office has approved it.
PROPOSED = (
	"product_name",
	"item_group",
	"stock_uom",
	"composition",
	"net_weight",
	"shelf_life_days",
	"owner_price",
	"retail_price",
	"barcode",
)


# -- proposing ----------------------------------------------------------------------------------------------


def propose(supplier: str, values: dict, photo: tuple[str, bytes] | None = None):
	"""Propose a product of `supplier` with the fields PROPOSED and a photo (file name, content); return
	it."""
	doc = frappe.get_doc({"doctype": "UMKM Product", "supplier": supplier, **values})
	doc.insert(ignore_permissions=True)
	_keep_photo(doc, photo)
	return doc


def correct(doc, values: dict, photo: tuple[str, bytes] | None = None):
	"""Write the fields PROPOSED of a product that waits for curation or correction, and propose it again."""
	if doc.status not in (PENDING, NEEDS_CORRECTION):
		frappe.throw(
			_("Product {0} is {1}; it cannot be corrected any more.").format(
				frappe.bold(doc.name), _(doc.status)
			)
		)
	doc.update(values)
	doc.status, doc.reason = PENDING, None
	doc.flags.ks212_service = True
	doc.save(ignore_permissions=True)
	_keep_photo(doc, photo)
	return doc


def _keep_photo(doc, photo: tuple[str, bytes] | None) -> None:
	if photo:
		filename, content = photo
		doc.db_set("photo", files.attach(doc.doctype, doc.name, "photo", filename, content, images_only=True))


def lock(product: str):
	"""Lock a product's row until the end of the transaction and return the document as it is then."""
	return frappe.get_doc("UMKM Product", product, for_update=True)


def set_barcode(doc, before) -> None:
	"""Keep a barcode that was given, checked, or give the product one of the network's own."""
	doc.barcode = barcodes.normal(doc.barcode)
	earlier = before.barcode if before else None
	if earlier and doc.barcode == earlier:
		return
	if not doc.barcode:
		doc.barcode = earlier if earlier and is_own(earlier) else _new_barcode()
		return
	if fault := barcodes.fault(doc.barcode):
		frappe.throw(fault)
	if barcodes.is_restricted(doc.barcode):
		frappe.throw(
			_(
				"Barcode {0} is one that any shop may use for itself. Leave it empty: the product gets one of the network's own."
			).format(doc.barcode)
		)


def is_own(barcode: str) -> bool:
	"""Whether a product's barcode was given by the network."""
	return len(barcode) == 13 and barcode.startswith(barcodes.OWN_PREFIX)


def _new_barcode() -> str:
	# The series' row is locked until the end of the transaction, and counts on whatever becomes of the
	# product.
	while True:
		number = make_autoname(BARCODE_SERIES)[-barcodes.OWN_DIGITS :]
		barcode = barcodes.own(int(number))
		if not _uses(barcode):
			return barcode


def check_barcode_is_free(doc) -> None:
	"""Refuse a barcode that another Item has, or another product that is not rejected."""
	for doctype, name in _uses(doc.barcode):
		if name not in (doc.name, doc.item_code):
			frappe.throw(
				_("Barcode {0} belongs to {1} {2} already. Read it again from the package.").format(
					doc.barcode, _(doctype), frappe.bold(name)
				)
			)


def _uses(barcode: str) -> list[tuple[str, str]]:
	spellings = ["in", sorted(barcodes.same(barcode))]
	items = frappe.get_all("Item Barcode", filters={"barcode": spellings}, pluck="parent")
	products = frappe.get_all(
		"UMKM Product", filters={"barcode": spellings, "status": ["!=", REJECTED]}, pluck="name"
	)
	return [("Item", name) for name in items] + [("UMKM Product", name) for name in products]


def check_supplier(supplier: str) -> None:
	"""Refuse an owner who is not a micro-enterprise of the network, or not any more."""
	found = frappe.db.get_value("Supplier", supplier, ["supplier_group", "disabled"], as_dict=True)
	if found.supplier_group != UMKM_GROUP:
		frappe.throw(
			_("Supplier {0} is not an UMKM. Its goods are bought by Purchase Order.").format(
				frappe.bold(supplier)
			)
		)
	if found.disabled:
		frappe.throw(_("Supplier {0} is disabled. Enable it first.").format(frappe.bold(supplier)))


# -- curation -----------------------------------------------------------------------------------------------


def fill_checks(doc) -> None:
	"""Bring the checklist in line with its template: missing points are added, points it lacks and nobody
	looked at go."""
	doc.curation_template = doc.curation_template or CURATION_TEMPLATE
	asked = frappe.get_all(
		"Item Quality Inspection Parameter",
		filters={"parent": doc.curation_template, "parenttype": "Quality Inspection Template"},
		fields=["specification", "value"],
		order_by="idx",
	)
	points = {row.specification: row.value for row in asked}
	kept = [row for row in doc.checks if row.specification in points or _looked_at(row)]
	if len(kept) != len(doc.checks):
		doc.set("checks", kept)
	known = {row.specification for row in kept}
	for specification, criteria in points.items():
		if specification not in known:
			doc.append("checks", {"specification": specification, "criteria": criteria})


def _looked_at(row) -> bool:
	return bool(row.passed or (row.remark or "").strip())


def require_curated(doc) -> None:
	"""Refuse to approve a product that nobody has graded, or of whose checklist a point was not looked at."""
	if doc.grade not in GRADES:
		frappe.throw(_("Choose a grade for {0} before you approve it.").format(frappe.bold(doc.name)))
	for row in doc.checks:
		if not _looked_at(row):
			frappe.throw(
				_(
					"Row {0}: {1} has not been looked at. Tick it, or write a remark why it does not pass."
				).format(row.idx, frappe.bold(escape_html(row.specification)))
			)
	check_supplier(doc.supplier)
	check_barcode_is_free(doc)


def decide(product: str, action: str, grade: str | None = None, checks=(), reason: str | None = None):
	"""Take a step of the curation's Workflow with a pending product; return it. The controller does what
	follows.

	`checks` are rows {specification, passed, remark} that are written into the checklist first.
	"""
	doc = lock(product)
	if doc.status == NEEDS_CORRECTION and action != "Reject":
		frappe.throw(_("Product {0} waits for its owner's correction.").format(frappe.bold(doc.name)))
	if doc.status not in (PENDING, NEEDS_CORRECTION):
		frappe.throw(
			_("Product {0} is {1} already. Open it again.").format(frappe.bold(doc.name), _(doc.status))
		)
	doc.flags.decision = frappe._dict(grade=grade, checks=checks, reason=reason)
	return apply_workflow(doc, action)


def write_decision(doc) -> None:
	"""Write into the document what `decide` was given; the Workflow has read it afresh in between."""
	decision = doc.flags.pop("decision", None)
	if not decision:
		return
	doc.grade = decision.grade or doc.grade
	doc.reason = decision.reason or doc.reason
	rows = {row.specification: row for row in doc.checks}
	for idx, given in enumerate(decision.checks, 1):
		row = rows.get(given.specification)
		if row is None:
			frappe.throw(
				_("Row {0}: {1} is not a point of the checklist {2}.").format(
					idx, frappe.bold(escape_html(given.specification)), frappe.bold(doc.curation_template)
				)
			)
		row.passed, row.remark = given.passed, given.remark


# -- the Item -----------------------------------------------------------------------------------------------


def make_item(doc) -> str:
	"""Make the Item of a product that is being approved; return its code."""
	item_code = _new_item_code()
	expires = int(doc.shelf_life_days > 0)
	item = frappe.get_doc(
		{
			"doctype": "Item",
			"item_code": item_code,
			"item_name": doc.product_name,
			"item_group": doc.item_group,
			"stock_uom": doc.stock_uom,
			"description": _description(doc),
			"image": doc.photo,
			"is_stock_item": 1,
			"valuation_method": "Moving Average",
			"has_batch_no": expires,
			"create_new_batch": expires,
			"batch_number_series": f"{item_code}-.####" if expires else None,
			"has_expiry_date": expires,
			"shelf_life_in_days": doc.shelf_life_days,
			"quality_inspection_template": doc.curation_template,
			"ks212_consigned": 1,
			"ks212_owner": doc.supplier,
			"ks212_product": doc.name,
			"supplier_items": [{"supplier": doc.supplier}],
			"barcodes": [
				{
					"barcode": doc.barcode,
					"barcode_type": barcodes.TYPES[len(doc.barcode)],
					"uom": doc.stock_uom,
				}
			],
		}
	)
	item.insert(ignore_permissions=True)
	_share_photo(doc, item_code)
	return item_code


def _share_photo(doc, item_code: str) -> None:
	"""Let whoever reads the Item see its picture: a private file is shown to the readers of what it is
	attached to."""
	name = frappe.db.get_value("File", {"attached_to_name": doc.name, "file_url": doc.photo or ""})
	if not name:
		return
	file = frappe.get_doc("File", name)
	file.update(
		{
			"name": frappe.generate_hash(length=10),
			"attached_to_doctype": "Item",
			"attached_to_name": item_code,
			"attached_to_field": "image",
		}
	)
	# Inserted as a row: an insert that is rolled back would take the file itself, which is the proposal's,
	# from the disk.
	file.db_insert()


def _new_item_code() -> str:
	while True:
		item_code = make_autoname(ITEM_SERIES)
		if not frappe.db.exists("Item", item_code):
			return item_code


def _description(doc) -> str:
	parts = (doc.product_name, doc.net_weight, doc.composition)
	return "<br>".join(escape_html(part).replace("\n", "<br>") for part in parts if part)


# -- reading ------------------------------------------------------------------------------------------------

LISTED = ("name", "product_name", "status", "item_code", "photo", "barcode", "grade", "reason", "proposed_at")


def listing(supplier: str) -> list[dict]:
	"""Return the products of a supplier, newest first, with the prices in force today or, before approval,
	proposed."""
	rows = frappe.get_all(
		"UMKM Product",
		filters={"supplier": supplier},
		fields=[*LISTED, "stock_uom", "owner_price", "retail_price"],
		order_by="creation desc",
	)
	in_force = prices.prices_at([row.item_code for row in rows if row.item_code], today())
	waiting = _waiting_prices(supplier)
	for row in rows:
		if price := in_force.get(row.item_code):
			row.update(owner_price=price.owner_price, retail_price=price.retail_price)
		row.pending_price = waiting.get(row.name)
	return rows


def _waiting_prices(supplier: str) -> dict[str, str]:
	rows = frappe.get_all(
		"UMKM Product Price",
		filters={"supplier": supplier, "status": PENDING},
		fields=["product", "name"],
	)
	return {row.product: row.name for row in rows}


def shown(doc) -> dict:
	"""Return a product for its page: what was proposed, what curation found, and all its prices, newest
	first."""
	return frappe._dict(
		{field: doc.get(field) for field in (*LISTED, *PROPOSED, "supplier", "supplier_name")},
		checks=[
			{
				"specification": row.specification,
				"criteria": row.criteria,
				"passed": int(bool(row.passed)),
				"remark": row.remark,
			}
			for row in doc.checks
		],
		price=prices.price_at(doc.item_code, today()) if doc.item_code else None,
		prices=prices.history(doc.name),
		own_barcode=is_own(doc.barcode or ""),
	)


def choices() -> dict:
	"""Return what a proposal may choose from: `item_groups` (without groups of groups) and `uoms`, as
	names."""
	return {
		"item_groups": frappe.get_all("Item Group", filters={"is_group": 0}, pluck="name", order_by="name"),
		"uoms": frappe.get_all("UOM", filters={"enabled": 1}, pluck="name", order_by="name"),
	}
