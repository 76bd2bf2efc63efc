/*
 * Writes the three generated forms of assembly/abi: the C header for hal, the constants and layouts for host, and the
 * tables for people. All three are committed, so that a reader and an editor find them; `rumpk abi --check` fails when
 * one differs from what would be generated.
 */
import { AbiConstant, AbiFile, AbiRecord, FieldType, isRecord } from "./parse.js";

const SOURCE = "assembly/abi";
const C_TYPES: Record<FieldType, string> = {
  u8: "uint8_t",
  u16: "uint16_t",
  u32: "uint32_t",
  u64: "uint64_t",
  i32: "int32_t",
  i64: "int64_t",
};
/** The longest line that the formatter leaves as it is. */
const LINE_WIDTH = 120;
const SMALLEST_I64 = "-0x8000000000000000";

/** hal/include/rumpk-abi.h: a #define for each constant, a struct with a size check for each record. */
export function emitHeader(files: AbiFile[]): string {
  const out = [
    `/* Generated from ${SOURCE} by "rumpk abi": change it there. */`,
    "#pragma once",
    "#include <stdint.h>",
    "",
  ];
  for (const file of files) {
    out.push(`/* ---- ${file.name} ---- */`, "");
    for (const item of file.items) out.push(...(isRecord(item) ? headerRecord(item) : headerConstant(item)));
    if (!isRecord(file.items.at(-1)!)) out.push("");
  }
  return out.join("\n");
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
    out.push(`  ${C_TYPES[field.type]} ${snakeCase(field.name)};`);
  }
  out.push(`} ${name};`, `_Static_assert(sizeof(${name}) == ${record.size}, "${record.name}");`, "");
  return out;
}

/** memoryMin -> memory_min, ImageRecord -> image_record. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter, index: number) => (index ? "_" : "") + letter.toLowerCase());
}

/** host/abi.ts: constants as numbers (64-bit ones as bigint), records as sizes and field offsets. */
export function emitTypeScript(files: AbiFile[]): string {
  const out = [
    "/*",
    ` * Generated from ${SOURCE} by "rumpk abi": change it there.`,
    " * Constants are numbers, those of 64 bits are bigints; a record is its size and the place of its fields.",
    " */",
    "",
  ];
  for (const item of files.flatMap((file) => file.items)) {
    out.push(`/** ${item.doc} */`);
    if (isRecord(item)) {
      out.push(`export const ${item.name} = {`, `  size: ${item.size},`, "  fields: {");
      for (const { name, offset, type } of item.fields)
        out.push(`    ${name}: { offset: ${offset}, type: "${type}" },`);
      out.push("  },", "} as const;");
    } else {
      const value = `${item.literal}${item.type.endsWith("64") ? "n" : ""};`;
      const line = `export const ${item.name} = ${value}`;
      out.push(...(line.length > LINE_WIDTH ? [`export const ${item.name} =`, `  ${value}`] : [line]));
    }
  }
  return out.join("\n") + "\n";
}

/** docs/abi.md: the essay of each file, then its tables. */
export function emitTables(files: AbiFile[]): string {
  const out = ["# The ABI in numbers", "", `Generated from \`${SOURCE}\` by \`rumpk abi\`: change it there.`, ""];
  for (const file of files) {
    out.push(`## ${file.name}`, "", "```", file.essay, "```", "");
    const constants = file.items.filter((item) => !isRecord(item));
    if (constants.length) {
      out.push("| constant | type | value | meaning |", "| --- | --- | --- | --- |");
      for (const item of constants) {
        const { name, type, literal, doc } = item as AbiConstant;
        out.push(`| \`${name}\` | ${type} | ${literal} | ${cell(doc)} |`);
      }
      out.push("");
    }
    for (const record of file.items.filter(isRecord)) {
      out.push(`### ${record.name}, ${record.size} bytes`, "", record.doc, "");
      out.push("| offset | field | type | meaning |", "| --- | --- | --- | --- |");
      for (const { name, offset, type, doc } of record.fields) {
        out.push(`| ${offset} | \`${name}\` | ${type} | ${cell(doc)} |`);
      }
      out.push("");
    }
  }
  return out.join("\n").trimEnd() + "\n";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
