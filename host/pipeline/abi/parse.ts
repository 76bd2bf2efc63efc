/*
 * Reads assembly/abi/*.ts, the one place that defines numbers, layouts and signatures.
 *
 * Guarantees: every `export` of those files is understood or refused with its position; nothing is skipped silently.
 * The files are plain: an essay comment, then constants, functions of Wasm modules, and records
 *     /** doc *\/ export const NAME: TYPE = LITERAL;
 *     /** doc *\/ @external("module", "name") export declare function name(parameter: TYPE, ...): TYPE;
 *     /** doc *\/ @unmanaged export class Name { /** doc *\/ field: TYPE; ... }
 * where TYPE is one of u8 u16 u32 u64 i32 i64, in a constant also string, whose literal may be on the next line, and in
 * a function also usize and void. `@bytes(SIZE) field: bytes;` is an array of bytes, `@words(SIZE) field: words;` one
 * of u64; SIZE is a number, or a constant of any of the files (tools/record-arrays). A field without a comment of its
 * own belongs to the one above it.
 */
import { UserError } from "../errors.js";

export type FieldType = "u8" | "u16" | "u32" | "u64" | "i32" | "i64";

export const TYPE_SIZE: Record<FieldType, number> = { u8: 1, u16: 2, u32: 4, u64: 8, i32: 4, i64: 8 };
/** Arrays in records: the type of their elements. */
const ARRAYS: Record<string, FieldType> = { bytes: "u8", words: "u64" };
/** Types of parameters and results, in WebAssembly. */
const WASM_TYPES: Record<string, string> = { i32: "i32", u32: "i32", usize: "i32", i64: "i64", u64: "i64" };

export interface AbiConstant {
  name: string;
  type: FieldType | "string";
  literal: string;
  doc: string;
}

/** A function that a Wasm module imports. */
export interface AbiFunction {
  module: string;
  name: string;
  parameters: { name: string; type: string }[];
  /** Undefined when it has no result. */
  result: string | undefined;
  doc: string;
}

export interface AbiField {
  name: string;
  type: FieldType;
  /** Elements of an array; undefined for a single value. */
  count: number | undefined;
  offset: number;
  doc: string;
}

export interface AbiRecord {
  name: string;
  size: number;
  fields: AbiField[];
  doc: string;
}

export type AbiItem = AbiConstant | AbiFunction | AbiRecord;

/** One file of assembly/abi. */
export interface AbiFile {
  name: string;
  essay: string;
  items: AbiItem[];
}

export const isRecord = (item: AbiItem): item is AbiRecord => "fields" in item;
export const isFunction = (item: AbiItem): item is AbiFunction => "parameters" in item;
export const isConstant = (item: AbiItem): item is AbiConstant => "literal" in item;

const CONSTANT = /^export const (\w+): (\w+) = (-?(?:0x[0-9a-f]+|\d+)|"[ -~]*");$/;
const RECORD = /^export class (\w+) \{$/;
const FIELD = /^(?:@(\w+)\((\w+)\) )?(\w+): (\w+);$/;
const EXTERNAL = /^@external\("(\w+)", "(\w+)"\) export declare function \w+\((.*)\): (\w+);$/;
const DOC = /^\/\*\* (.*) \*\/$/;
/** An import of an array's size; ignored, because all files are read anyway. */
const IMPORT = /^import \{.*\} from "\.\/\w+";$/;
/** A line that continues on the next. */
const OPEN = /^@(external|bytes|words)\([^)]*\)$|: string =$/;

/** The whole numbers among the constants of a file, by name. */
export function numbersIn(text: string): Map<string, number> {
  const found = text.matchAll(/^export const (\w+): u\d+ = (0x[0-9a-f]+|\d+);$/gm);
  return new Map([...found].map((match) => [match[1]!, Number(match[2])]));
}

/** Parses one file; `place` names it in errors, `sizes` are the constants that arrays may name. */
export function parseAbi(name: string, place: string, text: string, sizes: Map<string, number>): AbiFile {
  const lines = text.split("\n");
  const essayEnd = lines.findIndex((line) => line.trim() === "*/");
  if (lines[0] !== "/*" || essayEnd < 0) throw new UserError(`${place}:1: the file has no essay comment`);
  const essay = lines.slice(1, essayEnd).map((line) => line.replace(/^ \* ?/, ""));
  const file: AbiFile = { name, essay: essay.join("\n"), items: [] };
  let doc = "";
  let record: AbiRecord | undefined;
  for (let index = essayEnd + 1; index < lines.length; index++) {
    let line = lines[index]!.trim();
    while (line.startsWith("/**") && !line.endsWith("*/") && index + 1 < lines.length) {
      line += ` ${lines[++index]!.trim().replace(/^\*(?!\/) ?/, "")}`;
    }
    if (OPEN.test(line)) line += ` ${lines[++index]?.trim()}`;
    const at = `${place}:${index + 1}`;
    if (line === "" || line === "@unmanaged" || IMPORT.test(line)) continue;
    const comment = DOC.exec(line);
    if (comment) {
      doc = comment[1]!;
    } else if (record) {
      record = parseRecordLine(record, line, doc, sizes, at);
      doc = "";
    } else {
      const item = parseItem(line, doc, at);
      file.items.push(item);
      if (isRecord(item)) record = item;
      doc = "";
    }
  }
  return file;
}

function parseItem(line: string, doc: string, at: string): AbiItem {
  const constant = CONSTANT.exec(line);
  if (constant) return parseConstant(constant[1]!, constant[2]!, constant[3]!, doc, at);
  const external = EXTERNAL.exec(line);
  if (external) return parseFunction(external[1]!, external[2]!, external[3]!, external[4]!, doc, at);
  const record = RECORD.exec(line);
  if (record) return { name: record[1]!, size: 0, fields: [], doc };
  throw new UserError(`${at}: neither a constant, a function nor a record: ${line}`);
}

function parseConstant(name: string, type: string, literal: string, doc: string, at: string): AbiConstant {
  const text = literal.startsWith('"');
  if (text !== (type === "string")) throw new UserError(`${at}: ${name} is no ${type}`);
  return { name, type: text ? "string" : fieldType(type, at), literal, doc };
}

function parseFunction(
  module: string,
  name: string,
  list: string,
  result: string,
  doc: string,
  at: string,
): AbiFunction {
  const wasmType = (type: string) => {
    if (Object.hasOwn(WASM_TYPES, type)) return WASM_TYPES[type]!;
    throw new UserError(`${at}: unknown type ${type}; known: ${Object.keys(WASM_TYPES).join(", ")}`);
  };
  const parameters = list
    .split(", ")
    .filter(Boolean)
    .map((parameter) => {
      const [own, type] = parameter.split(": ");
      return { name: own!, type: wasmType(type ?? "") };
    });
  return { module, name, parameters, result: result === "void" ? undefined : wasmType(result), doc };
}

/** Adds a field, or ends the record at its brace; returns the record that is still open. */
function parseRecordLine(
  record: AbiRecord,
  line: string,
  doc: string,
  sizes: Map<string, number>,
  at: string,
): AbiRecord | undefined {
  if (line === "}") {
    const widest = Math.max(...record.fields.map((field) => TYPE_SIZE[field.type]));
    if (record.size % widest !== 0) throw new UserError(`${at}: ${record.name} ends with hidden padding`);
    return undefined;
  }
  const match = FIELD.exec(line);
  if (!match) throw new UserError(`${at}: not a field: ${line}`);
  const [, array, size, name, word] = match;
  if (array !== undefined && array !== word) throw new UserError(`${at}: @${array} of a field of type ${word}`);
  const type = array === undefined ? fieldType(word!, at) : ARRAYS[array]!;
  const count = array === undefined ? undefined : (sizes.get(size!) ?? Number(size));
  if (count !== undefined && !(count > 0)) throw new UserError(`${at}: ${size} is no size of an array`);
  if (record.size % TYPE_SIZE[type] !== 0) throw new UserError(`${at}: hidden padding in front of ${name}`);
  record.fields.push({ name: name!, type, count, offset: record.size, doc });
  record.size += TYPE_SIZE[type] * (count ?? 1);
  return record;
}

function fieldType(name: string, at: string): FieldType {
  if (name in TYPE_SIZE) return name as FieldType;
  throw new UserError(`${at}: unknown type ${name}; known: ${Object.keys(TYPE_SIZE).join(", ")}`);
}
