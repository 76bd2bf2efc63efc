/* The simulated board: 16550, interrupt lines, device tree, and the wire of a piped console. */
import assert from "node:assert/strict";
import test from "node:test";

import { boardTree } from "../../build/host/node/board.js";
import { createLines } from "../../build/host/node/interrupts.js";
import { createUart16550 } from "../../build/host/node/uart16550.js";
import { escapeInput, WIRE_CLOSE, WIRE_OPEN } from "../../build/host/node/wire.js";

const [DATA, IER, IIR, FCR, LCR, MCR, LSR, MSR, SCR] = [0, 1, 2, 2, 3, 4, 5, 6, 7];

/** A UART, its pending input, its output, and the level of its interrupt. */
function uart() {
  const line = { input: [], sent: [], ready: true, level: false };
  const device = createUart16550(
    {
      receive: () => line.input.shift() ?? -1,
      canTransmit: () => line.ready,
      transmit: (byte) => line.sent.push(byte),
    },
    (high) => (line.level = high),
  );
  const receive = (...bytes) => (line.input.push(...bytes), device.update());
  return { ...device, line, receive };
}

test("16550: bytes go out, and THR is empty again at once", () => {
  const { load, store, line } = uart();
  assert.equal(load(LSR) & 0x60, 0x60);
  for (const byte of [0, 10, 255]) store(DATA, byte);
  assert.deepEqual(line.sent, [0, 10, 255]);
  assert.equal(load(LSR) & 0x60, 0x60);
});

test("16550: a host that is not ready keeps THR full; readiness interrupts", () => {
  const { load, store, update, line } = uart();
  store(IER, 2);
  assert.equal(load(IIR) & 0x0f, 2);
  line.ready = false;
  store(DATA, 65);
  assert.equal(load(LSR) & 0x60, 0);
  assert.equal(line.level, false);
  line.ready = true;
  update();
  assert.deepEqual(line.sent, [65]);
  assert.equal(line.level, true);
});

test("16550: 16 bytes wait in the transmitter's FIFO, one without FIFOs", () => {
  for (const [fifos, expected] of [
    [1, 16],
    [0, 1],
  ]) {
    const { load, store, update, line } = uart();
    store(FCR, fifos);
    line.ready = false;
    for (let byte = 0; byte < 20; byte++) store(DATA, byte);
    assert.equal(load(LSR) & 0x60, 0);
    line.ready = true;
    update();
    assert.deepEqual(
      line.sent,
      Array.from({ length: expected }, (_, byte) => byte),
    );
    assert.equal(load(LSR) & 0x60, 0x60);
  }
});

test("16550: the transmitter's interrupt is a latch that IIR and THR clear", () => {
  const { load, store, line } = uart();
  assert.equal(load(IIR), 1);
  store(IER, 2);
  assert.equal(line.level, true);
  assert.equal(load(IIR), 2);
  assert.equal(load(IIR), 1);
  assert.equal(line.level, false);
  store(DATA, 65);
  assert.equal(load(IIR), 2);
  store(IER, 0);
  store(IER, 2);
  assert.equal(line.level, true);
});

test("16550: receive interrupt at the trigger level, time-out below it, none when empty", () => {
  const { load, store, receive, line } = uart();
  store(FCR, 0x81);
  store(IER, 1);
  receive(1, 2, 3);
  assert.equal(load(IIR), 0xcc);
  receive(...Array.from({ length: 20 }, (_, index) => index + 4));
  assert.equal(load(IIR), 0xc4);
  assert.equal(line.input.length, 7);
  assert.equal(load(LSR) & 1, 1);
  for (let byte = 1; byte <= 23; byte++) assert.equal(load(DATA), byte);
  assert.equal(load(LSR) & 1, 0);
  assert.equal(load(IIR), 0xc1);
  assert.equal(line.level, false);
});

test("16550: nothing is taken from the line before the driver asks, so setting the FIFO up loses nothing", () => {
  const { load, store, receive, line } = uart();
  receive(7, 8);
  assert.equal(line.input.length, 2);
  store(FCR, 0x07);
  assert.equal(load(LSR) & 1, 1);
  assert.equal(load(DATA), 7);
  assert.equal(load(DATA), 8);
});

test("16550: without FIFOs one byte at a time; clearing drops what is inside", () => {
  const { load, store, receive, line } = uart();
  store(IER, 1);
  receive(1, 2);
  assert.equal(line.input.length, 1);
  assert.equal(load(IIR), 4);
  store(FCR, 0x01);
  assert.equal(load(DATA), 2);
});

test("16550: divisor latch, scratch, loopback and modem status", () => {
  const { load, store, line } = uart();
  store(LCR, 0x83);
  store(DATA, 3);
  store(IER, 1);
  assert.deepEqual([load(DATA), load(IER), line.sent.length], [3, 1, 0]);
  store(LCR, 3);
  assert.equal(load(IER), 0);
  store(SCR, 0x5a);
  assert.equal(load(SCR), 0x5a);
  assert.equal(load(MSR) & 0xf0, 0xb0);
  store(MCR, 0x1f);
  assert.equal(load(MSR) & 0xf0, 0xf0);
  store(DATA, 99);
  assert.deepEqual([load(DATA), line.sent.length], [99, 0]);
});

test("interrupt lines are level-triggered and masked once taken", () => {
  let wakes = 0;
  const lines = createLines(4, () => wakes++);
  lines.setLevel(2, true);
  assert.equal(lines.take(), -1);
  lines.bind(2, 5);
  assert.equal(wakes, 1);
  assert.equal(lines.take(), 2);
  assert.equal(lines.take(), -1);
  lines.unmask(2);
  assert.equal(lines.take(), 2);
  lines.setLevel(2, false);
  lines.unmask(2);
  assert.equal(lines.take(), -1);
  lines.setLevel(2, true);
  lines.bind(2, -1);
  assert.equal(lines.deliverable(), false);
  assert.equal(lines.bind(4, 1), false);
  assert.equal(lines.unmask(-1), false);
});

test("every byte passes the wire, behind a fill that loses bytes, and its end can be told", () => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  const wire = [...WIRE_OPEN, ...escapeInput(all), ...WIRE_CLOSE].slice(2);
  const out = [];
  let ended = false;
  for (let at = 0; at < wire.length; at++) {
    assert.ok(!ended);
    if (wire[at] === 0x16) continue;
    if (wire[at] !== 0x10) out.push(wire[at]);
    else if (wire[++at] === 0x04) ended = true;
    else out.push(wire[at]);
  }
  assert.deepEqual(out, [...all]);
  assert.ok(ended);
});

/** Reads a device tree into { "/path": { property: Buffer } }. */
function readTree(bytes) {
  const tree = Buffer.from(bytes);
  const word = (at) => tree.readUInt32BE(at);
  const string = (at) => tree.toString("utf8", at, tree.indexOf(0, at));
  assert.equal(word(0), 0xd00dfeed);
  assert.equal(word(4), tree.length);
  const nodes = {};
  const path = [];
  for (let at = word(8); ;) {
    const token = word(at);
    at += 4;
    if (token === 1) {
      path.push(string(at));
      nodes[path.join("/") || "/"] = {};
      at += (path.at(-1).length + 4) & ~3;
    } else if (token === 2) path.pop();
    else if (token === 3) {
      const length = word(at);
      nodes[path.join("/") || "/"][string(word(12) + word(at + 4))] = tree.subarray(at + 8, at + 8 + length);
      at += 8 + ((length + 3) & ~3);
    } else {
      assert.equal(token, 9);
      assert.equal(path.length, 0);
      assert.equal(at, word(8) + word(36));
      return nodes;
    }
  }
}

test("the device tree names command line, serial line, interrupt parent, memory and boot archive", () => {
  const nodes = readTree(boardTree("uart.console=pipe nipbox.x=1", 10240));
  assert.equal(nodes["/chosen"].bootargs.toString(), "uart.console=pipe nipbox.x=1\0");
  const serial = nodes["/serial@10000000"];
  assert.equal(serial.compatible.toString(), "ns16550a\0");
  assert.equal(serial.reg.toString("hex"), "0000000010000000" + "0000000000000100");
  assert.equal(serial.interrupts.readUInt32BE(), 10);
  const parent = Object.values(nodes).find((node) => node.phandle?.equals(serial["interrupt-parent"]));
  assert.equal(parent["#interrupt-cells"].readUInt32BE(), 1);
  const rootfs = nodes["/rumpk/rootfs"];
  assert.equal(rootfs.compatible.toString(), "rumpk,tar\0");
  assert.equal(rootfs.reg.toString("hex"), "0000000040000000" + "0000000000002800");
  assert.equal(nodes["/memory@80000000"].device_type.toString(), "memory\0");
  assert.equal(readTree(boardTree("", null))["/rumpk"], undefined);
});
