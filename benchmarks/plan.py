"""The measured network as plain figures: how many outlets, items and documents, their names, and the course
of every bin.

Quantities in stock UOM (Pcs, whole), rates in IDR, one rate an item for ever.
"""

from frappe.utils import add_days, nowdate

from tests import story

OUTLETS = 200
MORE_OUTLETS = 800  # these hold WIDE_ITEMS only
ITEMS = 250
ENTRIES = 10  # ledger entries a bin
DOCUMENTS = 1000  # in each portal list
PROMISES = 400
POS_INVOICES = {"open": 15, "closed": 30}  # an outlet that sells by ERPNext's POS
POS_LINES = 8

# (days ago, what): three deliveries and seven days of sales, five of them within the demand window of 28 days
COURSE = (
	(42, "receipt"),
	(39, "sale"),
	(34, "sale"),
	(27, "sale"),
	(24, "receipt"),
	(20, "sale"),
	(14, "sale"),
	(10, "receipt"),
	(8, "sale"),
	(3, "sale"),
)
BATCH_DAYS = {"A": 20, "B": 60, "C": 150}  # a batch's letter and its life from the day the data are built
OLDEST_DAYS = 10  # older data would have left the demand window

PLAIN_ITEM, BATCH_ITEM = "BEN-003", "BEN-012"  # in 200 outlets
WIDE_PLAIN_ITEM, WIDE_BATCH_ITEM = "BEN-001", "BEN-002"  # in 1,000
LIFE_ITEMS = (101, 103, 104, 105, 106, 107, 108, 109)  # one of these a run of the life cycle
ALWAYS_STOCKED = (1, 2, 3, 12, *LIFE_ITEMS)
WIDE_ITEMS = (1, 2)

# region: (latitude, longitude, in Jabodetabek)
REGIONS = {
	"Depok": (-6.40, 106.82, 1),
	"Bogor": (-6.60, 106.80, 1),
	"Bekasi": (-6.24, 107.00, 1),
	"Tangerang": (-6.18, 106.63, 1),
	"Jakarta Selatan": (-6.27, 106.81, 1),
	"Bandung": (-6.91, 107.61, 0),
	"Semarang": (-6.99, 110.42, 0),
	"Surabaya": (-7.26, 112.75, 0),
}
TARGET = "N0001"  # ranks its sources, and owns the requests in the portal's list
ASKER = "N0009"  # the requester of the life cycle
CUSTOMER = "Benchmark Customer"
CUSTOMER_USER = "bench.customer@ks212.example"


def clerk(outlet: str) -> str:
	"""The user who works for an outlet."""
	return f"bench.{outlet.lower()}@ks212.example"


def outlet_code(number: int) -> str:
	return f"N{number:04}"


def item_code(number: int) -> str:
	return f"BEN-{number:03}"


def warehouse(outlet: str) -> str:
	return f"{outlet} - {story.ABBR}"


def all_outlets() -> list[str]:
	return [outlet_code(number) for number in range(1, OUTLETS + MORE_OUTLETS + 1)]


def item_name(number: int) -> str:
	return f"Barang uji {number:03}"


def outlet_name(number: int) -> str:
	return f"212 Mart Uji {number}"


def has_pos(outlet: int) -> bool:
	"""Every third outlet sells by ERPNext's POS (a Sales Invoice a day), the others by one Stock Entry a
	day."""
	return outlet % 3 == 0


def is_batch(number: int) -> bool:
	return number % 10 == 2


def batch(number: int, letter: str) -> str:
	return f"{item_code(number)}-{letter}"


def community(region: str) -> str:
	return f"Benchmark {region}"


def region_of(number: int) -> str:
	return list(REGIONS)[number % len(REGIONS)]


def rate(number: int) -> int:
	return 5000 + number * 100


def daily(number: int, outlet: int) -> int:
	"""What an outlet sells of an item on each of the seven days of sales."""
	return 1 + (number * 7 + outlet * 13) % 9


def left(number: int, outlet: int) -> tuple[int, int, int]:
	"""What is left today of each of the three deliveries; nothing at all in one bin of seven."""
	if number not in ALWAYS_STOCKED and (number + outlet) % 7 == 0:
		return 0, 0, 0
	total = 20 + (number * 3 + outlet * 11) % 60
	return total // 4, total // 4, total - 2 * (total // 4)


def bins():
	"""Yield (item number, outlet number) of every bin."""
	for outlet in range(1, OUTLETS + MORE_OUTLETS + 1):
		for number in range(1, ITEMS + 1) if outlet <= OUTLETS else WIDE_ITEMS:
			yield number, outlet


def course(number: int, outlet: int):
	"""Yield (step of COURSE, quantity, batch letter) of a bin. A delivery is what is left of it today and
	what is sold until the next one; sales take the latest delivery's batch."""
	remains, sold = left(number, outlet), daily(number, outlet)
	deliveries = iter(zip((3 * sold, 2 * sold, 2 * sold), remains, "ABC"))
	for step, (_days, what) in enumerate(COURSE):
		if what == "receipt":
			for_sale, rest, letter = next(deliveries)
			yield step, for_sale + rest, letter
		else:
			yield step, -sold, letter


def days_ahead(days: int) -> str:
	return str(add_days(nowdate(), days))
