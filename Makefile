# Two commands do everything on a fresh Debian 12 or Ubuntu 22.04+: `make run` and `make test`.

SHELL := /bin/bash
PYTHON := .venv/bin/python
JOBS ?= 2
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml

.PHONY: pictures help run test test-all setup setup-test lint format lock clean

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: setup  ## the demonstration city on the desk seat; ARGS="--seat hall --lang en" for others
	@exec $(PYTHON) main.py run $(ARGS)

test: setup-test lint  ## lint, types and all tests but the long ones
	@QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -n $(JOBS) --dist loadfile

test-all: setup-test lint  ## everything, with full counts
	@QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest --full

lint: setup-test  ## ruff and mypy --strict
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

format: setup-test  ## write the one layout
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix --select I .

setup:
	@.ci/setup.sh

setup-test:
	@.ci/setup.sh --test

pictures: setup  ## the pictures of the README, taken from the program
	@.ci/pictures.sh

lock:  ## pin the dependencies anew (needs uv; for the maintainer)
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock

clean:  ## remove what can be made again
	@rm -rf .venv out build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
