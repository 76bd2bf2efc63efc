/*
 * The table of suites. A suite is a command for node, a line that says what it shows, and a function that finds the
 * counts in what the command prints. A new machine is one more row in lib/machines.mjs. The suites in front build
 * nothing but their own, so that they run beside the first, which builds what most of the others need.
 */
import { linux, machines, metal } from "./lib/machines.mjs";
import { filesBelow } from "./lib/paths.mjs";

/** The totals that node --test prints at its end with the `spec` reporter. */
function countNodeTest(text) {
  const of = (word) => Number(text.match(new RegExp(`^ℹ ${word} (\\d+)$`, "m"))?.[1] ?? 0);
  return { passed: of("pass"), failed: of("fail") + of("cancelled"), skipped: of("skipped") + of("todo") };
}

/** The closing lines of as-pect. */
function countAspect(text) {
  const [, passed, all] = text.match(/\[Tests\]:\s+(\d+) \/ (\d+)/) ?? [0, 0, 1];
  return { passed: Number(passed), failed: all - passed, skipped: 0 };
}

const nodeTest = (name, what, files, env = {}) => ({
  name,
  what,
  env,
  command: ["--test", "--test-reporter=spec", "--test-concurrency=1", ...files],
  count: countNodeTest,
  needsWasmtime: /(^|-)wasmtime$/.test(name) || ["conformance", "faults"].includes(name),
});

const onEach = (list, name, what, file) =>
  list.map((machine) => nodeTest(`${name}-${machine}`, `${what} on ${machine}`, [file], { RUMPK_MACHINE: machine }));

export const suites = [
  nodeTest("build", "every system for every machine", ["tests/build/systems.test.mjs"]),
  nodeTest("format", "one style for every file", ["tests/lint/format.test.mjs"]),
  nodeTest("lint", "who may know whom, and how files are written", [
    "tests/lint/lint.test.mjs",
    "tests/lint/hal.test.mjs",
    "tests/lint/editor.test.mjs",
    "tests/lint/prose.test.mjs",
  ]),
  nodeTest("abi", "what is generated from assembly/abi is what is committed", ["tests/lint/abi.test.mjs"]),
  {
    name: "unit",
    what: "every kernel file on its own",
    env: {},
    command: ["node_modules/@as-pect/cli/bin/asp.js", "--summary"],
    count: countAspect,
  },
  nodeTest("model", "the shared ring under a weak memory, in Spin", ["tests/model/model.test.mjs"]),
  nodeTest("order", "the machine code of shared rings and of device accesses", ["tests/order/order.test.mjs"]),
  nodeTest("oracle", "the kernel against its specification, and kernels with mistakes", [
    "tests/oracle/oracle.test.mjs",
    "tests/oracle/mutants.test.mjs",
  ]),
  nodeTest("host", "the Node machine and the build", filesBelow("tests/host", ".test.mjs")),
  nodeTest("cli", "the rumpk command", filesBelow("tests/cli", ".test.mjs")),
  ...onEach(machines, "sessions", "scripted sessions", "tests/sessions/sessions.test.mjs"),
  ...onEach(
    ["node", "wasmtime", "riscv64", "linux"],
    "workers",
    "the shell when no cell can be started",
    "tests/sessions/workers.test.mjs",
  ),
  ...onEach(machines, "with", "cells from outside the repository", "tests/sessions/with.test.mjs"),
  ...onEach(
    machines.filter((name) => name !== "wasmtime"),
    "places",
    "function and line of a fault",
    "tests/places/places.test.mjs",
  ),
  ...onEach(machines, "terminal", "a person at a terminal", "tests/sessions/terminal.test.mjs"),
  ...onEach(machines, "attack", "the ABI under attack", "tests/attack/attack.test.mjs"),
  ...onEach(["node", "riscv64"], "files", "files and authority of a program", "tests/files/files.test.mjs"),
  ...onEach(["node", "riscv64"], "restart", "the console ended under load", "tests/sessions/restart.test.mjs"),
  ...onEach(metal, "silence", "no timer while idle", "tests/silence/silence.test.mjs"),
  ...onEach([...metal, ...linux], "metal", "faults and limits, under -icount", "tests/metal/metal.test.mjs"),
  ...onEach(
    [...metal, "linux"],
    "energy",
    "deadlines beside floods, bombs and spinners",
    "tests/energy/energy.test.mjs",
  ),
  ...onEach(
    machines.filter((name) => name !== "linux-sanitized"),
    "authority",
    "pledge, unveil, checkpoints and quarantine",
    "tests/authority/authority.test.mjs",
  ),
  ...onEach(
    ["node", "riscv64", "linux"],
    "endings",
    "cells that end in awkward moments or for what they do, and their devices",
    "tests/authority/endings.test.mjs",
  ),
  nodeTest("faults", "mutants in running systems", ["tests/faults/faults.test.mjs"]),
  nodeTest("wasmtime", "what is special to wasmtime", filesBelow("tests/wasmtime", ".test.mjs")),
  nodeTest("conformance", "the containment pass against the WebAssembly test suite", [
    "tests/conformance/contain.test.mjs",
  ]),
  nodeTest("native", "a tenth of the WebAssembly test suite, and V8's answers, as native code", [
    "tests/conformance/native.test.mjs",
  ]),
  nodeTest("ninep", "file servers against a client that others wrote", ["tests/ninep/peer.test.mjs"]),
  nodeTest("signatures", "our signatures and those of wasmsign2, both ways", ["tests/conformance/wasmsign2.test.mjs"]),
  ...onEach(["node", "wasmtime", "riscv64", "linux"], "library", "C in cells", "tests/library/library.test.mjs"),
  nodeTest("seal", "the sealing cell against changed packages and a fuzzer", ["tests/seal/seal.test.mjs"]),
  ...onEach(
    machines.filter((name) => name !== "linux-sanitized"),
    "packages",
    "what is not signed does not start",
    "tests/packages/spawn.test.mjs",
  ),
  ...onEach(machines, "crypto", "published vectors of cryptography", "tests/conformance/crypto.test.mjs"),
  nodeTest("blake3", "the host's BLAKE3 against that of its authors", ["tests/conformance/blake3/blake3.test.mjs"]),
  nodeTest("chain", "the ledger's cell alone: changed, cut, forged and restarted chains", [
    "tests/ledger/chain.test.mjs",
  ]),
  ...onEach(["node", "riscv64"], "ledger", "the ledger of a running system", "tests/ledger/ledger.test.mjs"),
  ...onEach(machines, "campaign", "seeded faults, and every answer checked", "tests/faults/campaign.test.mjs"),
  ...onEach(linux, "linux", "one process of Linux", "tests/linux/linux.test.mjs"),
];
