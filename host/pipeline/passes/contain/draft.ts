/*
 * Takes a module apart so that a pass can change it, and reassembles it. Handles everything that wasm/opcodes.ts
 * admits; a module with anything else (tags, shared or second memories, imports that are not functions) is refused by
 * name.
 *
 *   draft = openDraft(bytes)      ... change ...      closeDraft(draft) = bytes
 *
 * New functions, types, globals, tables and segments go to the end of their lists, so that no index ever changes.
 */
import { Reader, Section, sectionsOf, unsignedBytes } from "../../wasm/reader.js";
import { FUNCREF, i32Const, op } from "./encode.js";

export interface FunctionType {
  params: number[];
  results: number[];
}

export interface Body {
  /** Groups of locals after the parameters. */
  locals: { count: number; type: number }[];
  /** Instructions, including the final `end`. */
  code: Uint8Array;
}

export interface Table {
  type: number;
  min: number;
  max: number | undefined;
}

export interface Global {
  type: number;
  mutable: boolean;
  /** Instructions of the initial value, without `end`. */
  init: Uint8Array;
}

export interface Export {
  name: string;
  kind: number;
  index: number;
}

export interface Elements {
  mode: "active" | "passive" | "declared";
  table: number;
  offset: number;
  type: number;
  /** Function indices; null for a null reference. */
  items: (number | null)[];
}

export interface DataSegment {
  mode: "active" | "passive";
  offset: number;
  bytes: Uint8Array;
}

export interface Draft {
  types: FunctionType[];
  /** The unchanged import section; functions only. */
  imports: Uint8Array | undefined;
  /** Types of imported functions, then of the module's own. */
  functions: number[];
  importCount: number;
  tables: Table[];
  memory: { min: number; max: number | undefined } | undefined;
  globals: Global[];
  exports: Export[];
  start: number | undefined;
  elements: Elements[];
  bodies: Body[];
  data: DataSegment[];
  names: Uint8Array | undefined;
}

export const KIND_FUNCTION = 0;
export const KIND_TABLE = 1;
export const KIND_GLOBAL = 3;
const I32_CONST = 0x41;
const REF_NULL = 0xd0;
const REF_FUNC = 0xd2;
const END = 0x0b;

/** Something in a module that has no known guard: the build fails with this text. */
export class Unguardable extends Error {}

/** Takes a valid module apart. Throws Unguardable. */
export function openDraft(bytes: Uint8Array): Draft {
  const draft: Draft = {
    types: [],
    imports: undefined,
    functions: [],
    importCount: 0,
    tables: [],
    memory: undefined,
    globals: [],
    exports: [],
    start: undefined,
    elements: [],
    bodies: [],
    data: [],
    names: undefined,
  };
  for (const section of sectionsOf(bytes)) readSection(draft, bytes, section);
  return draft;
}

function readSection(draft: Draft, bytes: Uint8Array, section: Section): void {
  const reader = new Reader(bytes, section.body, section.end);
  const contents = bytes.subarray(section.body, section.end);
  if (section.id === 1) draft.types = list(reader, readType);
  else if (section.id === 2) readImports(draft, reader, contents);
  else if (section.id === 3) draft.functions.push(...list(reader, (each) => each.unsigned()));
  else if (section.id === 4) draft.tables = list(reader, readTable);
  else if (section.id === 5) draft.memory = readMemories(reader);
  else if (section.id === 6) draft.globals = list(reader, readGlobal);
  else if (section.id === 7) draft.exports = list(reader, readExport);
  else if (section.id === 8) draft.start = reader.unsigned();
  else if (section.id === 9) draft.elements = list(reader, readElements);
  else if (section.id === 10) draft.bodies = list(reader, readBody);
  else if (section.id === 11) draft.data = list(reader, readData);
  else if (section.id === 0 && new Reader(bytes, section.body, section.end).name() === "name") draft.names = contents;
  else if (section.id === 13) throw new Unguardable("exception tags");
}

function list<T>(reader: Reader, item: (reader: Reader) => T): T[] {
  return Array.from({ length: reader.unsigned() }, () => item(reader));
}

function slice(reader: Reader, length: number): Uint8Array {
  reader.at += length;
  return reader.bytes.subarray(reader.at - length, reader.at);
}

function readType(reader: Reader): FunctionType {
  if (reader.byte() !== 0x60) throw new Unguardable("a type that is no function");
  const types = () => list(reader, (each) => each.byte());
  return { params: types(), results: types() };
}

function readImports(draft: Draft, reader: Reader, contents: Uint8Array): void {
  draft.imports = contents;
  draft.importCount = list(reader, (each) => {
    const place = `${each.name()}.${each.name()}`;
    if (each.byte() !== KIND_FUNCTION) throw new Unguardable(`the import ${place}, which is no function`);
    draft.functions.push(each.unsigned());
  }).length;
}

function limits(reader: Reader): { min: number; max: number | undefined; flags: number } {
  const flags = reader.byte();
  const min = reader.unsigned();
  return { flags, min, max: flags & 1 ? reader.unsigned() : undefined };
}

function readTable(reader: Reader): Table {
  const type = reader.byte();
  if (type === 0x40) throw new Unguardable("a table with a first value");
  const { min, max } = limits(reader);
  return { type, min, max };
}

function readMemories(reader: Reader): { min: number; max: number | undefined } | undefined {
  const memories = list(reader, limits);
  if (memories.length > 1) throw new Unguardable("a second memory");
  if (memories.some(({ flags }) => flags > 1)) throw new Unguardable("a shared memory or one of 64 bits");
  return memories[0];
}

function readGlobal(reader: Reader): Global {
  const type = reader.byte();
  const mutable = reader.byte() === 1;
  const start = reader.at;
  const opcode = reader.byte();
  if (opcode === 0x43) reader.at += 4;
  else if (opcode === 0x44) reader.at += 8;
  else if ([0x41, 0x42, 0x23, REF_NULL, REF_FUNC].includes(opcode)) reader.skipNumber();
  else throw new Unguardable(`the first value of a global (0x${opcode.toString(16)})`);
  const init = reader.bytes.subarray(start, reader.at);
  if (reader.byte() !== END) throw new Unguardable("the first value of a global, which is computed");
  return { type, mutable, init };
}

function readExport(reader: Reader): Export {
  return { name: reader.name(), kind: reader.byte(), index: reader.unsigned() };
}

/** A constant offset as an unsigned number. */
function readOffset(reader: Reader): number {
  if (reader.byte() !== I32_CONST) throw new Unguardable("a segment whose offset is no constant");
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = reader.byte();
    value |= (byte & 127) << shift;
    if (byte >= 128) continue;
    if (shift < 28 && byte & 64) value |= -1 << (shift + 7);
    break;
  }
  if (reader.byte() !== END) throw new Unguardable("a segment whose offset is computed");
  return value >>> 0;
}

function readElements(reader: Reader): Elements {
  const flags = reader.unsigned();
  const active = (flags & 1) === 0;
  const table = active && flags & 2 ? reader.unsigned() : 0;
  const offset = active ? readOffset(reader) : 0;
  let type = FUNCREF;
  if (flags & 3) {
    const kind = reader.byte();
    if (flags & 4) type = kind;
  }
  const items = list(reader, (each) => (flags & 4 ? readItem(each) : each.unsigned()));
  const mode = active ? "active" : flags & 2 ? "declared" : "passive";
  return { mode, table, offset, type, items };
}

function readItem(reader: Reader): number | null {
  const opcode = reader.byte();
  const value = reader.unsigned();
  if (reader.byte() !== END || (opcode !== REF_FUNC && opcode !== REF_NULL))
    throw new Unguardable("an element that is computed");
  return opcode === REF_FUNC ? value : null;
}

function readBody(reader: Reader): Body {
  const length = reader.unsigned();
  const end = reader.at + length;
  const locals = list(reader, (each) => ({ count: each.unsigned(), type: each.byte() }));
  const code = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return { locals, code };
}

function readData(reader: Reader): DataSegment {
  const flags = reader.unsigned();
  if (flags === 2) reader.unsigned();
  const mode = flags === 1 ? "passive" : "active";
  const offset = mode === "active" ? readOffset(reader) : 0;
  return { mode, offset, bytes: slice(reader, reader.unsigned()) };
}

/** The type's index; adds a new type if necessary. */
export function typeIndex(draft: Draft, params: number[], results: number[]): number {
  const same = (a: number[], b: number[]) => a.length === b.length && a.every((type, index) => type === b[index]);
  const found = draft.types.findIndex((type) => same(type.params, params) && same(type.results, results));
  return found >= 0 ? found : draft.types.push({ params, results }) - 1;
}

/** Adds a function; returns its index. `code` is without the final `end`. */
export function addFunction(
  draft: Draft,
  params: number[],
  results: number[],
  locals: number[],
  code: readonly number[],
): number {
  draft.bodies.push({ locals: locals.map((type) => ({ count: 1, type })), code: Uint8Array.from([...code, END]) });
  return draft.functions.push(typeIndex(draft, params, results)) - 1;
}

/** Adds a mutable i32; returns its index. */
export function addGlobal(draft: Draft, value: number): number {
  return draft.globals.push({ type: 0x7f, mutable: true, init: Uint8Array.from(i32Const(value)) }) - 1;
}

/** Assembles the module. */
export function closeDraft(draft: Draft): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])];
  const section = (id: number, contents: Uint8Array) =>
    parts.push(Uint8Array.from([id, ...unsignedBytes(contents.length)]), contents);
  const items = <T>(id: number, all: T[], write: (item: T) => number[] | Uint8Array) => {
    if (all.length)
      section(id, Buffer.concat([Uint8Array.from(unsignedBytes(all.length)), ...all.map(bytesOf(write))]));
  };
  items(1, draft.types, ({ params, results }) => [0x60, ...vector(params), ...vector(results)]);
  if (draft.imports) section(2, draft.imports);
  items(3, draft.functions.slice(draft.importCount), unsignedBytes);
  items(4, draft.tables, ({ type, min, max }) => [type, ...limitBytes(min, max)]);
  if (draft.memory) items(5, [draft.memory], ({ min, max }) => limitBytes(min, max));
  items(6, draft.globals, ({ type, mutable, init }) => [type, mutable ? 1 : 0, ...init, END]);
  items(7, draft.exports, ({ name, kind, index }) => [...text(name), kind, ...unsignedBytes(index)]);
  if (draft.start !== undefined) section(8, Uint8Array.from(unsignedBytes(draft.start)));
  items(9, draft.elements, elementBytes);
  if (draft.data.length) section(12, Uint8Array.from(unsignedBytes(draft.data.length)));
  items(10, draft.bodies, bodyBytes);
  items(11, draft.data, dataBytes);
  if (draft.names) section(0, draft.names);
  return new Uint8Array(Buffer.concat(parts));
}

const bytesOf =
  <T>(write: (item: T) => number[] | Uint8Array) =>
  (item: T) =>
    Uint8Array.from(write(item));

function vector(bytes: number[]): number[] {
  return [...unsignedBytes(bytes.length), ...bytes];
}

function text(value: string): number[] {
  return vector([...Buffer.from(value)]);
}

function limitBytes(min: number, max: number | undefined): number[] {
  return max === undefined ? [0, ...unsignedBytes(min)] : [1, ...unsignedBytes(min), ...unsignedBytes(max)];
}

function elementBytes({ mode, table, offset, type, items }: Elements): number[] {
  const values = items.flatMap((item) => [
    ...(item === null ? [REF_NULL, type] : [REF_FUNC, ...unsignedBytes(item)]),
    END,
  ]);
  const tail = [type, ...unsignedBytes(items.length), ...values];
  if (mode === "passive") return [5, ...tail];
  if (mode === "declared") return [7, ...tail];
  return [6, ...unsignedBytes(table), ...i32Const(offset), ...op.end, ...tail];
}

function bodyBytes({ locals, code }: Body): Uint8Array {
  const groups = locals.flatMap(({ count, type }) => [...unsignedBytes(count), type]);
  const head = [...unsignedBytes(locals.length), ...groups];
  return Buffer.concat([Uint8Array.from([...unsignedBytes(head.length + code.length), ...head]), code]);
}

function dataBytes({ mode, offset, bytes }: DataSegment): Uint8Array {
  const head = mode === "passive" ? [1] : [0, ...i32Const(offset), ...op.end];
  return Buffer.concat([Uint8Array.from([...head, ...unsignedBytes(bytes.length)]), bytes]);
}
