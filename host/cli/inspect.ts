/*
 * `rumpk inspect FILE`: shows what is in a package: its manifest, its forms and its signers. `rumpk verify` says
 * whether they are trusted.
 */
import { createHash } from "node:crypto";

import * as abi from "../abi.js";
import { UserError } from "../pipeline/errors.js";
import { FORM, NATIVE, Parts, partsOf, signaturesOf } from "../pipeline/package/package.js";
import { shown } from "../pipeline/paths.js";
import { RecordLayout, readField } from "../node/record.js";
import { ofModule, readPackageFile } from "./package-file.js";
import { Verb } from "./verb.js";

const KINDS = ["npl", "npk", "npi"];
const SPECTRA = ["void", "gravity", "matter", "photon"];
const FLAGS = {
  boot: abi.IMAGE_BOOT,
  dma: abi.IMAGE_DMA,
  "accepts-grants": abi.IMAGE_ACCEPTS_GRANTS,
  "manages-cells": abi.IMAGE_MANAGES_CELLS,
  seal: abi.IMAGE_SEAL,
  ledger: abi.IMAGE_LEDGER,
};
const PROMISES = {
  stdio: abi.PROMISE_STDIO,
  rpath: abi.PROMISE_RPATH,
  wpath: abi.PROMISE_WPATH,
  inet: abi.PROMISE_INET,
  exec: abi.PROMISE_EXEC,
};

/** A line of the output: a name and its value. */
type Rows = [name: string, value: string][];

export const inspect: Verb = {
  summary: "say what is in a package",
  arguments: "FILE",
  most: 1,
  flags: { json: { help: "print JSON" } },
  async run({ words: [file], flags }) {
    if (!file) throw new UserError('inspect: a file is missing; see "rumpk inspect --help"');
    const bytes = readPackageFile(file);
    const rows = ofModule(file, () => rowsOf(bytes));
    if ("json" in flags) {
      process.stdout.write(JSON.stringify(Object.fromEntries(rows), undefined, 2) + "\n");
      return 0;
    }
    const width = Math.max(...rows.map(([name]) => name.length));
    process.stdout.write(`${shown(file)}\n`);
    for (const [name, value] of rows) process.stdout.write(`  ${name.padEnd(width)}  ${value}\n`);
    return 0;
  },
};

function rowsOf(bytes: Uint8Array): Rows {
  const parts = partsOf(bytes);
  const part = (name: string, contents: Uint8Array): [string, string] => [name, measure(contents)];
  return [
    ["package", measure(bytes)],
    ...(parts.record ? manifestRows(parts.record) : []),
    ...[...parts.forms].map(([name, contents]) => part(FORM + name, contents)),
    ...[...parts.natives].map(([name, contents]) => part(NATIVE + name, contents)),
    ...signatureRows(bytes, parts),
  ];
}

function measure(bytes: Uint8Array): string {
  return `${bytes.length} bytes, SHA-256 ${createHash("sha256").update(bytes).digest("hex")}`;
}

function manifestRows(record: Uint8Array): Rows {
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const { fields } = abi.ImageRecord;
  const number = (name: keyof typeof fields) => readField(view, 0, fields[name]);
  const promises = view.getBigUint64(fields.promises.offset, true) & ((1n << BigInt(abi.SPECTRUM_SHIFT)) - 1n);
  const numbers = (at: number, layout: RecordLayout, count: number) =>
    Array.from({ length: count }, (_, index) => hex(readField(view, at + index * layout.size, layout.fields["port"]!)));
  return [
    ["name", text(record, 0, fields.kind.offset)],
    ["kind", KINDS[number("kind")] ?? "unknown"],
    ["spectrum", SPECTRA[number("spectrum")] ?? "unknown"],
    ["layer", String(number("layer"))],
    ["flags", words(FLAGS, BigInt(number("flags")))],
    ["memory", `${number("memoryMin")} to ${number("memoryMax")} pages`],
    ["promises", words(PROMISES, promises)],
    ["ports", numbers(abi.IMAGE_PORTS, abi.PortRecord, number("ports")).join(" ") || "none"],
    ["channels", numbers(abi.IMAGE_CHANNELS, abi.ChannelRecord, number("channels")).join(" ") || "none"],
    ["devices", devicesOf(record, number("devices")).join(" ") || "none"],
  ];
}

function devicesOf(record: Uint8Array, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const at = abi.IMAGE_DEVICES + index * abi.DeviceRecord.size;
    return text(record, at, at + abi.DeviceRecord.fields.rights.offset);
  });
}

/** Text up to its first NUL. */
function text(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder().decode(bytes.subarray(start, end)).replace(/\0.*$/s, "");
}

/** The names of set bits; bits without a name as a number. */
function words(names: Record<string, number>, bits: bigint): string {
  const known = Object.entries(names).filter(([, bit]) => bits & BigInt(bit));
  const rest = known.reduce((left, [, bit]) => left & ~BigInt(bit), bits);
  return [...known.map(([name]) => name), ...(rest ? [`0x${rest.toString(16)}`] : [])].join(" ") || "none";
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function signatureRows(bytes: Uint8Array, { record }: Parts): Rows {
  const keys = (signaturesOf(bytes) ?? []).flatMap(({ signatures }) =>
    signatures.map(({ keyId }) => Buffer.from(keyId).toString("hex") || "a key without an id"),
  );
  const rows: Rows = record ? [] : [["manifest", "none: a module, but no package"]];
  return [...rows, ["signed by", keys.join(", ") || "nobody"]];
}
