# make run serves the demonstration site, make check is quick, make test runs every test; each sets up what it needs.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# one process more than there are processors: many tests wait for a browser, a server or a lock
PYTEST := $(BIN)/python -m pytest -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist loadfile --no-loadscope-reorder
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# what pytest makes of 280 files is kept for the next run: half of what each of its processes needs to begin
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run check format test coverage mutants bench dist screenshots translations scripts weights clean

run: .venv/run
	$(BIN)/flask init --demo
	@echo "http://127.0.0.1:$(PORT)/"
	$(BIN)/gunicorn --config deploy/gunicorn.py --bind 127.0.0.1:$(PORT) \
		--access-logfile - --access-logformat '%(m)s %(U)s %(s)s, %(B)s bytes, %(M)s ms' wsgi:app

# Style, types, arrows, and the unit and request tests: what one runs all day.
check: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST) -m "not system"

format: .venv/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Branch coverage of pnpm/ by the unit and request tests, in this process and those that they start.
coverage: .venv/test
	$(PYTEST) -m "not system" --cov --cov-report=term-missing:skip-covered

test: .venv/test .tools/done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(foreach engine,sqlite mariadb postgresql,TEST_ENGINE=$(engine) $(PYTEST) -rsfE &&) true

# Puts 60 faults into the code, one at a time, and says which the tests catch.
mutants: .venv/test
	$(BIN)/python -m tools.mutants

bench: .venv/test .tools/bench/done
	$(BIN)/python -m bench

# The release file: one zip of what is committed, and its checksum.
dist:
	$(PYTHON) -m deploy.dist

# After a change of looks: takes the pictures of the guides anew, and every page on a sheet for each language and colour scheme.
screenshots: .venv/test
	SCREENSHOTS=docs $(BIN)/python -m pytest tests/browser/test_guide.py tests/browser/test_writers_guide.py tests/browser/test_hosting_guide.py \
		tests/browser/test_moving_guide.py
	$(BIN)/python -m tools.contact_sheet

# After a change of words: brings them into the English catalogue, to be translated there, and compiles it.
translations: .venv/test
	$(BIN)/pybabel -q extract -F pnpm/translations/babel.cfg -k Emoticon:2 -k lazy_gettext --no-location --sort-output \
		-o pnpm/translations/messages.pot .
	$(BIN)/pybabel -q update -N --ignore-obsolete --no-wrap -i pnpm/translations/messages.pot -d pnpm/translations
	$(BIN)/pybabel -q compile -d pnpm/translations
	rm pnpm/translations/messages.pot

# After a change of static/js: makes the small scripts that readers get of it.
scripts: .tools/done
	$(BIN)/python -m tools.scripts

# After a change of what the spam filter looks at: cross-validates and trains its weights anew, 8 minutes. SPAM_DATA is the folder
# of the collections that weights.LICENSE names; they are not part of this project.
weights: .venv/test
	$(BIN)/pip install -q -r tools/requirements.txt
	$(BIN)/python -m tools.train_spam $(SPAM_DATA)
	$(BIN)/python -m tools.vocabulary $(SPAM_DATA)

clean:
	rm -rf .venv .tools dist

.venv/run: requirements.txt requirements-gunicorn.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -r requirements.txt -r requirements-gunicorn.txt
	touch $@

.venv/test: .venv/run tests/requirements.txt requirements-mysql.txt requirements-postgresql.txt
	$(BIN)/pip install -q -r tests/requirements.txt -r requirements-mysql.txt -r requirements-postgresql.txt
	touch $@

# axe and the Nu HTML checker for the browser tests, terser for the scripts; without npm the tests say that they were skipped, in CI they fail.
.tools/done: tests/browser/package.json
	mkdir -p .tools
	cp tests/browser/package.json .tools/
	cd .tools && (command -v npm >/dev/null && npm install --silent --no-audit --no-fund --no-package-lock || echo "npm is missing: axe, vnu and the scripts are not checked")
	touch $@

# Lighthouse, and the Node that it needs, for the bench alone.
.tools/bench/done: bench/package.json
	mkdir -p .tools/bench
	cp bench/package.json .tools/bench/
	cd .tools/bench && (command -v npm >/dev/null && PUPPETEER_SKIP_DOWNLOAD=1 npm install --silent --no-audit --no-fund --no-package-lock \
		|| echo "npm is missing: Lighthouse is not run")
	touch $@
