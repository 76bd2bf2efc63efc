/*
 * The simulated board (assembly/board) on this machine: an instance of its module, whose rim is in the folder rim. The
 * board's functions keep their names; assembly/board documents their arguments and results.
 *
 * The memory of the board is the total that the cells' linear memories may reach together; cells do not see its
 * addresses.
 */
import { MachineError } from "./errors.js";

export const RAM_BASE = 0x8000_0000;
/** Total bytes of all cells' memories. */
export const RAM_SIZE = 0x8000_0000;

/** What the board asks of its host: assembly/board/host.ts. Pointers and lengths are passed as signed. */
export interface BoardHost {
  receive(): number;
  can_transmit(): boolean;
  transmit(byte: number): void;
  wake(): void;
  block_read(at: bigint, bytes: number, length: number): number;
  block_write(at: bigint, bytes: number, length: number): number;
  block_flush(): number;
  folder_status(folder: number, path: number, length: number, out: number): number;
  folder_request(
    request: number,
    folder: number,
    path: number,
    pathLength: number,
    offset: bigint,
    data: number,
    length: number,
  ): number;
}

/** Interrupt lines, for the code that runs cells. */
export interface Lines {
  /** Takes a deliverable line and masks it; -1 if there is none. */
  takeLine(): number;
  /** Whether takeLine would return a line; 0 for no. */
  isLineDeliverable(): number;
}

/** The module's functions. */
interface Exports extends Lines {
  readonly memory: WebAssembly.Memory;
  readonly MACHINE_NODE: WebAssembly.Global<"i32">;
  readonly ARCHIVE_BASE: WebAssembly.Global<"i64">;
  boardWords(length: number): number;
  boardTree(): number;
  boardUpdate(): void;
  boardDescribe(
    machine: number,
    wordsLength: number,
    ramBase: bigint,
    ramSize: bigint,
    archiveBase: bigint,
    archiveSize: bigint,
  ): number;
  blockOpen(bytes: bigint): void;
  hostdirOpen(count: number): void;
  unmaskLine(line: number): number;
  windowArchive(size: bigint): void;
  windowMap(
    cell: number,
    number: number,
    base: bigint,
    length: bigint,
    rights: number,
    resetWidth: number,
    resetOffset: number,
    resetValue: bigint,
  ): number;
  windowUnmap(cell: number, number: number): number;
  windowQuiesce(cell: number): void;
  windowBindLine(line: number, cell: number): number;
  windowUnbindLine(line: number): number;
  windowAck(cell: number, number: number): void;
  windowLoad(cell: number, number: number, offset: number, width: number): number;
  windowLoad64(cell: number, number: number, offset: number): bigint;
  windowStore(cell: number, number: number, offset: number, value: number, width: number): void;
  windowStore64(cell: number, number: number, offset: number, value: bigint): void;
}

export interface Board extends Exports {
  /** The packed device tree of the board with this command line. Throws a MachineError if it is too long. */
  describe(commandLine: string): Uint8Array;
  /** The offset of an access refused since the last call, or -1. */
  takeRefused(): number;
}

/** What a board has besides its UART. */
export interface Equipment {
  readonly archive: Uint8Array | null;
  /** Folders of the host. */
  readonly folders: number;
  /** Bytes of the disk; 0 for none. */
  readonly disk: bigint;
}

/**
 * A board.
 * @param host makes the rim over the board's memory
 */
export function createBoard(
  wasm: Uint8Array<ArrayBuffer>,
  host: (memory: () => Uint8Array) => BoardHost,
  { archive, folders, disk }: Equipment,
): Board {
  let refused = -1;
  const bytes = archive ?? new Uint8Array(0);
  const imports = {
    ...host(() => new Uint8Array(exports.memory.buffer)),
    refuse: (offset: number) => void (refused = offset >>> 0),
    archive_load: archiveReader(bytes),
  };
  const { exports: found } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { host: imports });
  const exports = found as unknown as Exports;
  exports.windowArchive(BigInt(bytes.length));
  exports.hostdirOpen(folders);
  exports.blockOpen(disk);
  return {
    ...exports,
    describe: (commandLine) => describe(exports, commandLine, bytes.length),
    takeRefused() {
      const offset = refused;
      refused = -1;
      return offset;
    },
  };
}

function archiveReader({ buffer, byteOffset, length }: Uint8Array): (offset: number, width: number) => number {
  const view = new DataView(buffer, byteOffset, length);
  return (offset, width) => {
    if (width === 1) return view.getUint8(offset);
    return width === 2 ? view.getUint16(offset, true) : view.getUint32(offset, true);
  };
}

function describe(exports: Exports, commandLine: string, archiveSize: number): Uint8Array {
  const words = new TextEncoder().encode(commandLine);
  const at = exports.boardWords(words.length);
  const memory = new Uint8Array(exports.memory.buffer);
  if (at !== 0) memory.set(words, at);
  const base = exports.ARCHIVE_BASE.value;
  const ram = [BigInt(RAM_BASE), BigInt(RAM_SIZE)] as const;
  const machine = exports.MACHINE_NODE.value;
  const length = at && exports.boardDescribe(machine, words.length, ...ram, base, BigInt(archiveSize));
  if (length === 0) throw new MachineError("the command line is too long for the device tree");
  const tree = exports.boardTree();
  return memory.slice(tree, tree + length);
}
