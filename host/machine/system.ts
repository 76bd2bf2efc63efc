/*
 * Reads a built system: build/system/<name>.json names the kernel, the cells with their image records, and the boot
 * archive. Paths are relative to the folder of that file, or absolute. The cells' modules are compiled when a cell is
 * first made of them.
 */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { IMAGES_MAX, IMAGE_DEVICES, IMAGE_SIZE, DeviceRecord, ImageRecord } from "../abi.js";
import { MachineError } from "./errors.js";
import { readField } from "./record.js";

/** The write that stops a device, done when its cell is quiesced; `width` 0 for none. */
export interface DeviceReset {
  readonly width: number;
  readonly offset: number;
  readonly value: bigint;
}

/** One cell's image. */
export interface Image {
  readonly name: string;
  /** The ImageRecord with its arrays. */
  readonly record: Uint8Array;
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Longest run without a blocking call, in nanoseconds; 0 for no limit. */
  readonly watchdog: bigint;
  /** Largest memory in pages. */
  readonly memoryMax: number;
  readonly resets: readonly DeviceReset[];
  /** File with the table of places in the module (places.ts), or null. */
  readonly places: string | null;
}

export interface System {
  readonly kernel: Uint8Array<ArrayBuffer>;
  readonly images: readonly Image[];
  /** The boot archive, or null. */
  readonly rootfs: Uint8Array | null;
}

interface Description {
  kernel: string;
  cells: { name: string; wasm: string; record: string; places?: string }[];
  rootfs: string | null;
}

/** Reads the system described by the file at `path`. Throws a MachineError that names the file that is missing or wrong. */
export async function loadSystem(path: string): Promise<System> {
  const folder = dirname(path);
  const read = (file: string): Promise<Uint8Array<ArrayBuffer>> => readPart(resolve(folder, file));
  const description = parse(path, await read(resolve(path)));
  const images = await Promise.all(
    description.cells.map(async ({ name, wasm, record, places }) =>
      image(name, await read(wasm), await read(record), places === undefined ? null : resolve(folder, places)),
    ),
  );
  if (images.length > IMAGES_MAX) throw new MachineError(`${path}: ${images.length} cells; at most ${IMAGES_MAX}`);
  return {
    kernel: await read(description.kernel),
    images,
    rootfs: description.rootfs === null ? null : await read(description.rootfs),
  };
}

async function readPart(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new MachineError(
      `${path}: ${(error as NodeJS.ErrnoException).code ?? error}; build the system with "rumpk build"`,
    );
  }
}

function parse(path: string, bytes: Uint8Array): Description {
  try {
    const description = JSON.parse(new TextDecoder().decode(bytes)) as Description;
    if (typeof description.kernel !== "string" || !Array.isArray(description.cells)) throw new Error("no system");
    return { ...description, rootfs: description.rootfs ?? null };
  } catch (error) {
    throw new MachineError(`${path}: ${(error as Error).message}; build the system again with "rumpk build"`);
  }
}

function image(name: string, wasm: Uint8Array<ArrayBuffer>, record: Uint8Array, places: string | null): Image {
  if (record.length !== IMAGE_SIZE)
    throw new MachineError(`image record of ${name}: ${record.length} bytes, not ${IMAGE_SIZE}`);
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const { fields } = ImageRecord;
  return {
    name,
    record,
    wasm,
    watchdog: BigInt(readField(view, 0, fields.watchdogMs)) * 1_000_000n,
    memoryMax: readField(view, 0, fields.memoryMax),
    resets: Array.from({ length: readField(view, 0, fields.devices) }, (_, index) => deviceReset(view, index)),
    places,
  };
}

function deviceReset(view: DataView, index: number): DeviceReset {
  const at = IMAGE_DEVICES + index * DeviceRecord.size;
  const { fields } = DeviceRecord;
  return {
    width: readField(view, at, fields.resetWidth),
    offset: readField(view, at, fields.resetOffset),
    value: view.getBigUint64(at + fields.resetValue.offset, true),
  };
}
