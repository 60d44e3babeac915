# Needs git, make and Python >= 3.11; everything else is installed into .venv from the pinned files in constraints/.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
BIN := .venv/bin
SAMPLE := tests/samples/monorepo
# Extra arguments for pytest or the benchmark, e.g. `make test ARGS="tests/cli -x"`.
ARGS ?=

# Two make processes may want .venv at once: the second waits for the first (flock(1) does not exist everywhere).
LOCKED = $(PYTHON) -c 'import fcntl, subprocess, sys; lock = open(".venv.lock", "w"); fcntl.flock(lock, fcntl.LOCK_EX); sys.exit(subprocess.call(sys.argv[1:]))'
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --upgrade pyproject.toml constraints/build.in

.DEFAULT_GOAL := check
.PHONY: demo test check fix docs bench oracles venv lock clean

demo: .venv/runtime.stamp  ## run the check on a sample monorepo with real violations
	@echo '$$ cd $(SAMPLE) && hive-guardian check'
	@code=0; (cd $(SAMPLE) && $(CURDIR)/$(BIN)/hive-guardian check) || code=$$?; \
	if [ $$code -ne 1 ]; then echo "demo: expected findings (exit code 1), got exit code $$code" >&2; exit 1; fi; \
	echo "demo: exit code 1 means findings; the sample is meant to have some"

test: venv  ## the whole test suite; ARGS="..." is passed to pytest
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: venv  ## what CI runs: format, lint, types, layers, own golden rules, documentation, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hive-guardian check --level INFO .
	$(MAKE) docs
	$(BIN)/python -m pytest -q -n 2 $(ARGS)

fix: venv  ## format and apply ruff's safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: venv  ## write the reference and build the documentation into site/; a warning is an error
	rm -rf docs/reference/rules
	$(BIN)/hive-guardian rule docs --output docs/reference
	$(BIN)/zensical build --clean --strict

bench: venv  ## measure the performance budget (needs the network; ARGS="cold warm" picks rows)
	$(BIN)/python -m benchmarks $(ARGS)

oracles: venv  ## compare with independent tools on real code (needs the network)
	$(BIN)/python -m pytest -m "" -p no:randomly --oracle-results tests/oracles/RESULTS.md tests/oracles $(ARGS)

venv: .venv/dev.stamp  ## the development environment in .venv

lock: venv  ## renew the pinned versions in constraints/, one file for every Python and platform
	rm constraints/runtime.txt constraints/dev.txt
	$(COMPILE) -o constraints/runtime.txt
	$(COMPILE) -c constraints/runtime.txt --extra dev -o constraints/dev.txt

clean:  ## remove everything that make and the tools created
	rm -rf .venv .venv.lock .cache build dist site .coverage .coverage.* htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/runtime.stamp: constraints/runtime.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo 'make: no Python >= 3.11 found; set PYTHON=/path/to/python' >&2; exit 1; }
	@echo 'installing hive-guardian into .venv'
	@$(LOCKED) sh -c 'test -x $(BIN)/python || $(PYTHON) -m venv .venv; \
	$(PIP) --require-hashes -r constraints/runtime.txt && $(PIP) --no-deps --no-build-isolation -e . && touch $@'

.venv/dev.stamp: .venv/runtime.stamp constraints/dev.txt
	@echo 'installing the development tools into .venv'
	@$(LOCKED) sh -c '$(PIP) --require-hashes -r constraints/dev.txt && touch $@'
