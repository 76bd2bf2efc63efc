/*
 * Writes the three generated forms of assembly/abi: the C header for hal, the constants, layouts and signatures for
 * host, and the tables for readers.
 */
import {
  AbiConstant,
  AbiField,
  AbiFile,
  AbiFunction,
  AbiItem,
  AbiRecord,
  FieldType,
  TYPE_SIZE,
  isConstant,
  isFunction,
  isRecord,
} from "./parse.js";

const SOURCE = "assembly/abi";
const C_TYPES: Record<FieldType, string> = {
  u8: "uint8_t",
  u16: "uint16_t",
  u32: "uint32_t",
  u64: "uint64_t",
  i32: "int32_t",
  i64: "int64_t",
};
/** The longest line that the formatter leaves alone. */
const LINE_WIDTH = 120;
const SMALLEST_I64 = "-0x8000000000000000";

/**
 * rumpk-abi.h: a #define for each constant, a struct with a size check for each record, and a list of each module's
 * functions for the preprocessor.
 */
export function emitHeader(files: AbiFile[]): string {
  const out = [
    `/* Generated from ${SOURCE} by "rumpk abi": change it there. */`,
    "#pragma once",
    "#include <stdint.h>",
    "",
  ];
  for (const file of files) {
    out.push(`/* ---- ${file.name} ---- */`, "");
    for (const item of file.items) {
      if (isRecord(item)) out.push(...headerRecord(item));
      else if (isConstant(item)) out.push(...headerConstant(item));
    }
    for (const [module, functions] of modulesOf(file.items)) out.push(...headerModule(module, functions));
    if (!isRecord(file.items.at(-1)!)) out.push("");
  }
  return out.join("\n");
}

/** The functions of each Wasm module. */
function modulesOf(items: AbiItem[]): Map<string, AbiFunction[]> {
  const modules = new Map<string, AbiFunction[]>();
  for (const item of items.filter(isFunction)) modules.set(item.module, [...(modules.get(item.module) ?? []), item]);
  return modules;
}

const tableName = (module: string) => `${module.toUpperCase()}_FUNCTIONS`;

function headerModule(module: string, functions: AbiFunction[]): string[] {
  const out = [
    `/* The functions of the Wasm module "${module}": F(name, what it answers, (parameters), (arguments)) of each. */`,
    `#define ${tableName(module)}(F) \\`,
  ];
  const type = (name: string | undefined) => (name ? C_TYPES[name.replace("i", "u") as FieldType] : "void");
  for (const { name, parameters, result } of functions) {
    const declared = parameters.map((parameter) => `${type(parameter.type)} ${parameter.name}`).join(", ");
    const given = parameters.map((parameter) => parameter.name).join(", ");
    out.push(`  F(${name}, ${type(result)}, (${declared}), (${given})) \\`);
  }
  return [...out.slice(0, -1), out.at(-1)!.slice(0, -2)];
}

function headerConstant(constant: AbiConstant): string[] {
  return [`/* ${constant.doc} */`, `#define ${constant.name} ${cLiteral(constant)}`];
}

function cLiteral({ type, literal }: AbiConstant): string {
  if (literal === SMALLEST_I64) return "(-0x7fffffffffffffffLL - 1)";
  const suffix = { u8: "u", u16: "u", u32: "u", u64: "ull", i32: "", i64: "ll", string: "" }[type];
  return literal.startsWith("-") ? `(${literal}${suffix})` : literal + suffix;
}

function headerRecord(record: AbiRecord): string[] {
  const name = snakeCase(record.name);
  const out = ["", `/* ${record.doc} */`, `typedef struct ${name} {`];
  for (const field of record.fields) {
    if (field.doc) out.push(`  /* ${field.doc} */`);
    const count = field.count === undefined ? "" : `[${field.count}]`;
    out.push(`  ${C_TYPES[field.type]} ${snakeCase(field.name)}${count};`);
  }
  out.push(`} ${name};`, `_Static_assert(sizeof(${name}) == ${record.size}, "${record.name}");`, "");
  return out;
}

/** memoryMin -> memory_min, ImageRecord -> image_record. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter, index: number) => (index ? "_" : "") + letter.toLowerCase());
}

/** host/abi.ts: constants as numbers (64-bit ones as bigint), records as sizes and fields, functions as signatures. */
export function emitTypeScript(files: AbiFile[]): string {
  const out = [
    "/*",
    ` * Generated from ${SOURCE} by "rumpk abi": change it there.`,
    " * Constants are numbers, those of 64 bits are bigints; a record is its size and its fields, a module its functions.",
    " */",
    "",
  ];
  for (const { items } of files) {
    for (const item of items) {
      if (isRecord(item)) out.push(...typeScriptRecord(item));
      else if (isConstant(item)) out.push(...typeScriptConstant(item));
    }
    for (const [module, functions] of modulesOf(items)) out.push(...typeScriptModule(module, functions));
  }
  return out.join("\n") + "\n";
}

function typeScriptRecord({ name, size, fields, doc }: AbiRecord): string[] {
  const lines = fields.map((field) => `    ${field.name}: { offset: ${field.offset}, ${fieldShape(field)} },`);
  return [
    `/** ${doc} */`,
    `export const ${name} = {`,
    `  size: ${size},`,
    "  fields: {",
    ...lines,
    "  },",
    "} as const;",
  ];
}

/** An array has its size in bytes and the type of its elements. */
function fieldShape({ type, count }: AbiField): string {
  return `type: "${type}"${count === undefined ? "" : `, size: ${count * TYPE_SIZE[type]}`}`;
}

function typeScriptConstant({ name, type, literal, doc }: AbiConstant): string[] {
  const value = `${literal}${type.endsWith("64") ? "n" : ""};`;
  const line = `export const ${name} = ${value}`;
  return [`/** ${doc} */`, ...(line.length > LINE_WIDTH ? [`export const ${name} =`, `  ${value}`] : [line])];
}

function typeScriptModule(module: string, functions: AbiFunction[]): string[] {
  return [
    `/** The functions of the Wasm module "${module}" by name, with their signatures. */`,
    `export const ${tableName(module)} = {`,
    ...functions.map((each) => `  ${each.name}: "${signatureOf(each)}",`),
    "} as const;",
  ];
}

/** Such as "(i32, i64) -> i64". */
function signatureOf({ parameters, result }: AbiFunction): string {
  return `(${parameters.map(({ type }) => type).join(", ")})${result ? ` -> ${result}` : ""}`;
}

/** docs/abi.md: the essay of each file, then its tables. */
export function emitTables(files: AbiFile[]): string {
  const out = ["# The ABI in numbers", "", `Generated from \`${SOURCE}\` by \`rumpk abi\`: change it there.`, ""];
  for (const file of files) {
    out.push(`## ${file.name}`, "", "```", file.essay, "```", "");
    const constants = file.items.filter(isConstant);
    if (constants.length) {
      out.push("| constant | type | value | meaning |", "| --- | --- | --- | --- |");
      for (const { name, type, literal, doc } of constants)
        out.push(`| \`${name}\` | ${type} | ${literal} | ${cell(doc)} |`);
      out.push("");
    }
    for (const functions of modulesOf(file.items).values()) {
      out.push("| number | function | signature | meaning |", "| --- | --- | --- | --- |");
      for (const [number, each] of functions.entries())
        out.push(`| ${number} | \`${each.name}\` | \`${signatureOf(each)}\` | ${cell(each.doc)} |`);
      out.push("");
    }
    for (const record of file.items.filter(isRecord)) {
      out.push(`### ${record.name}, ${record.size} bytes`, "", record.doc, "");
      out.push("| offset | field | type | meaning |", "| --- | --- | --- | --- |");
      for (const { name, offset, type, count, doc } of record.fields)
        out.push(`| ${offset} | \`${name}\` | ${type}${count === undefined ? "" : `[${count}]`} | ${cell(doc)} |`);
      out.push("");
    }
  }
  return out.join("\n").trimEnd() + "\n";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
