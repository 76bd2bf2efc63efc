# Short ways to the `rumpk` command (host/cli). `make run` needs git, Node 20 or later and npm; `make test` installs the
# Debian packages that it needs when it may. A status other than 0 of the command is 2 of make.

RUMPK := node host/cli/rumpk.mjs
ON ?= node

.PHONY: run build test quick bench size clean check packages wasmtime load faults oracle spec

run: packages
	@$(RUMPK) doctor --basic --install
	@$(RUMPK) run --on $(ON)

build: packages
	@for on in node wasmtime riscv64 aarch64 x86_64 linux; do for system in hello shell; do \
	  $(RUMPK) build --on $$on --system $$system || exit; done; done

test: packages
	@$(RUMPK) doctor --install
	@node tests/run.mjs

# The suites that together take less than two minutes. One suite: npm test -- sessions-node
quick: packages
	@node tests/run.mjs --quick

# A suite, or several, again and again beside two busy processes: make load SUITE="ledger-riscv64 terminal-node" N=20
load: N ?= 20
load: packages
	@node tests/load.mjs -n $(N) $(SUITE)

# Finds wasmtime, or installs the pinned release with cargo; says how long that took.
wasmtime: packages
	@$(RUMPK) wasmtime

# Mutants in running systems, and a campaign of faults on every machine: make faults N=10000 SEED=7
faults: N ?= 2000
faults: wasmtime
	@$(RUMPK) build --on node --checked && $(RUMPK) build --on wasmtime --checked
	@node tests/machines/faults/faults.mjs $(N) $(SEED)
	@node tests/machines/faults/campaign.mjs $(N) $(SEED)

# Random operations against the specification: make oracle N=1000000 SEED=7
oracle: N ?= 200000
oracle: packages
	@node tests/specification/oracle/explore.mjs $(N) $(SEED)

# The whole WebAssembly test suite as native code, on Linux and riscv64: make spec SEED=7
spec: packages
	@node host/cli/rumpk.mjs build --on linux --system hello
	@RUMPK_SPEC=all SEED=$(or $(SEED),1) node --test --test-reporter=spec tests/conformance/native.test.mjs

bench: packages
	@$(RUMPK) bench

size: packages
	@$(RUMPK) size

clean:
	@rm -rf build

# One line when something is missing or too old.
NODE_CHECK := process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)
check:
	@for tool in git node npm; do command -v $$tool >/dev/null || \
	  { echo "rumpk: $$tool is missing; install git, Node 20 or later, and npm" >&2; exit 2; }; done
	@node -e '$(NODE_CHECK)' || { echo "rumpk: Node $$(node -v) is too old; install Node 20 or later" >&2; exit 2; }

# npm ci, when the lock file is newer than what is installed.
packages: check
	@if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then \
	  npm ci --no-audit --no-fund && touch node_modules/.package-lock.json; fi
