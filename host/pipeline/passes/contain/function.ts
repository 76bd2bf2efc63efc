/*
 * Rewrites one function: guards before instructions that can trap, a check of the fault after every call, the
 * watchdog's count (ticks.ts), and the depth of recursion.
 *
 *   entry     fuel - 1, and the clock when it is used up          recursive and long functions
 *             depth - cost, a fault when there is none left       recursive functions
 *   body      in a block, so that `return` can go to the exit     recursive functions
 *   exit      depth + cost                                        recursive functions
 *
 * A fault returns at once and does not give the depth back: the instance is reset before it runs again.
 */
import { CAUSE_STACK, CAUSE_UNREACHABLE } from "../../../abi.js";
import { Instruction, nextInstruction } from "../../wasm/opcodes.js";
import { Reader, unsignedBytes } from "../../wasm/reader.js";
import { Body, FunctionType, Unguardable, typeIndex } from "./draft.js";
import { Code, branch, call, globalGet, globalSet, i32Const, op, signedBytes, when } from "./encode.js";
import { Frame, accessGuard, conversionGuard, divisionGuard } from "./guards.js";
import { MemoryFunctions, dropData } from "./memory.js";
import { BodyPlaces } from "./places.js";
import { Setting, leaveOnFault, raise } from "./setting.js";
import * as table from "./tables.js";
import { tickCode } from "./ticks.js";

const UNREACHABLE = 0x00;
const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const END = 0x0b;
const RETURN = 0x0f;
const CALL = 0x10;
const CALL_INDIRECT = 0x11;
const MEMORY_SIZE = 0x3f;
const MEMORY_GROW = 0x40;
const BULK = 0xfc;
const MEMORY_INIT = 8;
const DATA_DROP = 9;
const MEMORY_COPY = 10;
const MEMORY_FILL = 11;

/** What the pass has added to the module. */
export interface Added {
  memory: MemoryFunctions;
  tables: table.Tables;
  /** By function; absent if it is not recursive. */
  cost: Map<number, number>;
  /** Functions that count on entry. */
  ticking: Set<number>;
}

/** The instructions of a body, including the final `end`. */
export function instructionsOf(body: Body): Instruction[] {
  const reader = new Reader(body.code);
  const out: Instruction[] = [];
  while (reader.at < body.code.length) out.push(nextInstruction(reader));
  return out;
}

/** The immediates of an instruction. */
export function immediates(body: Body, one: Instruction, count: number): number[] {
  const reader = new Reader(body.code, one.start + 1);
  if (one.opcode === BULK) reader.skipNumber();
  return Array.from({ length: count }, () => reader.unsigned());
}

/** The body of function `index` with all containment code. `places` are the numbers of its places. */
export function contain(setting: Setting, added: Added, index: number, body: Body, places: BodyPlaces): Body {
  const type = setting.draft.types[setting.draft.functions[index]!]!;
  const instructions = instructionsOf(body);
  const locals = body.locals.map((group) => ({ ...group }));
  const frame = frameOf(type, locals);
  const cost = added.cost.get(index);
  setting.place = places.beginning;
  const parts: Uint8Array[] = [];
  const put = (code: Code | Uint8Array) => parts.push(Uint8Array.from(code));
  if (added.ticking.has(index)) put(tickCode(setting, frame.results));
  if (cost !== undefined) put(enterCode(setting, frame, cost));
  let nesting = 0;
  for (const one of instructions.slice(0, -1)) {
    if (one.opcode === BLOCK || one.opcode === LOOP || one.opcode === IF) nesting++;
    if (one.opcode === END) nesting--;
    setting.place = places.at(one.start);
    if (one.opcode === RETURN && cost !== undefined) put(branch(nesting));
    else putInstruction({ setting, added, frame, body, put }, one);
  }
  if (cost !== undefined) put([...op.end, ...globalGet(setting.depth), ...depthBack(setting, cost)]);
  put(op.end);
  setting.place = 0;
  return { locals, code: Buffer.concat(parts) };
}

function frameOf({ params, results }: FunctionType, locals: Body["locals"]): Frame {
  let next = params.length + locals.reduce((sum, { count }) => sum + count, 0);
  const known = new Map<string, number>();
  return {
    results,
    temporary(type, which) {
      const name = `${type} ${which}`;
      if (!known.has(name)) {
        locals.push({ count: 1, type });
        known.set(name, next++);
      }
      return known.get(name)!;
    },
  };
}

function enterCode(setting: Setting, frame: Frame, cost: number): Code {
  const { depth, draft } = setting;
  const taken = [...globalGet(depth), ...i32Const(cost), ...op.i32Sub, ...globalSet(depth)];
  const empty = [...globalGet(depth), ...i32Const(0), ...op.i32LtS];
  const { results } = frame;
  const blockType =
    results.length === 0 ? [0x40] : results.length === 1 ? results : signedBytes(BigInt(typeIndex(draft, [], results)));
  return [...taken, ...empty, ...when(raise(setting, CAUSE_STACK, results)), BLOCK, ...blockType];
}

function depthBack({ depth }: Setting, cost: number): Code {
  return [...i32Const(cost), ...op.i32Add, ...globalSet(depth)];
}

interface Writing {
  setting: Setting;
  added: Added;
  frame: Frame;
  body: Body;
  put(code: Code | Uint8Array): void;
}

/** Writes one instruction, guarded or replaced. */
function putInstruction(writing: Writing, one: Instruction): void {
  const { setting, frame, body, put } = writing;
  const { opcode, sub, offset } = one;
  const same = body.code.subarray(one.start, one.end);
  const replaced = replacement(writing, one);
  if (replaced) return put(replaced);
  const guard =
    accessGuard(setting, frame, opcode, sub, offset) ??
    divisionGuard(setting, frame, opcode) ??
    conversionGuard(setting, frame, opcode) ??
    [];
  put(guard);
  put(same);
  if (opcode === LOOP) put(tickCode(setting, frame.results));
  if (opcode === CALL) put(leaveOnFault(setting, frame.results, isImported(writing, one)));
}

function isImported({ setting, body }: Writing, one: Instruction): boolean {
  return immediates(body, one, 1)[0]! < setting.draft.importCount;
}

/** The replacement of an instruction; null if it is kept. */
function replacement(writing: Writing, one: Instruction): Code | null {
  const { setting, added, frame, body } = writing;
  const { opcode } = one;
  if (opcode === UNREACHABLE) return raise(setting, CAUSE_UNREACHABLE, frame.results);
  if (opcode === MEMORY_SIZE) return added.memory.size;
  if (opcode === MEMORY_GROW) return call(added.memory.grow);
  if (opcode === BULK) return bulkReplacement(writing, one);
  if (opcode === CALL_INDIRECT) {
    const [type, which] = immediates(body, one, 2);
    const code = table.indirectCall(setting, frame, added.tables, type!, which!);
    return [...code, ...leaveOnFault(setting, frame.results, true)];
  }
  if (opcode === table.TABLE_GET || opcode === table.TABLE_SET) {
    const [which] = immediates(body, one, 1);
    return [...table.entryGuard(setting, frame, opcode, which!), opcode, ...unsignedBytes(which!)];
  }
  return null;
}

function bulkReplacement({ setting, added, frame, body }: Writing, one: Instruction): Code | null {
  const { memory, tables } = added;
  const checked = (index: number) => [...call(index), ...leaveOnFault(setting, frame.results, true)];
  const { sub } = one;
  if (sub === MEMORY_FILL) return checked(memory.fill);
  if (sub === MEMORY_COPY) return checked(memory.copy);
  if (sub < MEMORY_INIT) return null;
  const [first] = immediates(body, one, 1);
  if (sub === MEMORY_INIT) return checked(memory.init[first!]!);
  if (sub === DATA_DROP) return dropData(memory, first!);
  if (sub === table.ELEM_DROP) return table.dropElements(tables, first!);
  if (sub === table.TABLE_FILL) return checked(table.tableFunction(setting, tables, sub, first!, 0));
  if (sub === table.TABLE_INIT || sub === table.TABLE_COPY) {
    const both = immediates(body, one, 2);
    return checked(table.tableFunction(setting, tables, sub, both[0]!, both[1]!));
  }
  if (sub === table.TABLE_GROW) throw new Unguardable("table.grow: a table cannot become smaller for a new instance");
  return null;
}
