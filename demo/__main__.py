"""Load the network, run the main job aloud, serve the portal: `python -m demo [--serve] [--data
completejourney]`."""

import argparse
import os
import sys
import time

from demo import runtime


def main():
	parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
	parser.add_argument("--serve", action="store_true", help="serve the portal when the story has been told")
	parser.add_argument("--data", choices=["completejourney"], help="run on a year of real grocery sales")
	parser.add_argument("--days", type=int, default=21, help="days of sales to load (default: 21)")
	arguments = parser.parse_args()

	if arguments.serve and not runtime.port_is_free():
		sys.exit(f"Port {runtime.PORT} is taken; name another: make demo PORT=8213")
	started = time.perf_counter()
	where = runtime.connect()
	from demo import between, load, main_job, umkm
	from demo.speak import heading, say

	heading(f"KS212 Community on {where}")
	if arguments.data:
		from demo import completejourney

		completejourney.run(
			stores=int(os.environ.get("STORES", 30)),
			products=int(os.environ.get("ITEMS", 40)),
			weeks=int(os.environ.get("WEEKS", 3)),
		)
	else:
		load.load(arguments.days)
		between.pause()
		main_job.run()
		umkm.run()
		between.run()
	say(f"All of it took {time.perf_counter() - started:.0f} seconds.")
	if arguments.serve:
		runtime.serve()


main()
