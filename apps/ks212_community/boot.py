"""What the desk's scripts are told when a session starts."""

from ks212_community.stock_exchange.states import INDICATORS


def boot_session(bootinfo) -> None:
	"""extend_bootinfo: the states of a transfer and their colours, from the one table of states."""
	bootinfo.ks212_states = INDICATORS
