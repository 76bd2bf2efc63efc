/*
 * Second pass of the Node form, on the binary: the watchdog's counter and the cell's own view of its memory.
 *
 *   at each loop and at the entry of each function that loops or calls:
 *       fuel = fuel - 1; if (fuel == 0) { check(); fuel = FUEL }
 *   memory.size, memory.grow -> calls of the helpers
 *
 * No endless run escapes: it loops or calls. This pass works on bytes because a walker over expression trees silently
 * skips everything below a node that it does not know; wasm/opcodes.ts refuses what it does not know.
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
import { Location } from "../places/source-map.js";
import { readModule } from "../wasm/module.js";
import { sectionsOf, unsignedBytes, withSections } from "../wasm/reader.js";
import { FUEL, Helped, Helpers } from "./helpers.js";

const SECTION_CODE = 10;

/** The module with the instrumentation in every function except the helpers; new code belongs to the line before it. */
export function instrument({ bytes, locations, helpers }: Helped): { bytes: Uint8Array; locations: Location[] } {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_CODE)!;
  const { importedFunctions } = readModule(bytes);
  const tick = Uint8Array.from(tickCode(helpers));
  const bodies = functionBodies(bytes, section);
  const parts: Uint8Array[] = [Uint8Array.from(unsignedBytes(bodies.length))];
  const moves: Move[] = [];
  let size = parts[0]!.length;
  for (const [index, body] of bodies.entries()) {
    const number = index + importedFunctions;
    const isHelper = number === helpers.size || number === helpers.grow;
    const pieces = isHelper ? [bytes.subarray(body.locals, body.end)] : instrumentBody(bytes, body, tick, helpers);
    const length = pieces.reduce((total, piece) => total + piece.length, 0);
    parts.push(Uint8Array.from(unsignedBytes(length)), ...pieces);
    size += unsignedBytes(length).length;
    for (const piece of pieces) {
      const from = piece.byteOffset - bytes.byteOffset - section.body;
      if (piece.buffer === bytes.buffer) moves.push({ from, end: from + piece.length, by: size - from });
      size += piece.length;
    }
  }
  const out = withSections(bytes, new Map([[SECTION_CODE, Buffer.concat(parts)]]));
  return { bytes: out, locations: moveLocations(locations, moves) };
}

/** Bytes [from, end) of the code section's contents have moved up by `by` bytes. */
interface Move {
  from: number;
  end: number;
  by: number;
}

function moveLocations(locations: Location[], moves: Move[]): Location[] {
  const moved: Location[] = [];
  let next = 0;
  for (const location of locations) {
    while (next < moves.length && moves[next]!.end <= location.at) next++;
    const move = moves[next];
    if (move && location.at >= move.from) moved.push({ ...location, at: location.at + move.by });
    else if (move) moved.push({ ...location, at: move.from + move.by });
  }
  return moved;
}

/**
 * global.get fuel, i32.const 1, i32.sub, global.set fuel, global.get fuel, i32.eqz, if: call check, fuel = FUEL, end
 */
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

/** The pieces of the new body: parts of `bytes`, and new code between them. */
function instrumentBody(bytes: Uint8Array, body: FunctionBody, tick: Uint8Array, helpers: Helpers): Uint8Array[] {
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
  return parts;
}

function callCode(index: number): Uint8Array {
  return Uint8Array.from([OP_CALL, ...unsignedBytes(index)]);
}
