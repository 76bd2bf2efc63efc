/*
 * The ledger in running systems: what the shell shows of it, the chain exported through the console and checked on the
 * host, an overflow of the event ring, and restarts of the ledger's cell.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as abi from "../../../build/host/abi.js";
import { checkChain } from "../../../build/host/cli/chain.js";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const SYSTEM = ["--system", "tests/machines/ledger/ledger.kdl"];
const RUN = ["run", ...on(machine), ...SYSTEM];
const CHAIN = "/Nexus/provchain/chain";
const TITLE = /^ +ID +TIME KIND +CELL +ENTITY +CAUSE WHAT$/;
const ROW = /^ *(\d+|-) +\d+\.\d{9} ([a-z]+) +(\d+|-) +([0-9a-f]{16}|-) +(\d+|-) ?(.*)$/;

before(async () => {
  if (skip) return;
  const { status, stderr } = await rumpk(["build", ...on(machine), ...SYSTEM]);
  assert.equal(status, 0, stderr);
});

/** Runs lines in the shell. */
async function session(...lines) {
  const input = lines.map((line) => `${line}\n`).join("");
  return rumpk(RUN, { input });
}

/** The rows of a table that the command `ledger` printed. */
function rowsOf(text) {
  const [title, ...lines] = text.trimEnd().split("\n");
  assert.match(title, TITLE);
  return lines.map((line) => {
    assert.match(line, ROW);
    const [, id, kind, cell, entity, cause, what] = line.match(ROW);
    return { id: Number(id), kind, cell, entity, cause: Number(cause), what, line };
  });
}

/** The parts of an output between lines "--". */
const partsOf = (text) => text.split("--\n");

/** The chain at the end of a session. */
async function exported(...lines) {
  const { bytes, status, stderr } = await session(...lines, `echo --; cat ${CHAIN}`);
  assert.equal(status, 0, stderr);
  return { chain: bytes.subarray(bytes.indexOf("--\n") + 3), text: bytes.toString("latin1") };
}

test("the chain comes out of the machine through the console, and is good", { skip }, async () => {
  const { bytes, status } = await rumpk(RUN, {
    input: `cat ${CHAIN}\n`,
  });
  assert.equal(status, 0);
  const { firstId, firstBlock, missing, entries, segment } = checkChain(bytes);
  assert.deepEqual([firstId, firstBlock, missing, segment], [1n, 0n, [], 1]);
  assert.ok(entries > 10);
  const first = bytes.subarray(abi.LedgerHead.size);
  assert.equal(first.readUInt32LE(abi.AuditEvent.fields.kind.offset), abi.AUDIT_BOOT);
});

test("a good chain that is changed in one place is not good any more", { skip }, async () => {
  const { chain } = await exported();
  checkChain(chain);
  for (let at = 0; at < chain.length; at += 41) {
    chain[at] ^= 1;
    assert.throws(() => checkChain(chain), `byte ${at}`);
    chain[at] ^= 1;
  }
});

test("ledger: a cell's life by its name, a kind, a number of events", { skip }, async () => {
  const lines = ["crash oob", "crash div0", "run hello", "ledger --cell crash", "echo --", "ledger --kind fault -n 1"];
  const { stdout } = await session(...lines, "echo --", "ledger -n 3", "echo --", "ledger --kind nosuch");
  const [first, fault, three, none] = partsOf(stdout.slice(stdout.indexOf("    ID")));
  const life = rowsOf(first).filter(({ kind }) => ["spawn", "exit", "fault"].includes(kind));
  assert.deepEqual(
    life.map(({ kind, what }) => [kind, what.match(/(?:name|cause)=([\w-]+)/)[1]]),
    [
      ["spawn", "crash"],
      ["fault", "memory"],
      ["spawn", "crash"],
      ["fault", "division"],
    ],
  );
  assert.deepEqual([life[1].cause, life[3].cause], [life[0].id, life[2].id]);
  assert.deepEqual([life[1].entity, life[3].entity], [life[0].entity, life[2].entity]);
  assert.deepEqual(
    rowsOf(fault).map(({ line }) => line),
    [life[3].line],
  );
  const ids = rowsOf(three).map(({ id }) => id);
  assert.deepEqual(ids, [ids[0], ids[0] + 1, ids[0] + 2]);
  assert.deepEqual(rowsOf(none), []);
});

test("ledger --why: the chain of causes from the boot on", { skip }, async () => {
  const ids = [1, 2, 6, 12, 16, 18, 20];
  const { stdout } = await session("run hello", ...ids.map((id) => `ledger --why ${id}; echo --`), "ledger -n 1000");
  const parts = partsOf(stdout.slice(stdout.indexOf("    ID")));
  const byId = new Map(rowsOf(parts.pop()).map((row) => [row.id, row]));
  const lengths = ids.map((id, at) => {
    const expected = [];
    for (let row = byId.get(id); row; row = byId.get(row.cause)) expected.unshift(row.line);
    assert.deepEqual(
      rowsOf(parts[at]).map(({ line }) => line),
      expected,
    );
    assert.match(expected[0], / boot /);
    return expected.length;
  });
  assert.deepEqual(lengths.slice(0, 2), [1, 2]);
  assert.ok(Math.max(...lengths) >= 3, `at most ${Math.max(...lengths)} in a row`);
});

test("ledger used wrongly is one line; an event that is not there too", { skip }, async () => {
  const { stdout, stderr } = await session(
    "ledger -n; echo $?",
    "ledger -n 0; echo $?",
    "ledger x; echo $?",
    "ledger --why 999999; echo $?",
  );
  assert.equal(stdout, "2\n2\n2\n1\n");
  const usage = "usage: ledger [-n count] [--cell cell] [--kind kind] [--why id]\n";
  assert.equal(stderr, usage.repeat(3) + "ledger: there is no event 999999 (see ledger -n)\n");
});

test("a flood of events overflows the ring, and the chain says which are missing", { skip }, async () => {
  const { chain, text } = await exported("run torrent 3000", "ledger --kind lost");
  const { missing, lastId } = checkChain(chain);
  assert.ok(missing.length >= 1);
  const count = missing.reduce((sum, { count }) => sum + count, 0n);
  assert.ok(count > 2000n && lastId > 3000n, `${count} of ${lastId}`);
  for (const { reason } of missing) assert.equal(reason, "the event ring was full");
  for (const { first, count } of missing) assert.match(text, new RegExp(` events=${count} first=${first}\n`));
});

test("the ledger's cell is ended: the chain goes on with the same key, and nothing is missing", { skip }, async () => {
  const head = "cat /Nexus/provchain/head";
  // Between two reads, fewer events than the ring has entries; the reads let the ledger take them.
  const crashes = Array(6).fill("crash oob");
  const kill = "kill provchain";
  const { chain, text } = await exported(head, ...crashes, head, ...crashes, kill, "run hello", kill, head);
  const keys = [...text.matchAll(/^key ([0-9a-f]{64})$/gm)].map(([, key]) => key);
  const report = checkChain(chain);
  assert.deepEqual(keys, [report.key, report.key, report.key]);
  assert.deepEqual([report.firstId, report.segment], [1n, 1]);
  assert.deepEqual(report.missing, [], "what a dead instance had not saved comes again");
  const faults = [];
  for (let index = 0; index < report.entries; index++) {
    const at =
      abi.LedgerHead.size + index * abi.LEDGER_ENTRY_SIZE + Math.floor(index / abi.LEDGER_BLOCK) * abi.LedgerSeal.size;
    const kind = chain.readUInt32LE(at + abi.AuditEvent.fields.kind.offset);
    if (kind === abi.AUDIT_FAULT) faults.push(chain.readBigUInt64LE(at + abi.AuditEvent.fields.data0.offset));
  }
  const count = (cause) => faults.filter((each) => each === BigInt(cause)).length;
  assert.deepEqual([count(abi.CAUSE_MEMORY), count(abi.CAUSE_KILLED)], [12, 2]);
});

test("nothing in the ledger can be written or removed", { skip }, async () => {
  const { stderr } = await session(
    "echo x > /Nexus/provchain/head",
    "rm /Nexus/provchain/chain",
    "echo x > /Nexus/provchain/new",
  );
  assert.equal(stderr.trimEnd().split("\n").length, 3);
  assert.equal(stderr.match(/read-only file system/g)?.length, 3);
});
