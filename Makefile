# Two commands on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# The CPU build: a plain `torch` would bring several GB of CUDA. sentence-transformers asks for it.
TORCH  ?= torch==2.13.0
QUESTIONS ?= data/questions/demo.jsonl
CONFIG ?= config.yaml
CORPUS ?= data/demo
# Test processes: one more than the cores, four at most; `make test WORKERS=0` runs all tests in one.
WORKERS ?= auto
# The many short files of tests/unit come last and fill the gaps at the end. Compiled modules are kept, whatever the
# environment says: many tests start a process that imports them.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: help setup demo demo-incident serve test thorough check unit docs eval bench faults crashes leaks hostile-model small-model kubediagrams clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY)  ## make .venv with everything in it

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet $(TORCH)
	$(BIN)/pip install --quiet --editable '.[dev,bench]'
	touch $@

demo: $(READY)  ## ingest the demo, serve it, ask seven questions
	$(BIN)/python -m bench.demo

demo-incident: $(READY)  ## roll a bad image out in the demo's shop, ask what broke
	$(BIN)/python -m bench.demo_incident

serve: $(READY)  ## serve what config.yaml says
	$(BIN)/kubelore --config $(CONFIG) serve

test: check  ## check, then run every test
	$(PYTEST)

thorough: EFFORT ?= 10
thorough: $(READY)  ## every test with ten times as many random cases, or more: make thorough EFFORT=100
	KUBELORE_TEST_EFFORT=$(EFFORT) $(PYTEST) --timeout 0

check: $(READY)  ## ruff, mypy strict, import-linter
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(READY)  ## only the tests that take milliseconds
	$(BIN)/python -m pytest tests/unit

docs: $(READY)  ## write the generated reference again
	$(BIN)/python -m api.reference

eval: CONFIG = data/demo/config.yaml
eval: $(READY)  ## score retrieval, answers and abstention: make eval CONFIG=… QUESTIONS=…
	$(BIN)/python -m bench.demo_servers $(BIN)/kubelore --config $(CONFIG) ingest
	$(BIN)/python -m bench.demo_servers $(BIN)/kubelore --config $(CONFIG) eval $(QUESTIONS)

bench: $(READY)  ## beside the LlamaIndex + Chroma quick start: make bench CORPUS=…
	$(BIN)/python -m bench.quickstart --corpus $(CORPUS)

faults: N ?= 1000
faults: $(READY)  ## random faults while wikis and clusters are crawled: make faults N=1000
	$(BIN)/python -m bench.faults $(N)

crashes: N ?= 200
crashes: $(READY)  ## kill N ingests and compare with undisturbed ones: make crashes N=200
	$(BIN)/python -m bench.crashes $(N)

leaks: N ?= 1000
leaks: $(READY)  ## look for planted credentials after N documents: make leaks N=1000
	$(BIN)/python -m bench.leaks $(N)

hostile-model: N ?= 1000
hostile-model: $(READY)  ## answers with a model that lies, loops and breaks off: make hostile-model N=1000
	$(BIN)/python -m bench.hostile_model $(N)

small-model: CONFIG = data/demo/config.yaml
small-model: N ?= 20
small-model: $(READY)  ## answers with a small real model beside those without: make small-model N=20 CONFIG=… QUESTIONS=…
	$(BIN)/python -m bench.demo_servers $(BIN)/kubelore --config $(CONFIG) ingest
	$(BIN)/python -m bench.demo_servers $(BIN)/python -m bench.small_model --config $(CONFIG) --questions $(QUESTIONS) --number $(N)

kubediagrams: SNAPSHOT ?= data/state/snapshot
kubediagrams: $(READY)  ## which edges of KubeDiagrams our graph holds: make kubediagrams SNAPSHOT=FOLDER
	$(BIN)/python -m bench.kubediagrams $(SNAPSHOT) --json

real-server: DIR ?= data/state/real
real-server: $(READY)  ## build a real API server and read it (8 minutes at first): make real-server DIR=… [SNAPSHOT=FOLDER]
	$(BIN)/python -m bench.real $(DIR) $(if $(SNAPSHOT),--snapshot $(SNAPSHOT))

clean:  ## forget the environment and the demo's state
	rm -rf $(VENV) data/state
