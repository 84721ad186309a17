# Two commands matter: `make demo` shows what the product does, `make test` is the gate.
# Everything here sets itself up; nothing needs more than git, make and Python 3.11 with venv.

PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m

.PHONY: demo test lint types layers unit validate benchmark test-browser test-install lock clean

demo: .venv/ready
	$(BIN)/tongban run ningxia-day
	@echo
	@echo "Open results/ningxia-day-*/report.html in a browser."

test: lint types layers unit

lint: .venv/ready
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: .venv/ready
	$(RUN) mypy

layers: .venv/ready
	$(BIN)/lint-imports

unit: .venv/ready
	$(RUN) pytest -q

# Longer checks, outside the gate.

validate: .venv/ready
	$(RUN) pytest -q tests/validation

benchmark: .venv/ready
	$(BIN)/python benchmarks/reference_engine.py

# The browser itself comes from the system: apt-get install chromium.
test-browser: .venv/ready
	npm install --silent --no-save --no-audit --no-fund --prefix .venv/axe axe-core@4
	$(RUN) pytest -q tests/browser

test-install: .venv/ready
	$(RUN) pytest -q tests/install

# The environment: pins with hashes, for every platform. `--system-certs` helps behind a proxy.

.venv/ready: requirements-dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock > .venv/uv.lock
	$(RUN) pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
	$(BIN)/uv pip sync --quiet --system-certs --python $(BIN)/python --require-hashes requirements-dev.lock
	$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

lock:
	$(BIN)/uv pip compile --quiet --system-certs --universal --generate-hashes --extra dev --no-header --no-annotate \
	  --python-version 3.11 pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build
