/*
 * Reads assembly/abi/*.ts, the one place where numbers and layouts are written.
 *
 * Guarantees: every `export` of those files is understood or refused with its place; nothing is skipped silently.
 * The files are plain: an essay comment, then constants
 *     /** doc *\/ export const NAME: TYPE = LITERAL;
 * and records
 *     /** doc *\/ @unmanaged export class Name { /** doc *\/ field: TYPE; ... }
 * where TYPE is one of u8 u16 u32 u64 i32 i64, in a constant also string, whose literal may stand on the next line. A
 * field without a comment of its own belongs to the one above it.
 */
import { UserError } from "../errors.js";

export type FieldType = "u8" | "u16" | "u32" | "u64" | "i32" | "i64";

export const TYPE_SIZE: Record<FieldType, number> = { u8: 1, u16: 2, u32: 4, u64: 8, i32: 4, i64: 8 };

export interface AbiConstant {
  name: string;
  type: FieldType | "string";
  literal: string;
  doc: string;
}

export interface AbiField {
  name: string;
  type: FieldType;
  offset: number;
  doc: string;
}

export interface AbiRecord {
  name: string;
  size: number;
  fields: AbiField[];
  doc: string;
}

/** One file of assembly/abi. */
export interface AbiFile {
  name: string;
  essay: string;
  items: (AbiConstant | AbiRecord)[];
}

export function isRecord(item: AbiConstant | AbiRecord): item is AbiRecord {
  return "fields" in item;
}

const CONSTANT = /^export const (\w+): (\w+) = (-?(?:0x[0-9a-f]+|\d+)|"[ -~]*");$/;
const RECORD = /^export class (\w+) \{$/;
const FIELD = /^(\w+): (\w+);$/;
const DOC = /^\/\*\* (.*) \*\/$/;

/** Parses one file; `place` names it in errors. */
export function parseAbi(name: string, place: string, text: string): AbiFile {
  const lines = text.split("\n");
  const essayEnd = lines.findIndex((line) => line.trim() === "*/");
  if (lines[0] !== "/*" || essayEnd < 0) throw new UserError(`${place}:1: the file has no essay comment`);
  const essay = lines.slice(1, essayEnd).map((line) => line.replace(/^ \* ?/, ""));
  const file: AbiFile = { name, essay: essay.join("\n"), items: [] };
  let doc = "";
  let record: AbiRecord | undefined;
  for (let index = essayEnd + 1; index < lines.length; index++) {
    let line = lines[index]!.trim();
    if (line.endsWith(": string =")) line += ` ${lines[++index]?.trim()}`;
    const at = `${place}:${index + 1}`;
    if (line === "" || line === "@unmanaged") continue;
    const comment = DOC.exec(line);
    if (comment) {
      doc = comment[1]!;
    } else if (record) {
      record = parseRecordLine(record, line, doc, at);
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

function parseItem(line: string, doc: string, at: string): AbiConstant | AbiRecord {
  const constant = CONSTANT.exec(line);
  if (constant) return parseConstant(constant[1]!, constant[2]!, constant[3]!, doc, at);
  const record = RECORD.exec(line);
  if (record) return { name: record[1]!, size: 0, fields: [], doc };
  throw new UserError(`${at}: neither a constant nor a record: ${line}`);
}

function parseConstant(name: string, type: string, literal: string, doc: string, at: string): AbiConstant {
  const text = literal.startsWith('"');
  if (text !== (type === "string")) throw new UserError(`${at}: ${name} is no ${type}`);
  return { name, type: text ? "string" : fieldType(type, at), literal, doc };
}

/** Adds a field, or ends the record at its brace; answers the record that is still open. */
function parseRecordLine(record: AbiRecord, line: string, doc: string, at: string): AbiRecord | undefined {
  if (line === "}") {
    const widest = Math.max(...record.fields.map((field) => TYPE_SIZE[field.type]));
    if (record.size % widest !== 0) throw new UserError(`${at}: ${record.name} ends with hidden padding`);
    return undefined;
  }
  const match = FIELD.exec(line);
  if (!match) throw new UserError(`${at}: not a field: ${line}`);
  const type = fieldType(match[2]!, at);
  if (record.size % TYPE_SIZE[type] !== 0) throw new UserError(`${at}: hidden padding in front of ${match[1]}`);
  record.fields.push({ name: match[1]!, type, offset: record.size, doc });
  record.size += TYPE_SIZE[type];
  return record;
}

function fieldType(name: string, at: string): FieldType {
  if (name in TYPE_SIZE) return name as FieldType;
  throw new UserError(`${at}: unknown type ${name}; known: ${Object.keys(TYPE_SIZE).join(", ")}`);
}
