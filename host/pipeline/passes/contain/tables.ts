/*
 * Tables and indirect calls. An indirect call traps if the entry is null or a function of another type, and no
 * instruction reads the type of an entry. So each type that is called gets its own table besides the module's:
 *
 *   module's table     [ null, f: i32->i32, g: ->, null ]
 *   for i32->i32       [ stub, f,           stub, stub ]      stub: i32->i32, raises CAUSE_INDIRECT
 *   for ->             [ stub, stub,        g,    stub ]
 *
 * which leaves only the index to check. That works as long as nothing writes to the module's table; a module that calls
 * through a table that it also changes is refused. Tables that are only read and written stay as they are, with checks;
 * they are cleared and refilled for a new instance. table.grow is refused, because a table cannot shrink again.
 */
import { CAUSE_INDIRECT, CAUSE_MEMORY } from "../../../abi.js";
import { unsignedBytes } from "../../wasm/reader.js";
import { Draft, Elements, FunctionType, Unguardable, addFunction, addGlobal } from "./draft.js";
import { Code, FUNCREF, I32, globalGet, globalSet, i32Const, localGet, localSet, localTee } from "./encode.js";
import { op, tableFill, tableInit, tableSize, when, zero } from "./encode.js";
import { Frame } from "./guards.js";
import { checkRange } from "./memory.js";
import { Setting, raise } from "./setting.js";

export const TABLE_GET = 0x25;
export const TABLE_SET = 0x26;
export const TABLE_INIT = 12;
export const ELEM_DROP = 13;
export const TABLE_COPY = 14;
export const TABLE_GROW = 15;
export const TABLE_FILL = 17;

/** How the module's code uses its tables. */
export interface TableUse {
  /** Types called, by table. */
  called: Map<number, Set<number>>;
  changed: Set<number>;
}

export interface Tables {
  /** The table of a type: for table `table` and type `type`, by `key`. */
  typed: Map<string, number>;
  /** The global that marks a dropped segment, by segment. */
  dropped: number[];
  /** Checked table.init, table.copy and table.fill, by `key`. */
  functions: Map<string, number>;
  /** What a new instance does at its start, and code that clears the tables before. */
  start: Code;
  reset: Code;
}

/** Functions that an indirect call may reach; all others are stubs. */
export function tableContents(draft: Draft, table: number): (number | null)[] {
  const contents = new Array<number | null>(draft.tables[table]!.min).fill(null);
  for (const each of fitting(draft)) {
    if (each.table === table) each.items.forEach((item, index) => (contents[each.offset + index] = item));
  }
  return contents;
}

/** The active segments up to the first that does not fit. */
function fitting(draft: Draft): Elements[] {
  const active = draft.elements.filter(({ mode }) => mode === "active");
  const bad = active.findIndex((each) => !fits(draft, each));
  return bad < 0 ? active : active.slice(0, bad);
}

function fits(draft: Draft, { table, offset, items }: Elements): boolean {
  return offset + items.length <= draft.tables[table]!.min;
}

export function isSameType(draft: Draft, a: number, b: number): boolean {
  const shape = ({ params, results }: FunctionType) => `${params.join()}:${results.join()}`;
  return shape(draft.types[a]!) === shape(draft.types[b]!);
}

/** Adds typed tables and checked functions. Throws Unguardable. */
export function addTables(setting: Setting, use: TableUse): Tables {
  const { draft } = setting;
  for (const table of use.called.keys())
    if (use.changed.has(table)) throw new Unguardable("an indirect call through a table that the module changes");
  const count = draft.tables.length;
  const dropped = draft.elements.map(({ mode }) => addGlobal(draft, mode === "passive" ? 0 : 1));
  const allFit = fitting(draft).length === draft.elements.filter(({ mode }) => mode === "active").length;
  const tables: Tables = { typed: new Map(), dropped, functions: new Map(), start: [], reset: [] };
  for (const [table, types] of use.called) for (const type of types) addTypedTable(setting, tables, table, type);
  for (const table of use.changed) tables.reset.push(...emptied(draft, table));
  tables.start.push(...activeElements(draft, use, count));
  if (!allFit) tables.start.push(...raise(setting, CAUSE_MEMORY, []));
  return tables;
}

export const key = (...parts: (string | number)[]): string => parts.join(" ");

function addTypedTable(setting: Setting, { typed }: Tables, table: number, type: number): void {
  const { draft } = setting;
  const { params, results } = draft.types[type]!;
  const stub = addFunction(draft, params, results, [], raise(setting, CAUSE_INDIRECT, results));
  const items = tableContents(draft, table).map((item) =>
    item !== null && isSameType(draft, draft.functions[item]!, type) ? item : stub,
  );
  const index = draft.tables.push({ type: FUNCREF, min: items.length, max: items.length }) - 1;
  draft.elements.push({ mode: "active", table: index, offset: 0, type: FUNCREF, items });
  typed.set(key(table, type), index);
}

function emptied(draft: Draft, table: number): Code {
  const { type } = draft.tables[table]!;
  return [...i32Const(0), ...zero(type), ...tableSize(table), ...tableFill(table)];
}

/**
 * Segments of tables that change become passive, and are copied at the start; those that do not fit are never copied.
 */
function activeElements(draft: Draft, use: TableUse, count: number): Code {
  const code: Code = [];
  const good = new Set(fitting(draft));
  for (const [index, segment] of draft.elements.entries()) {
    const { mode, table, offset, items } = segment;
    if (mode !== "active" || table >= count) continue;
    if (good.has(segment) && !use.changed.has(table)) continue;
    segment.mode = "passive";
    if (!good.has(segment)) continue;
    code.push(...i32Const(offset), ...i32Const(0), ...i32Const(items.length), ...tableInit(index, table));
  }
  return code;
}

/** call_indirect: checks the index, which is on the stack, and calls through the type's table. */
export function indirectCall(setting: Setting, frame: Frame, tables: Tables, type: number, table: number): Code {
  const typed = tables.typed.get(key(table, type))!;
  const index = frame.temporary(I32, 0);
  const outside = [...localTee(index), ...i32Const(setting.draft.tables[table]!.min), ...op.i32GeU];
  const fault = raise(setting, CAUSE_INDIRECT, frame.results);
  return [...outside, ...when(fault), ...localGet(index), 0x11, ...unsignedBytes(type), ...unsignedBytes(typed)];
}

/** The guard of table.get and table.set. */
export function entryGuard(setting: Setting, frame: Frame, opcode: number, table: number): Code {
  const { type } = setting.draft.tables[table]!;
  const index = frame.temporary(I32, 0);
  const value = opcode === TABLE_SET ? frame.temporary(type, 1) : -1;
  const code: Code = value < 0 ? [] : localSet(value);
  code.push(
    ...localTee(index),
    ...tableSize(table),
    ...op.i32GeU,
    ...when(raise(setting, CAUSE_MEMORY, frame.results)),
  );
  return [...code, ...localGet(index), ...(value < 0 ? [] : localGet(value))];
}

/** The function that does table.init, table.copy or table.fill (`instruction`) after its checks. */
export function tableFunction(setting: Setting, tables: Tables, sub: number, first: number, second: number): number {
  const known = tables.functions.get(key(sub, first, second));
  if (known !== undefined) return known;
  const { draft } = setting;
  const target = sub === TABLE_INIT ? second : first;
  const value = sub === TABLE_FILL ? draft.tables[first]!.type : I32;
  const code = checkRange(setting, 0, 2, tableSize(target));
  if (sub === TABLE_COPY) code.push(...checkRange(setting, 1, 2, tableSize(second)));
  if (sub === TABLE_INIT) {
    const length = [...i32Const(0), ...i32Const(draft.elements[first]!.items.length)];
    code.push(...checkRange(setting, 1, 2, [...length, ...globalGet(tables.dropped[first]!), ...op.select]));
  }
  const immediates = sub === TABLE_FILL ? unsignedBytes(first) : [...unsignedBytes(first), ...unsignedBytes(second)];
  code.push(...localGet(0), ...localGet(1), ...localGet(2), 0xfc, sub, ...immediates);
  const added = addFunction(draft, [I32, value, I32], [], [], code);
  tables.functions.set(key(sub, first, second), added);
  return added;
}

/** Marks a segment dropped. */
export function dropElements(tables: Tables, segment: number): Code {
  return [...i32Const(1), ...globalSet(tables.dropped[segment]!)];
}
