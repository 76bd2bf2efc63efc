/*
 * The rack of a system: the module with all cells' instances and their memories, the kernel's memory and the boot
 * archive (host/wasmtime/rack.ts lists its exports).
 *
 *   memory $store   image records, 1,024 bytes each | image of each instance, u32 | boot archive
 *   memory $places  for each image the start of its places, u32 | places, WHERE_SIZE bytes each, padded with NUL
 *   memory $bounce  64 KiB, between two cells
 *   table           for each operation, one function per instance: table[operation * instances + instance]
 */
import * as abi from "../../abi.js";
import { Signatures, wat } from "./gates.js";

/** The module name of an instance. */
export const instanceName = (instance: number): string => `cell${instance}`;

export interface RackRequest {
  records: Uint8Array[];
  /** The image of each instance. */
  instances: number[];
  /** Whether an image's memory has a fixed size; by image. */
  fixedPages: (number | undefined)[];
  archive: Uint8Array;
  /** Texts of the places of each image. */
  places: string[][];
}

/** Operations on an instance: the signature after the instance's number. */
const OPERATIONS: Signatures = {
  reset: "()",
  start: "()",
  main: "() -> i32",
  fault: "() -> i32",
  set_fault: "(i32)",
  address: "() -> i32",
  set_address: "(i32)",
  site: "() -> i32",
  pages: "() -> i32",
  park: "()",
  parked: "()",
  unpark: "()",
  unparked: "()",
  read: "(i32, i32, i32)",
  write: "(i32, i32, i32)",
  lift: "(i32, i32)",
  drop: "(i32, i32)",
};
/** Operations that are functions of the instance, under this name. */
const EXPORTED: Record<string, string> = {
  reset: "rumpk_reset",
  start: "rumpk_start",
  main: "cell_main",
  park: "rumpk_park",
  parked: "asyncify_stop_unwind",
  unparked: "asyncify_stop_rewind",
};

/** The rack as WebAssembly text. */
export function rackText({ records, instances, fixedPages, archive, places }: RackRequest): string {
  const store = Buffer.concat([...records, imageWords(instances), archive]);
  const instancesAt = records.length * abi.IMAGE_SIZE;
  const archiveAt = instancesAt + 4 * instances.length;
  const pages = Math.max(1, Math.ceil(store.length / abi.WASM_PAGE));
  const where = placesBytes(places);
  const texts = instances.map((image, instance) => instanceText(instance, fixedPages[image]));
  return `(module
(import "env" "memory" (memory $kernel ${abi.KERNEL_PAGES}))
${texts.map(({ imports }) => imports).join("\n")}
(memory $store ${pages} ${pages})
(memory $bounce 1 1)
(memory $places ${Math.ceil(where.length / abi.WASM_PAGE)} ${Math.ceil(where.length / abi.WASM_PAGE)})
(data (memory $places) (i32.const 0) "${hex(where)}")
(data (memory $store) (i32.const 0) "${hex(store)}")
${texts.map(({ functions }) => functions).join("\n")}
${dispatchText(instances.length)}
(func (export "copy") (param $to i32) (param $target i32) (param $from i32) (param $source i32) (param $length i32)
  (call $lift (local.get $from) (local.get $source) (local.get $length))
  (call $drop (local.get $to) (local.get $target) (local.get $length)))
(func (export "instance_count") (result i32) (i32.const ${instances.length}))
(func (export "instance_image") (param i32) (result i32)
  (i32.load $store offset=${instancesAt} (i32.shl (local.get 0) (i32.const 2))))
(func (export "image_count") (result i32) (i32.const ${records.length}))
(func (export "record32") (param i32 i32) (result i32)
  (i32.load $store (i32.add (i32.mul (local.get 0) (i32.const ${abi.IMAGE_SIZE})) (local.get 1))))
(func (export "records") (param i32)
  (memory.copy $kernel $store (local.get 0) (i32.const 0) (i32.const ${instancesAt})))
(func (export "where") (param $image i32) (param $site i32) (param $out i32)
  (memory.copy $kernel $places (local.get $out)
    (i32.add (i32.load $places (i32.shl (local.get $image) (i32.const 2)))
      (i32.mul (local.get $site) (i32.const ${abi.WHERE_SIZE})))
    (i32.const ${abi.WHERE_SIZE})))
(func (export "archive_size") (result i32) (i32.const ${archive.length}))
${[8, 16, 32].map((bits) => archiveLoad(bits, archiveAt)).join("\n")}
(func (export "kernel_store8") (param i32 i32) (i32.store8 $kernel (local.get 0) (local.get 1)))
(func (export "kernel_store32") (param i32 i32) (i32.store $kernel (local.get 0) (local.get 1)))
(func (export "kernel_store64") (param i32 i64) (i64.store $kernel (local.get 0) (local.get 1))))`;
}

function archiveLoad(bits: number, at: number): string {
  const load = bits === 32 ? "i32.load" : `i32.load${bits}_u`;
  return `(func (export "archive${bits}") (param i32) (result i32) (${load} $store offset=${at} (local.get 0)))`;
}

/** The memory of places. Texts that are too long are cut off. */
function placesBytes(places: string[][]): Uint8Array {
  const head = new Uint32Array(places.length);
  let at = head.byteLength;
  const texts = places.flatMap((own, image) => {
    head[image] = at;
    at += own.length * abi.WHERE_SIZE;
    return own;
  });
  const bytes = Buffer.alloc(Math.max(at, 1));
  bytes.set(new Uint8Array(head.buffer));
  for (const [index, text] of texts.entries())
    bytes.write(text, head.byteLength + index * abi.WHERE_SIZE, abi.WHERE_SIZE);
  return bytes;
}

function imageWords(instances: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(instances).buffer);
}

/** Imports of one instance, and its function for each operation. */
function instanceText(instance: number, fixedPages: number | undefined): { imports: string; functions: string } {
  const module = instanceName(instance);
  const own = (name: string) => `$${name}_${instance}`;
  const imports = [
    `(import "${module}" "memory" (memory ${own("m")} 0))`,
    `(import "${module}" "rumpk_fault" (global ${own("g_fault")} (mut i32)))`,
    `(import "${module}" "rumpk_site" (global ${own("g_site")} (mut i32)))`,
    `(import "${module}" "rumpk_address" (global ${own("g_address")} (mut i32)))`,
    `(import "${module}" "asyncify_start_rewind" (func ${own("rewind")} (param i32)))`,
  ];
  if (fixedPages === undefined) imports.push(`(import "${module}" "rumpk_pages" (global ${own("g_pages")} (mut i32)))`);
  for (const [operation, name] of Object.entries(EXPORTED))
    imports.push(`(import "${module}" "${name}" (func ${own(operation)} ${wat(OPERATIONS[operation]!)}))`);
  const pages = fixedPages === undefined ? `(global.get ${own("g_pages")})` : `(i32.const ${fixedPages})`;
  const copy = (to: string, from: string) =>
    `(memory.copy ${to} ${from} (local.get $to) (local.get $from) (local.get $length))`;
  const memory = own("m");
  const functions = [
    `(func ${own("fault")} (result i32) (global.get ${own("g_fault")}))`,
    `(func ${own("set_fault")} (param i32) (global.set ${own("g_fault")} (local.get 0)))`,
    `(func ${own("address")} (result i32) (global.get ${own("g_address")}))`,
    `(func ${own("site")} (result i32) (global.get ${own("g_site")}))`,
    `(func ${own("set_address")} (param i32) (global.set ${own("g_address")} (local.get 0)))`,
    `(func ${own("pages")} (result i32) ${pages})`,
    `(func ${own("unpark")} (call ${own("rewind")} (i32.const 0)))`,
    `(func ${own("read")} (param $from i32) (param $to i32) (param $length i32) ${copy("$kernel", memory)})`,
    `(func ${own("write")} (param $to i32) (param $from i32) (param $length i32) ${copy(memory, "$kernel")})`,
    `(func ${own("lift")} (param $from i32) (param $length i32) (local $to i32) ${copy("$bounce", memory)})`,
    `(func ${own("drop")} (param $to i32) (param $length i32) (local $from i32) ${copy(memory, "$bounce")})`,
  ];
  return { imports: imports.join("\n"), functions: functions.join("\n") };
}

/** The table, and for each operation the function that finds an instance's entry. */
function dispatchText(instances: number): string {
  const names = Object.keys(OPERATIONS);
  const entries = names.flatMap((name) => Array.from({ length: instances }, (_, instance) => `$${name}_${instance}`));
  const functions = names.map((name, operation) => {
    const type = wat(OPERATIONS[name]!);
    const count = OPERATIONS[name]!.match(/[if]\d\d(?=[,)])/g)?.length ?? 0;
    const operands = Array.from({ length: count }, (_, at) => `(local.get ${at + 1})`).join(" ");
    const entry = `(i32.add (local.get $instance) (i32.const ${operation * instances}))`;
    return `(func $${name} (export "${name}") (param $instance i32) ${type} (call_indirect ${type} ${operands} ${entry}))`;
  });
  return `(table ${entries.length} ${entries.length} funcref)
(elem (i32.const 0) func ${entries.join(" ")})
${functions.join("\n")}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").replace(/../g, "\\$&");
}
