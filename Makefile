# Two lines matter: `make demo` and `make test`. Both make their own environment in .venv, from the committed lock,
# and neither does it twice.

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# A lock is complete (`make locks` proves it), so nothing is resolved: no newer release of a package can change it.
LOCKED := $(PIP) install --no-deps --require-hashes -r
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
VOICE := $(VENV)/voice.stamp
TRAIN := $(VENV)/train.stamp
CORE_ROOMS := playbook call coach
CORE_COVERAGE := 95
WORKERS ?= 2
CORPUS ?= ../shared/corpus
ARGS ?=

export PYTHON
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

.PHONY: help
help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The environment -----------------------------------------------------------------------------------------------

$(BIN)/python:
	@python=$$(tools/find-python) && echo "Making $(VENV) with $$python" && "$$python" -m venv $(VENV)

$(RUN): requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what salesnerd needs (requirements/run.txt)"
	@$(LOCKED) requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(PIP) check
	@touch $@

$(DEV): requirements/dev.txt $(RUN)
	@echo "Installing what its checks need (requirements/dev.txt)"
	@$(LOCKED) requirements/dev.txt
	@$(PIP) check
	@touch $@

$(VOICE): requirements/voice.txt $(RUN)
	@echo "Installing what --hear mic and its journey need (requirements/voice.txt)"
	@$(LOCKED) requirements/voice.txt
	@$(PIP) check
	@$(BIN)/salesnerd voice install --yes || $(BIN)/salesnerd voice check
	@touch $@

$(TRAIN): requirements/train.txt $(DEV)
	@echo "Installing what learning the drift judge needs (requirements/train.txt)"
	@$(LOCKED) requirements/train.txt
	@$(PIP) check
	@touch $@

.PHONY: voice
voice: $(VOICE) ## what --hear mic and its journey need, in .venv

.PHONY: install
install: $(DEV) ## everything for working on it, in .venv

.PHONY: lock
lock: | $(BIN)/python ## pin the dependencies of pyproject.toml anew (UPGRADE=--upgrade takes newer ones)
	@tools/lock $(BIN)/python $(UPGRADE)

# Using it ------------------------------------------------------------------------------------------------------

.PHONY: demo
demo: $(RUN) ## watch a call in two minutes
	@$(BIN)/salesnerd demo $(ARGS)

# Checking it ---------------------------------------------------------------------------------------------------

CHECKS := style types rooms locks playbooks

.PHONY: test
test: $(CHECKS) pytest ## every check a change needs
	@echo "All checks passed."

.PHONY: test-long
test-long: export SALESNERD_THOROUGH := 1
test-long: $(CHECKS) coverage wheel ## the same with long searches, more crash runs, core coverage and the wheel
	@echo "All checks passed, at full length."

.PHONY: test-all
test-all: ## `make test-long` on the oldest Python here, the tests on the newest, both commands from the sdist
	@tools/test-all

.PHONY: style
style: $(DEV) ## ruff: lint and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: $(DEV) ## mypy --strict over package and tests
	$(BIN)/mypy

.PHONY: locks
locks: $(DEV) ## the locks: each requirement of each pinned package is pinned, for every supported Python and system
	$(BIN)/python tools/check_locks.py

.PHONY: rooms
rooms: $(DEV) ## import-linter: the rooms' doors open one way
	$(BIN)/lint-imports

.PHONY: pytest
pytest: $(DEV) ## the tests (ARGS='-k floor' for some)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

.PHONY: hear
hear: $(DEV) $(VOICE) ## the microphone's journey alone, at real pace; once more where a busy machine made it late
	$(BIN)/python -m pytest tests/journeys/test_voice.py || $(BIN)/python -m pytest tests/journeys/test_voice.py

.PHONY: coverage
coverage: $(DEV) ## the tests with branch coverage of the core rooms; measuring it doubles their time
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report= $(ARGS)
	@for room in $(CORE_ROOMS); do \
	    echo "Coverage of $$room (at least $(CORE_COVERAGE)%):"; \
	    $(BIN)/coverage report --include="salesnerd_tui/$$room/*" --fail-under=$(CORE_COVERAGE) \
	        --show-missing --skip-covered || under="$$under $$room"; \
	done; \
	[ -z "$$under" ] || { echo "Under $(CORE_COVERAGE)%:$$under" >&2; exit 1; }

.PHONY: playbooks
playbooks: $(DEV) ## the playbooks that come with it, checked
	$(BIN)/salesnerd playbook lint playbooks

.PHONY: wheel
wheel: $(DEV) ## the wheel built, installed into a fresh environment, and tried
	$(BIN)/python tools/try_wheel.py

# Measuring it --------------------------------------------------------------------------------------------------

.PHONY: crash
crash: $(DEV) ## 200 kills of each kind while notes are typed: none may be lost
	SALESNERD_CRASH_RUNS=$${SALESNERD_CRASH_RUNS:-200} $(BIN)/python -m pytest -m crash -s -o timeout=0 $(ARGS)

.PHONY: bench
bench: $(DEV) ## the table of budgets, measured here (ARGS=--quick for a look)
	PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

.PHONY: train
train: $(TRAIN) corpus ## learn the weights of the drift judge from labeled conversations (CORPUS=folder)
	PYTHONPATH=tools $(BIN)/python tools/train_judge.py $(CORPUS) --folds build/judge $(ARGS)

.PHONY: judge
judge: $(TRAIN) corpus ## the coach against labeled conversations that its model has not seen (CORPUS=folder)
	@[ -e build/judge/folds.json ] || PYTHONPATH=tools $(BIN)/python tools/train_judge.py $(CORPUS) --folds build/judge --check
	PYTHONPATH=tests:tools $(BIN)/python -m bench.judge --corpus $(CORPUS) --folds build/judge $(ARGS)

.PHONY: corpus
corpus:
	@[ -e "$(CORPUS)/conversations.jsonl" ] || { echo "no labeled conversations in $(CORPUS) (name them: make judge CORPUS=FOLDER)" >&2; exit 1; }

.PHONY: screenshots
screenshots: $(DEV) ## the pictures in screenshots/, from a replayed call
	$(BIN)/python tools/screenshots.py $(ARGS)

# Writing about it ----------------------------------------------------------------------------------------------

.PHONY: docs
docs: $(DEV) ## the pages that are made from the code: fields and findings of playbooks
	$(BIN)/python tools/reference.py $(ARGS)

# Away with it --------------------------------------------------------------------------------------------------

.PHONY: clean
clean: ## caches and build products
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find salesnerd_tui tests tools -name __pycache__ -type d -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## the environment too
	rm -rf $(VENV)
