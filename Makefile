# The course's commands. `make` alone lists them.
PYTHON ?= python3
# Where the class is: the repository itself, or any folder with an nbgrader_config.py.
COURSE ?= .
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# Jupyter asks root, as one is in a container, to say so.
ROOT   := $(if $(filter 0,$(shell id -u)),--allow-root)

.DEFAULT_GOAL := help
.PHONY: help setup demo test mutants lab present decks lite formgrader lint format clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## build .venv with everything in it

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: setup  ## release an assignment, hand in a small class, grade it
	@$(BIN)/python -m autograder.demo --course $(COURSE)

test: setup  ## run every test
	$(BIN)/python -m pytest -n auto

mutants: setup  ## list the wrong solutions that the checks catch and name
	@$(BIN)/python -m tools.mutants

lab: setup  ## open JupyterLab on the course
	cd $(COURSE) && $(CURDIR)/$(BIN)/jupyter lab $(ROOT)

present: setup  ## present a lecture live, explorers and cells running; LECTURE=05
	@$(BIN)/python -m decks.present --lecture "$(LECTURE)"

decks: setup  ## build the offline decks and their PDFs; LECTURE=05 builds one
	@$(BIN)/python -m decks.build --lecture "$(LECTURE)"

# JupyterLite in an environment of its own: JupyterLab would load its extension, too.
LITE := build/lite/.venv
lite: setup  ## build a site that runs handed-out assignments in the browser (experimental)
	@test -x $(LITE)/bin/python || { $(PYTHON) -m venv $(LITE) \
	  && $(LITE)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
	       jupyterlite-core jupyterlite-pyodide-kernel jupyter-server jupyterlab-server; }
	@$(BIN)/python -m autograder.release.site --course $(COURSE) --lite $(LITE)/bin/python

formgrader: setup  ## open nbgrader's formgrader on the graded class
	cd $(COURSE) && $(CURDIR)/$(BIN)/jupyter server --ServerApp.default_url=/formgrader --ServerApp.open_browser=True $(ROOT)

lint: setup  ## check style and types, without changing anything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tools.notebooks
	$(BIN)/python -m tools.contents

format: setup  ## format code and notebooks
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/python -m tools.notebooks --fix
	$(BIN)/python -m tools.contents --fix

clean:  ## remove what make built; submissions and grades stay
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
