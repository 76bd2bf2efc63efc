/*
 * How cells end on one machine (RUMPK_MACHINE), under the checked kernel: endings.kdl. A person types a line when asked
 * to; it arrives as an interrupt while nothing runs that would poll for one. On Node also with a guest whose package
 * was changed: it does not run, no matter who ends it before its verdict. On riscv64, whose board has devices that our
 * own machines do not simulate, one driver lacks the `dma` that the build would require.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { before, test } from "node:test";
import { run as runOnNode } from "../../../build/host/node/index.js";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { changedSystem } from "../../lib/packages.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { rumpk, run as runProgram } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const system = join(root, "tests/machines/authority/endings.kdl");
const target = [...on(machine), "--system", system, "--checked"];
/** Under wasmtime everything is verified before the start, so no cell is ever held. */
const held = machine !== "wasmtime";
/** What the guest prints. */
const SAID = "guest: as it was signed";
/** When to type, and what. */
const typed = { after: "say something", input: "still here\n" };
const others = (text) => text.split("\n").filter((line) => line !== "" && line !== SAID);
/** Whether the machine has a clock with an alarm, and virtio transports, which are bus masters. */
const hasDevices = machine === "riscv64";
/** Causes of assembly/abi/cell.ts. */
const [SPIN, WINDOW, ENERGY] = [8, 9, 16];
let built;
let whole;

before(async () => {
  if (skip) return;
  if (hasDevices) {
    const script = join(root, "tests/lib/without-dma.mjs");
    whole = await runProgram(process.execPath, [script, "thief", machine, system], typed);
  } else {
    const { status, stdout, stderr } = await rumpk(["build", ...target]);
    assert.equal(status, 0, stderr);
    built = join(root, stdout.trim());
    whole = await rumpk(["run", ...target], typed);
  }
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
});

/** The lines about ends; `guest` is the fate of the guest. */
const ends = (guest) => [
  `guest was killed: ${held ? "held" : "not held"}`,
  "server: -32, ended",
  typed.after,
  "console: still here",
  "children: all",
  "accuses itself: -22",
  "copied with TICK alone: -13, -13",
  "revoked: sleeps on, -32",
  "spawn seal: -17",
  "late: 7",
  `guest: ${guest}, generation 2`,
];
/** Gets three strikes while another cell has a budget; alone there is only the watchdog. */
const dodgers = [`dodger beside another one: ${ENERGY}`, `dodger alone: ${SPIN}`];
/**
 * What the driver stored, what the next one finds, which is the value of the manifest, and that the first is still
 * alive.
 */
const alarm = hasDevices ? ["alarm: ffffffff", "alarm: 345600", "alarm: 0, blocked"] : ["alarm: 3, ended"];
/** The same driver twice: what it finds, the content of its first register ("virt"), how it ends. */
const masters = hasDevices
  ? ["with dma: device", "with dma: 74726976", "without dma: no device", `drivers of a bus master: 0, ${WINDOW}`]
  : ["with dma: no device", "without dma: no device", `drivers of a bus master: ${WINDOW}, ${WINDOW}`];

const about = (text, words) => others(text).filter((line) => words.test(line));
const DODGERS = /^dodger/;
const DEVICES = /^alarm|dma|master/;
const aboutEnds = (text) => others(text).filter((line) => !DODGERS.test(line) && !DEVICES.test(line));

test("who ends is gone, and comes back only by its verdict", { skip }, () => {
  assert.deepEqual(aboutEnds(whole.stdout), ends("blocked"), whole.stdout);
  assert.ok(whole.stdout.includes(SAID), whole.stdout);
});

test("a message to itself and calls that find nothing keep neither strikes nor the watchdog away", { skip }, () => {
  assert.deepEqual(about(whole.stdout, DODGERS), dodgers, whole.stdout);
});

/** A Linux process has no contiguous memory, so it cannot make cells of class dma. */
const testDma = machine.startsWith("linux") ? () => {} : test;

testDma("a driver without dma gets no bus master; a device that is dropped gets its reset write", { skip }, () => {
  assert.deepEqual(about(whole.stdout, DEVICES), [...alarm, ...masters], whole.stdout);
});

/** A test for the Node machine only, where packages can be changed behind its back. */
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
  input.write(typed.input);
  const options = { terminal: false, input, output, commandLine: "uart.console=pipe" };
  assert.equal(await runOnNode(json, options), 0, text);
  assert.deepEqual(aboutEnds(text), ends("quarantined"));
});
