# make help lists the targets. Everything is installed into .venv from requirements.lock.
VENV   := .venv
PYTHON := $(VENV)/bin/python
STAMP  := $(VENV)/.installed

.PHONY: help run test lint types lock
help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(STAMP): requirements.lock pyproject.toml
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

test: $(STAMP)   ## all tests but the long proofs
	$(PYTHON) -m pytest -m "not long"

lint: $(STAMP)   ## ruff: rules and format
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types: $(STAMP)  ## mypy, strict
	$(PYTHON) -m mypy

lock:            ## resolve requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --group dev --all-extras --universal --generate-hashes --no-strip-extras --no-annotate --no-header -o requirements.lock
