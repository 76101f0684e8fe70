# Two commands for people: `make serve` and `make test`. Both do all their own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: serve test lint types unit gate clean

serve: $(VENV)/.installed
	$(BIN)/medinfo index build
	$(BIN)/medinfo serve --host $(HOST) --port $(PORT)

test: $(VENV)/.installed-dev lint types unit gate

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

# In two processes, each test file whole in one of them: what a file sets up once stays so. A browser has the machine to itself.
unit: $(VENV)/.installed-dev
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile -m "not browser"
	$(BIN)/python -m pytest -m browser

# The release gate on fixed samples, over the index that the tests keep.
gate: export MEDINFO_DATA_DIR := .pytest_cache/d/medinfo
gate: $(VENV)/.installed-dev
	$(BIN)/medinfo index build
	$(BIN)/medinfo eval gate --small

# What an older installation left beside the sources would hide commands that came since, so it goes.
# pip takes torch first and alone, so that a CPU build on disk is preferred where there is one.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	rm -rf *.egg-info
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	if command -v npm >/dev/null; then for each in tests/web tests/clients; do npm ci --prefix $$each --no-audit --no-fund --loglevel=error || exit 1; done; fi
	touch $@

clean:
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache
