/*
 * Walks over the instructions of a module. It knows what all our machines can run: version 1 of WebAssembly with sign
 * extension, saturating conversion, bulk memory, reference types and atomics. Any other opcode is an error, so that no
 * pass ever skips over code that it does not understand.
 */
import { Reader } from "./reader.js";

/** One instruction. */
export interface Instruction {
  opcode: number;
  /** Opcode after a 0xfc or 0xfe prefix, else 0. */
  sub: number;
  /** Offset of the first byte, and of the byte after the last. */
  start: number;
  end: number;
  /** Static offset of a load or store, else 0. */
  offset: number;
}

export const OP_BLOCK = 0x02;
export const OP_LOOP = 0x03;
export const OP_IF = 0x04;
export const OP_CALL = 0x10;
export const OP_CALL_INDIRECT = 0x11;
export const OP_MEMORY_SIZE = 0x3f;
export const OP_MEMORY_GROW = 0x40;

const NO_IMMEDIATE: [number, number][] = [
  [0x00, 0x01],
  [0x05, 0x05],
  [0x0b, 0x0b],
  [0x0f, 0x0f],
  [0x1a, 0x1b],
  [0x45, 0xc4],
  [0xd1, 0xd1],
];
/** br, br_if, call, local.*, global.*, table.get, table.set, i32.const, i64.const, ref.null, ref.func. */
const ONE_NUMBER = new Set([0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x41, 0x42, 0xd0, 0xd2]);

/** Reads the instruction at the reader. Throws when it is not one of those above. */
export function nextInstruction(reader: Reader): Instruction {
  const start = reader.at;
  const opcode = reader.byte();
  const instruction = { opcode, sub: 0, start, end: 0, offset: 0 };
  if (opcode >= 0x28 && opcode <= 0x3e) instruction.offset = memoryArgument(reader);
  else if (opcode === 0xfc) instruction.sub = bulk(reader);
  else if (opcode === 0xfe) [instruction.sub, instruction.offset] = atomic(reader);
  else if (!plain(reader, opcode)) throw new Error(unknown(start, opcode));
  instruction.end = reader.at;
  return instruction;
}

function unknown(start: number, opcode: number, sub?: number): string {
  const name = opcode.toString(16) + (sub === undefined ? "" : ` ${sub.toString(16)}`);
  return `instruction 0x${name} at byte ${start} is none that cells may use (SIMD, exceptions and GC are not)`;
}

function plain(reader: Reader, opcode: number): boolean {
  if (NO_IMMEDIATE.some(([low, high]) => opcode >= low && opcode <= high)) return true;
  if (ONE_NUMBER.has(opcode) || opcode === OP_BLOCK || opcode === OP_LOOP || opcode === OP_IF) reader.skipNumber();
  else if (opcode === OP_MEMORY_SIZE || opcode === OP_MEMORY_GROW) reader.skipNumber();
  else if (opcode === 0x43) reader.at += 4;
  else if (opcode === 0x44) reader.at += 8;
  else if (opcode === OP_CALL_INDIRECT) numbers(reader, 2);
  else if (opcode === 0x0e) numbers(reader, reader.unsigned() + 1);
  else if (opcode === 0x1c) numbers(reader, reader.unsigned());
  else return false;
  return true;
}

function numbers(reader: Reader, count: number): void {
  for (let left = count; left > 0; left--) reader.skipNumber();
}

function memoryArgument(reader: Reader): number {
  reader.skipNumber();
  return reader.unsigned();
}

/** 0 to 7 saturating conversions, 8 to 17 bulk memory and tables. */
function bulk(reader: Reader): number {
  const start = reader.at - 1;
  const sub = reader.unsigned();
  const immediates = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1][sub];
  if (immediates === undefined) throw new Error(unknown(start, 0xfc, sub));
  numbers(reader, immediates);
  return sub;
}

function atomic(reader: Reader): [sub: number, offset: number] {
  const start = reader.at - 1;
  const sub = reader.unsigned();
  if (sub === 3) reader.byte();
  else if (sub > 0x4e || (sub > 3 && sub < 0x10)) throw new Error(unknown(start, 0xfe, sub));
  return [sub, sub === 3 ? 0 : memoryArgument(reader)];
}

/** The body of one function. */
export interface FunctionBody {
  /** Offset of the body's size, of its local declarations, of its first instruction, and its end. */
  start: number;
  locals: number;
  code: number;
  end: number;
}

/** The bodies of a code section. */
export function functionBodies(bytes: Uint8Array, section: { body: number; end: number }): FunctionBody[] {
  const reader = new Reader(bytes, section.body, section.end);
  return Array.from({ length: reader.unsigned() }, () => {
    const start = reader.at;
    const length = reader.unsigned();
    const locals = reader.at;
    const end = locals + length;
    for (let groups = reader.unsigned(); groups > 0; groups--) {
      reader.skipNumber();
      reader.skipNumber();
    }
    const code = reader.at;
    reader.at = end;
    return { start, locals, code, end };
  });
}

/** Calls `visit` for each instruction of a body. */
export function eachInstruction(bytes: Uint8Array, body: FunctionBody, visit: (one: Instruction) => void): void {
  const reader = new Reader(bytes, body.code, body.end);
  while (reader.at < body.end) visit(nextInstruction(reader));
}
