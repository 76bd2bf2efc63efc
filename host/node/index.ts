/*
 * The Node machine: one of the machines of docs/machine.md, in a Node process. It has the simulated board (board.ts) on
 * which the same driver cells run as on metal, gives every cell its own WebAssembly instance, and calls the kernel.
 *
 *   streams <- rim <- board <- mmio.ts <- driver cell <- fibers.ts <- hal.ts <- kernel <- loop.ts
 */
import { KERNEL_BOOT_AREA } from "../abi.js";
import { createBoard } from "./board.js";
import { createCells } from "./cells.js";
import { MachineError, PowerOff } from "./errors.js";
import type { Fibers } from "./fibers.js";
import { createHal } from "./hal.js";
import { createKernel, type Kernel } from "./kernel.js";
import { createLoop, type Loop } from "./loop.js";
import { startClock } from "./rim/clock.js";
import { createConsole, type Input, type Output } from "./rim/console.js";
import { openDisk } from "./rim/disk.js";
import type { Folder } from "./rim/folders.js";
import { createBoardHost } from "./rim/index.js";
import { createSleeper } from "./rim/sleep.js";
import { splitOutput } from "./rim/split.js";
import { createSupport } from "./support.js";
import { loadSystem } from "./system.js";
import { writeSysTable } from "./systable.js";

export { MachineError } from "./errors.js";
export type { Folder } from "./rim/folders.js";

export interface RunOptions {
  /**
   * Whether input and output are a terminal, which the caller has made raw. Otherwise the line is escaped (wire.ts).
   */
  readonly terminal: boolean;
  /** Raw bytes. */
  readonly input: Input;
  readonly output: Output;
  /** Gets the console's error output if there is no terminal; defaults to `output`. */
  readonly error?: Output;
  /** The kernel's command line (bootargs). */
  readonly commandLine: string;
  /** Folders of the host that the system may use, for its cell vfs to mount. */
  readonly folders?: readonly Folder[];
  /** File of the host that is the system's disk. */
  readonly disk?: string | undefined;
  /** Gets one line for each fault of a cell: cause, place and module offset. */
  readonly log?: (line: string) => void;
}

/**
 * Runs the system described by build/system/<name>.json until it powers off and all output has been written.
 * @returns the exit status, 0 to 255
 * @throws MachineError when the system is incomplete or its kernel fails: one line that names the place
 */
export async function run(systemJson: string, options: RunOptions): Promise<number> {
  const system = await loadSystem(systemJson);
  const clock = startClock();
  const support = createSupport();
  const { terminal, input, output, error, folders = [], disk: diskPath } = options;
  const split = terminal ? undefined : splitOutput(output, error ?? output);
  const line = createConsole(input, split ?? output, terminal);
  const disk = diskPath === undefined ? null : openDisk(diskPath);
  let kernel: Kernel;
  let loop: Loop;
  const board = createBoard(
    system.board,
    createBoardHost(line, folders, disk?.fd ?? null, () => loop?.wake()),
    {
      archive: system.rootfs,
      folders: folders.length,
      disk: disk?.bytes ?? 0n,
    },
  );
  const cells = createCells(system.images, board);
  const fibers: Fibers = {
    clock,
    board,
    support,
    kernel: () => kernel,
    report({ image, fault }) {
      options.log?.(`${image.name}: cause ${fault.cause} in ${fault.where || "?"} at 0x${fault.pc.toString(16)}`);
    },
    turn: null,
  };
  kernel = createKernel(system.kernel, (memory) => createHal({ clock, board, cells, fibers, system }, memory));
  const words = [...folders.map(({ guest }) => `vfs.host=${guest}`), options.commandLine].join(" ");
  writeSysTable(kernel, board.describe(words), clock);
  loop = createLoop({ clock, board, kernel, sleeper: createSleeper(), flush: line.flush });
  return powered(async () => {
    const failed = kernel.boot(KERNEL_BOOT_AREA);
    if (failed < 0) throw new MachineError(`kernel: boot failed with ${failed}`);
    line.open({ update: board.boardUpdate, fail: loop.fail });
    try {
      return await loop.run();
    } finally {
      await line.close();
      split?.end();
    }
  });
}

/** The status with which the machine powered off. */
async function powered(machine: () => Promise<never>): Promise<number> {
  try {
    return await machine();
  } catch (error) {
    if (error instanceof PowerOff) return error.status;
    throw error;
  }
}
