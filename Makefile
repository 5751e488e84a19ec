# Everything a person does here. `make demo` and `make test` need only Python 3.11+, make and pip.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: setup demo test check format schema bench soak train-mini clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("animegen needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: setup
	$(BIN)/storyboard render storyboards/rain.yaml

# Two processes with one thread each are faster than one with two.
test: setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/storyboard schema --check schemas/storyboard.schema.json

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: setup
	$(BIN)/storyboard schema > schemas/storyboard.schema.json

bench: setup
	$(BIN)/python -m benchmarks.plan_scale
	$(BIN)/python -m benchmarks.noop
	$(BIN)/python -m benchmarks.assembly
	$(BIN)/python -m benchmarks.store_scale
	$(BIN)/python -m benchmarks.explain_scale
	$(BIN)/python -m benchmarks.start_speed

# Kills, crowds, lost power, full disks: twenty minutes; docs/reliability.md tells more.
soak: setup
	$(BIN)/python -m benchmarks.soak

# The weights of the mini pack, from nothing: hours on one GPU, resumable. docs/training.md tells more.
train-mini: setup
	$(BIN)/python -m training.everything --work ckpt --pack animegen/packs/mini

clean:
	rm -rf out .storyboard
