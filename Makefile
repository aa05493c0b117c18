# Kept's whole workflow. Needs Python 3.11 or newer and make; everything else is fetched, pinned by hash, into .venv.
# `make help` lists what there is.

PYTHON ?= python3
PYTEST_ARGS ?=
UPGRADE ?=

VENV := .venv
BIN := $(VENV)/bin
STATIC := src/kept/web/static
# A uv that is already here serves; otherwise a pinned one comes into .uv (no curl, no root).
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 $(UPGRADE)

.PHONY: help run setup client test check fix bench wheel lock clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 14

run: setup ## the example company on http://127.0.0.1:8000, with sign-in links
	@$(BIN)/kept demo

setup: $(VENV)/.kept $(VENV)/.frontend ## the environment and the front-end files; leaves .venv/bin/kept

test: setup $(VENV)/.dev ## the tests; what needs a browser, PostgreSQL, Java or the work logs is skipped aloud where there is none
	$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

client: .client/.made ## the tool that makes a client from the API's description; the test that uses one is skipped aloud without

check: setup $(VENV)/.dev ## style, types, the one-way imports, no migration forgotten
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kept manage makemigrations --check --dry-run

fix: $(VENV)/.dev ## what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup $(VENV)/.dev ## the measured figures
	@for bench in benchmarks/*/run.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

wheel: setup ## dist/kept-*.whl, front-end files included
	$(BIN)/hatchling build -t wheel -d dist

lock: $(UV) ## new locks from pyproject.toml and frontend/package.json (UPGRADE=--upgrade for newer versions)
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --group pyproject.toml:build -c requirements/run.txt -o requirements/setup.txt
	$(COMPILE) pyproject.toml --group pyproject.toml:dev -c requirements/setup.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml --group pyproject.toml:dev --group pyproject.toml:spark -c requirements/dev.txt -o requirements/spark.txt
	$(COMPILE) requirements/client.in -o requirements/client.txt
	$(MAKE) $(VENV)/.packages
	cd frontend && ../$(BIN)/npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## away with all that was fetched or built; what Kept keeps (kept-data) stays
	rm -rf $(VENV) .uv .client dist frontend/node_modules $(STATIC)/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# --- what the above stand on: each step leaves a stamp, so the next time it costs nothing ---

.uv/bin/uv: requirements/uv.txt
	@echo "Fetching uv ..."
	@$(PYTHON) -m venv .uv || { rm -rf .uv; echo "Python here cannot make environments: install python3-venv (or uv), then try again." >&2; exit 1; }
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/uv.txt
	@touch $@

$(BIN)/python: | $(UV)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Kept needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(UV) venv --quiet --no-python-downloads --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)

$(VENV)/.packages: requirements/setup.txt | $(BIN)/python
	@echo "Fetching what Kept stands on ..."
	@$(INSTALL) --no-build --require-hashes -r requirements/setup.txt
	@touch $@

$(VENV)/.kept: $(VENV)/.packages pyproject.toml hatch_build.py
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.packages
	@echo "Fetching the tools of the workshop ..."
	@$(INSTALL) --no-build --require-hashes -r requirements/dev.txt
	@touch $@

# In an environment of its own: its requirements don't go together with Kept's.
.client/.made: requirements/client.txt | $(BIN)/python
	@echo "Fetching the tool that makes clients ..."
	@$(UV) venv --quiet --clear --no-python-downloads --python $(BIN)/python .client
	@$(INSTALL:$(BIN)/python=.client/bin/python) --no-build --require-hashes -r requirements/client.txt
	@touch $@

$(VENV)/.frontend: frontend/package.json frontend/package-lock.json frontend/build.py $(VENV)/.packages
	@echo "Fetching the front-end files ..."
	@cd frontend && ../$(BIN)/npm ci --loglevel=error --ignore-scripts --no-audit --no-fund
	@$(BIN)/python frontend/build.py
	@touch $@
