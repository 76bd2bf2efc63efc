/*
 * Replacements for memory instructions that are rare or long: functions in the module itself.
 *
 *   memory.grow -> grow(pages)        the cell's size is a global: every instance starts again, while the engine's
 *                                     memory keeps its largest size; the part beyond is zero
 *   memory.fill, memory.copy          the same after a check of both ranges
 *   memory.init, data.drop            a segment is never dropped, only marked, so that the next instance has it again
 */
import { addFunction, addGlobal } from "./draft.js";
import { Code, I32, globalGet, globalSet, i32Const, localGet, localSet } from "./encode.js";
import { memoryFill, memoryGrow, memoryInit, memorySize, op, when } from "./encode.js";
import { Setting, memoryLimit, raiseAt } from "./setting.js";
import { WASM_PAGE } from "../../../abi.js";

const MEMORY_COPY: Code = [0xfc, 10, 0, 0];

export interface MemoryFunctions {
  size: Code;
  grow: number;
  fill: number;
  copy: number;
  /** By segment. */
  init: number[];
  /** The global that marks a dropped segment, by segment. */
  dropped: number[];
}

/** Adds the functions. */
export function addMemoryFunctions(setting: Setting): MemoryFunctions {
  const { draft } = setting;
  const three = [I32, I32, I32];
  const outside = (at: number) => checkRange(setting, at, 2, memoryLimit(setting));
  const operands = [...localGet(0), ...localGet(1), ...localGet(2)];
  const dropped = draft.data.map(({ mode }) => addGlobal(draft, mode === "active" ? 1 : 0));
  return {
    size: setting.growth ? globalGet(setting.growth.pages) : i32Const(setting.minPages),
    grow: addFunction(draft, [I32], [I32], [I32], growCode(setting)),
    fill: addFunction(draft, three, [], [], [...outside(0), ...operands, ...memoryFill]),
    copy: addFunction(draft, three, [], [], [...outside(0), ...outside(1), ...operands, ...MEMORY_COPY]),
    dropped,
    init: draft.data.map(({ bytes }, segment) => {
      const length = [...i32Const(0), ...i32Const(bytes.length), ...globalGet(dropped[segment]!), ...op.select];
      const inSegment = checkRange(setting, 1, 2, length);
      return addFunction(draft, three, [], [], [...outside(0), ...inSegment, ...operands, ...memoryInit(segment)]);
    }),
  };
}

/** Faults unless local `at` + local `length` <= `limit`, all unsigned. Used in functions without results. */
export function checkRange(setting: Setting, at: number, length: number, limit: Code): Code {
  const end = [...localGet(at), ...op.i64ExtendU, ...localGet(length), ...op.i64ExtendU, ...op.i64Add];
  const fault = raiseAt(setting, localGet(at), []);
  return [...end, ...limit, ...op.i64ExtendU, ...op.i64GtU, ...when(fault)];
}

/** Local 0: pages to add; local 1: old number of pages. Returns -1, or the old number. */
function growCode({ growth, minPages, maxPages }: Setting): Code {
  const refused = [...i32Const(-1), ...op.return];
  if (!growth) return [...i32Const(minPages), ...i32Const(-1), ...localGet(0), ...op.i32Eqz, ...op.select];
  const wanted = [...localGet(0), ...localGet(1), ...op.i32Add];
  const room = [...i32Const(maxPages), ...globalGet(growth.pages), ...op.i32Sub];
  const missing = [...wanted, ...memorySize, ...op.i32Sub];
  const enlarge = [...missing, ...memoryGrow, ...i32Const(-1), ...op.i32Eq, ...when(refused)];
  return [
    ...globalGet(growth.pages),
    ...localSet(1),
    ...[...localGet(0), ...room, ...op.i32GtU, ...when(refused)],
    ...[...wanted, ...memorySize, ...op.i32GtU, ...when(enlarge)],
    ...[...wanted, ...globalSet(growth.pages)],
    ...[...globalGet(growth.pages), ...i32Const(WASM_PAGE), ...op.i32Mul, ...globalSet(growth.limit)],
    ...localGet(1),
  ];
}

/** Resets the memory to that of a new instance: zeros, and the initial size. */
export function resetMemory(setting: Setting): Code {
  return [...i32Const(0), ...i32Const(0), ...memoryLimit(setting), ...memoryFill];
}

/** Marks a segment dropped. */
export function dropData({ dropped }: MemoryFunctions, segment: number): Code {
  return [...i32Const(1), ...globalSet(dropped[segment]!)];
}

/** Copies the active segments, and makes them passive; the first that does not fit is a fault. */
export function activeData(setting: Setting): Code {
  const code: Code = [];
  let fits = true;
  for (const [index, segment] of setting.draft.data.entries()) {
    if (segment.mode === "passive") continue;
    segment.mode = "passive";
    const { offset, bytes } = segment;
    if (fits && offset + bytes.length <= setting.minPages * WASM_PAGE) {
      code.push(...i32Const(offset), ...i32Const(0), ...i32Const(bytes.length), ...memoryInit(index));
    } else if (fits) {
      fits = false;
      code.push(...raiseAt(setting, i32Const(offset), []));
    }
  }
  return code;
}
