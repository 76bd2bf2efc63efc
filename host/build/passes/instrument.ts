/*
 * Second pass of the Node form, on the binary: the watchdog's counter and the cell's own view of its memory.
 *
 *   at each loop and at the entry of each function that loops or calls:
 *       fuel = fuel - 1; if (fuel == 0) { check(); fuel = FUEL }
 *   memory.size, memory.grow -> calls of the helpers
 *
 * No endless run passes by: it loops or it calls. Works on bytes because a walker over expression trees that does not
 * know a kind of node would silently skip what lies below it; wasm/opcodes.ts refuses what it does not know.
 */
import {
  FunctionBody,
  Instruction,
  OP_CALL,
  OP_CALL_INDIRECT,
  OP_LOOP,
  OP_MEMORY_GROW,
  OP_MEMORY_SIZE,
  eachInstruction,
  functionBodies,
} from "../wasm/opcodes.js";
import { readModule } from "../wasm/module.js";
import { sectionsOf, unsignedBytes, withSections } from "../wasm/reader.js";
import { FUEL, Helpers } from "./helpers.js";

const SECTION_CODE = 10;

/** The module with the instrumentation in every function but the helpers. */
export function instrument(bytes: Uint8Array, helpers: Helpers): Uint8Array {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_CODE)!;
  const { importedFunctions } = readModule(bytes);
  const tick = Uint8Array.from(tickCode(helpers));
  const parts: Uint8Array[] = [];
  const bodies = functionBodies(bytes, section);
  for (const [index, body] of bodies.entries()) {
    const number = index + importedFunctions;
    const isHelper = number === helpers.size || number === helpers.grow;
    const code = isHelper ? bytes.subarray(body.locals, body.end) : instrumentBody(bytes, body, tick, helpers);
    parts.push(Uint8Array.from(unsignedBytes(code.length)), code);
  }
  const contents = Buffer.concat([Uint8Array.from(unsignedBytes(bodies.length)), ...parts]);
  return withSections(bytes, new Map([[SECTION_CODE, contents]]));
}

/** global.get fuel, i32.const 1, i32.sub, global.set fuel, global.get fuel, i32.eqz, if: call check, fuel = FUEL, end. */
function tickCode({ fuel, check }: Helpers): number[] {
  const global = unsignedBytes(fuel);
  const count = [0x23, ...global, 0x41, 1, 0x6b, 0x24, ...global];
  const refill = [0x10, ...unsignedBytes(check), 0x41, ...signedBytes(FUEL), 0x24, ...global];
  return [...count, 0x23, ...global, 0x45, 0x04, 0x40, ...refill, 0x0b];
}

/** A number >= 0 as signed LEB128. */
function signedBytes(value: number): number[] {
  const bytes = unsignedBytes(value);
  const last = bytes.length - 1;
  if (bytes[last]! & 64) return [...bytes.slice(0, last), bytes[last]! | 128, 0];
  return bytes;
}

function instrumentBody(bytes: Uint8Array, body: FunctionBody, tick: Uint8Array, helpers: Helpers): Uint8Array {
  const instructions: Instruction[] = [];
  eachInstruction(bytes, body, (one) => instructions.push(one));
  const loops = instructions.some(
    ({ opcode }) => opcode === OP_LOOP || opcode === OP_CALL || opcode === OP_CALL_INDIRECT,
  );
  const parts = [bytes.subarray(body.locals, body.code)];
  if (loops) parts.push(tick);
  let copied = body.code;
  const replace = (one: Instruction, code: Uint8Array, keep: boolean) => {
    parts.push(bytes.subarray(copied, keep ? one.end : one.start), code);
    copied = one.end;
  };
  for (const one of instructions) {
    if (one.opcode === OP_LOOP) replace(one, tick, true);
    else if (one.opcode === OP_MEMORY_SIZE) replace(one, callCode(helpers.size), false);
    else if (one.opcode === OP_MEMORY_GROW) replace(one, callCode(helpers.grow), false);
  }
  parts.push(bytes.subarray(copied, body.end));
  return Buffer.concat(parts);
}

function callCode(index: number): Uint8Array {
  return Uint8Array.from([OP_CALL, ...unsignedBytes(index)]);
}
