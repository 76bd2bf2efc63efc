/*
 * The shell when its programs cannot be started, on one machine (RUMPK_MACHINE): it says why, its built-in commands
 * keep working, and the programs work again when the reason is gone. On the Node machine, where a test can change one
 * byte of a package, also with a package that does not match its signature.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { run as runMachine } from "../../../build/host/node/index.js";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const noRoom = "nipbox: cannot start tools: the kernel has no room for another cell\n";

test("the table of cells is full", { skip }, async () => {
  const flags = [...on(machine), "--with", join(root, "tests/machines/sessions/cells/filler")];
  const built = await rumpk(["build", ...flags]);
  assert.equal(built.status, 0, built.stderr);
  const input = [
    "run filler; echo $?",
    "sleep 0.5",
    "ls /sysro; echo $?",
    "echo lost | cat; echo $?",
    "ls > /tmp/x; echo $?",
    "cd /sysro/etc && pwd",
    "echo kept > /tmp/x",
    "kill filler",
    "sleep 0.1",
    "cat /tmp/x; ls /sysro/docs",
  ].join("\n");
  const { stdout, status } = await rumpk(["run", ...flags], { input, merged: true });
  const refused = `${noRoom}126\n`;
  assert.equal(stdout, `0\n${refused}${refused}${refused}/sysro/etc\nkept\nshell\n`);
  assert.equal(status, 0);
});

/** The system's description with one byte of code changed in the package of `name`. */
async function withChanged(name, folder) {
  const built = await rumpk(["build", "--on", "node"]);
  assert.equal(built.status, 0, built.stderr);
  const path = join(root, built.stdout.trim());
  const part = (file) => resolve(path, "..", file);
  const system = JSON.parse(readFileSync(path, "utf8"));
  for (const cell of system.cells) {
    for (const field of ["package", "plain", "record", "places"]) if (cell[field]) cell[field] = part(cell[field]);
  }
  for (const field of ["kernel", "rootfs", "seals"]) if (system[field]) system[field] = part(system[field]);
  const cell = system.cells.find((each) => each.name === name);
  const bytes = readFileSync(cell.package);
  bytes[bytes.length >> 1] ^= 1;
  cell.package = join(folder, "changed.npk");
  writeFileSync(cell.package, bytes);
  writeFileSync(join(folder, "system.json"), JSON.stringify(system));
  return join(folder, "system.json");
}

if (machine === "node") {
  test("the package of the programs does not match its signature", async (t) => {
    const system = await withChanged("tools", scratchFolder(t));
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    let text = "";
    output.on("data", (bytes) => (text += bytes));
    errors.on("data", (bytes) => (text += bytes));
    input.end("ls; echo $?\necho a | cat; echo $?\nhello\necho built in > /tmp/x; echo $?\nexit 3\n");
    const commandLine = "uart.console=pipe";
    const status = await runMachine(system, { terminal: false, input, output, errors, commandLine });
    const refused = "nipbox: cannot start tools: not signed by a trusted key\n126\n";
    assert.equal(text, `${refused}${refused}Hello from Rumpk.\n0\n`);
    assert.equal(status, 3);
  });
}
