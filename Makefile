# The two commands of the README are `make run` and `make test`. Everything is installed into .venv; nothing else is
# touched but, for the browser tests, the system's Chromium where it may be installed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.ready-for-tests

.PHONY: run test check bench browser clean

run: $(READY)
	$(BIN)/regulars demo

test: $(TEST_READY) browser
	$(BIN)/python -m pytest -n 2 --max-worker-restart 0 --dist loadfile $(TESTS)

check: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_sql_lint.py

# SIZE=large makes 1 M customers and 10 M orders; the default takes a few minutes.
bench: $(TEST_READY) browser
	$(BIN)/python -m benchmarks --size $(or $(SIZE),small)

browser:
	@sh tools/find-chromium.sh

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Regulars needs Python 3.11 or newer; set PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(TEST_READY): $(READY) requirements-dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV)
