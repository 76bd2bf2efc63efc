/*
 * Systems of mutants: the shell's system with a mutant in place of tarfs, and mutants of crash as separate programs m0,
 * m1, ... Each such system is one process, under wasmtime or on the Node machine.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ImageRecord } from "../../../build/host/abi.js";
import { containedForm } from "../../../build/host/pipeline/passes/contain/contained-form.js";
import { nodeForm } from "../../../build/host/pipeline/passes/node-form.js";
import { assemble } from "../../../build/host/pipeline/wasmtime/wasmtime-system.js";
import { instanceName, rackText } from "../../../build/host/pipeline/wasmtime/rack.js";
import { root } from "../../lib/paths.mjs";

/**
 * Mutants are killed after this time, so that a run can contain many endless loops. tarfs is restarted up to five
 * times.
 */
const WATCHDOG_MS = { crash: 40, tarfs: 400 };
const BASE = ["uart", "tarfs", "vfs", "nipbox", "tools"];

const shell = JSON.parse(readFileSync(join(root, "build/system/shell-checked.json"), "utf8"));
const part = (path) => resolve(root, "build/system", path);
const cells = new Map(shell.cells.map((cell) => [cell.name, cell]));

/** The module of a cell as its compiler made it, and its record. */
export function original(name) {
  const { plain, record } = cells.get(name);
  return { name, wasm: readFileSync(part(plain)), record: readFileSync(part(record)) };
}

/** The images of a system: the base with `tarfs` (a mutant, or the original), and `mutants` of crash. */
export function imagesOf(tarfs, mutants) {
  const base = BASE.map(original).map((cell) =>
    cell.name === "tarfs"
      ? { name: "tarfs", wasm: tarfs, record: changed(cell.record, "tarfs", WATCHDOG_MS.tarfs) }
      : cell,
  );
  const crash = original("crash");
  return [
    ...base,
    ...mutants.map((wasm, index) => ({
      name: `m${index}`,
      wasm,
      record: changed(crash.record, `m${index}`, WATCHDOG_MS.crash),
    })),
  ];
}

function changed(record, name, watchdogMs) {
  const copy = new Uint8Array(record);
  copy.fill(0, 0, 32).set(Buffer.from(name));
  new DataView(copy.buffer).setUint32(ImageRecord.fields.watchdogMs.offset, watchdogMs, true);
  return copy;
}

function limitsOf(record) {
  const view = new DataView(record.buffer, record.byteOffset);
  const { memoryMin, memoryMax } = ImageRecord.fields;
  return [view.getUint32(memoryMin.offset, true), view.getUint32(memoryMax.offset, true)];
}

/** Writes a system for wasmtime into `folder`; returns the command's arguments. */
export async function forWasmtime(images, folder) {
  const fixed = JSON.parse(readFileSync(join(root, "build/wasmtime/shell-checked.json"), "utf8"));
  const path = (name) => fixed.preloads.find((each) => each.name === name).path;
  const forms = images.map(({ name, wasm, record }) =>
    write(folder, name, containedForm(wasm, [], ...limitsOf(record), false).bytes),
  );
  const request = {
    records: images.map(({ record }) => record),
    instances: images.map((_, index) => index),
    fixedPages: images.map(({ record }) =>
      limitsOf(record)[0] === limitsOf(record)[1] ? limitsOf(record)[0] : undefined,
    ),
    archive: readFileSync(part(shell.rootfs)),
    places: images.map(() => [""]),
  };
  const rack = await assemble(join(folder, "rack.wasm"), rackText(request));
  const preloads = [
    ...["env", "hal", "rumpk", "mmio", "watchdog", "kernel", "calls"].map((name) => [name, path(name)]),
    ...forms.map((form, instance) => [instanceName(instance), form]),
    ["rack", rack],
    ["machine", path("machine")],
  ];
  const modules = preloads.flatMap(([name, file]) => ["--preload", `${name}=${file}`]);
  return ["run", "-C", "cache=n", "-O", "opt-level=0", "-W", "max-wasm-stack=8388608", ...modules, fixed.main];
}

/** Writes a system for the Node machine; returns the path of its description. */
export function forNode(images, folder) {
  const description = {
    name: "mutants",
    kernel: part(shell.kernel),
    board: part(shell.board),
    cells: images.map(({ name, wasm, record }) => ({
      name,
      wasm: write(folder, `${name}.node`, nodeForm(wasm, ...limitsOf(record), false)),
      record: write(folder, `${name}.record`, record),
      places: write(folder, `${name}.places.json`, JSON.stringify({ rows: [], texts: [] })),
    })),
    rootfs: part(shell.rootfs),
  };
  const json = join(folder, "mutants.json");
  writeFileSync(json, JSON.stringify(description));
  return json;
}

function write(folder, name, bytes) {
  const path = join(folder, name.includes(".") ? name : `${name}.wasm`);
  writeFileSync(path, bytes);
  return path;
}
