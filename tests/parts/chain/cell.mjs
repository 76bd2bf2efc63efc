/*
 * The ledger's cell alone: its module is instantiated in V8 with a script as the kernel, a generator that is resumed
 * whenever the cell waits, and yields what happens next.
 *
 *   yield { events: [event, ...] }     the kernel reports these; returns nothing
 *   yield { request: bytes }           a client sends a 9P message; returns the cell's answer
 *
 * When the script ends, so does the run. `saved` is the cell's newest checkpoint; another instance can start from it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as abi from "../../../build/host/abi.js";
import { root } from "../../lib/paths.mjs";

const LEDGER_SLOT = 1;
const CLIENT_SLOT = 5;
const EAGAIN = -11n;

class Stop extends Error {}

let compiled;

/** Runs the script against a new instance; returns { saved, count }, where `count` is the number of checkpoints. */
export function runCell(script, { generation = 1, saved = null, now = () => 1_000_000n } = {}) {
  compiled ??= new WebAssembly.Module(readFileSync(join(root, "build/cells/provchain/provchain.wasm")));
  const state = { saved, count: 0 };
  const events = [];
  let connected = false;
  let request = null;
  let answer = null;
  let exports;
  const memory = (at, length) => new Uint8Array(exports.memory.buffer, Number(at), Number(length));
  const put = (at, bytes) => (memory(at, bytes.length).set(bytes), BigInt(bytes.length));

  const metas = {
    [abi.META_LOOKUP]: (what) => (what === BigInt(abi.LOOKUP_LEDGER) ? BigInt(LEDGER_SLOT) : -2n),
    [abi.META_SELF]: () => 7n | (BigInt(generation) << 16n),
    [abi.META_CLOCK]: (which) => now() + (which === 0n ? 0n : 1_700_000_000_000_000_000n),
    [abi.META_ENTROPY]: (at, length) => (crypto.getRandomValues(memory(at, length)), length),
    [abi.META_RESTORE]: (at) => (state.saved ? put(at, state.saved) : -2n),
  };
  const steps = script();
  let fresh = true;

  const advance = () => {
    const step = fresh ? steps.next() : steps.next(answer);
    fresh = false;
    answer = null;
    if (step.done) throw new Stop();
    if (step.value.events) events.push(...step.value.events);
    else request = step.value.request;
  };

  const rumpk = {
    meta: (op, a, b, c) => metas[op]?.(a, b, c) ?? -38n,
    wait: () => {
      if (!events.length) advance();
      return (events.length ? 1n << BigInt(LEDGER_SLOT) : 0n) | (request ? 1n << BigInt(CLIENT_SLOT) : 0n);
    },
    recv: (slot, at, capacity) => {
      if (slot === 0 && !connected) {
        connected = true;
        const event = Buffer.alloc(abi.Event.size);
        event.writeUInt32LE(abi.EVENT_CONNECTED, 0);
        event.writeUInt32LE(CLIENT_SLOT, 4);
        return put(at, event);
      }
      if (slot === LEDGER_SLOT && events.length) return put(at, events.shift());
      if (slot !== CLIENT_SLOT || !request || request.length > capacity) return EAGAIN;
      const bytes = request;
      request = null;
      return put(at, bytes);
    },
    send: (slot, at, length) => {
      answer = Buffer.from(memory(at, length));
      return BigInt(length);
    },
    checkpoint: (at, length) => {
      state.saved = Buffer.from(memory(at, length));
      state.count++;
      return 0n;
    },
    mask: () => 0n,
    exit: () => {
      throw new Stop();
    },
  };
  const imports = new Proxy(rumpk, { get: (target, name) => target[name] ?? (() => -38n) });
  try {
    exports = new WebAssembly.Instance(compiled, { rumpk: imports }).exports;
    const status = exports.cell_main();
    throw new Error(`the cell ended with status ${status}`);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return state;
}

/** An event of the kernel. */
export function event(id, { kind = abi.AUDIT_EXIT, cell = 2, entity = 0n, cause = 0n, data = [] } = {}) {
  const { fields, size } = abi.AuditEvent;
  const bytes = Buffer.alloc(size);
  bytes.writeBigUInt64LE(BigInt(id), fields.id.offset);
  bytes.writeBigUInt64LE(BigInt(id) * 1000n, fields.time.offset);
  bytes.writeUInt32LE(kind, fields.kind.offset);
  bytes.writeUInt32LE(cell, fields.cell.offset);
  bytes.writeBigUInt64LE(BigInt(entity), fields.entity.offset);
  bytes.writeBigUInt64LE(BigInt(cause), fields.cause.offset);
  data.forEach((word, index) =>
    bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(word)), fields.data0.offset + 8 * index),
  );
  return bytes;
}

/** Events with these ids. */
export function eventRange(first, last) {
  return Array.from({ length: last - first + 1 }, (_, at) => event(first + at));
}
