# 'make' or 'make help' lists what there is.

VENV := .venv
BIN := $(VENV)/bin
PORT ?=

# The first Python on the path that is new enough; PYTHON=... names another one.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

.DEFAULT_GOAL := help
.PHONY: help run sample test docs test-fast check fix bench drill clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(VENV)/.installed ## build the sample on the first start, then serve (PORT=8501)
	@$(BIN)/python -m dashboard up $(if $(PORT),--port $(PORT))

sample: $(VENV)/.installed ## build the sample warehouse again
	@$(BIN)/python -m dashboard sample

test: check ## checks, then the tests, a browser included; drills are left to 'make drill'
	@$(BIN)/pytest -n 3 --dist worksteal -m '(not browser or patient) and not drill'
	@$(BIN)/pytest -m 'browser and not patient and not drill'

docs: $(VENV)/.installed ## write the pages that follow the code: queries, data contract
	@$(BIN)/python -m dashboard.warehouse.catalogue
	@$(BIN)/python -m dashboard.warehouse.contract_page

test-fast: $(VENV)/.installed-dev ## the quick tests: no browser, no sample, nothing wide
	@$(BIN)/pytest -n 3 --dist worksteal -m 'not browser and not sample and not wide and not drill'

check: $(VENV)/.installed-dev $(VENV)/.browser ## style, types and walls
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: $(VENV)/.installed-dev ## put style right where a machine can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.installed-dev $(VENV)/.browser ## measure, and write docs/benchmarks.md
	@$(BIN)/python -m tests.bench

drill: $(VENV)/.installed-dev ## the long tests: kills at random instants, big sources
	@$(BIN)/pytest -m drill

clean: ## forget what was installed, built and measured; the data stay
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none is on the path. \
	Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: \
	Python 3.11 or newer is needed. Name another one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.browser: tests/browser/chromium.py $(VENV)/.installed-dev
	@$(BIN)/python -m tests.browser.chromium
	@touch $@
