/*
 * How cells end on one machine (RUMPK_MACHINE), under the checked kernel: endings.kdl. On Node also with a guest whose
 * package was changed: it does not run, whoever ends it before its verdict.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { before, test } from "node:test";
import { run as runOnNode } from "../../build/host/machine/index.js";
import { chosenMachine, missingTool, on } from "../lib/machines.mjs";
import { changedSystem } from "../lib/packages.mjs";
import { root, scratchFolder } from "../lib/paths.mjs";
import { rumpk } from "../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const target = [...on(machine), "--system", join(root, "tests/authority/endings.kdl"), "--checked"];
/** Under wasmtime everything was verified before the start, so nobody is ever held. */
const held = machine !== "wasmtime";
/** What the guest says. */
const SAID = "guest: as it was signed";
const others = (text) => text.split("\n").filter((line) => line !== "" && line !== SAID);
let built;

before(async () => {
  if (skip) return;
  const { status, stdout, stderr } = await rumpk(["build", ...target]);
  assert.equal(status, 0, stderr);
  built = join(root, stdout.trim());
});

/** What the main cell tells; `guest` is what became of the guest. */
const told = (guest) => [
  `guest was killed: ${held ? "held" : "not held"}`,
  "server: -32, ended",
  "children: all",
  "spawn seal: -17",
  "late: 7",
  `guest: ${guest}, generation 2`,
];

test("who ends is gone, and comes back only by its verdict", { skip }, async () => {
  const { status, stdout, stderr } = await rumpk(["run", ...target]);
  assert.equal(status, 0, stdout + stderr);
  assert.deepEqual(others(stdout), told("blocked"), stdout);
  assert.ok(stdout.includes(SAID), stdout);
});

/** A test that only the Node machine has: packages can be changed behind its back. */
const testNode = machine === "node" ? test : () => {};

testNode("a package that was changed does not run, also when its held cell is ended", async (t) => {
  const change = (name, bytes) => {
    const at = Buffer.from(bytes).indexOf(Buffer.from("as it was signed", "utf16le"));
    assert.ok(name !== "guest" || at > 0);
    return name === "guest" ? Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte)) : bytes;
  };
  const json = changedSystem(built, scratchFolder(t), change, { seal: false });
  const [input, output] = [new PassThrough(), new PassThrough()];
  let text = "";
  output.on("data", (bytes) => (text += bytes));
  const options = { terminal: false, input, output, commandLine: "uart.console=pipe" };
  assert.equal(await runOnNode(json, options), 0, text);
  assert.deepEqual(others(text), told("quarantined"));
});
