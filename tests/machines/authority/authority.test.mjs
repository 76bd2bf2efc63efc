/*
 * Authority on one machine (RUMPK_MACHINE): the attack of the source documents, unveil from inside a cell, a driver
 * that gives its device away, a cell that keeps count across its own faults, and quarantine.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { root } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const system = (name) => ["--system", join(root, "tests/machines/authority", `${name}.kdl`)];

/** 128 + the cause's number (assembly/abi/cell.ts). */
const PLEDGE = 128 + 11;
const WINDOW = 128 + 9;

before(async () => {
  if (skip) return;
  const { status, stderr } = await rumpk(["build", ...on(machine), ...system("authority")]);
  assert.equal(status, 0, stderr);
});

/** Runs the shell with the cells of this folder; both outputs joined. */
async function shell(lines) {
  const input = lines.map((line) => `${line}\n`).join("");
  const result = await rumpk(["run", ...on(machine), ...system("authority")], { input, merged: true });
  assert.equal(result.status, 0, result.stdout);
  return result.stdout;
}

test("a command that promised stdio and inet opens a file: it dies, and the shell goes on", { skip }, async () => {
  const output = await shell([
    "run intruder /sysro/etc/motd",
    "echo $?",
    "echo safe > /tmp/x",
    "cat /tmp/x",
    "ledger -n 9 --kind violation",
  ]);
  const [opening, death, status, text, title, violation, ...rest] = output.split("\n");
  assert.equal(opening, "opening /sysro/etc/motd", output);
  assert.equal(death, "intruder: used what it had not promised", output);
  assert.equal(status, String(PLEDGE));
  assert.equal(text, "safe");
  assert.match(title, /^ +ID /);
  assert.match(violation, /violation/, output);
  assert.deepEqual(rest, [""], output);
});

test("unveil hides by ENOENT, refuses by EACCES, and there is no way around", { skip }, async () => {
  const run = (what) => `run veiled ${what}`;
  const output = await shell([
    "echo one > /tmp/x",
    run("/tmp=rw read /tmp/x read /sysro/etc/motd read /tmp/../sysro/etc/motd read //sysro//etc/motd"),
    run("/tmp=rw read /tmp/./x list /"),
    run("/tmp=r write /tmp/x read /tmp/x"),
    run("/sysro/etc=r read /sysro/etc/motd list /sysro read /sysro/README"),
    run("/tmp=r /tmp=rw"),
    run(`/tmp=r read /tmp/${"long".repeat(80)}`),
    "cat /tmp/x",
  ]);
  const hidden = "no such file or directory";
  assert.equal(
    output,
    [
      "read /tmp/x: done",
      `read /sysro/etc/motd: ${hidden}`,
      `read /tmp/../sysro/etc/motd: ${hidden}`,
      `read //sysro//etc/motd: ${hidden}`,
      "read /tmp/./x: done",
      "list /: sees tmp",
      "write /tmp/x: permission denied",
      "read /tmp/x: done",
      "read /sysro/etc/motd: done",
      "list /sysro: sees etc",
      `read /sysro/README: ${hidden}`,
      "unveil /tmp: operation not permitted",
      `read /tmp/${"long".repeat(80)}: file name too long`,
      "one",
      "",
    ].join("\n"),
  );
});

test("a checkpoint is what the next instance finds", { skip }, async () => {
  const output = await shell(["run saver", "echo $?"]);
  assert.equal(output, "cold start\nrestored 1\nrestored 2\nrestored 3\n3\n");
});

test("a service that faults too often is quarantined, and can be revived", { skip }, async () => {
  const output = await shell(["sleep 1", "ps", "revive doomed", "sleep 1", "ps", "revive doomed", "echo $?"]);
  const states = output.split("\n").filter((line) => line.endsWith(" doomed"));
  assert.match(states[0], /^ *\d+ +3 quarantined /, output);
  assert.match(states[1], /^ *\d+ +4 blocked /, output);
  assert.match(output, /\n1\n$/, "what is not quarantined cannot be revived");
});

const GIVES = "a program starts nothing that has more than it has itself, the shell gives what its manifest says";

test(GIVES, { skip }, async () => {
  const output = await shell(["run nosy", "run climber nosy", "run climber climber nosy"]);
  assert.deepEqual(output.split("\n"), [
    "all cells yes; port yes",
    "all cells no; port no",
    "all cells no; port no",
    "",
  ]);
});

test("a pipe in the place of the console stays there, over what instances do with it", { skip }, async () => {
  const output = await shell(["run jailer"]);
  const through = [1, 2, 3].map((instance) => `through the pipe: instance ${instance}\n`);
  assert.equal(output, `${through.join("")}hung up, status 3\n`);
});

test("one cell gets its share of the arena and of the channels, and others theirs", { skip }, async () => {
  const output = await shell(["run hog"]);
  const lines = ["2 x 1 MiB: refused", "pairs of 128 KiB: 1", "pairs of 4 KiB: 9", "Hello from Rumpk.", "hello: 0"];
  assert.equal(output, `${lines.join("\n")}\n`);
});

test("a server tells of one refusal a request, and is the author of that", { skip }, async () => {
  const output = await shell([
    "run victim",
    "echo $?",
    "ledger -n 9 --kind claim --cell liar",
    "ledger -n 9 --kind claim --cell victim",
    "ledger -n 9 --kind violation",
  ]);
  const [denied, status, title, claim, ...rest] = output.split("\n");
  // On connecting; with a promise of other ports; with one that the client has; of the request; of it again.
  assert.equal(denied, "denied: -1 -22 -1 0 -1", output);
  assert.equal(status, "0");
  assert.match(title, /^ +ID /);
  assert.match(claim, / claim .* promise=0x0 client=\d+ id=0x/, output);
  assert.ok(!rest.some((line) => / (claim|violation) /.test(line)), output);
});

test("a driver that pledges its device away cannot reach it any more", { skip }, async () => {
  const result = await rumpk(["run", ...on(machine), ...system("rogue")]);
  assert.equal(result.stdout, "device: read\npledge: 0\npledge more: -1\nlookup: -2\n", result.stderr);
  assert.equal(result.status, WINDOW);
});
