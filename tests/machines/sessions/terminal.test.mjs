/*
 * A person at a terminal, on one machine (RUMPK_MACHINE): the prompt, line editing, history, Ctrl-C, who gets what is
 * typed, names with control sequences, the escape that leaves the machine, and terminal settings that are restored
 * however the run ends, and while it is stopped.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { chosenMachine, metal, missingTool, on } from "../../lib/machines.mjs";
import { root } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";
import { SAYS_PLACE, missingScript, openTerminal, placeOf, rumpkWords, stopAndGoOn } from "../../lib/terminal.mjs";

const machine = chosenMachine();
const skip = missingTool(machine) || missingScript;
const cells = ["waiter", "names"].flatMap((name) => ["--with", join(root, "tests/machines/sessions/cells", name)]);
const system = [...on(machine), ...cells];
const PROMPT = "nipbox$ ";
const CTRL_A = "\x01";
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const LEFT = "\x1b[D";
const UP = "\x1b[A";

before(async () => {
  if (skip) return;
  const { status, stderr } = await rumpk(["build", ...system]);
  assert.equal(status, 0, stderr);
});

/** Opens a session; at its end reports how rumpk ended and whether the terminal's settings are unchanged. */
function session(t) {
  const run = rumpkWords(["run", ...system]);
  const command = `B=$(stty -g); sh -c '${SAYS_PLACE}; exec "$@"' - ${run}; echo "STATUS=$?"; [ "$B" = "$(stty -g)" ] && echo RESTORED || echo CHANGED`;
  const terminal = openTerminal(command);
  t.after(() => terminal.close());
  return terminal;
}

/** Waits for the end and checks it. */
async function ends(terminal, status) {
  await terminal.see(`STATUS=${status}\r\n`);
  assert.equal((await terminal.see(/RESTORED|CHANGED/)).found, "RESTORED");
}

/**
 * Types a command and returns the output between its echo and the next prompt. Lines end in CR LF as on a serial line,
 * and a terminal in Node's raw mode adds another carriage return: both count as one end of line.
 */
async function command(terminal, keys) {
  terminal.type(`${keys}\r`);
  await terminal.see("\n");
  return (await terminal.see(PROMPT)).before.replace(/\r+\n/g, "\n");
}

test("greeting, prompt, commands, exit status", { skip }, async (t) => {
  const terminal = session(t);
  await terminal.see("Type help");
  await terminal.see(PROMPT);
  assert.equal(await command(terminal, "echo one two"), "one two\n");
  assert.equal(await command(terminal, "nosuch; echo $?"), "nipbox: unknown command: nosuch (try help)\n127\n");
  terminal.type("exit 7\r");
  await ends(terminal, 7);
});

test("line editing and history", { skip }, async (t) => {
  const terminal = session(t);
  await terminal.see(PROMPT);
  assert.match(await command(terminal, `echo ac${LEFT}b`), /abc\n$/);
  assert.match(await command(terminal, "echo wrongg\x7f"), /wrong\n$/);
  assert.match(await command(terminal, `xcho home${CTRL_A}${CTRL_A}\x1b[3~e`), /home\n$/);
  assert.match(await command(terminal, "echo gone\x15echo kept"), /kept\n$/);
  assert.match(await command(terminal, `${UP}${UP}`), /home\n$/);
  const others = [
    "[[A",
    "[[E",
    "OP",
    "[15~",
    "[24~",
    "[15;2~",
    "[1;8R",
    "x",
    "\x1b[5~",
    "[Z",
    "[I",
    "[200~",
    "]11;rgb:0/0/0\x07",
  ];
  assert.match(await command(terminal, `echo ab${others.map((key) => `\x1b${key}`).join("")}c`), /abc\n$/);
  assert.match(await command(terminal, `echo 日本語${LEFT}x`), /日本x語\n$/);
  assert.match(await command(terminal, `echo ao\u0308b${LEFT}\x7fX`), /aXb\n$/);
  assert.match(await command(terminal, `echo 😀y${LEFT}${LEFT}x`), /x😀y\n$/);
  terminal.type(CTRL_D);
  await ends(terminal, 0);
});

test("Ctrl-C ends the foreground cell, a sleep, or the line, and nothing else", { skip }, async (t) => {
  const terminal = session(t);
  await terminal.see(PROMPT);
  terminal.type(`echo never${CTRL_C}`);
  await terminal.see("^C");
  await terminal.see(PROMPT);
  terminal.type("sleep 100\r");
  await terminal.see("\n");
  terminal.type(CTRL_C);
  await terminal.see("^C");
  await terminal.see(PROMPT);
  assert.equal(await command(terminal, "echo $?"), "130\n");
  terminal.type("run waiter\r");
  await terminal.see("waiting");
  terminal.type(CTRL_C);
  await terminal.see("^C");
  await terminal.see(PROMPT);
  assert.equal(await command(terminal, "echo $?"), "130\n");
  terminal.type("exit 0\r");
  await ends(terminal, 0);
});

test("a person types to a program; Ctrl-D ends its input, Ctrl-C a whole pipeline", { skip }, async (t) => {
  const terminal = session(t);
  await terminal.see(PROMPT);
  terminal.type("cat | grep -v skipped\r");
  await terminal.see("\n");
  terminal.type(`ac${LEFT}b\r`);
  await terminal.see(/abc[^]*\nabc\r*\n/);
  terminal.type("skipped\rlast\r");
  await terminal.see(/last\r*\nlast\r*\n/);
  terminal.type(CTRL_D);
  await terminal.see(PROMPT);
  assert.equal(await command(terminal, "echo $?"), "0\n");
  terminal.type("run waiter | cat | cat\r");
  await terminal.see("waiting");
  terminal.type(CTRL_C);
  await terminal.see("^C");
  await terminal.see(PROMPT);
  assert.equal(await command(terminal, "echo $?; ps | grep waiter | wc -l"), "130\n       0\n");
  terminal.type("cat | cat\rhalf a line");
  await terminal.see("half a line");
  terminal.type(CTRL_C);
  await terminal.see("^C");
  await terminal.see(PROMPT);
  assert.equal(await command(terminal, "echo clean"), "clean\n");
  terminal.type("sleep 100 | cat\r");
  await terminal.see("\n");
  terminal.type(CTRL_C);
  await terminal.see("^C");
  await terminal.see(PROMPT);
  terminal.type("exit 0\r");
  await ends(terminal, 0);
});

test(
  "what is typed ahead goes to who reads it: a shell in a shell, a program, the shell again",
  { skip },
  async (t) => {
    const terminal = session(t);
    await terminal.see(PROMPT);
    terminal.type("run nipbox\recho in\rexit 3\recho out $?\r");
    await terminal.see(/\nin\r*\n/);
    await terminal.see(/\nout 3\r*\n/);
    await terminal.see(PROMPT);
    terminal.type("run nipbox\r");
    await terminal.see("Type help");
    await terminal.see(PROMPT);
    assert.match(await command(terminal, `echo ac${LEFT}b`), /abc\n$/);
    terminal.type("head -n 1 > /tmp/h\rfor head\rcat /tmp/h; cat\rfor cat\r");
    await terminal.see(/\nfor head\r*\n/);
    await terminal.see(/for cat\r*\nfor cat\r*\n/);
    terminal.type(CTRL_D);
    await terminal.see(PROMPT);
    terminal.type(CTRL_C);
    await terminal.see("^C");
    await terminal.see(PROMPT);
    assert.equal(await command(terminal, "echo $?; ps | grep nipbox | wc -l"), "130\n       1\n");
    terminal.type("exit 0\r");
    await ends(terminal, 0);
  },
);

test("names with control characters are written out on a terminal, and are data in a pipe", { skip }, async (t) => {
  const terminal = session(t);
  const { pid } = await placeOf(terminal);
  await terminal.see(PROMPT);
  const plain = "c1\\x9b31m\ncr\\x0dspoofed\nesc\\x1b]0;owned\\x07\nplain\nred\\x1b[31m\nturned\\u{202e}gnp\n";
  assert.equal(await command(terminal, "run names; ls /tmp/names"), plain);
  const long = await command(terminal, "ls -l /tmp/names");
  assert.ok(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(long), JSON.stringify(long));
  assert.equal(await command(terminal, "ls /tmp/names | wc -c"), "      61\n");
  assert.equal(await command(terminal, 'echo "ls /tmp/names" | run nipbox'), plain);
  assert.equal(await command(terminal, 'echo "ls /tmp/names" | run nipbox | wc -c'), "      61\n");
  process.kill(pid, "SIGHUP");
  await ends(terminal, 129);
});

test("a terminal's bell says that what is typed finds no room, and no paste ends the shell", { skip }, async (t) => {
  const terminal = session(t);
  await terminal.see(PROMPT);
  terminal.type("sleep 100000\r");
  await terminal.see("\n");
  terminal.type(`echo ${"pasted ".repeat(20)}\r`.repeat(500));
  await terminal.see("\x07");
  terminal.type(CTRL_C);
  await terminal.see("^C");
  await terminal.see(PROMPT);
  assert.equal(await command(terminal, "echo $?"), "130\n");
  terminal.type("exit 0\r");
  await ends(terminal, 0);
});

test("kill uart: the console is back; SIGQUIT gives the terminal back", { skip }, async (t) => {
  const terminal = session(t);
  const { pid } = await placeOf(terminal);
  await terminal.see(PROMPT);
  await command(terminal, "kill uart");
  assert.equal(await command(terminal, "echo back"), "back\n");
  process.kill(pid, "SIGQUIT");
  await ends(terminal, 131);
});

test("the escape leaves the machine", { skip }, async (t) => {
  const terminal = session(t);
  await terminal.see(PROMPT);
  terminal.type(`${CTRL_A}x`);
  await ends(terminal, 130);
});

test("SIGTSTP and SIGTERM give the terminal back, SIGCONT takes it", { skip }, async (t) => {
  const terminal = session(t);
  const place = await placeOf(terminal);
  await terminal.see(PROMPT);
  await stopAndGoOn(place);
  assert.equal(await command(terminal, "echo on"), "on\n");
  process.kill(place.pid, "SIGTERM");
  await ends(terminal, 143);
});

if (metal.includes(machine)) {
  test("a QEMU that dies gives the terminal back", { skip }, async (t) => {
    const terminal = session(t);
    const { pid } = await placeOf(terminal);
    await terminal.see(PROMPT);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
    const qemu = children.filter((child) => /^qemu-system/.test(readFileSync(`/proc/${child}/comm`, "utf8")));
    assert.equal(qemu.length, 1, "no QEMU runs below rumpk");
    process.kill(qemu[0], "SIGKILL");
    await terminal.see(/rumpk: .*\r\n/);
    await terminal.see(/STATUS=(?!0)\d+/);
    assert.equal((await terminal.see(/RESTORED|CHANGED/)).found, "RESTORED");
  });
}
