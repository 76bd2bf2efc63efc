/*
 * Writes instructions. Every function returns the bytes of one instruction, or of a short sequence; a guard is a list
 * of these, in order of execution.
 *
 * Source: WebAssembly core specification 3.0, section 5.4, instructions.
 */
import { unsignedBytes } from "../../wasm/reader.js";

export type Code = number[];

/** Value types as they are encoded. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const FUNCREF = 0x70;
export const EXTERNREF = 0x6f;
const NO_RESULT = 0x40;

/** Instructions without immediates. */
export const op = {
  unreachable: [0x00],
  end: [0x0b],
  return: [0x0f],
  drop: [0x1a],
  select: [0x1b],
  i32Eqz: [0x45],
  i32Eq: [0x46],
  i32Ne: [0x47],
  i32GtU: [0x4b],
  i32GeU: [0x4f],
  i32LtS: [0x48],
  i64Eqz: [0x50],
  i64Eq: [0x51],
  i64GtU: [0x56],
  f32Lt: [0x5d],
  f32Gt: [0x5e],
  f32Ge: [0x60],
  f64Lt: [0x63],
  f64Gt: [0x64],
  f64Ge: [0x66],
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i32Mul: [0x6c],
  i32And: [0x71],
  i32Or: [0x72],
  i32ShrU: [0x76],
  i32Shl: [0x74],
  i64Add: [0x7c],
  i64ExtendU: [0xad],
} satisfies Record<string, Code>;

export const localGet = (index: number): Code => [0x20, ...unsignedBytes(index)];
export const localSet = (index: number): Code => [0x21, ...unsignedBytes(index)];
export const localTee = (index: number): Code => [0x22, ...unsignedBytes(index)];
export const globalGet = (index: number): Code => [0x23, ...unsignedBytes(index)];
export const globalSet = (index: number): Code => [0x24, ...unsignedBytes(index)];
export const call = (index: number): Code => [0x10, ...unsignedBytes(index)];
export const branch = (depth: number): Code => [0x0c, ...unsignedBytes(depth)];
export const i32Const = (value: number): Code => [0x41, ...signedBytes(BigInt(value | 0))];
export const i64Const = (value: bigint): Code => [0x42, ...signedBytes(value)];
export const f32Const = (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
export const f64Const = (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];
export const memorySize: Code = [0x3f, 0];
export const memoryGrow: Code = [0x40, 0];
export const memoryFill: Code = [0xfc, 11, 0];
export const memoryInit = (segment: number): Code => [0xfc, 8, ...unsignedBytes(segment), 0];
export const tableSize = (table: number): Code => [0xfc, 16, ...unsignedBytes(table)];
export const tableFill = (table: number): Code => [0xfc, 17, ...unsignedBytes(table)];
export const tableInit = (segment: number, table: number): Code => [
  0xfc,
  12,
  ...unsignedBytes(segment),
  ...unsignedBytes(table),
];

/** if condition (on the stack) then ...; the branches leave nothing on the stack. */
export const when = (...then: Code[]): Code => [0x04, NO_RESULT, ...then.flat(), ...op.end];

/** The zero of a value type. */
export function zero(type: number): Code {
  if (type === I32) return i32Const(0);
  if (type === I64) return i64Const(0n);
  if (type === F32) return f32Const(0);
  if (type === F64) return f64Const(0);
  return [0xd0, type];
}

/** A number as signed LEB128. */
export function signedBytes(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const last = (rest === 0n && (low & 64) === 0) || (rest === -1n && (low & 64) !== 0);
    bytes.push(last ? low : low | 128);
    if (last) return bytes;
  }
}
