/*
 * A small Wasm module for what the machine cannot do in JavaScript.
 *
 * probe(0) fails with V8's RangeError unless PROBE_BYTES of stack are left. The kernel runs on the stack of the code
 * that calls it, and V8 throws in the middle of whatever function exhausts the stack: inside the kernel, that would
 * leave its tables half changed. So each call of a cell probes first, and an overflow always hits the cell. The probe
 * costs 7 ns: its frame is large because a branch that is never taken keeps thousands of values alive across a call,
 * and V8 compares the size of a large frame with the remaining stack before it builds the frame. The call before the
 * branch keeps V8 from omitting the frame.
 *
 * trap() executes `unreachable`. It ends a cell, instead of a JavaScript exception, because no catch clause of a Wasm
 * module can catch a trap.
 */

/** Minimum stack for the kernel, in bytes, however deep the calling cell is. */
export const PROBE_BYTES = 64 * 1024;

export interface Support {
  /** Whether PROBE_BYTES of stack are left. */
  stackLeft(): boolean;
  /** Ends the running Wasm code with a trap. */
  trap(): never;
}

const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const FUNCTION_SECTION = 3;
const MEMORY_SECTION = 5;
const EXPORT_SECTION = 7;
const CODE_SECTION = 10;

const I32 = 0x7f;
const FUNCTION_TYPE = 0x60;
const UNREACHABLE = 0x00;
const IF = 0x04;
const END = 0x0b;
const CALL = 0x10;
const LOCAL_GET = 0x20;
const I64_LOAD = 0x29;
const I64_STORE = 0x37;
const I32_CONST = 0x41;
const I64_XOR = 0x85;
const EMPTY_BLOCK = 0x40;
const ALIGNED_8 = 3;

/** Makes the support functions of one machine. */
export function createSupport(): Support {
  const module = new WebAssembly.Module(supportModule());
  const { exports } = new WebAssembly.Instance(module, { m: { f: () => undefined } });
  const probe = exports["p"] as (never: number) => void;
  return {
    stackLeft() {
      try {
        probe(0);
        return true;
      } catch {
        return false;
      }
    },
    trap: exports["t"] as () => never,
  };
}

/** (import "m" "f" (func)) (memory 1) (func (export "p") (param i32) ..) (func (export "t") unreachable) */
function supportModule(): Uint8Array<ArrayBuffer> {
  const name = (letter: string): number[] => [1, letter.charCodeAt(0)];
  const trap = [0, UNREACHABLE, END];
  const probe = probeBody(PROBE_BYTES / 8);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(TYPE_SECTION, [2, FUNCTION_TYPE, 0, 0, FUNCTION_TYPE, 1, I32, 0]),
    ...section(IMPORT_SECTION, [1, ...name("m"), ...name("f"), 0, 0]),
    ...section(FUNCTION_SECTION, [2, 1, 0]),
    ...section(MEMORY_SECTION, [1, 0, 1]),
    ...section(EXPORT_SECTION, [2, ...name("p"), 0, 1, ...name("t"), 0, 2]),
    ...section(CODE_SECTION, [2, ...unsigned(probe.length), ...probe, ...unsigned(trap.length), ...trap]),
  ]);
}

/** Calls f; then, if the parameter is not 0, loads `values` words, calls f and stores their exclusive or. */
function probeBody(values: number): number[] {
  const body = [0, CALL, 0, LOCAL_GET, 0, IF, EMPTY_BLOCK, I32_CONST, 0];
  for (let index = 0; index < values; index++) body.push(I32_CONST, 0, I64_LOAD, ALIGNED_8, ...unsigned(8 * index));
  body.push(CALL, 0);
  for (let index = 1; index < values; index++) body.push(I64_XOR);
  body.push(I64_STORE, ALIGNED_8, 0, END, END);
  return body;
}

function section(id: number, bytes: readonly number[]): number[] {
  return [id, ...unsigned(bytes.length), ...bytes];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
