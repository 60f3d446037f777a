# Each target installs what it needs into .venv; a second run finds it there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt

.PHONY: serve test check bench derived clean

serve: $(VENV)/serve.done
	$(BIN)/chokepoint serve

test: $(VENV)/develop.done
	$(BIN)/python -m pytest

check: $(VENV)/develop.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check kg api
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m api.derived --check

bench: $(VENV)/develop.done
	$(PIP) -e '.[bench]'
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.network

derived: $(VENV)/develop.done
	$(BIN)/python -m api.derived

$(VENV)/python.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv module; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/serve.done: $(VENV)/python.done pyproject.toml constraints.txt
	@echo "installing what serving needs (about thirty packages; half a minute)"
	@$(PIP) -e .
	@touch $@

$(VENV)/develop.done: $(VENV)/python.done pyproject.toml constraints.txt
	@echo "installing what tests and checks need (about seventy packages; a minute)"
	@$(PIP) -e '.[test,check]'
	@touch $@ $(VENV)/serve.done

clean:
	rm -rf $(VENV) build dist *.egg-info
