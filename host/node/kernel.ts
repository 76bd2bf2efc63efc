/*
 * The kernel's instance: one memory of fixed size, one table, the imports of `hal`. A trap inside it is a bug of the
 * kernel: it stops the machine, and is never mistaken for a fault of the calling cell.
 *
 *   table   0 unused | 1 .. the kernel's own functions | last thirteen: the system calls, listed in the SysTable
 */
import { CALLS, KERNEL_PAGES, KERNEL_TABLE } from "../abi.js";
import { endsMachine, MachineError } from "./errors.js";
import { causeOf, placeOf } from "./faults.js";
import { CALL_NAMES } from "./signatures.js";

/** Table index of the first system call; the others follow by number. */
export const CALLS_BASE = KERNEL_TABLE - CALLS;

export type SystemCall = (cell: number, ...args: (number | bigint)[]) => bigint;

export interface Kernel {
  readonly memory: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  /** System calls by number. */
  readonly calls: readonly SystemCall[];
  boot(systable: number): number;
  dispatch(now: bigint, until: bigint): bigint;
  interrupt(line: number): void;
}

type Export = (...args: never[]) => unknown;

/** Makes an instance of the kernel. `hal` must be ready to be called at once. */
export function createKernel(
  wasm: Uint8Array<ArrayBuffer>,
  hal: (memory: Uint8Array<ArrayBuffer>) => WebAssembly.ModuleImports,
): Kernel {
  const memory = new WebAssembly.Memory({ initial: KERNEL_PAGES, maximum: KERNEL_PAGES });
  const table = new WebAssembly.Table({ element: "anyfunc", initial: KERNEL_TABLE, maximum: KERNEL_TABLE });
  const bytes = new Uint8Array(memory.buffer);
  const exports = instantiate(wasm, { env: { memory, table }, hal: hal(bytes) });
  const named = <T>(name: string): T => guarded(name, exports[name]) as T;
  const calls = CALL_NAMES.map((name, number) => {
    if (table.get(CALLS_BASE + number) !== null)
      throw new MachineError("kernel: its functions overlap the system calls' table entries");
    const call = named<SystemCall>(`sys_${name}`);
    table.set(CALLS_BASE + number, exports[`sys_${name}`]);
    return call;
  });
  return {
    memory: bytes,
    view: new DataView(memory.buffer),
    calls,
    boot: named("boot"),
    dispatch: named("dispatch"),
    interrupt: named("interrupt"),
  };
}

function instantiate(wasm: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports): WebAssembly.Exports {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(wasm), imports).exports;
  } catch (error) {
    throw new MachineError(`kernel: ${(error as Error).message}; build the system again with "rumpk build"`);
  }
}

/** A kernel function whose trap stops the machine with a line that says where it occurred. */
function guarded(name: string, value: unknown): Export {
  if (typeof value !== "function") throw new MachineError(`kernel: it does not export ${name}`);
  const inner = value as Export;
  return (...args) => {
    try {
      return inner(...args);
    } catch (error) {
      if (endsMachine(error) || causeOf(error) === null) throw error;
      const { pc, where } = placeOf(error as Error);
      throw new MachineError(
        `kernel stopped in ${name}: ${(error as Error).message} (${where} at 0x${pc.toString(16)})`,
      );
    }
  };
}
