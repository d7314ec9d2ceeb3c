# One command each; `make help` lists them. Needs GNU make 3.81 or newer and Python 3.11 or newer.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv/bin
SETUP := $(PYTHON) -m infra.local.setup

# The import roots of the code: the backend, the site's generator, and the root for infra and tests.
export PYTHONPATH := backend:site:.
export PORT
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help run test check site successor tick edit package sms-templates audit effect bench staff-session import-homes import-staff fsck readings rehearse deploy destroy drill cost portal setup lock clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1@\2/p' Makefile | awk -F@ '{ printf "  make %-15s %s\n", $$1, $$2 }'

run: ## start the whole portal on this machine (PORT=8000)
	@$(SETUP) run
	@exec $(VENV)/python -m infra.local.run

test: ## run all tests, in a real browser too (ARGS="-k words" for some of them)
	@$(SETUP) test
	@$(VENV)/python -m infra.local.build
	@$(VENV)/python -m pytest -q -m alone $(or $(ARGS),$$(grep -rl --include='*.py' 'mark\.alone' tests)) || [ $$? -eq 5 ]
	@$(VENV)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not alone" $(ARGS)

check: ## format, lint, types, import contracts, rulebook, site with its links
	@$(SETUP) test
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/python -m chalicelib.rulebook check
	@$(VENV)/mypy
	@$(VENV)/lint-imports
	@$(VENV)/python -m infra.local.build if-changed

site: ## build the site into build/site
	@$(SETUP) site
	@$(VENV)/python -m infra.local.build

successor: ## build the site with Zensical too, and see whether the way on from mkdocs-material is open
	@$(SETUP) successor
	@$(VENV)/python -m infra.local.build
	@$(VENV)/python -m infra.local.successor

tick: ## run the scheduled functions once at a moment: make tick AT=2026-11-24T10:00
	@$(SETUP) run
	@$(VENV)/python -m infra.local.tick $(AT)

edit: ## let the editor of notices at /admin/ write into this folder, beside make run
	@$(SETUP) edit
	@exec $(VENV)/python -m infra.local.edit

package: ## the archives for AWS Lambda: make package STAGE=dev|prod [ARCH=arm64]
	@$(SETUP) package
	@STAGE="$(STAGE)" ARCH="$(ARCH)" $(VENV)/python -m infra.aws.package

sms-templates: ## what a company for text messages in China is asked to register: make sms-templates SMS=aliyun|tencent
	@$(SETUP) run
	@SMS="$(SMS)" STAGE="$(STAGE)" $(VENV)/python -m infra.aws.text_messages

audit: ## ask whether what is shipped has known vulnerabilities
	@$(SETUP) audit
	@$(VENV)/python -m infra.aws.audit

effect: ## what a change of the rulebook means to residents: make effect BASE=main
	@$(SETUP) site
	@$(VENV)/python -m infra.local.effect

bench: ## measure speed and memory, and print the table of the README (ONLY="filing due" for some of it)
	@$(SETUP) test
	@$(VENV)/python -m tests.bench

staff-session: ## a way in for a member of staff: make staff-session ROLE=manager [COMMUNITY=...]
	@$(SETUP) run
	@$(VENV)/python -m infra.local.staff_session "$(ROLE)" $(COMMUNITY)

import-homes: ## what a list of homes would change: FILE=list.xlsx [COMMUNITY=...] [WHOLE=yes]; COMMIT=yes does it
	@$(SETUP) run
	@$(VENV)/python -m infra.local.import_list homes --file="$(FILE)" --community="$(COMMUNITY)" --commit="$(COMMIT)" --whole="$(WHOLE)"

import-staff: ## the same for a list of staff
	@$(SETUP) run
	@$(VENV)/python -m infra.local.import_list staff --file="$(FILE)" --community="$(COMMUNITY)" --commit="$(COMMIT)" --whole="$(WHOLE)"

fsck: ## check every invariant over the whole table of this machine
	@$(SETUP) run
	@$(VENV)/python -m infra.local.fsck

readings: ## whose data did an account read: make readings WHO=river-view/desk-1 FROM=2026-11-01 TO=2026-11-30
	@$(SETUP) run
	@$(VENV)/python -m infra.local.readings "$(WHO)" "$(FROM)" "$(TO)"

rehearse: ## deploy without an account: the archives answer, the template is judged and made as far as one can
	@$(SETUP) cloud
	@$(VENV)/python -m infra.local.build if-changed
	@STAGE="$(STAGE)" $(VENV)/python -m infra.aws.rehearse
	@$(VENV)/python -m infra.aws.rehearse_template

deploy: ## bring this commit to AWS: make deploy STAGE=dev|prod (infra/aws/README.md)
	@$(SETUP) test
	@$(VENV)/python -m infra.aws.deploy "$(STAGE)"

destroy: ## take a stage down with what lies in it, but its keys and archives; never prod: make destroy STAGE=dev
	@$(SETUP) test
	@$(VENV)/python -m infra.aws.destroy "$(STAGE)"

drill: ## a backup made, the table emptied, the backup read again, all compared: make drill ITEMS=50000
	@$(SETUP) test
	@ITEMS="$(ITEMS)" $(VENV)/python -m tests.bench.drill

cost: ## what a month costs for 3,000, 100,000 and 1,000,000 homes, and why
	@$(SETUP) test
	@$(VENV)/python -m tests.bench.cost

portal: ## run it, here or with STAGE=prod in the cloud: make portal DO="duty" (admit, stuck, sent, send-again, fsck, repairs, readings, rotate-keys, channel-key, backup, stop, start)
	@$(SETUP) $(if $(STAGE),cloud,run)
	@STAGE="$(STAGE)" $(VENV)/python -m infra.portal $(DO)

setup: ## install what running and testing need, without starting anything
	@$(SETUP) test

lock: ## resolve the pinned packages anew
	@$(SETUP) lock
	@$(VENV)/python -m infra.local.lock

clean: ## remove what was built; the data in var/ and the packages in .venv/ stay
	rm -rf build backend/chalicelib/compiled .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -not -path '*/node_modules/*' -prune -exec rm -rf {} +
