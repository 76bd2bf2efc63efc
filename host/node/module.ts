/*
 * Reads from a Wasm module what JavaScript's API does not report: the signatures of its imports and exports, its memory
 * and its active data segments. The module has been compiled before, so it is valid; anything that this reader does not
 * know (types other than plain functions, offsets that are not constants) is reported as unknown.
 *
 * Source: WebAssembly core specification 2.0, section 5, binary format.
 */

export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  /** As "(i32, i64) -> i64"; null for an import that is not a function. */
  readonly signature: string | null;
}

export interface ModuleShape {
  readonly imports: readonly FunctionImport[];
  /** Exported functions with their signatures; other exports with null. */
  readonly exports: ReadonlyMap<string, string | null>;
  /** Pages of the module's own memory, null when it has none. */
  readonly memoryPages: number | null;
  readonly hasStart: boolean;
  /** First byte after the highest active data segment. */
  readonly dataEnd: number;
}

const SECTION_TYPE = 1;
const SECTION_IMPORT = 2;
const SECTION_FUNCTION = 3;
const SECTION_MEMORY = 5;
const SECTION_EXPORT = 7;
const SECTION_START = 8;
const SECTION_DATA = 11;

const KIND_FUNCTION = 0;
const KIND_TABLE = 1;
const KIND_MEMORY = 2;
const KIND_GLOBAL = 3;
const KIND_TAG = 4;

const FUNCTION_TYPE = 0x60;
const I32_CONST = 0x41;
const END = 0x0b;
const UNKNOWN = "unknown";
const VALUE_TYPES: Readonly<Record<number, string>> = { 0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64" };

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

interface Draft {
  types: string[];
  functions: string[];
  imports: FunctionImport[];
  exports: Map<string, string | null>;
  memoryPages: number | null;
  hasStart: boolean;
  dataEnd: number;
}

/** The shape of a valid module. */
export function readModule(bytes: Uint8Array): ModuleShape {
  const draft: Draft = {
    types: [],
    functions: [],
    imports: [],
    exports: new Map(),
    memoryPages: null,
    hasStart: false,
    dataEnd: 0,
  };
  const reader: Reader = { bytes, at: 8 };
  while (reader.at < bytes.length) {
    const id = byte(reader);
    const size = unsigned(reader);
    readSection(id, { bytes: bytes.subarray(0, reader.at + size), at: reader.at }, draft);
    reader.at += size;
  }
  return draft;
}

function readSection(id: number, reader: Reader, draft: Draft): void {
  if (id === SECTION_TYPE) readTypes(reader, draft);
  else if (id === SECTION_IMPORT) repeat(reader, () => readImport(reader, draft));
  else if (id === SECTION_FUNCTION) repeat(reader, () => draft.functions.push(typeAt(draft, unsigned(reader))));
  else if (id === SECTION_MEMORY) repeat(reader, () => (draft.memoryPages = readLimits(reader)));
  else if (id === SECTION_EXPORT) repeat(reader, () => readExport(reader, draft));
  else if (id === SECTION_START) draft.hasStart = true;
  else if (id === SECTION_DATA) readData(reader, draft);
}

/** Reading stops at a type that is not a plain function: the following ones are unknown. */
function readTypes(reader: Reader, draft: Draft): void {
  for (let left = unsigned(reader); left > 0; left--) {
    if (byte(reader) !== FUNCTION_TYPE) return;
    const parameters = readValueTypes(reader);
    const results = readValueTypes(reader);
    if (parameters === UNKNOWN || results === UNKNOWN) return;
    draft.types.push(results ? `(${parameters}) -> ${results}` : `(${parameters})`);
  }
}

function readValueTypes(reader: Reader): string {
  const names: string[] = [];
  for (let left = unsigned(reader); left > 0; left--) {
    const name = VALUE_TYPES[byte(reader)];
    if (name === undefined) return UNKNOWN;
    names.push(name);
  }
  return names.join(", ");
}

function typeAt(draft: Draft, index: number): string {
  return draft.types[index] ?? UNKNOWN;
}

function readImport(reader: Reader, draft: Draft): void {
  const module = text(reader);
  const name = text(reader);
  const kind = byte(reader);
  if (kind === KIND_FUNCTION) {
    const signature = typeAt(draft, unsigned(reader));
    draft.functions.push(signature);
    draft.imports.push({ module, name, signature });
    return;
  }
  draft.imports.push({ module, name, signature: null });
  if (kind === KIND_TABLE) reader.at += 1;
  if (kind === KIND_TABLE || kind === KIND_MEMORY) readLimits(reader);
  if (kind === KIND_GLOBAL || kind === KIND_TAG) reader.at += 2;
}

function readExport(reader: Reader, draft: Draft): void {
  const name = text(reader);
  const kind = byte(reader);
  const index = unsigned(reader);
  draft.exports.set(name, kind === KIND_FUNCTION ? (draft.functions[index] ?? UNKNOWN) : null);
}

/** The minimum size of a memory or table. */
function readLimits(reader: Reader): number {
  const flags = byte(reader);
  const least = unsigned(reader);
  if ((flags & 1) !== 0) unsigned(reader);
  return least;
}

/** Reading stops at an offset that is not a plain constant. */
function readData(reader: Reader, draft: Draft): void {
  for (let left = unsigned(reader); left > 0; left--) {
    const mode = unsigned(reader);
    const active = mode !== 1;
    if (mode === 2) unsigned(reader);
    let start = 0;
    if (active) {
      if (byte(reader) !== I32_CONST) return;
      start = signed(reader) >>> 0;
      if (byte(reader) !== END) return;
    }
    const length = unsigned(reader);
    reader.at += length;
    if (active) draft.dataEnd = Math.max(draft.dataEnd, start + length);
  }
}

function repeat(reader: Reader, read: () => void): void {
  for (let left = unsigned(reader); left > 0; left--) read();
}

function byte(reader: Reader): number {
  const value = reader.bytes[reader.at++];
  if (value === undefined) throw new RangeError("Wasm module ends within a section");
  return value;
}

/** LEB128, up to 32 bits. */
function unsigned(reader: Reader): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const next = byte(reader);
    value += (next & 0x7f) * 2 ** shift;
    if (next < 0x80) return value;
  }
}

/** Signed LEB128, 32 bits. */
function signed(reader: Reader): number {
  let value = 0;
  for (let shift = 0; ;) {
    const next = byte(reader);
    value |= (next & 0x7f) << shift;
    shift += 7;
    if (next >= 0x80) continue;
    return shift < 32 && (next & 0x40) !== 0 ? value | (-1 << shift) : value;
  }
}

function text(reader: Reader): string {
  const length = unsigned(reader);
  reader.at += length;
  return new TextDecoder().decode(reader.bytes.subarray(reader.at - length, reader.at));
}
