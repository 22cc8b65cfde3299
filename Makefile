# What a fresh clone needs: GNU make, and Python 3.10 or later (another one: make PYTHON=python3.12 test).

PYTHON = python3
VENV = .venv
ORACLES = .venvs/oracles
SPARK = .venvs/spark
POSTGRES = .venvs/postgres
BIN = $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
CODE = lossadvisor tests templates hatch_build.py

.PHONY: help advise test lint types rules proof proof-half unit test-random test-seeds test-compile kill-matrix test-oracles test-spark test-postgres bench-losses bench-labels test-pythons coverage docs bench format clean

help:
	@echo "make advise        the wizard; without a terminal: a recommendation, a program and its proof"
	@echo "make test          all that CI runs: lint, types, rules, proof, unit"
	@echo "make proof-half    every program in half precision too"
	@echo "make test-pythons  the tests that need no torch, on every Python from 3.10 to 3.13 that is here"
	@echo "make test-random   the property tests with 1000 other examples each"
	@echo "make test-seeds    right programs from 20 other seeds (SEEDS=N): no false alarm"
	@echo "make test-compile  right programs through torch.compile"
	@echo "make kill-matrix   which check kills which wrong program, into docs/"
	@echo "make test-oracles  each loss beside independent implementations of many libraries"
	@echo "make test-spark    labels in Spark, in local mode (needs Java)"
	@echo "make test-postgres labels in PostgreSQL (needs its server: initdb, pg_ctl)"
	@echo "make bench-labels  statistics of 100 million labels beside Polars and DuckDB"
	@echo "make bench-losses  time and memory of each loss beside them"
	@echo "make docs          generate the parts of the README, and the pictures"
	@echo "make bench         measure start-up, proof, rules and size"
	@echo "make coverage      coverage of all modules, after make test"
	@echo "make format        format the code, and fix what the linter can"
	@echo "make clean         remove what was made"

# Made once: the stamps are newer than what they were made from.
$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = "%d.%d" % sys.version_info[:2]; sys.version_info >= (3, 10) or sys.exit("Python 3.10 or later is needed; $(PYTHON) is " + v + ". Another one: make PYTHON=...")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "installing lossadvisor into $(VENV) (PyTorch is large)"
	@$(PIP_INSTALL) -e .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	@echo "installing what the tests need"
	@$(PIP_INSTALL) -e '.[test]'
	@touch $@

advise: $(VENV)/installed
	@if [ -t 0 ] && [ -t 1 ]; then \
		$(BIN)/lossadvisor; \
	else \
		folder=$$(mktemp -d) && \
		$(BIN)/lossadvisor recommend --task multiclass && \
		$(BIN)/lossadvisor generate --task multiclass --no-prove -o "$$folder/train.py" && \
		$(BIN)/lossadvisor prove "$$folder/train.py"; \
	fi

# In this order, since what fails first is told first; the tests come last, and close with their sum.
test:
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory rules
	@$(MAKE) --no-print-directory proof
	@$(MAKE) --no-print-directory unit

lint: $(VENV)/installed-test
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

types: $(VENV)/installed-test
	$(BIN)/mypy

rules: $(VENV)/installed
	$(BIN)/lossadvisor rules check

# How targets are stored changes nothing in half precision: there one program for each loss, contract and model will do.
proof: $(VENV)/installed
	$(BIN)/lossadvisor prove --all
	$(BIN)/python -m tests.proof.sweep --half

proof-half: $(VENV)/installed
	$(BIN)/lossadvisor prove --all --precision bf16,fp16

unit: $(VENV)/installed-test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --cov --cov-report=term

test-random: $(VENV)/installed-test
	HYPOTHESIS_PROFILE=random $(BIN)/python -m pytest --numprocesses 2 --dist loadfile $$(grep -rl '@given' tests)

# Beside each other in an environment of their own: torchvision must not be where the programs are proven.
$(ORACLES)/installed: pyproject.toml constraints.txt constraints-oracles.txt
	@$(PYTHON) -m venv --clear $(ORACLES)
	@echo "installing what losses are compared with into $(ORACLES) (large)"
	@$(ORACLES)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -c constraints-oracles.txt -e '.[test,oracles]'
	@touch $@

test-oracles: $(ORACLES)/installed
	$(ORACLES)/bin/python -m pytest --numprocesses 2 tests/oracles/test_*.py tests/oracles/heavy

bench-losses: $(ORACLES)/installed
	$(ORACLES)/bin/python -m tests.benchmarks.losses

# Beside each other in an environment of their own: Spark is large.
$(SPARK)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -m venv --clear $(SPARK)
	@echo "installing Spark into $(SPARK) (large)"
	@$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[data]' 'ibis-framework[pyspark]' pytest
	@touch $@

test-spark: $(SPARK)/installed
	$(SPARK)/bin/python -m pytest --noconftest tests/labels/heavy/test_spark.py

$(POSTGRES)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -m venv --clear $(POSTGRES)
	@echo "installing what reads PostgreSQL into $(POSTGRES)"
	@$(POSTGRES)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[data]' 'ibis-framework[postgres]' 'psycopg[binary]' pytest
	@touch $@

test-postgres: $(POSTGRES)/installed
	$(POSTGRES)/bin/python -m pytest --noconftest -rs tests/labels/heavy/test_postgres.py

bench-labels: $(VENV)/installed-test
	@$(PIP_INSTALL) polars
	$(BIN)/python -m tests.benchmarks.labels
	$(BIN)/python -m tests.benchmarks.layouts

test-seeds: $(VENV)/installed-test
	$(BIN)/python -m tests.proof.sweep --seeds $(or $(SEEDS),20)

test-compile: $(VENV)/installed-test
	$(BIN)/python -m tests.proof.sweep --compile

kill-matrix: $(VENV)/installed-test
	$(BIN)/python -m tests.proof.killmatrix

test-pythons: $(VENV)/installed-test
	$(BIN)/python -m tests.pythons

coverage: $(VENV)/installed-test
	$(BIN)/coverage report --include='*/lossadvisor/*' --fail-under=0

docs: $(VENV)/installed-test
	$(BIN)/python -m tests.docs.generate

bench: $(VENV)/installed-test
	$(BIN)/python -m tests.benchmarks.run

format: $(VENV)/installed-test
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

clean:
	rm -rf $(VENV) .venvs build dist .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
