/*
 * The table of suites. A suite's name is the path of its tests below tests/, without the ending, followed by a dash and
 * the machine that they run on: `machines/sessions/terminal-riscv64`. A file named like its folder is called by the
 * folder (`sessions-node`), and a folder with a slash at the end stands for all its tests that no other suite has.
 *
 * The first suites build only what they alone need, so that they can run while the very first builds what most others
 * need. A new machine is one more row in lib/machines.mjs.
 */
import { linux, machines, metal } from "./lib/machines.mjs";
import { filesBelow } from "./lib/paths.mjs";

/** The totals that node --test prints at the end with the `spec` reporter. */
function countNodeTest(text) {
  const of = (word) => Number(text.match(new RegExp(`^ℹ ${word} (\\d+)$`, "m"))?.[1] ?? 0);
  return { passed: of("pass"), failed: of("fail") + of("cancelled"), skipped: of("skipped") + of("todo") };
}

/** The closing lines of as-pect. */
function countAspect(text) {
  const [, passed, all] = text.match(/\[Tests\]:\s+(\d+) \/ (\d+)/) ?? [0, 0, 1];
  return { passed: Number(passed), failed: all - passed, skipped: 0 };
}

/**
 * A suite of tests for node. `path` is a file below tests/ without its ending, or a folder with a slash; all quick
 * suites together take less than two minutes.
 */
function suite(path, what, { machine, needsWasmtime = machine === "wasmtime", quick = false } = {}) {
  const place = path.replace(/\/$/, "").replace(/(^|\/)([^/]+)\/\2$/, "$1$2");
  return {
    path,
    place,
    name: machine ? `${place}-${machine}` : place,
    what: machine ? `${what} on ${machine}` : what,
    env: machine ? { RUMPK_MACHINE: machine } : {},
    count: countNodeTest,
    needsWasmtime,
    quick,
  };
}

const onEach = (list, path, what) => list.map((machine) => suite(path, what, { machine }));
const withoutSanitizer = machines.filter((name) => name !== "linux-sanitized");

const table = [
  suite("machines/systems/systems", "every system for every machine"),
  suite("tools/lint/format", "one style for every file", { quick: true }),
  suite("tools/lint/", "who may know whom, how files are written, what an editor shows", { quick: true }),
  suite("tools/lint/abi", "what is generated from assembly/abi is what is committed", { quick: true }),
  {
    ...suite("parts/unit/", "every file of the kernel, the SDK and the cells on its own", { quick: true }),
    command: ["node_modules/@as-pect/cli/bin/asp.js", "--summary"],
    count: countAspect,
  },
  suite("specification/model/model", "the shared ring under a weak memory, in Spin"),
  suite("parts/order/order", "the machine code of shared rings and of device accesses", { quick: true }),
  suite("specification/oracle/", "the kernel against its specification, and kernels with mistakes"),
  suite("parts/host/", "the Node machine and the build", { quick: true }),
  suite("tools/cli/", "the rumpk command"),
  ...onEach(machines, "machines/sessions/sessions", "scripted sessions"),
  ...onEach(
    ["node", "wasmtime", "riscv64", "linux"],
    "machines/sessions/workers",
    "the shell when no cell can be started",
  ),
  ...onEach(machines, "machines/sessions/with", "cells from outside the repository"),
  ...onEach(
    machines.filter((name) => name !== "wasmtime"),
    "machines/places/places",
    "function and line of a fault",
  ),
  ...onEach(machines, "machines/sessions/terminal", "a person at a terminal"),
  ...onEach(machines, "machines/attack/attack", "the ABI under attack"),
  ...onEach(["node", "riscv64"], "machines/files/files", "files and authority of a program"),
  ...onEach(["node", "riscv64"], "machines/sessions/restart", "the console ended under load"),
  ...onEach(metal, "machines/silence/silence", "no timer while idle"),
  ...onEach([...metal, ...linux], "machines/metal/metal", "faults and limits, under -icount"),
  ...onEach([...metal, "linux"], "machines/energy/energy", "deadlines beside floods, bombs and spinners"),
  ...onEach(withoutSanitizer, "machines/authority/authority", "pledge, unveil, checkpoints and quarantine"),
  ...onEach(
    ["node", "riscv64", "linux"],
    "machines/authority/endings",
    "cells that end in awkward moments or for what they do, and their devices",
  ),
  suite("machines/faults/faults", "mutants in running systems", { needsWasmtime: true }),
  suite("machines/wasmtime/", "what is special to wasmtime", { needsWasmtime: true }),
  suite("conformance/contain", "the containment pass against the WebAssembly test suite", { needsWasmtime: true }),
  suite("conformance/native", "a tenth of the WebAssembly test suite, and V8's answers, as native code"),
  suite("conformance/ninep/peer", "file servers against a client that others wrote"),
  suite("conformance/wasmsign2", "our signatures and those of wasmsign2, both ways"),
  ...onEach(["node", "wasmtime", "riscv64", "linux"], "machines/library/library", "C in cells"),
  suite("parts/seal/seal", "the sealing cell against changed packages and a fuzzer"),
  ...onEach(withoutSanitizer, "machines/packages/spawn", "what is not signed does not start"),
  ...onEach(machines, "conformance/crypto", "published vectors of cryptography"),
  suite("conformance/blake3/blake3", "the host's BLAKE3 against that of its authors"),
  suite("parts/chain/chain", "the ledger's cell alone: changed, cut, forged and restarted chains"),
  ...onEach(["node", "riscv64"], "machines/ledger/ledger", "the ledger of a running system"),
  ...onEach(machines, "machines/faults/campaign", "seeded faults, and every answer checked"),
  ...onEach(linux, "machines/linux/linux", "one process of Linux"),
];

const ENDING = ".test.mjs";
const single = new Set(table.map(({ path }) => `tests/${path}${ENDING}`));

/** The test files of a suite. */
function filesOf(path) {
  if (!path.endsWith("/")) return [`tests/${path}${ENDING}`];
  return filesBelow(`tests/${path.slice(0, -1)}`, ENDING).filter((file) => !single.has(file));
}

export const suites = table.map((each) => {
  const files = filesOf(each.path);
  return { command: ["--test", "--test-reporter=spec", "--test-concurrency=1", ...files], ...each, files };
});
