# Debian 12 with Python 3.11 and make is enough: everything else is installed into .venv from requirements.lock.
SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON3     ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV        := .venv
PYTHON      := $(VENV)/bin/python
STAMP       := $(VENV)/.installed
LOG         := $(VENV)/install.log
PIP         := $(PYTHON) -u -m pip install --progress-bar off --disable-pip-version-check --no-input --no-deps

SUPERSET    := .venv-superset
# a warehouse of its own with the samples loaded, gone when the recipe's shell ends
ON_SAMPLES   = home=$$(mktemp -d) && chmod 755 "$$home" && export YUSUAN_HOME="$$home" YUSUAN_DATABASE_URL= && \
  trap '$(VENV)/bin/yusuan db stop; rm -rf "$$home"' EXIT && $(VENV)/bin/yusuan run --catalogue samples/catalogue.yaml

.PHONY: help desk run test long scans fresh fire lint types compose-check check db-stop up docs superset superset-test lock
help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

run: $(STAMP)    ## set up what is missing, load samples/, print what was loaded
	@$(VENV)/bin/yusuan run

test: $(STAMP)   ## all tests but the long proofs
	$(PYTHON) -m pytest -m "not long" -n 2 --dist loadfile

long: $(STAMP)   ## the long proofs
	$(PYTHON) -m pytest -m long

scans: $(STAMP)  ## the proof on scans: a filing printed, scanned and read again
	$(PYTHON) -m pytest tests/extract/scan tests/end_to_end/test_scans.py

fresh:           ## the two commands in a bare Debian with nothing installed, as root and not (needs root, debootstrap)
	@.ci/fresh $(TESTS)

fire: $(STAMP)   ## kill loads, servers, connections for SECONDS (600), with SEED (1); look what a reader sees
	$(PYTHON) -m tests.fire --seconds $(or $(SECONDS),600) --seed $(or $(SEED),1)

lint: $(STAMP)   ## ruff: rules and format
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types: $(STAMP)  ## mypy, strict
	$(PYTHON) -m mypy

compose-check: $(STAMP) ## docker-compose.yml against its schema and itself, without an engine
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(PYTHON) -m pytest -q tests/flows/test_compose.py

check: lint types test compose-check ## everything a change must pass

db-stop: $(STAMP) ## stop the embedded PostgreSQL that `make run` left running
	@$(VENV)/bin/yusuan db stop

up: .env         ## bring docker-compose.yml up and wait until all is healthy; COMPOSE_PROFILES=bi,s3 for more
	docker compose up --detach --build --wait

.env:            # a random password for each that is required; PREFECT_AUTH is user:password
	@umask 077; random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }; \
	while IFS= read -r line; do case "$$line" in "#"*) ;; PREFECT_AUTH=) line+="yusuan:$$(random)" ;; \
	  *=) line+="$$(random)" ;; esac; echo "$$line"; done < .env.example > .env.new; mv .env.new .env

docs: $(STAMP)   ## write the generated pages of docs/ and the Superset bundle anew
	$(PYTHON) -m flows.reference
	@$(ON_SAMPLES) && $(VENV)/bin/yusuan ask --page > docs/questions.md && $(PYTHON) -m bi.superset.bundle

desk: $(STAMP)    ## the desk on the samples, in a warehouse of its own, until Ctrl-C; user demo, password demo-password
	@$(ON_SAMPLES) && echo demo-password | $(VENV)/bin/yusuan desk user add demo && \
	  $(VENV)/bin/yusuan desk --catalogue samples/catalogue.yaml

superset: $(STAMP) $(SUPERSET)/.installed ## Superset with the dashboard on the loaded warehouse, until Ctrl-C
	@$(PYTHON) -m bi.superset.up --venv $(SUPERSET)

superset-test: $(STAMP) $(SUPERSET)/.installed ## prove the dashboard in the real Superset and a headless Chromium
	$(PYTHON) -m pytest -m long tests/bi

LOCKING := uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-strip-extras --no-annotate --no-header
lock:            ## resolve requirements.lock anew, and of it what the image needs (needs uv)
	$(LOCKING) --group dev -o requirements.lock
	$(LOCKING) --group build --constraint requirements.lock -o requirements.image.lock

# pip says nothing for a minute, or too much: what one wants to see is that it gets on. Its whole account is in the log.
$(STAMP): requirements.lock pyproject.toml
	@[ -n "$(PYTHON3)" ] && "$(PYTHON3)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || \
	  { echo "yusuan needs Python 3.11 or 3.12: apt install python3 (or make PYTHON3=/path/to/python3.11)" >&2; exit 1; }
	@"$(PYTHON3)" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON3) has no venv module: apt install python3-venv, then run make again" >&2; exit 1; }
	@echo "Installing yusuan into $(VENV): about a minute, once"
	@"$(PYTHON3)" -m venv $(VENV)
	@: > $(LOG)
	@{ $(PIP) --require-hashes -r requirements.lock && $(PIP) --no-build-isolation --editable .; } >> $(LOG) 2>&1 & pip=$$!; \
	  tail -n +1 -f --pid=$$pip $(LOG) | awk \
	    '/^Collecting / { if (++n % 25 == 0) print "  " n " packages fetched"; fflush() } \
	     /^Installing collected/ { if (!m++) print "  all fetched; unpacking"; fflush() }'; \
	  wait $$pip || { tail -n 5 $(LOG); echo "Installing failed; the whole account is in $(LOG)"; exit 1; } >&2
	@touch $@

$(SUPERSET)/.installed: bi/superset/requirements.lock
	@echo "Installing Superset into $(SUPERSET): a few minutes, once"
	@"$(PYTHON3)" -m venv $(SUPERSET)
	@$(SUPERSET)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r $<
	@touch $@
