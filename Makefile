# `make` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MODEL ?= xception
BASE ?= imagenet
PEERS ?= research/runs/peers/peers.json
GUIDE_SOURCES := zensical.toml tools/docs/guide.css tools/docs/guide.py $(wildcard *.md docs/*/*.md docs/*.png research/documentation/*.md research/documentation/*.png)
# Files in which a scanner takes numbers, hashes and invented passwords for secrets.
NOT_SECRET := \.(lock|ipynb|ttf|png|jpg)$$|(package-lock|openapi|examples)\.json$$|^docs/contracts/|^docs/explanation/security\.md$$|^docs/reference/faults\.md$$|^models/|^research/documentation/|^tests/
SUDO := $(if $(filter-out 0,$(shell id -u)),sudo)
# Python compiles what it imports; without --no-compile pip compiles all 16,000 files, which takes a minute.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
# The lock files list all dependencies; --no-deps keeps pip from looking for newer ones.
PIP_INSTALL := $(PIP) --no-deps
NODE_MODULES := clients/typescript/node_modules
# Without the package with which OpenVINO reports to Google Analytics; see app/config/no_telemetry.py.
UV_LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-package openvino-telemetry pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run guide test faults browser servers client check types lint security prose format lock dist torch download audit train publish calibrate peers evaluate trust figures docs benchmark benchmark-quick clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/serve app/guide/index.html  ## set up the service and start it at http://localhost:8000
	$(BIN)/python -m app export
	$(BIN)/python -m app serve

guide: $(VENV)/serve app/guide/index.html  ## build the documentation, which the service serves at /guide

test: $(VENV)/dev app/guide/index.html  ## run all tests
	$(BIN)/python -m app export
	@# Files with few tests have the longest ones: reordered by the number of tests, they would all come last.
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder --durations=15 --cov --cov-report=term

faults: $(VENV)/dev  ## run the tests of the fault matrix, which are a part of all tests
	$(BIN)/python -m app export
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder --durations=15 $$($(BIN)/python -m tests.faults)

browser:  ## install Chromium for the tests of the pages, which are skipped without it
	command -v chromium || command -v google-chrome || { $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install --no-install-recommends chromium; }

servers:  ## install PostgreSQL, Redis, Prometheus, nginx, Orthanc, strace and dicom3tools for their tests, which are skipped without them
	{ ls /usr/lib/postgresql/*/bin/initdb || command -v initdb; } && command -v redis-server && command -v promtool && command -v nginx && command -v Orthanc && command -v strace && command -v dciodvfy || { $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install --no-install-recommends postgresql redis-server prometheus nginx-light openssl orthanc orthanc-dicomweb strace dicom3tools; }

client: $(VENV)/dev $(NODE_MODULES)  ## test the TypeScript client against the service
	$(BIN)/python -m app export
	cd clients/typescript && npm test --silent

check: $(VENV)/dev  ## run all checks but the tests; the type check takes a core for a minute, so the others run beside it
	$(MAKE) --jobs=2 types lint security prose

types: $(VENV)/dev  ## check the types of the Python code
	$(BIN)/mypy

lint: $(VENV)/dev $(NODE_MODULES)  ## check style, imports between layers, Dockerfile and the JavaScript of the pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/hadolint Dockerfile
	cd clients/typescript && npm run --silent check:pages

security: $(VENV)/dev  ## look for insecure code and secrets, and check the licences of the dependencies
	@# The rules S of ruff report what bandit rates as minor, and what is skipped here, with the exceptions in one place.
	$(BIN)/bandit --quiet --severity-level medium --skip B104,B701 --recursive app research tools
	git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook --no-verify --disable-plugin HexHighEntropyString --exclude-secrets '^(password|another sentence nobody guesses)$$' --exclude-files '$(NOT_SECRET)'
	$(BIN)/python -m tools.supply licences

prose: $(VENV)/dev  ## check the language of documentation, pages, messages and comments
	$(BIN)/proselint check README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md MODEL_CARD.md docs research/documentation benchmarks
	$(BIN)/python -m tools.prose

format: $(VENV)/dev  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/dev  ## write the lock files from pyproject.toml
	$(UV_LOCK) --extra dicom --extra grpc -o requirements.lock
	$(UV_LOCK) --extra dicom --extra grpc --extra export --extra guide -o requirements-export.lock
	$(UV_LOCK) --extra dicom --extra ray -o requirements-ray.lock
	$(UV_LOCK) --extra research --extra grpc --extra ray --extra guide --group dev -o requirements-dev.lock

# The same commit gives the same bytes.
dist: export SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct)
dist: $(VENV)/dev app/guide/index.html  ## build the files of a release: wheel, bill of materials, archive of the weights
	$(BIN)/python -m app export
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python -m tools.supply release dist

torch: $(VENV)/dev  ## install PyTorch: training with KERAS_BACKEND=torch is faster and uses a GPU
	$(PIP) torch==2.13.0

download: $(VENV)/dev  ## download the data sets from Kaggle: make download DATA=folder
	$(BIN)/python -m research.pipeline download --out $(DATA)

audit: $(VENV)/dev  ## find near-duplicates in the data set: make audit DATA=folder UNKNOWN=folder
	$(BIN)/python -m research.pipeline audit --data $(DATA) --unknown-tumors $(UNKNOWN)

train: audit  ## train a model, or resume training: make train MODEL=xception BASE=imagenet DATA=folder UNKNOWN=folder
	$(BIN)/python -m research.pipeline train $(MODEL) --base-weights $(BASE) --data $(DATA) --unknown-tumors $(UNKNOWN)

publish: $(VENV)/dev  ## check a trained model and copy it to models/: make publish MODEL=xception
	$(BIN)/python -m research.pipeline publish $(MODEL)

calibrate: audit  ## fit the temperature of a model again: make calibrate MODEL=xception DATA=folder UNKNOWN=folder
	$(BIN)/python -m app export
	$(BIN)/python -m research.pipeline calibrate $(MODEL) --data $(DATA) --unknown-tumors $(UNKNOWN)

evaluate: peers  ## evaluate a model: make evaluate MODEL=xception DATA=folder UNKNOWN=folder
	$(BIN)/python -m app export
	$(BIN)/python -m research.pipeline evaluate $(MODEL) --data $(DATA) --unknown-tumors $(UNKNOWN) --peers $(PEERS)

trust: evaluate  ## fit and evaluate gate, prediction sets and drift: make trust MODEL=xception DATA=folder UNKNOWN=folder SOURCES=folder OUTSIDERS=folder
	$(BIN)/python -m research.pipeline trust $(MODEL) --data $(DATA) --unknown-tumors $(UNKNOWN) --sources $(SOURCES) --outsiders $(OUTSIDERS)
	$(BIN)/python -m research.pipeline reference $(MODEL) --data $(DATA)
	$(BIN)/python -m research.pipeline drift $(MODEL) --data $(DATA) --outside $(OUTSIDERS)

peers: audit  ## evaluate two published packages on the test images: make peers DATA=folder UNKNOWN=folder
	$(BIN)/python -m research.pipeline peers --data $(DATA) --unknown-tumors $(UNKNOWN)

figures: $(VENV)/dev  ## write figures, model card, findings and appendices from the reports
	$(BIN)/python -m research.pipeline figures
	$(BIN)/python -m research.pipeline documents

docs: $(VENV)/dev  ## write the generated parts of the documentation and the API description
	$(BIN)/python -m tools.docs.generate

benchmark: torch  ## run all benchmarks on this machine (46 minutes)
	$(BIN)/python -m app export
	for name in engine service accounts monitoring decoding load memory start scale studies archive scheduling processes peers size; do $(BIN)/python -m benchmarks $$name || exit; done

benchmark-quick: $(VENV)/dev  ## check the ratios of the service to its forward pass (90 seconds)
	$(BIN)/python -m app export
	mkdir -p artefacts
	$(BIN)/python -m benchmarks quick > artefacts/benchmark-quick.md; status=$$?; cat artefacts/benchmark-quick.md; exit $$status

clean:  ## remove the environments of Python and Node
	rm -rf $(VENV) $(NODE_MODULES)

app/guide/index.html: $(GUIDE_SOURCES) | $(VENV)/serve
	$(BIN)/python -m tools.docs.guide

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed (TensorFlow has no build for others): make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/serve: requirements-export.lock | $(VENV)/bin/python
	$(PIP_INSTALL) --require-hashes -r requirements-export.lock
	$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/dev: requirements-dev.lock | $(VENV)/bin/python
	$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	$(PIP_INSTALL) --editable .
	@touch $@ $(VENV)/serve

$(NODE_MODULES): clients/typescript/package-lock.json
	cd clients/typescript && npm ci --silent --no-audit --no-fund
	@touch $@
