# Two commands matter: `make demo` shows what the product does, `make test` is the gate.
# Everything here sets itself up; nothing needs more than git, make and Python 3.11 with venv.

PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m

.PHONY: demo test lint types layers unit validate equality battery oracle benchmark benchmark-check benchmark-peers mock-prism mock-wait schemathesis respect conform-all lint-contracts test-browser test-install lock clean

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

# Both engines bit for bit on hundreds of random scenarios and on the bundled ones in full.
equality: .venv/ready
	TONGBAN_EQUALITY_EXAMPLES=500 $(RUN) pytest -q tests/property/test_equality.py

# The keyed draws against dieharder (apt-get install dieharder); more than an hour.
battery: .venv/ready
	$(RUN) tools.draws_for_dieharder --seed 1 | nice dieharder -a -g 200

# Our validation against independent ones, with a hundred times the values of the gate.
oracle: .venv/ready
	TONGBAN_ORACLE_FACTOR=100 $(RUN) pytest -q tests/property/test_schema_oracle.py tests/property/test_message_oracle.py

# Needs gcc; SimGrid needs g++ and libsimgrid-dev, salabim and Ciw `make benchmark-peers`. What is missing is named.
benchmark: .venv/ready
	$(RUN) benchmarks.compare peers --workload w2 --journeys 1e5

benchmark-check: .venv/ready
	$(RUN) pytest -q tests/validation/test_benchmark.py

benchmark-peers: .venv/peers/ready

.venv/peers/ready: benchmarks/requirements.lock .venv/ready
	test -x .venv/peers/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python .venv/peers
	$(BIN)/uv pip sync --quiet --system-certs --python .venv/peers/bin/python --require-hashes benchmarks/requirements.lock
	touch $@

# Beside each other, round by round: requests a CPU-second of our mock and of Prism.
mock-prism: .venv/ready
	npm install --silent --no-save --no-audit --no-fund --prefix .venv/prism @stoplight/prism-cli@5
	$(RUN) benchmarks.mock_server --prism .venv/prism/node_modules/.bin/prism

# Waits of a client at a mock against the simulated ones, for the same 2,000 arrivals: 3.5 minutes.
mock-wait: .venv/ready
	$(RUN) benchmarks.mock_wait

# Other people's tools against the running mocks.
schemathesis: .venv/ready
	test -x .venv/schemathesis/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python .venv/schemathesis
	$(BIN)/uv pip install --quiet --system-certs --python .venv/schemathesis/bin/python "schemathesis>=4.32,<5"
	$(RUN) tests.external.mocks_by_schemathesis .venv/schemathesis/bin/schemathesis

respect: .venv/ready
	npm install --silent --no-save --no-audit --no-fund --prefix .venv/redocly @redocly/cli@2
	$(RUN) tests.external.journeys_by_respect .venv/redocly/node_modules/.bin/redocly

# Every journey of the catalog over HTTP to its end, partners included: 4 minutes.
conform-all: .venv/ready
	$(RUN) tests.external.conform_all

# Contracts by the linters that others use: no error.
lint-contracts:
	npm install --silent --no-save --no-audit --no-fund --prefix .venv/redocly @redocly/cli@2
	npm install --silent --no-save --no-audit --no-fund --prefix .venv/spectral @stoplight/spectral-cli@6
	.venv/redocly/node_modules/.bin/redocly lint --config tests/external/redocly.yaml --format summary contracts/*.openapi.yaml
	.venv/spectral/node_modules/.bin/spectral lint --fail-severity error --quiet --ruleset tests/external/spectral.yaml contracts/*.openapi.yaml

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
	$(BIN)/uv pip compile --quiet --system-certs --universal --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 benchmarks/requirements.in -o benchmarks/requirements.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build
