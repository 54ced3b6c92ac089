# A machine with Python 3.11 or newer and make is enough: everything else is installed into .venv.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Beside the environment and not in it: uv takes out of that what the lock does not name, itself included.
UV := $(VENV)/.uv/bin/uv
UV_VERSION := uv>=0.9,<1
INSTALLED := $(VENV)/.installed
COMPILED := $(VENV)/.compiled
# Addresses of other registries must not come into the lock.
PLAIN := env -u UV_FIND_LINKS -u UV_DEFAULT_INDEX -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u VIRTUAL_ENV
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup up test chaos authorization audit check bench lock web sizes api docs

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  Options of a command go into ARGS: make up ARGS="--port 8001"'

setup: $(INSTALLED) ## Install everything into .venv, compile the engine and build the page; quick when nothing has changed
	@$(MAKE) -s --no-print-directory -j2 $(COMPILED) web

up: setup ## Play: database, cache, API and page on this machine; Ctrl-C ends them all
	@$(VENV)/bin/hagame up $(ARGS)

test: setup ## Run every test that needs no network; says which it skipped and why
	@$(PY) -m pytest -n 2 --dist worksteal -rs $(ARGS)

chaos: setup ## Break everything for many minutes while people play, and print one table of what was lost
	@$(PY) -m pytest -m chaos -rs $(ARGS)

authorization: setup ## Measure who may do what into docs/reference/authorization.md
	@HAGAME_WRITE_TABLES=1 $(PY) -m pytest -q tests/api/test_authorization.py -k table

audit: $(INSTALLED) ## Bills of materials, licences and known vulnerabilities of what we ship, into build/audit
	@test -x $(VENV)/.audit/bin/python || $(PYTHON) -m venv $(VENV)/.audit
	@$(UV) pip sync --quiet --python $(VENV)/.audit/bin/python --require-hashes requirements-audit.lock
	@$(VENV)/.audit/bin/python tools/audit.py --uv $(UV) $(ARGS)

check: $(INSTALLED) ## Look at the code: style, types, who imports whom, dependencies, sizes
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry src
	$(PY) tools/sizes.py

bench: $(INSTALLED) ## Measure whole moves against bare transactions
	@$(PY) benchmarks/load.py $(ARGS)

web: $(INSTALLED) ## Build the page, if its sources have changed
	@$(PY) -m hagame.web.build

api: $(INSTALLED) ## Write the API's shapes as types of its clients, after a change of the API
	@$(PY) tools/api_types.py

sizes: $(INSTALLED) ## Print lengths of functions and files, and import cycles, by room
	@$(PY) tools/sizes.py

docs: $(UV) ## Build the documentation into build/site; every warning is an error
	@test -x $(VENV)/.docs/bin/python || $(PYTHON) -m venv $(VENV)/.docs
	@$(UV) pip sync --quiet --python $(VENV)/.docs/bin/python --require-hashes requirements-docs.lock
	@NO_MKDOCS_2_WARNING=1 $(VENV)/.docs/bin/mkdocs build --quiet && echo 'The site is in build/site.'

lock: $(UV) ## Take the newest versions of all dependencies into requirements.lock
	@set -e; work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; cp -r pyproject.toml sdk "$$work"; \
	$(PLAIN) $(UV) lock --quiet --project "$$work" --python $(PY); \
	export="$(PLAIN) $(UV) export --quiet --frozen --project $$work --python $(PY) --no-emit-project \
		--no-emit-package hagame-sdk --format requirements-txt --no-header"; \
	$$export --all-extras --no-extra bayes --no-extra crowd --group dev > "$$work/requirements.lock"; \
	$$export --no-default-groups --extra tracing > "$$work/requirements-server.lock"; \
	$$export --only-group docs > "$$work/requirements-docs.lock"; \
	$$export --only-group audit > "$$work/requirements-audit.lock"; \
	if grep -q "://" "$$work"/requirements*.lock; then echo 'A lock would hold an address.'; exit 1; fi; \
	cp "$$work"/requirements*.lock .; grep -c == requirements*.lock

$(INSTALLED): requirements.lock pyproject.toml sdk/pyproject.toml | $(UV)
	@echo 'Installing what requirements.lock names ...'
	@$(UV) pip sync --quiet --python $(PY) --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(PY) --no-deps --editable ./sdk --editable .
	@touch $@

# Beside the building of the page, which takes as long.
$(COMPILED): $(INSTALLED)
	@echo 'Compiling the prediction engine ...'
	@$(PY) -c 'from hagame.games.installed import warm_up; warm_up()'
	@touch $@

$(UV): | $(PY)
	@$(PY) -m venv --clear $(VENV)/.uv
	@$(VENV)/.uv/bin/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore '$(UV_VERSION)'

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'HAGAME needs Python 3.11 or newer. Name one that you have: make PYTHON=python3.12 ...'; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo 'Python lacks the modules venv and ensurepip. On Debian and Ubuntu: apt-get install python3-venv'; exit 1; }
