# Start with `make demo` and `make test`. Both install into .venv from the committed locks, once.

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The locks are complete, so pip resolves nothing and a new release changes nothing.
LOCKED := $(PIP) install --no-deps --require-hashes -r
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
VOICE := $(VENV)/voice.stamp
AGENT := $(VENV)/agent.stamp
TRAIN := $(VENV)/train.stamp
COMPILED := $(VENV)/compiled.stamp
CORE_PACKAGES := playbook call coach
CORE_COVERAGE := 95
# More workers than cores, because tests of screens also wait.
WORKERS ?= 4
# On a build machine a failed test is retried once, alone, because a journey may have timed out on a busy machine.
RETRY := { [ -n "$${CI:-}" ] && echo "Once more, only what failed:" && $(BIN)/python -m pytest --last-failed --last-failed-no-failures none; }
CORPUS ?= ../shared/corpus
ARGS ?=

export PYTHON
# Without compiled files, each worker would compile all tests, and each program that a test starts the whole package.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

.PHONY: help
help: ## list these commands
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
	@echo "Installing what --listen mic and its journey need (requirements/voice.txt)"
	@$(LOCKED) requirements/voice.txt
	@$(PIP) check
	@$(BIN)/salesnerd voice install --yes || $(BIN)/salesnerd voice check
	@touch $@

$(AGENT): requirements/agent.txt $(DEV)
	@echo "Installing what salesnerd mcp needs (requirements/agent.txt)"
	@$(LOCKED) requirements/agent.txt
	@$(PIP) check
	@touch $@

$(TRAIN): requirements/train.txt $(DEV)
	@echo "Installing what learning the drift judge needs (requirements/train.txt)"
	@$(LOCKED) requirements/train.txt
	@$(PIP) check
	@touch $@

.PHONY: voice
voice: $(VOICE) ## install what --listen mic and its tests need into .venv

.PHONY: agent
agent: $(AGENT) ## install what salesnerd mcp and its tests need into .venv

.PHONY: install
install: $(DEV) ## install everything for development into .venv

.PHONY: lock
lock: | $(BIN)/python ## pin the dependencies of pyproject.toml (UPGRADE=--upgrade: the newest ones)
	@tools/lock $(BIN)/python $(UPGRADE)

# Use ------------------------------------------------------------------------------------------------------

.PHONY: demo
demo: $(RUN) ## watch a two-minute sample call
	@$(BIN)/salesnerd demo $(ARGS)

# Check ---------------------------------------------------------------------------------------------------

CHECKS := types layers playbooks
# Run the tests and the slower checks at the same time, and print the checks at the end.
WITH_CHECKS = mkdir -p build; tested= checked=; \
	    $(MAKE) --no-print-directory $(CHECKS) >build/checks.txt 2>&1 & checks=$$!; \
	    trap 'kill $$checks 2>/dev/null; exit 130' INT TERM; \
	    $(MAKE) --no-print-directory $(1) && tested=yes; \
	    wait $$checks && checked=yes; cat build/checks.txt; \
	    [ "$$tested" = yes ] || { echo "The tests have failed: see above the other checks." >&2; exit 1; }; \
	    [ "$$checked" = yes ]

.PHONY: test
test: style ## run every check that a change needs
	@$(call WITH_CHECKS,pytest)
	@echo "All checks passed."

.PHONY: test-long
test-long: export SALESNERD_THOROUGH := 1
test-long: style ## make test with more examples and crash runs, core coverage and the wheel
	@$(call WITH_CHECKS,coverage wheel)
	@echo "All checks passed, at full length."

.PHONY: test-all
test-all: ## test-long on the oldest Python here, the tests on the newest, both commands from the sdist
	@tools/test-all

.PHONY: style
style: $(DEV) ## ruff (lint and format), and the wording of new lines
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python tools/check_prose.py

.PHONY: types
types: $(DEV) ## mypy --strict
	$(BIN)/mypy

.PHONY: layers
layers: $(DEV) ## import-linter: packages import only packages below them
	$(BIN)/lint-imports

$(COMPILED): $(DEV)
	@echo "Compiling the tests, once for all workers"
	@$(BIN)/python -m pytest --collect-only -qq >/dev/null || true  # pytest reports errors below
	@touch $@

.PHONY: pytest
pytest: $(COMPILED) ## run the tests (ARGS='-k floor' for some)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS) || $(RETRY)

.PHONY: hear
hear: $(DEV) $(VOICE) ## run the microphone's journey in real time; retry once, in case the machine was busy
	$(BIN)/python -m pytest tests/journeys/test_voice.py || $(BIN)/python -m pytest tests/journeys/test_voice.py

.PHONY: coverage
coverage: $(COMPILED) ## run the tests with branch coverage of the core packages (takes twice as long)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report= $(ARGS) || $(RETRY)
	@for package in $(CORE_PACKAGES); do \
	    echo "Coverage of $$package (at least $(CORE_COVERAGE)%):"; \
	    $(BIN)/coverage report --include="salesnerd_tui/$$package/*" --fail-under=$(CORE_COVERAGE) \
	        --show-missing --skip-covered || under="$$under $$package"; \
	done; \
	[ -z "$$under" ] || { echo "Under $(CORE_COVERAGE)%:$$under" >&2; exit 1; }

.PHONY: playbooks
playbooks: $(DEV) ## lint the built-in playbooks
	$(BIN)/salesnerd playbook lint playbooks --strict

.PHONY: wheel
wheel: $(DEV) ## build the wheel, install it into a new environment, and run it
	$(BIN)/python tools/try_wheel.py

# Measure --------------------------------------------------------------------------------------------------

.PHONY: crash
crash: $(DEV) ## kill the program 200 times in each way while notes are typed: none may be lost
	SALESNERD_CRASH_RUNS=$${SALESNERD_CRASH_RUNS:-200} $(BIN)/python -m pytest -m crash -s -o timeout=0 $(ARGS)

.PHONY: bench
bench: $(DEV) ## measure the budgets (ARGS=--quick for a first look)
	PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

.PHONY: train
train: $(TRAIN) corpus ## train the drift judge on labeled conversations (CORPUS=FOLDER)
	PYTHONPATH=tools $(BIN)/python tools/train_judge.py $(CORPUS) --folds build/judge $(ARGS)

.PHONY: judge
judge: $(TRAIN) corpus ## measure the coach on labeled conversations that its model has not seen (CORPUS=FOLDER)
	@[ -e build/judge/folds.json ] || PYTHONPATH=tools $(BIN)/python tools/train_judge.py $(CORPUS) --folds build/judge --check
	PYTHONPATH=tests:tools $(BIN)/python -m bench.judge --corpus $(CORPUS) --folds build/judge $(ARGS)

.PHONY: corpus
corpus:
	@[ -e "$(CORPUS)/conversations.jsonl" ] || { echo "no labeled conversations in $(CORPUS) (name their folder: CORPUS=FOLDER)" >&2; exit 1; }

.PHONY: screenshots
screenshots: $(DEV) ## take the pictures in screenshots/ and the animation of a replayed call
	$(BIN)/python tools/screenshots.py $(ARGS)

.PHONY: contrast
contrast: $(DEV) ## rank the parts of the live screen by contrast: the question or the tap must win
	$(BIN)/python tools/contrast.py $(ARGS)

# Document ----------------------------------------------------------------------------------------------

.PHONY: docs
docs: $(DEV) ## write what docs/ generates from the code: playbook fields, findings, keys, command and figure tables
	$(BIN)/python tools/reference.py $(ARGS)

# Clean up --------------------------------------------------------------------------------------------------

.PHONY: clean
clean: ## remove caches and build products
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find salesnerd_tui tests tools -name __pycache__ -type d -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## remove .venv too
	rm -rf $(VENV)
