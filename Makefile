# The workshop. Everything is installed into .venv; nothing else on the machine is touched.
# Needed: python3 (3.11 or newer) with venv, and make. uv is used where it is installed, because it is faster.

PYTHON ?= python3
PORT ?= 8000
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/postgres
TESTS ?=

VENV := .venv
PY := $(VENV)/bin/python
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
UV := $(shell command -v uv 2>/dev/null)

# A proper production environment, for what only production checks.
PRODUCTION := env -u DEBUG -u DATABASE_URL -u ALLOW_UNSIGNED_WEBHOOKS \
	SECRET_KEY=only-for-make-lint-8f2b61c05d7e49a3b1c6d2e7f40a95583c \
	ALLOWED_HOSTS=ivr.example.com PUBLIC_URL=https://ivr.example.com TRUST_PROXY=1 \
	VONAGE_SIGNATURE_SECRET=only-for-make-lint-0123456789abcdef \
	VONAGE_APPLICATION_ID=78d335fa-323d-0114-9c3d-d6f0d48968cf \
	DATA_DIR=$(CURDIR)/$(VENV)/lint-data

.PHONY: help demo serve test test-pg lint format lock words bench shots clean
.DELETE_ON_ERROR:

help:
	@echo "make demo     install, load the demo lines, play one call, then serve on port $(PORT)"
	@echo "make serve    serve on port $(PORT) (PORT=8001 make serve for another)"
	@echo "make test     the test suite on SQLite     (make test TESTS='tests/test_health.py -x')"
	@echo "make test-pg  the test suite on PostgreSQL (TEST_DATABASE_URL says where)"
	@echo "make lint     ruff, mypy, missing migrations, Django's deployment checks"
	@echo "make format   put the code into ruff's form"
	@echo "make lock     pin the newest allowed versions of all requirements"
	@echo "make words    bring the staff's languages up to date, after words in pages changed (needs gettext)"
	@echo "make bench    measure the webhooks, the check and the pages"
	@echo "make shots    take the pictures of the staff guide anew (needs Chromium)"
	@echo "make clean    remove .venv and caches; var/ with its data stays"

demo: $(RUNTIME)
	DEBUG=$${DEBUG:-1} PORT=$(PORT) $(PY) manage.py demo

# Without a SECRET_KEY this is no production: then as in the demo, on this machine only, and it says so.
ifeq ($(SECRET_KEY)$(DEBUG),)
serve: export DEBUG := 1
serve: TRYING_OUT := 1
endif
serve: export PORT := $(PORT)
serve: $(RUNTIME)
	@if [ -n "$(TRYING_OUT)" ]; then echo "No SECRET_KEY is set: serving with DEBUG=1, for trying out only."; fi
	$(PY) manage.py migrate --noinput
	$(PY) manage.py collectstatic --noinput
	exec $(VENV)/bin/gunicorn

test: $(DEV)
	env -u DATABASE_URL $(PY) -m pytest $(TESTS)

test-pg: $(DEV)
	DATABASE_URL='$(TEST_DATABASE_URL)' $(PY) -m pytest $(TESTS)

lint: $(DEV)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PRODUCTION) $(PY) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PY) manage.py collectstatic --noinput
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

format: $(DEV)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

# Index addresses stay out of the pinned files: whoever installs has their own.
LOCK := $(VENV)/bin/uv pip compile pyproject.toml --upgrade --universal --generate-hashes --no-strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --quiet
lock: $(PY)
	@test -x $(VENV)/bin/uv || { $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip; $(PY) -m pip install uv; }
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	@! grep -nE '://|^-' requirements.txt requirements-dev.txt || { echo "The lines above name an index or a path of this machine; take them out." >&2; exit 1; }

# Both are committed: to run, no machine needs gettext.
words: $(DEV)
	@command -v msgfmt >/dev/null || { echo "There is no gettext on this machine. On Debian and Ubuntu: apt-get install gettext" >&2; exit 1; }
	mkdir -p locale
	DEBUG=1 $(PY) manage.py makemessages --locale es --no-obsolete --no-location --ignore var --ignore tests --ignore bench
	DEBUG=1 $(PY) manage.py makemessages --domain djangojs --locale es --no-obsolete --no-location --ignore var --ignore tests --ignore bench
	DEBUG=1 $(PY) manage.py compilemessages --locale es --ignore .venv --ignore var

bench: $(DEV)
	$(PY) bench/webhooks/run.py
	$(PY) bench/check.py
	env -u DATABASE_URL $(PY) bench/pages.py
	DATABASE_URL='$(TEST_DATABASE_URL)' $(PY) bench/pages.py

shots: $(DEV)
	$(PY) -m tests.shots

clean:
	rm -rf $(VENV) bench/.venv bench/webhooks/peers/express/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov
	find ivrsite menus calls tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the virtual environment -----------------------------------------------------------------------------------

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) on this machine. Install Python 3.11 or newer, or name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is $$($(PYTHON) -V), but 3.11 or newer is needed. Install one and name it: make PYTHON=python3.12 ..." >&2; exit 1; }
ifeq ($(UV),)
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: its venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
else
	$(UV) venv --allow-existing --python "$$(command -v $(PYTHON))" $(VENV)
endif

ifeq ($(UV),)
INSTALL = { $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip; } && $(PY) -m pip install --disable-pip-version-check --require-hashes
else
INSTALL = $(UV) pip install --python $(PY) --require-hashes
endif

$(RUNTIME): requirements.txt | $(PY)
	$(INSTALL) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt requirements.txt | $(PY)
	$(INSTALL) -r requirements-dev.txt
	@touch $(RUNTIME) $@
