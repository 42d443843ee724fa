# Postern. `make help` lists what there is.
JDK := $(shell build/jdk25)
REVISION := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
export JAVA_HOME := $(JDK)
MVN := mvn -q -B -Dstyle.color=never -Dgit.revision=$(REVISION)
export MAVEN_OPTS := --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED

.PHONY: bench testkit drill help run test lint format dist e2e walkthrough docs clean prerequisites fuzz oauth-report
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "make %-12s %s\n", $$1, $$2}'

prerequisites:
	@test -n "$(JDK)"
	@command -v mvn >/dev/null || { echo "postern: needs Maven and found none: install it (for example 'apt-get install maven')" >&2; exit 1; }

run: dist ## build, then serve on this computer with no configuration
	@dist/bin/postern serve

dist: prerequisites ## build the program tree in dist/
	@$(MVN) package -Dmaven.test.skip=true -pl app -am
	@build/dist "$(JDK)"

test: prerequisites ## all tests of the modules, with a coverage report
	@mvn -B -T 2 -Dstyle.color=never -Dgit.revision=$(REVISION) -Dcoverage.unchecked=false test

lint: prerequisites ## formatting, compiler and Error Prone warnings, room rules
	@build/format --check
	@$(MVN) test-compile
	@build/lint

format: prerequisites ## format the Java code
	@build/format --fix

e2e: prerequisites dist testkit ## the packaged program with real clients (npm needed)
	@e2e/run

drill: prerequisites ## long drills: 1,000 children, a million token cycles and seals, 100,000 clients, 300 random histories of grants
	@mvn -B -Dstyle.color=never -pl supervisor,oauth -am test -DexcludedGroups= -Dgroups=drill \
	  -Dsurefire.failIfNoSpecifiedTests=false -Djacoco.skip=true

bench: prerequisites dist testkit ## speed of the token path beside another server (npm needed)
	@cd e2e/clients && npm ci --no-audit --no-fund --loglevel=error
	@mvn -q -B -Dstyle.color=never -pl e2e -am test -Dtest=TokenPathBench -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dpostern.dist=$(CURDIR)/dist -Djacoco.skip=true
	@cat target/bench.txt

fuzz: prerequisites ## feed random input to every parser of foreign input, SECONDS=20 each
	@mvn -B -Dstyle.color=never -pl fuzz -am test -DexcludedGroups= -Dgroups=fuzz -Dfuzz.seconds=$(or $(SECONDS),20) \
	  -Dsurefire.failIfNoSpecifiedTests=false -Djacoco.skip=true

oauth-report: prerequisites dist ## each rule of the OAuth bar on the packaged program (RULES='D3,H*' for some)
	@$(MVN) test-compile -pl e2e -am
	@"$(JDK)/bin/java" -Xmx512m --enable-native-access=ALL-UNNAMED -Dpostern.dist="$(CURDIR)/dist" \
	  -Dorg.sqlite.lib.path="$(CURDIR)/dist/native" -Dorg.sqlite.lib.name=libsqlitejdbc.so \
	  $(if $(RULES),-Drules='$(RULES)') -cp 'e2e/target/test-classes:testkit/target/classes:dist/lib/*' \
	  postern.e2e.rules.RulesReport target/oauth-report.txt

walkthrough: prerequisites dist testkit ## run the commands of docs/walkthrough.md as they stand there
	@e2e/walkthrough

testkit: prerequisites
	@$(MVN) test-compile -pl testkit -am

docs: prerequisites ## write docs/configuration.md anew
	@$(MVN) package -Dmaven.test.skip=true -pl app -am
	@"$(JDK)/bin/java" -jar app/target/program/lib/postern.jar config reference > docs/configuration.md

clean: ## remove what was built
	@rm -rf dist */target target
