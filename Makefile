# Leg Pain Assistant: `make run` and `make test` are all you need. `make help` lists the rest.
PORT ?= 5005
ACTIONS_PORT ?= 5055
HOST ?= 127.0.0.1
LEGPAIN := .venv/bin/legpain

export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONWARNINGS := ignore

.DEFAULT_GOAL := help
.PHONY: help run shell train test lint format evaluate safety bench soak overload screenshots knowledge encoder weights lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/run: requirements.lock pyproject.toml
	@scripts/setup.sh requirements.lock
	@touch $@

.venv/dev: requirements-dev.lock pyproject.toml
	@scripts/setup.sh requirements-dev.lock
	@touch $@ .venv/run

run: .venv/run ## Install, train if needed, start everything, say where it is (PORT=5005 ACTIONS_PORT=5055)
	@$(LEGPAIN) run --port $(PORT) --actions-port $(ACTIONS_PORT) --host $(HOST)

shell: .venv/run ## Talk to the assistant in this terminal
	@$(LEGPAIN) shell --actions-port $(ACTIONS_PORT)

train: .venv/run ## Train the model, if its inputs have changed
	@$(LEGPAIN) train

test: .venv/dev ## Run all tests that this machine can run
	@$(LEGPAIN) train
	@.venv/bin/python -m pytest

lint: .venv/dev ## Check style, types, knowledge, generated files, training data
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(LEGPAIN) knowledge check
	@.venv/bin/rasa data validate --fail-on-warnings --domain domain.yml --data data/nlu data/rules --config config.yml

format: .venv/dev ## Put the code into its standard form
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

evaluate: .venv/dev ## Measure understanding, beside two baselines; writes reports/
	@$(LEGPAIN) evaluate

safety: .venv/dev ## Measure red flags; writes reports/
	@$(LEGPAIN) safety

bench: .venv/dev ## Measure speed and size beside the stock Rasa bot
	@$(LEGPAIN) bench

soak: .venv/dev ## Half an hour at half the capacity; writes reports/
	@$(LEGPAIN) soak

overload: .venv/dev ## Half a minute at twice the capacity; writes reports/
	@$(LEGPAIN) overload

screenshots: .venv/dev ## Take the README's pictures anew (needs Chromium)
	@$(LEGPAIN) train
	@LEGPAIN_SCREENSHOTS=docs/images .venv/bin/python -m pytest tests/widget/real/test_real_screenshots.py

knowledge: .venv/run ## Rewrite the files that are generated from data/knowledge
	@$(LEGPAIN) knowledge generate

encoder: .venv/dev ## Tune the encoder anew on the texts of data/ (an hour)
	@$(LEGPAIN) encoder

weights: .venv/dev ## Keep the findings' weights, when what they are learned from has changed
	@$(LEGPAIN) weights

lock: ## Resolve the dependencies anew (needs uv)
	@uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.lock

clean: ## Remove environment, models and reports (not var/, where the requests are)
	rm -rf .venv models reports .rasa
