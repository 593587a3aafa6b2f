"""Items as the search and the asking page show them."""

from ks212_community.portal import words


def best_first(found: list, query: str) -> list:
	"""Return found items with those first that the code or barcode names exactly, then those that somebody
	can give."""
	wanted = query.strip().lower()

	def order(item):
		exact = wanted in ((item.item_code or "").lower(), (item.barcode or "").lower())
		return (not exact, not item.sources)

	return sorted(found, key=order)


def found(item) -> dict:
	"""Return a found item for the page."""
	return {
		"item_code": item.item_code,
		"item_name": item.item_name,
		"barcode": item.barcode,
		"own": words.qty(item.own_qty, item.stock_uom),
		"has_own": item.own_qty > 0,
		"sources": item.sources,
	}
