"""Several processes at the same moment: no barcode is given twice, no product or price is approved twice."""

import pytest

from frappe.utils import add_days, today

from tests.faults.conftest import job
from tests.faults.test_races import new_key, refusals, results
from tests.story import PUSAT
from tests.umkm_story import OWNER_USER

PROCESSES = 8
SCENES = "tests.faults.product_scenes."


@pytest.fixture
def owner(host):
	return host.run(f"{SCENES}prepare")


def together(host, scene, user, **arguments):
	return host.together(
		[job(f"{SCENES}{scene}", user, key=new_key(), **arguments) for _process in range(PROCESSES)]
	)


def test_each_product_gets_a_barcode_of_its_own(host, owner):
	found = []
	for _round in range(3):
		found += results(together(host, "propose", OWNER_USER, supplier=owner))
	assert len({product["barcode"] for product in found}) == len(found)
	# Approved at once, each by another process: item codes and barcodes are different too.
	jobs = [job(f"{SCENES}approve", PUSAT, product=one["name"], key=new_key()) for one in found[:PROCESSES]]
	assert len(set(results(host.together(jobs)))) == PROCESSES


def test_a_product_is_approved_once_and_its_price_once(host, owner):
	product = host.run(f"{SCENES}propose", OWNER_USER, supplier=owner, key=new_key())["name"]
	ends = together(host, "approve", PUSAT, product=product)
	assert len(refusals(ends)) == PROCESSES - 1
	state = host.run(f"{SCENES}state", product=product)
	assert state == {"items": 1, "prices": {"Approved": 1}, "open": 1, "listed": 1}

	ends = together(
		host,
		"call",
		OWNER_USER,
		function="change_price",
		product=product,
		owner_price=31_000,
		retail_price=39_000,
		valid_from=add_days(today(), 1),
	)
	assert len(refusals(ends)) == PROCESSES - 1, "one price waits"
	price = host.run(f"{SCENES}pending", product=product)
	ends = together(host, "call", PUSAT, function="approve_price", price=price)
	assert len(refusals(ends)) == PROCESSES - 1
	state = host.run(f"{SCENES}state", product=product)
	assert state == {"items": 1, "prices": {"Approved": 2}, "open": 1, "listed": 2}
