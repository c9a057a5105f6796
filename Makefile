# Needs Python 3.11 or newer and make; everything else is set up here, into .venv.
# `make` alone lists the targets. Repeated runs are quick: a stamp file stands for each finished set-up.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

VENV  := .venv
BENCH := .venv-bench
BIN   := $(VENV)/bin
PIP   := -m pip --disable-pip-version-check -qq
JOBS  ?= auto
ARGS  ?=

# A test that is skipped for want of a tool would look like one that passed: here it fails (tests/conftest.py).
export NBMLOPS_FORBID_SKIPS := 1

# The first interpreter that is new enough; PYTHON=... on the command line wins.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$python; break; fi; done)

# need(what finds it, what it is, Debian package): installed where that is ours to do, else the command to run is said.
define need
@if ! { $(1); } >/dev/null 2>&1; then \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "$(2) is missing: installing $(3) with apt-get"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(3) >/dev/null; \
	else \
		echo "$(2) is missing, and this target tests with it. Run: sudo apt-get install $(3)" >&2; exit 1; \
	fi; \
fi
endef

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# ------------------------------------------------------------------------------------------ set-up

$(VENV)/.made: | python
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
		rm -rf $(VENV); \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			echo "$(PYTHON) has no venv module: installing it with apt-get"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends python3-venv >/dev/null; \
			$(PYTHON) -m venv $(VENV); \
		else \
			echo "$(PYTHON) can't make a virtual environment. On Debian or Ubuntu run: sudo apt-get install python3-venv" >&2; exit 1; \
		fi; }
	@touch $@

.PHONY: python
python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "nbmlops needs Python 3.11 or newer, and neither python3 nor python3.11, 3.12, 3.13 is one." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; fi

$(VENV)/.nbmlops: pyproject.toml | $(VENV)/.made
	@echo "Installing nbmlops into $(VENV)"
	@SKIP_JUPYTER_BUILDER=1 $(BIN)/python $(PIP) install --editable .  # the front end is built with the tools below
	@touch $@

$(VENV)/.demo: | $(VENV)/.nbmlops
	@$(BIN)/python $(PIP) install pytest  # the demo runs the tests of the package that it exports
	@touch $@

# An editable install builds the front end, and puts its bundle where JupyterLab looks for it.
FRONT_END := $(shell find labextension/src labextension/style labextension/schema labextension/package.json -type f)

$(VENV)/.dev: pyproject.toml $(FRONT_END) | $(VENV)/.nbmlops
	@echo "Installing the tools for development into $(VENV)"
	@$(BIN)/python $(PIP) install --editable '.[dev]'
	@touch $@

# mlflow holds pandas and others back, so it has an environment of its own, with nbmlops beside it.
$(BENCH)/.made: pyproject.toml | python
	@echo "Making $(BENCH): nbmlops and mlflow in one environment"
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python $(PIP) install --editable '.[bench]'
	@touch $@

.PHONY: git chromium postgres bindfs
git:
	$(call need,command -v git,git,git)
chromium:
	$(call need,command -v chromium,chromium,chromium)
postgres:
	$(call need,command -v pg_ctl || ls /usr/lib/postgresql/*/bin/pg_ctl,PostgreSQL,postgresql)
bindfs:
	$(call need,command -v bindfs && command -v fusermount3,bindfs,bindfs fuse3)

# ------------------------------------------------------------------------------------------- users

.PHONY: demo lab
demo: $(VENV)/.demo ## run the examples on real data and say what they made, and where (demo-output/)
	@$(BIN)/nbmlops demo --output demo-output --no-open $(ARGS)
	@echo
	@echo "The executed notebook, the runs and the report are in demo-output/. Look at demo-output/report.html"

lab: $(VENV)/.dev ## open JupyterLab with the example notebooks
	@$(BIN)/jupyter lab --notebook-dir=example-notebooks $(ARGS)

# ------------------------------------------------------------------------------------------ checks

.PHONY: test test-fast test-slow test-environments test-all lint format types imports docs front-end
test: lint types imports docs front-end test-fast ## lint, types, import contracts, docs and every quick test

test-all: test-slow test-environments ## slow, browser and fault tests, then many environments

test-fast: $(VENV)/.dev | git
	@$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-slow: $(VENV)/.dev labextension/node_modules/.peers | git chromium postgres bindfs
	@$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "slow or browser" $(ARGS)

test-environments: $(VENV)/.dev | git
	@NBMLOPS_FORBID_SKIPS= $(BIN)/python .ci/environments.py $(ARGS)  # a version may lack what a test is about

lint: $(VENV)/.dev ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(VENV)/.dev ## let ruff mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(VENV)/.dev ## mypy --strict
	@$(BIN)/mypy

# node and npm come with the tools for development, in $(BIN).
labextension/node_modules/.peers: labextension/package-lock.json | $(VENV)/.dev
	@echo "Installing the front end's tools into labextension/node_modules"
	@cd labextension && PATH="$(abspath $(BIN)):$$PATH" npm ci --include=peer --silent
	@touch $@

front-end: labextension/node_modules/.peers ## TypeScript: types and quick tests
	@cd labextension && PATH="$(abspath $(BIN)):$$PATH" npm run --silent check
	@cd labextension && PATH="$(abspath $(BIN)):$$PATH" node --test --test-reporter=dot "tests/*.test.mjs"

imports: $(VENV)/.dev ## who may import whom
	@$(BIN)/lint-imports

.PHONY: openapi
openapi: $(VENV)/.dev ## write the OpenAPI document of the routes anew
	@$(BIN)/python -m nbmlops.server.openapi

docs: $(VENV)/.dev ## build the documentation; a warning fails
	@$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "Documentation: docs/_build/html/index.html"

# -------------------------------------------------------------------------------------------- rest

.PHONY: bench build clean
bench: $(BENCH)/.made ## measure beside the peers, update benchmarks/results.md
	@$(BENCH)/bin/python benchmarks/run.py $(ARGS)

build: $(VENV)/.dev ## sdist and wheel into dist/
	@$(BIN)/python -m build --outdir dist .

clean: ## remove everything that was made here, environments included; stores stay
	rm -rf $(VENV) $(BENCH) .venv-envs labextension/node_modules labextension/lib src/nbmlops/static src/nbmlops/labextension build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
