/*
 * What a module says about itself from the outside: imports and exports with their signatures, memory, start function.
 */
import { Reader, Section, sectionsOf, unsignedBytes, withSections } from "./reader.js";

export interface Import {
  module: string;
  name: string;
  /** "(i32, i64) -> i64" for a function, else "memory", "table" or "global". */
  type: string;
}

export interface Export {
  name: string;
  type: string;
  index: number;
}

export interface Memory {
  min: number;
  max: number | undefined;
  shared: boolean;
}

export interface ModuleShape {
  imports: Import[];
  exports: Export[];
  /** The module's own memories. */
  memories: Memory[];
  /** Imported functions have the first numbers. */
  importedFunctions: number;
  /** Index of the start function. */
  start: number | undefined;
  /** Names of functions by index, from the name section. */
  functionNames: Map<number, string>;
}

const VALUE_TYPES: Record<number, string> = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x7b: "v128",
  0x70: "funcref",
  0x6f: "externref",
};

/** Reads the outside of a module. Throws an Error when the bytes are not a module. */
export function readModule(bytes: Uint8Array): ModuleShape {
  const shape: ModuleShape = {
    imports: [],
    exports: [],
    memories: [],
    importedFunctions: 0,
    start: undefined,
    functionNames: new Map(),
  };
  let types: string[] = [];
  const functions: string[] = [];
  for (const section of sectionsOf(bytes)) {
    const reader = new Reader(bytes, section.body, section.end);
    if (section.id === 1) types = list(reader, () => signature(reader));
    else if (section.id === 2) shape.imports = list(reader, () => oneImport(reader, types));
    else if (section.id === 3) functions.push(...list(reader, () => types[reader.unsigned()] ?? "?"));
    else if (section.id === 5) shape.memories = list(reader, () => limits(reader));
    else if (section.id === 7) shape.exports = list(reader, () => oneExport(reader));
    else if (section.id === 8) shape.start = reader.unsigned();
    else if (section.id === 0) readNames(reader, section, shape.functionNames);
  }
  const imported = shape.imports.filter((item) => item.type.startsWith("(")).map((item) => item.type);
  shape.importedFunctions = imported.length;
  const all = [...imported, ...functions];
  for (const item of shape.exports) if (item.type === "function") item.type = all[item.index] ?? "?";
  return shape;
}

function list<T>(reader: Reader, item: () => T): T[] {
  return Array.from({ length: reader.unsigned() }, item);
}

function signature(reader: Reader): string {
  if (reader.byte() !== 0x60) return "a type that is no function";
  const parameters = list(reader, () => valueType(reader)).join(", ");
  const results = list(reader, () => valueType(reader)).join(", ");
  return results ? `(${parameters}) -> ${results}` : `(${parameters})`;
}

function valueType(reader: Reader): string {
  return VALUE_TYPES[reader.byte()] ?? "unknown";
}

function oneImport(reader: Reader, types: string[]): Import {
  const module = reader.name();
  const name = reader.name();
  const kind = reader.byte();
  if (kind === 0) return { module, name, type: types[reader.unsigned()] ?? "?" };
  if (kind === 1) {
    reader.byte();
    limits(reader);
    return { module, name, type: "table" };
  }
  if (kind === 2) {
    limits(reader);
    return { module, name, type: "memory" };
  }
  reader.skipNumber();
  reader.byte();
  return { module, name, type: kind === 3 ? "global" : "tag" };
}

function oneExport(reader: Reader): Export {
  const name = reader.name();
  const type = ["function", "table", "memory", "global", "tag"][reader.byte()] ?? "?";
  return { name, type, index: reader.unsigned() };
}

function limits(reader: Reader): Memory {
  const flags = reader.byte();
  const min = reader.unsigned();
  return { min, max: flags & 1 ? reader.unsigned() : undefined, shared: (flags & 2) !== 0 };
}

function readNames(reader: Reader, section: Section, names: Map<number, string>): void {
  if (reader.name() !== "name") return;
  while (reader.at < section.end) {
    const id = reader.byte();
    const end = reader.unsigned() + reader.at;
    if (id === 1) list(reader, () => names.set(reader.unsigned(), reader.name()));
    reader.at = end;
  }
}

/** The module with the limits of its one memory set, in pages. */
export function withMemoryLimits(bytes: Uint8Array, min: number, max: number): Uint8Array {
  return withSections(bytes, new Map([[5, Uint8Array.from([1, 1, ...unsignedBytes(min), ...unsignedBytes(max)])]]));
}
