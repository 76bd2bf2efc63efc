/*
 * The guards of single instructions: code before an instruction so that it cannot trap. The operands are on the stack,
 * the last one on top; a guard keeps them in temporary locals while it checks them.
 *
 *   i32.store offset=8   ->   set value, tee address, address > limit - 12 ? fault : address, value, i32.store offset=8
 *
 * Source: WebAssembly core specification 3.0, section 4.6: each trap of an instruction has its line here.
 */
import {
  CAUSE_CONVERSION,
  CAUSE_DIVISION,
  CAUSE_OVERFLOW,
  CAUSE_UNALIGNED,
  CAUSE_UNREACHABLE,
  WASM_PAGE,
} from "../../../abi.js";
import { Code, F32, F64, I32, I64, f32Const, f64Const, i32Const, i64Const } from "./encode.js";
import { globalGet, localGet, localSet, localTee, op, when } from "./encode.js";
import { Setting, raise, raiseAt } from "./setting.js";

/** The function that is being guarded. */
export interface Frame {
  results: number[];
  /** A local of this type for the guards; two of the same type have different numbers `which`. */
  temporary(type: number, which: number): number;
}

interface Access {
  bytes: number;
  /** Operands after the address. */
  operands: number[];
  atomic: boolean;
}

const LOAD_BYTES = [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4];
const STORES: readonly (readonly [type: number, bytes: number])[] = [
  [I32, 4],
  [I64, 8],
  [F32, 4],
  [F64, 8],
  [I32, 1],
  [I32, 2],
  [I64, 1],
  [I64, 2],
  [I64, 4],
];
/** Each atomic operation comes in seven widths. */
const ATOMICS: readonly (readonly [type: number, bytes: number])[] = [
  [I32, 4],
  [I64, 8],
  [I32, 1],
  [I32, 2],
  [I64, 1],
  [I64, 2],
  [I64, 4],
];
const ATOMIC_FENCE = 3;
const ATOMIC_LOAD = 0x10;
const ATOMIC_STORE = 0x17;
const ATOMIC_CMPXCHG = 0x48;

/** The guard of an instruction that reads or writes memory; null for any other. */
export function accessGuard(setting: Setting, frame: Frame, opcode: number, sub: number, offset: number): Code | null {
  const access = accessOf(opcode, sub);
  if (access === null) return null;
  const address = frame.temporary(I32, 0);
  const operands = access.operands.map((type, index) => frame.temporary(type, index + 1));
  const code: Code = [];
  for (const operand of [...operands].reverse()) code.push(...localSet(operand));
  code.push(...localTee(address), ...boundsCheck(setting, frame, address, offset, access.bytes));
  if (access.atomic && access.bytes > 1) {
    const place = [...localGet(address), ...i32Const(offset), ...op.i32Add];
    code.push(...place, ...i32Const(access.bytes - 1), ...op.i32And);
    code.push(...when(raise(setting, CAUSE_UNALIGNED, frame.results)));
  }
  if (isWait(opcode, sub)) code.push(...raise(setting, CAUSE_UNREACHABLE, frame.results));
  return [...code, ...localGet(address), ...operands.flatMap(localGet)];
}

function accessOf(opcode: number, sub: number): Access | null {
  if (opcode >= 0x28 && opcode <= 0x35) return { bytes: LOAD_BYTES[opcode - 0x28]!, operands: [], atomic: false };
  if (opcode >= 0x36 && opcode <= 0x3e) {
    const [type, bytes] = STORES[opcode - 0x36]!;
    return { bytes, operands: [type], atomic: false };
  }
  return opcode === 0xfe && sub !== ATOMIC_FENCE ? atomicAccess(sub) : null;
}

function atomicAccess(sub: number): Access {
  if (sub === 0) return { bytes: 4, operands: [I32], atomic: true };
  if (sub < ATOMIC_FENCE) return { bytes: sub * 4, operands: [sub === 1 ? I32 : I64, I64], atomic: true };
  const [type, bytes] = ATOMICS[(sub - ATOMIC_LOAD) % ATOMICS.length]!;
  if (sub < ATOMIC_STORE) return { bytes, operands: [], atomic: true };
  return { bytes, operands: sub < ATOMIC_CMPXCHG ? [type] : [type, type], atomic: true };
}

/** memory.atomic.wait traps on a memory that is not shared, and a cell's is not. */
function isWait(opcode: number, sub: number): boolean {
  return opcode === 0xfe && (sub === 1 || sub === 2);
}

/** Faults unless [address + offset, + bytes) is in memory. Takes the address from the stack. */
function boundsCheck(setting: Setting, frame: Frame, address: number, offset: number, bytes: number): Code {
  const { growth, minPages } = setting;
  const reach = offset + bytes;
  const fault = raiseAt(setting, [...localGet(address), ...i32Const(offset), ...op.i32Add], frame.results);
  if (minPages * WASM_PAGE >= reach) {
    const last = growth
      ? [...globalGet(growth.limit), ...i32Const(reach), ...op.i32Sub]
      : i32Const(minPages * WASM_PAGE - reach);
    return [...last, ...op.i32GtU, ...when(fault)];
  }
  if (!growth) return [...op.drop, ...fault];
  const end = [...op.i64ExtendU, ...i64Const(BigInt(reach)), ...op.i64Add];
  return [...end, ...globalGet(growth.limit), ...op.i64ExtendU, ...op.i64GtU, ...when(fault)];
}

interface Division {
  type: number;
  overflows: boolean;
}

function divisionOf(opcode: number): Division | null {
  if (opcode >= 0x6d && opcode <= 0x70) return { type: I32, overflows: opcode === 0x6d };
  if (opcode >= 0x7f && opcode <= 0x82) return { type: I64, overflows: opcode === 0x7f };
  return null;
}

/** The guard of an integer division or remainder; null for any other instruction. */
export function divisionGuard(setting: Setting, frame: Frame, opcode: number): Code | null {
  const division = divisionOf(opcode);
  if (division === null) return null;
  const { type, overflows } = division;
  const [left, right] = [frame.temporary(type, 0), frame.temporary(type, 1)];
  const code = [...localSet(right), ...localSet(left), ...localGet(right)];
  code.push(...(type === I32 ? op.i32Eqz : op.i64Eqz), ...when(raise(setting, CAUSE_DIVISION, frame.results)));
  if (overflows) {
    const [least, minusOne, equal] =
      type === I32
        ? [i32Const(-0x8000_0000), i32Const(-1), op.i32Eq]
        : [i64Const(-(2n ** 63n)), i64Const(-1n), op.i64Eq];
    code.push(...localGet(left), ...least, ...equal, ...localGet(right), ...minusOne, ...equal, ...op.i32And);
    code.push(...when(raise(setting, CAUSE_OVERFLOW, frame.results)));
  }
  return [...code, ...localGet(left), ...localGet(right)];
}

/** Float type, lower bound and whether it is allowed itself, upper bound (never allowed), by opcode from 0xa8. */
const TRUNCATIONS: Readonly<Record<number, readonly [type: number, low: number, allowed: boolean, high: number]>> = {
  0xa8: [F32, -(2 ** 31), true, 2 ** 31],
  0xa9: [F32, -1, false, 2 ** 32],
  0xaa: [F64, -(2 ** 31) - 1, false, 2 ** 31],
  0xab: [F64, -1, false, 2 ** 32],
  0xae: [F32, -(2 ** 63), true, 2 ** 63],
  0xaf: [F32, -1, false, 2 ** 64],
  0xb0: [F64, -(2 ** 63), true, 2 ** 63],
  0xb1: [F64, -1, false, 2 ** 64],
};

/** The guard of a conversion from float to integer that traps; null for any other instruction. */
export function conversionGuard(setting: Setting, frame: Frame, opcode: number): Code | null {
  const truncation = TRUNCATIONS[opcode];
  if (truncation === undefined) return null;
  const [type, low, allowed, high] = truncation;
  const value = frame.temporary(type, 0);
  const constant = type === F32 ? f32Const : f64Const;
  const [above, aboveOrAt, below] = type === F32 ? [op.f32Gt, op.f32Ge, op.f32Lt] : [op.f64Gt, op.f64Ge, op.f64Lt];
  const inside = [...localTee(value), ...constant(low), ...(allowed ? aboveOrAt : above)];
  inside.push(...localGet(value), ...constant(high), ...below, ...op.i32And);
  return [...inside, ...op.i32Eqz, ...when(raise(setting, CAUSE_CONVERSION, frame.results)), ...localGet(value)];
}
