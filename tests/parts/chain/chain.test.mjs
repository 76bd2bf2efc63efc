/*
 * The ledger's cell alone (cell.mjs), and the check of what it exports: every change of every byte is found and the
 * first bad event named; lost events are reported; a restart continues the chain or says that it does not; old blocks
 * make room.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { blake3 } from "@noble/hashes/blake3.js";
import * as abi from "../../../build/host/abi.js";
import { ChainError, checkChain } from "../../../build/host/cli/chain.js";
import { scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";
import { event, eventRange, runCell } from "./cell.mjs";
import { attach, clunk, list, open, readAt, readFile, readOpen } from "./ninep.mjs";

const HEAD = abi.LedgerHead.size;
const ENTRY = abi.LEDGER_ENTRY_SIZE;
const SEAL = abi.LedgerSeal.size;
const SIGNATURE = abi.SIGNATURE_SIZE;
const BLOCK = abi.LEDGER_BLOCK;
const EIO = 5;

before(async () => {
  const { status, stderr } = await rumpk(["build", "--system", "tests/machines/ledger/ledger.kdl"]);
  assert.equal(status, 0, stderr);
});

/** The chain that a new cell exports after it got these events, and then `more`. */
function exported(events, { more, ...options } = {}) {
  let chain;
  const { saved, count } = runCell(function* () {
    yield { events };
    if (more) yield { events: more };
    yield* attach();
    chain = yield* readFile("chain");
  }, options);
  return { chain, saved, count };
}

/** The error in a chain. */
function wrong(chain) {
  try {
    checkChain(chain);
  } catch (error) {
    if (error instanceof ChainError) return error.message;
    throw error;
  }
  return "nothing";
}

/** A copy with the byte at `at` changed. */
function changed(chain, at, bits) {
  const copy = Buffer.from(chain);
  copy[at] ^= bits;
  return copy;
}

/** Where entry `index`, from 0, starts in an export. */
const placeOf = (index) => HEAD + index * ENTRY + Math.floor(index / BLOCK) * SEAL;

test("a chain that the cell exports is good, whatever its length", () => {
  for (const count of [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7]) {
    const { chain } = exported(eventRange(1, count));
    const report = checkChain(chain);
    assert.equal(report.entries, count);
    assert.equal(report.blocks, Math.floor(count / BLOCK));
    assert.deepEqual([report.firstId, report.lastId, report.firstBlock], [1n, BigInt(count), 0n]);
    assert.deepEqual(report.missing, []);
  }
});

test("a chain without an event is good", () => {
  let chain;
  runCell(function* () {
    yield* attach();
    chain = yield* readFile("chain");
  });
  assert.equal(checkChain(chain).entries, 0);
});

test("every bit of every byte of a small chain: a change is found, and the first bad event named", () => {
  const count = 3;
  const { chain } = exported(eventRange(1, count));
  for (let at = 0; at < chain.length; at++)
    for (let bit = 0; bit < 8; bit++) {
      const entry = Math.floor((at - HEAD) / ENTRY);
      const expected =
        at < HEAD || entry >= count
          ? /^the (head|end|last signature)|truncated/
          : new RegExp(`^event ${entry + 1} \\(`);
      assert.match(wrong(changed(chain, at, 1 << bit)), expected, `byte ${at}, bit ${bit}`);
    }
});

test("every byte of a chain with a sealed block: a change is found, and the first bad event or block named", () => {
  const count = BLOCK + 3;
  const { chain } = exported(eventRange(1, count));
  for (let at = HEAD; at < chain.length; at++) {
    const behindBlock = at - placeOf(BLOCK);
    const inSeal = behindBlock < 0 && behindBlock >= -SEAL;
    const entry = behindBlock < 0 ? Math.floor((at - HEAD) / ENTRY) : BLOCK + Math.floor(behindBlock / ENTRY);
    let expected = new RegExp(`^event ${entry + 1} \\(`);
    if (inSeal) expected = new RegExp(`^block 0 \\(entries 1 to ${BLOCK}`);
    else if (entry >= count) expected = /^the head: wrong signature.*, or entries 65 to 67/;
    assert.match(wrong(changed(chain, at, 1 + (at % 255))), expected, `byte ${at}`);
  }
});

test("a chain cut anywhere is truncated, and the first event that is not whole is named", () => {
  const count = BLOCK + 2;
  const { chain } = exported(eventRange(1, count));
  for (let length = 0; length < chain.length; length++) {
    const message = wrong(chain.subarray(0, length));
    assert.match(message, /truncated: the file ends at byte \d+$/, `length ${length}`);
    const entry = [...Array(count).keys()].find((index) => length < placeOf(index) + ENTRY);
    const inSeal = length >= placeOf(BLOCK - 1) + ENTRY && length < placeOf(BLOCK);
    if (length >= HEAD && entry !== undefined && !inSeal) assert.match(message, new RegExp(`^event ${entry + 1} \\(`));
  }
  assert.match(wrong(Buffer.concat([chain, Buffer.of(0)])), /^the end: 1 more bytes/);
});

test("a chain cannot be shortened, not even at a block and with a head that says so", () => {
  const { chain } = exported(eventRange(1, 2 * BLOCK));
  const short = Buffer.concat([chain.subarray(0, placeOf(BLOCK)), chain.subarray(chain.length - SIGNATURE)]);
  short.writeUInt32LE(BLOCK, abi.LedgerHead.fields.entries.offset);
  assert.match(wrong(short), /^the head: wrong signature/);
});

test("entries that change places, are left out or stand twice are found", () => {
  const { chain } = exported(eventRange(1, 10));
  const entry = (index) => chain.subarray(placeOf(index), placeOf(index) + ENTRY);
  const put = (order) => {
    const copy = Buffer.concat([
      chain.subarray(0, HEAD),
      ...order.map(entry),
      chain.subarray(chain.length - SIGNATURE),
    ]);
    copy.writeUInt32LE(order.length, abi.LedgerHead.fields.entries.offset);
    return wrong(copy);
  };
  assert.match(put([0, 1, 3, 2, 4, 5, 6, 7, 8, 9]), /^event 3 \(/);
  assert.match(put([0, 1, 2, 4, 5, 6, 7, 8, 9]), /^event 4 \(/);
  assert.match(put([0, 0, 1, 2, 3, 4, 5, 6, 7, 8]), /^event 2 \(/);
  assert.match(put([1, 2, 3, 4, 5, 6, 7, 8, 9]), /^event 1 \(/);
});

test("what the cell itself is told with a gap in the ids is found", () => {
  const { chain } = exported([...eventRange(1, 5), ...eventRange(7, 9)]);
  assert.match(wrong(chain), /^event 6 \(.*: gap in the ids: it says 7$/);
});

test("events that the kernel says were lost are missing, and that is told; a wrong count is a gap", () => {
  const lost = (id, first, count) => event(id, { kind: abi.AUDIT_LOST, cell: abi.AUDIT_NO_CELL, data: [count, first] });
  const { chain } = exported([...eventRange(1, 5), lost(10, 6, 4), ...eventRange(11, 12)]);
  const { missing, lastId } = checkChain(chain);
  assert.deepEqual(missing, [{ first: 6n, count: 4n, reason: "the event ring was full" }]);
  assert.equal(lastId, 12n);
  assert.match(wrong(exported([...eventRange(1, 5), lost(10, 6, 3), ...eventRange(11, 12)]).chain), /^event .*gap/);
  assert.match(wrong(exported([...eventRange(1, 5), lost(10, 7, 3), ...eventRange(11, 12)]).chain), /^event .*gap/);
});

test("a restart goes on from the checkpoint with the same key, and says which events are missing", () => {
  const first = exported(eventRange(1, 3 * BLOCK), { more: eventRange(3 * BLOCK + 1, 3 * BLOCK + 9) });
  const second = exported(eventRange(3 * BLOCK + 10, 3 * BLOCK + 12), { generation: 2, saved: first.saved });
  const [old, now] = [checkChain(first.chain), checkChain(second.chain)];
  assert.equal(now.key, old.key);
  assert.equal(now.segment, 1);
  assert.equal(now.firstId, 1n);
  assert.deepEqual(now.missing, [
    { first: BigInt(3 * BLOCK + 1), count: 9n, reason: "held by an instance of the ledger's cell that died" },
  ]);
  const shared = 3 * (BLOCK * ENTRY + SEAL);
  assert.deepEqual(second.chain.subarray(HEAD, HEAD + shared), first.chain.subarray(HEAD, HEAD + shared));
});

test("a restart with much behind it keeps the newest blocks, and the chain still holds what was noted of them", () => {
  const first = exported(eventRange(1, 20 * BLOCK));
  const second = exported(eventRange(20 * BLOCK + 1, 20 * BLOCK + 1), { generation: 2, saved: first.saved });
  const now = checkChain(second.chain);
  assert.equal(now.blocks, 6);
  assert.equal(now.firstBlock, 14n);
  assert.deepEqual(now.missing, []);
  assert.ok(now.links.has(checkChain(first.chain).head));
  const third = checkChain(
    exported(eventRange(20 * BLOCK + 2, 23 * BLOCK), { generation: 3, saved: second.saved }).chain,
  );
  assert.equal(third.firstBlock, 14n);
  assert.deepEqual([third.lastId, third.missing.length], [BigInt(23 * BLOCK), 1]);
});

test("a checkpoint is made at the start, for every sealed block, and for every event that accuses somebody", () => {
  const savesAfter = (...events) => {
    const before = exported([], {}).count;
    return exported(events).count - before;
  };
  assert.equal(exported([]).count, 1);
  assert.equal(savesAfter(...eventRange(1, BLOCK - 1)), 0);
  assert.equal(savesAfter(...eventRange(1, BLOCK)), 1);
  for (const kind of [abi.AUDIT_FAULT, abi.AUDIT_DENIED, abi.AUDIT_VIOLATION, abi.AUDIT_STRIKE, abi.AUDIT_CLAIM])
    assert.equal(savesAfter(event(1, { kind }), event(2)), 1);
});

test("an accusation outlives the cell that was told of it, with all that came before", () => {
  const first = exported([...eventRange(1, 20), event(21, { kind: abi.AUDIT_VIOLATION })], {
    more: eventRange(22, 30),
  });
  const now = checkChain(exported(eventRange(31, 33), { generation: 2, saved: first.saved }).chain);
  assert.equal(now.key, checkChain(first.chain).key);
  assert.deepEqual([now.firstId, now.entries], [1n, 21 + 1 + 3]);
  assert.deepEqual(
    now.missing.map(({ first, count }) => [first, count]),
    [[22n, 9n]],
  );
});

test("a checkpoint with any number of entries behind its last block is gone on from", () => {
  for (const count of [1, BLOCK - 2, BLOCK - 1, BLOCK, 2 * BLOCK - 1, 7 * BLOCK - 1]) {
    const last = event(count, { kind: abi.AUDIT_FAULT });
    const first = exported([...eventRange(1, count - 1), last]);
    const next = exported(eventRange(count + 1, count + 70), { generation: 2, saved: first.saved });
    const now = checkChain(next.chain);
    assert.deepEqual([now.key, now.missing], [checkChain(first.chain).key, []], `${count}`);
    assert.ok(now.links.has(checkChain(first.chain).head), `${count}`);
  }
});

test("a restart without a checkpoint starts a chain of its own, with another key, and says so", () => {
  const first = exported(eventRange(1, 9));
  const second = exported(eventRange(12, 13), { generation: 2 });
  const now = checkChain(second.chain);
  assert.notEqual(now.key, checkChain(first.chain).key);
  assert.equal(now.segment, 2);
  assert.deepEqual(now.missing, [
    { first: 1n, count: 11n, reason: "held by an instance of the ledger's cell that died" },
  ]);
});

test("a checkpoint that does not end in its own last link is not gone on from", () => {
  const first = exported(eventRange(1, BLOCK));
  const saved = Buffer.from(first.saved);
  saved[200] ^= 1;
  const now = checkChain(exported(eventRange(BLOCK + 1, BLOCK + 2), { generation: 2, saved }).chain);
  assert.equal(now.segment, 2);
  assert.notEqual(now.key, checkChain(first.chain).key);
});

test("old blocks are dropped from the front; the head then names the first kept block and the link before it", () => {
  const count = 70 * BLOCK + 5;
  const { chain } = exported(eventRange(1, count));
  const report = checkChain(chain);
  assert.equal(report.blocks, abi.LEDGER_KEPT_BLOCKS);
  assert.equal(report.firstBlock, BigInt(70 - abi.LEDGER_KEPT_BLOCKS));
  assert.equal(report.firstId, BigInt((70 - abi.LEDGER_KEPT_BLOCKS) * BLOCK + 1));
  assert.equal(report.lastId, BigInt(count));
  for (let at = 0; at < HEAD; at++) assert.notEqual(wrong(changed(chain, at, 0x10)), "nothing", `byte ${at}`);
});

test("who reads sees the chain as it was when it was opened, until there is no room left", () => {
  runCell(function* () {
    yield { events: eventRange(1, 48 * BLOCK) };
    yield* attach();
    yield* open(5, "chain");
    const start = yield* readAt(5, 0, 3000);
    yield { events: eventRange(48 * BLOCK + 1, 60 * BLOCK) };
    const chain = yield* readOpen(5);
    assert.deepEqual(chain.subarray(0, 3000), start);
    assert.equal(checkChain(chain).lastId, BigInt(48 * BLOCK));
    const later = checkChain(yield* readFile("chain"));
    assert.equal(later.lastId, BigInt(60 * BLOCK));
    assert.equal(later.firstBlock, 0n);
    yield { events: eventRange(60 * BLOCK + 1, 64 * BLOCK) };
    let errno = 0;
    try {
      yield* readAt(5, 0, 100);
    } catch (error) {
      ({ errno } = error);
    }
    assert.equal(errno, EIO);
    yield* clunk(5);
    assert.equal(checkChain(yield* readFile("chain")).firstBlock, 16n);
  });
});

test("the head as text is signed", () => {
  runCell(function* () {
    yield { events: eventRange(1, 10) };
    yield* attach();
    assert.deepEqual(yield* list(), [".", "..", "chain", "head", "events"]);
    const lines = (yield* readFile("head")).toString().trimEnd().split("\n");
    const head = Object.fromEntries(lines.map((line) => line.split(" ")));
    const chain = yield* readFile("chain");
    const { key, head: link } = checkChain(chain);
    assert.equal(head.key, key);
    assert.equal(head.head, link);
    assert.deepEqual([head.entries, head.blocks, head.segment], ["10", "0", "1"]);
    assert.equal(head.signature.length, 2 * SIGNATURE);
  });
});

test("events as text: stable lines, in any part of them that is asked for", () => {
  runCell(function* () {
    const events = [
      event(1, { kind: abi.AUDIT_BOOT, cell: abi.AUDIT_NO_CELL, data: [5n, 7n] }),
      event(2, {
        kind: abi.AUDIT_SPAWN,
        cell: 3,
        entity: 0xabcdn,
        cause: 1,
        data: [0xffffffffn, 0x8000000000000013n, 0x6f6c6c6568n],
      }),
      event(3, { kind: abi.AUDIT_EXIT, cell: 3, cause: 2, data: [-1n] }),
      event(4, { kind: abi.AUDIT_FAULT, cell: 3, data: [1n, 0x10000n, 2n] }),
      event(5, { kind: abi.AUDIT_DENIED, cell: 3, data: [129n, 5n] }),
      event(6, { kind: abi.AUDIT_DEMOTION, cell: 3, data: [2n, 1n] }),
      event(7, { kind: abi.AUDIT_GRANT, cell: 3, data: [1n, 0x3ffn, 9n] }),
      event(8, { kind: abi.AUDIT_REVIVE, cell: 3 }),
      event(9, { kind: 200, cell: 3, data: [1n, 2n, 3n] }),
    ];
    yield { events };
    yield* attach();
    const text = (yield* readFile("events")).toString();
    assert.equal(
      text,
      [
        "1 0.000001000 boot - - - real=5 images=7",
        "2 0.000002000 spawn 3 000000000000abcd 1 parent=- promises=0x8000000000000013 name=hello",
        "3 0.000003000 exit 3 - 2 status=-1",
        "4 0.000004000 fault 3 - - cause=memory address=0x10000 generation=2",
        "5 0.000005000 denied 3 - - error=129 reason=changed",
        "6 0.000006000 demotion 3 - - from=matter to=gravity",
        "7 0.000007000 grant 3 - - kind=channel rights=0x3ff object=9",
        "8 0.000008000 revive 3 - -",
        "9 0.000009000 unknown 3 - - data0=0x1 data1=0x2 data2=0x3",
        "",
      ].join("\n"),
    );
    for (const part of [1, 7, 100]) assert.equal((yield* readFile("events", part)).toString(), text);
    yield* open(5, "events");
    for (const at of [300, 40, 120, 0, 500]) {
      assert.equal((yield* readAt(5, at, 60)).toString(), text.slice(at, at + 60));
    }
  });
});

test("every kind of event has a name", () => {
  const events = Array.from({ length: abi.AUDIT_KINDS - 1 }, (_, at) => event(at + 1, { kind: at + 1 }));
  runCell(function* () {
    yield { events };
    yield* attach();
    const names = (yield* readFile("events"))
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[2]);
    assert.equal(new Set(names).size, abi.AUDIT_KINDS - 1);
    assert.ok(!names.includes("unknown"));
  });
});

/** The chain rebuilt with another key, from the description in docs/ledger.md alone. */
function forged(chain) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url");
  const copy = Buffer.from(chain);
  raw.copy(copy, 72);
  const opening = Buffer.alloc(56);
  opening.write("NPXO", 0);
  copy.copy(opening, 4, 4, 12);
  copy.copy(opening, 16, 24, 32);
  raw.copy(opening, 24);
  let link = Buffer.from(blake3(opening));
  link.copy(copy, 40);
  for (let index = 0; index < copy.readUInt32LE(12); index++) {
    const at = placeOf(index);
    link = Buffer.from(blake3(Buffer.concat([link, copy.subarray(at, at + 64)])));
    link.copy(copy, at + 64);
    if ((index + 1) % 64 !== 0) continue;
    const signed = Buffer.concat([Buffer.from("NPXS"), copy.subarray(at + 96, at + 112), link]);
    sign(null, signed, privateKey).copy(copy, at + 112);
  }
  sign(null, Buffer.concat([copy.subarray(0, 104), link]), privateKey).copy(copy, copy.length - 64);
  return copy;
}

test("a chain made again with another key is consistent: only the key, or a link noted down, tells", async (t) => {
  const { chain } = exported(eventRange(1, BLOCK + 5));
  const [good, other] = [checkChain(chain), checkChain(forged(chain))];
  assert.notEqual(other.key, good.key);
  const folder = scratchFolder(t);
  const [mine, theirs] = [join(folder, "mine"), join(folder, "theirs")];
  writeFileSync(mine, chain);
  writeFileSync(theirs, forged(chain));
  const [link] = [...good.links].slice(30);
  for (const flags of [
    [],
    ["--key", good.key],
    ["--head", link],
    ["--key", good.key.toUpperCase(), "--head", good.head],
  ]) {
    const { status, stdout } = await rumpk(["verify-chain", mine, ...flags]);
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^good: events 1 to 69 in 69 entries, 1 sealed blocks\nkey [0-9a-f]{64}\nhead [0-9a-f]{64}\nstarted /,
    );
  }
  const keyed = await rumpk(["verify-chain", theirs, "--key", good.key]);
  assert.deepEqual([keyed.status, keyed.stdout], [1, ""]);
  assert.match(keyed.stderr, /^[^\n]*: the head: signed by another key, [0-9a-f]{64}\n$/);
  const noted = await rumpk(["verify-chain", theirs, "--head", link]);
  assert.deepEqual([noted.status, noted.stdout], [1, ""]);
  assert.match(noted.stderr, /^[^\n]*: the chain does not hold the link [0-9a-f]{64}\n$/);
});

test("verify-chain names the first bad event, with status 1; wrong use is status 2", async (t) => {
  const path = join(scratchFolder(t), "chain");
  writeFileSync(path, changed(exported(eventRange(1, 9)).chain, placeOf(6) + 20, 4));
  const bad = await rumpk(["verify-chain", path]);
  assert.deepEqual([bad.status, bad.stdout], [1, ""]);
  assert.equal(
    bad.stderr,
    `${path}: event 7 (entry 7 of 9): its link does not match: the event or its link was changed\n`,
  );
  for (const args of [[], [`${path}-not`], [path, "--key", "12"], [path, "more"]]) {
    const { status, stdout, stderr } = await rumpk(["verify-chain", ...args]);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /^rumpk: [^\n]+\n$/);
  }
});

test("no more than 32 snapshots, and each is given back", () => {
  runCell(function* () {
    yield { events: eventRange(1, 3) };
    yield* attach();
    for (let round = 0; round < 3; round++) {
      for (let fid = 10; fid < 42; fid++) yield* open(fid, "chain");
      let errno = 0;
      try {
        yield* open(50, "chain");
      } catch (error) {
        ({ errno } = error);
      }
      assert.equal(errno, 24);
      for (let fid = 10; fid < 42; fid++) yield* clunk(fid);
    }
  });
});

/** Numbers from 0 to below `limit`, the same for the same seed (mulberry32). */
function randomOf(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

test("hostile messages: each is answered, and the chain is good behind them", () => {
  const seed = Number(process.env.RUMPK_SEED ?? Date.now()) >>> 0;
  console.log(`RUMPK_SEED=${seed}`);
  const random = randomOf(seed);
  const types = [100, 104, 110, 12, 116, 40, 120, 24, 8, 14, 118, 76, 108, 0, 255];
  runCell(function* () {
    yield { events: eventRange(1, BLOCK + 9) };
    yield* attach();
    for (let round = 0; round < 20000; round++) {
      const request = Buffer.from(
        Uint8Array.from({ length: 7 + random(40) }, () => (random(3) ? random(4) : random(256))),
      );
      request.writeUInt32LE(random(8) ? request.length : random(300), 0);
      request[4] = types[random(types.length)];
      if (request[4] === 100 && random(20)) request[4] = 110;
      const answer = yield { request };
      assert.ok(answer?.length >= 7 && answer.readUInt32LE(0) === answer.length, `round ${round}`);
    }
    yield* attach();
    assert.equal(checkChain(yield* readFile("chain")).entries, BLOCK + 9);
  });
});
