# What one does with radiocast. Needed: Python 3.11, pip, venv, gcc, make; apt for `make test`.

.DEFAULT_GOAL := help
.PHONY: help run test check bench clean debian npm

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore
NPM := tests/clients/npm
# Tests that drive real programs run by themselves afterwards: they keep time, and so must we.
WORKERS ?= 2
PACKAGES := $(shell cat tests/clients/debian-packages.txt)

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 8

run: .venv/.installed ## start a station on port 8000 that plays on /stream
	$(BIN)/radiocast serve conf/demo.toml

test: .venv/.installed-dev debian npm ## install what the tests need and run them all
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not clients"
	$(BIN)/pytest -m clients

check: .venv/.installed-dev ## format, lint, import contracts, types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy --strict radiocast tests bench

bench: .venv/.installed-dev ## measure framing, listeners beside Icecast, the studio beside Liquidsoap (25 minutes)
	$(BIN)/python -m bench.framers
	$(BIN)/python -m bench.fanout
	$(BIN)/python -m bench.studio

clean: ## remove all that was made here
	rm -rf .venv $(NPM)/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	find radiocast tests bench -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | .venv/bin/python
	$(PIP) --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml | .venv/bin/python
	$(PIP) --editable '.[dev]'
	@touch $@ .venv/.installed

# The encoders and players of tests/clients; a command of a package's name may be from elsewhere.
# Without root, those that are missing are named, and their tests skipped.
debian:
	@missing=$$(for package in $(PACKAGES); do \
	    dpkg-query -W -f '$${db:Status-Abbrev}' $$package 2>/dev/null | grep -q '^ii' \
	        || command -v $$package >/dev/null || echo $$package; \
	done); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ]; then echo "Not installed:" $$missing; exit 0; fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	apt-get -qq update && apt-get -qq install --no-install-recommends $$missing >/dev/null

# Readers of streams for tests/clients. npm's own list of what it installed is the newer of the two.
npm: debian
	@if [ $(NPM)/node_modules/.package-lock.json -nt $(NPM)/package-lock.json ]; then exit 0; fi; \
	if ! command -v npm >/dev/null; then echo "Not installed: npm"; exit 0; fi; \
	cd $(NPM) && npm ci --no-audit --no-fund --loglevel=error
