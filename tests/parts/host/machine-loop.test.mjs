/* The idle loop and the console's streams: no timer armed when idle, the event loop alive when busy, nothing lost. */
import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { NEVER } from "../../../build/host/abi.js";
import { startClock } from "../../../build/host/node/rim/clock.js";
import { createConsole } from "../../../build/host/node/rim/console.js";
import { PowerOff } from "../../../build/host/node/errors.js";
import { createLoop } from "../../../build/host/node/loop.js";
import { createSleeper } from "../../../build/host/node/rim/sleep.js";
import { splitOutput } from "../../../build/host/node/rim/split.js";
import { plainLines } from "./machine-kit.mjs";

/** A loop around a kernel whose dispatch is `dispatch`; `ended` is what run() rejected with. */
function loopOver(dispatch, interrupt = () => {}) {
  const clock = startClock();
  const board = plainLines(() => loop.wake());
  const sleeper = createSleeper();
  const loop = createLoop({ clock, board, kernel: { dispatch, interrupt }, sleeper, flush() {} });
  const ended = loop.run().catch((error) => error);
  return { loop, board, ended };
}

const timers = () =>
  process.getActiveResourcesInfo().filter((name) => name === "Timeout" || name === "Immediate").length;

test("an idle system arms no timer, and an interrupt wakes it", async () => {
  const order = [];
  const before = timers();
  const { loop, board, ended } = loopOver(
    () => (order.push("dispatch"), NEVER),
    (line) => order.push(`interrupt ${line}`),
  );
  while (order.length === 0) await sleep(1);
  await sleep(30);
  assert.deepEqual(order, ["dispatch"]);
  assert.equal(timers(), before);
  board.raise(1);
  while (order.length < 3) await sleep(1);
  assert.deepEqual(order, ["dispatch", "interrupt 1", "dispatch"]);
  loop.fail(new PowerOff(3));
  assert.equal((await ended).status, 3);
});

test("a deadline is slept for, not polled", async () => {
  let count = 0;
  let [asked, woken] = [0n, 0n];
  const { loop } = loopOver((now) => {
    if (++count === 1) return (asked = now + 40_000_000n);
    woken = now;
    return NEVER;
  });
  while (woken === 0n) await sleep(5);
  assert.ok(count <= 3, `${count} dispatches`);
  assert.ok(woken >= asked - 1_000_000n);
  loop.fail(new PowerOff(0));
});

test("a busy system leaves the event loop alive", async () => {
  let slices = 0;
  const { loop } = loopOver((now, until) => {
    assert.ok(until - now <= 10_000_000n);
    const end = process.hrtime.bigint() + 2_000_000n;
    while (process.hrtime.bigint() < end);
    slices++;
    return now;
  });
  while (slices < 3) await sleep(1);
  loop.fail(new PowerOff(0));
});

test("an interrupt within a slice, and an end within a slice, leave one slice or none", async () => {
  let slices = 0;
  const { loop, board, ended } = loopOver(() => {
    if (++slices === 1) board.raise(2);
    if (slices === 3) loop.fail(new PowerOff(1));
    return slices < 2 ? NEVER : 0n;
  });
  assert.equal((await ended).status, 1);
  const before = slices;
  await sleep(20);
  assert.deepEqual([before, slices], [3, 3]);
});

test("what dispatch throws ends the loop", async () => {
  const { ended } = loopOver(() => {
    throw new PowerOff(7);
  });
  assert.equal((await ended).status, 7);
});

/** Reads a console until it has nothing more. */
function drain(line) {
  const bytes = [];
  for (let byte = line.receive(); byte >= 0; byte = line.receive()) bytes.push(byte);
  return Buffer.from(bytes);
}

test("piped output is taken apart, wherever its wire is cut, and in order", async () => {
  const wire = Buffer.from("61 10 65 62 10 10 10 6f 65 10 10 10 10 10 65 63".replaceAll(" ", ""), "hex");
  const expected = "out a err b\x10 out e\x10\x10 err c";
  for (let size = 1; size <= wire.length; size++) {
    const taken = [];
    const side = (name, delay) =>
      new Writable({
        write(chunk, encoding, done) {
          setTimeout(() => {
            if (taken.at(-1)?.name === name) taken.at(-1).text += chunk;
            else taken.push({ name, text: String(chunk) });
            done();
          }, delay);
        },
      });
    const split = splitOutput(side("out", 2), side("err", 0));
    for (let at = 0; at < wire.length; at += size) split.write(wire.subarray(at, at + size));
    await new Promise((done) => split.end(done));
    assert.equal(taken.map(({ name, text }) => `${name} ${text}`).join(" "), expected, `in pieces of ${size}`);
  }
});

const noEvents = { update() {}, fail: assert.fail };

test("piped input arrives escaped and closed; a terminal's as it is", async () => {
  for (const [terminal, expected] of [
    [false, "61 10 10 62 10 04"],
    [true, "61 10 62"],
  ]) {
    const input = new PassThrough();
    const line = createConsole(input, new PassThrough(), terminal);
    line.open(noEvents);
    input.end(Buffer.from([0x61, 0x10, 0x62]));
    await sleep(10);
    assert.equal(drain(line).toString("hex"), expected.replaceAll(" ", ""));
    await line.close();
  }
});

test("input waits in its stream while 64 KiB wait for the driver, and nothing is lost", async () => {
  const input = new PassThrough();
  const line = createConsole(input, new PassThrough(), true);
  line.open(noEvents);
  const sent = Buffer.alloc(1_000_000, "0123456789abcdefghijk");
  for (let at = 0; at < sent.length; at += 8192) input.write(sent.subarray(at, at + 8192));
  while (!input.isPaused()) await sleep(1);
  const parts = [];
  for (let turn = 0; turn < 1000 && Buffer.concat(parts).length < sent.length; turn++) {
    parts.push(drain(line));
    await sleep(0);
  }
  assert.ok(parts.every((part) => part.length <= 200_000));
  assert.ok(Buffer.concat(parts).equals(sent));
  await line.close();
});

test("output waits for a slow stream, and close resolves after it was taken", async () => {
  const taken = [];
  let updates = 0;
  const output = new Writable({
    highWaterMark: 100,
    write(chunk, encoding, done) {
      setTimeout(() => (taken.push(chunk), done()), 20);
    },
  });
  const line = createConsole(new PassThrough(), output, true);
  line.open({ update: () => updates++, fail: assert.fail });
  for (let byte = 0; byte < 200; byte++) line.transmit(byte);
  line.flush();
  assert.equal(line.canTransmit(), false);
  while (!line.canTransmit()) await sleep(1);
  assert.ok(updates > 0);
  line.transmit(200);
  await line.close();
  assert.deepEqual(
    [...Buffer.concat(taken)],
    Array.from({ length: 201 }, (_, byte) => byte),
  );
});

test("an output that nobody reads ends the machine as SIGPIPE would", async () => {
  const output = new Writable({
    write(chunk, encoding, done) {
      done(Object.assign(new Error("closed"), { code: "EPIPE" }));
    },
  });
  let reason;
  const line = createConsole(new PassThrough(), output, true);
  line.open({ update() {}, fail: (error) => (reason = error) });
  line.transmit(1);
  line.flush();
  while (!reason) await sleep(1);
  assert.equal(reason.status, 141);
  await line.close();
});
