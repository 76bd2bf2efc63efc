/*
 * The sealing cell on its own: its module as built, with a kernel that has only the three calls of sealing. Tests hand
 * it a table and packages, and get its verdicts; a trap in it fails the test.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as abi from "../../../build/host/abi.js";
import { buildCell } from "../../../build/host/pipeline/cell.js";
import { readManifest } from "../../../build/host/pipeline/manifest/manifest.js";
import { root } from "../../lib/paths.mjs";

const { wasm } = await buildCell(readManifest(join(root, "cells/seal")));
const bytes = readFileSync(wasm);
const module = new WebAssembly.Module(bytes);

/** Bytes of the module, and what it imports. */
export const size = bytes.length;
export const imports = WebAssembly.Module.imports(module).map((one) => `${one.module}.${one.name}`);

/**
 * Returns { verdict, classes } for each { image, form, bytes }; `bytes` start with the ImageRecord, except for the
 * table.
 */
export function verdictsOn(tasks) {
  const verdicts = [];
  let next = 0;
  let instance;
  const memory = () => new DataView(instance.exports.memory.buffer);
  const work = (pointer) => {
    if (next === tasks.length) return -1;
    memory().setUint32(pointer + abi.SealWork.fields.image.offset, tasks[next].image, true);
    memory().setUint32(pointer + abi.SealWork.fields.form.offset, tasks[next].form ?? abi.SEAL_FORM_PACKAGE, true);
    return abi.SealWork.size;
  };
  const read = (offset, pointer, length) => {
    const part = tasks[next].bytes.subarray(offset, offset + length);
    new Uint8Array(instance.exports.memory.buffer).set(part, pointer);
    return part.length;
  };
  const meta = (op, a, b, c) => {
    if (op === abi.META_SEAL_WORK) return BigInt(work(Number(a)));
    if (op === abi.META_SEAL_READ) return BigInt(read(Number(a), Number(b), Number(c)));
    if (op !== abi.META_SEAL_VERDICT) return -1n;
    verdicts.push({ verdict: Number(a), classes: Number(b) });
    next++;
    return 0n;
  };
  instance = new WebAssembly.Instance(module, { rumpk: { meta, send: () => -1n } });
  instance.exports.cell_main();
  return verdicts;
}
