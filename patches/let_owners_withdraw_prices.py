"""Give an installed site's approval of prices the state of one that its owner has withdrawn."""

from ks212_community.install import make_workflows


def execute():
	make_workflows()
