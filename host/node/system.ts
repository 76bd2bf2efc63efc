/*
 * Reads a built system: build/system/<name>.json names kernel and board, the cells with their image records, and the
 * boot archive. Paths are relative to the folder of that file, or absolute. A cell is a package, of which the form for
 * this machine runs, or a bare module, which no sealed system runs. Modules are compiled when the first cell is made of
 * them.
 */
import { IMAGES_MAX, IMAGE_DEVICES, IMAGE_SIZE, DeviceRecord, ImageRecord } from "../abi.js";
import { MachineError } from "./errors.js";
import { formOf } from "./package.js";
import { readField } from "./record.js";
import { pathBeside, readPart } from "./rim/files.js";

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
  /** The package that contains `wasm`, or null for a bare module. */
  readonly package: Uint8Array | null;
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
  /** The simulated board. */
  readonly board: Uint8Array<ArrayBuffer>;
  readonly images: readonly Image[];
  /** The boot archive, or null. */
  readonly rootfs: Uint8Array | null;
  /** The SealTable, or null in an unsealed system. */
  readonly seals: Uint8Array | null;
}

interface CellFiles {
  name: string;
  package?: string;
  wasm?: string;
  record: string;
  places?: string;
}

interface Description {
  kernel: string;
  board: string;
  cells: CellFiles[];
  rootfs: string | null;
  seals: string | null;
}

/** Reads the system described by the file at `path`. Throws a MachineError that names the missing or wrong file. */
export async function loadSystem(path: string): Promise<System> {
  const read = (file: string): Promise<Uint8Array<ArrayBuffer>> => readPart(pathBeside(path, file));
  const description = parse(path, await readPart(path));
  const images = await Promise.all(
    description.cells.map(async (cell) => {
      const places = cell.places === undefined ? null : pathBeside(path, cell.places);
      return image(cell.name, await moduleOf(cell, read), await read(cell.record), places);
    }),
  );
  if (images.length > IMAGES_MAX) throw new MachineError(`${path}: ${images.length} cells; at most ${IMAGES_MAX}`);
  return {
    kernel: await read(description.kernel),
    board: await read(description.board),
    images,
    rootfs: description.rootfs === null ? null : await read(description.rootfs),
    seals: description.seals === null ? null : await read(description.seals),
  };
}

/** The module to run, empty in a package without one, and the package that contains it. */
async function moduleOf(
  { package: file, wasm }: CellFiles,
  read: (file: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Pick<Image, "wasm" | "package">> {
  if (file === undefined) return { wasm: await read(wasm ?? ""), package: null };
  const bytes = await read(file);
  return { wasm: formOf(bytes), package: bytes };
}

function parse(path: string, bytes: Uint8Array): Description {
  try {
    const description = JSON.parse(new TextDecoder().decode(bytes)) as Description;
    if (
      typeof description.kernel !== "string" ||
      typeof description.board !== "string" ||
      !Array.isArray(description.cells)
    )
      throw new Error("no system");
    return { ...description, rootfs: description.rootfs ?? null, seals: description.seals ?? null };
  } catch (error) {
    throw new MachineError(`${path}: ${(error as Error).message}; build the system again with "rumpk build"`);
  }
}

function image(
  name: string,
  module: Pick<Image, "wasm" | "package">,
  record: Uint8Array,
  places: string | null,
): Image {
  if (record.length !== IMAGE_SIZE)
    throw new MachineError(`image record of ${name}: ${record.length} bytes, not ${IMAGE_SIZE}`);
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const { fields } = ImageRecord;
  return {
    name,
    record,
    ...module,
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
