PY ?= python

.PHONY: check lint types contracts test rules sample-runs bench

check: lint types contracts rules test        ## everything before a commit

lint:
	$(PY) -m ruff check src tests scripts benchmarks
	$(PY) -m ruff format --check src tests scripts benchmarks

types:
	$(PY) -m mypy

contracts:
	lint-imports

rules:
	$(PY) -m mladvisor rules check

test:
	$(PY) -m pytest -n auto

sample-runs:                                  ## train the sample runs again (needs the frameworks extra)
	$(PY) scripts/make_sample_runs.py

bench:
	$(PY) benchmarks/speed.py
