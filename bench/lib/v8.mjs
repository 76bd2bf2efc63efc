/*
 * Runs a module of the cell micro in V8 alone, without kernel, watchdog or Asyncify: as asc wrote it, or contained.
 * This file implements its few calls, so that only V8's code is timed.
 */
import * as abi from "../../build/host/abi.js";

const SLOT = 1n;
const ENTRY_SIZE = 1024n;
const NOT_SUPPORTED = BigInt(abi.ENOSYS);

/** The output of the cell with the module `wasm`, with `args` (its name first) as its arguments. */
export async function runInV8(wasm, args) {
  const words = Buffer.from(args.map((word) => `${word}\0`).join(""));
  const text = [];
  let memory;
  const bytes = (pointer, length) => Buffer.from(memory.buffer, Number(pointer), Number(length));
  const answers = {
    [abi.META_CLOCK]: () => process.hrtime.bigint(),
    [abi.META_ARGS]: (pointer) => BigInt(words.copy(bytes(pointer, words.length))),
    [abi.META_LOOKUP]: () => SLOT,
    [abi.META_RING]: () => ENTRY_SIZE | (1n << 32n),
  };
  const calls = {
    meta: (op, a, b) => answers[op]?.(a, b) ?? NOT_SUPPORTED,
    send: (_slot, pointer, length) => BigInt(text.push(bytes(pointer, length).toString()) && length),
  };
  const rumpk = new Proxy(calls, { get: (known, name) => known[name] ?? (() => NOT_SUPPORTED) });
  const watchdog = { check() {} };
  const { instance } = await WebAssembly.instantiate(wasm, { rumpk, watchdog });
  memory = instance.exports.memory;
  instance.exports.rumpk_start?.();
  instance.exports.cell_main();
  return text.join("");
}
