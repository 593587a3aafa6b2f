"""Packaging of the Frappe app: the repository root is what `bench get-app` clones, the package lives in
apps/."""

import re
from pathlib import Path

from setuptools import find_packages, setup

root = Path(__file__).parent
package = root / "apps" / "ks212_community"


def version():
	"""The version stated in the package itself, read without importing it (it needs Frappe)."""
	source = (package / "__init__.py").read_text(encoding="utf-8")
	return re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE).group(1)


def data_files():
	"""Everything in the package that is not Python, relative to it: metadata, templates, assets, fixtures."""
	folders = [package, package / "fixtures", package / "patches"]  # the last two are links, not walked into
	return sorted(
		{
			str(path.relative_to(package))
			for folder in folders
			for path in folder.rglob("*")
			if path.is_file() and path.suffix not in (".py", ".pyc")
		}
	)


setup(
	name="ks212_community",
	version=version(),
	description="KS212 Community: the outlets of Koperasi Syariah 212 help each other out of stock-outs",
	author="Koperasi Syariah 212",
	license="GPL-3.0-or-later",
	python_requires=">=3.10",
	package_dir={"": "apps"},
	packages=find_packages("apps", include=["ks212_community", "ks212_community.*"]),
	package_data={"ks212_community": data_files()},
	zip_safe=False,
)
