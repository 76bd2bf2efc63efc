/*
 * A machine for the real kernel: the `hal` functions of docs/machine.md over byte arrays, with a clock that moves only
 * when the test moves it. A cell has no code; `Script` decides what it does when it is entered. So calls are made where
 * every machine makes them, inside cell_enter, and blocking calls are parked and repeated as docs/machine.md says.
 */
import { readFileSync } from "node:fs";
import * as abi from "../../../../host/abi.js";
import { writeDeviceTree } from "./tree.js";
import type { Device } from "../spec/world.js";

export type CallName = keyof typeof abi.RUMPK_FUNCTIONS;
export type Arguments = readonly (number | bigint)[];

/** What cells do. */
export interface Script {
  /** A cell is entered; returns EXIT_... */
  enter(cell: number, budget: bigint): number;
  /** The kernel makes an instance of an image. */
  created(cell: number, image: number): void;
  /** The kernel destroys the instance. */
  destroyed(cell: number): void;
}

/** The scheduling state of a cell. */
export interface Scheduling {
  readonly asleep: boolean;
  /** 0 for a suspended cell, else 1 or more, from the spectrum that it runs on. */
  readonly rank: number;
  /** The lender on whose spectrum it runs, if any, and the hops from there. */
  readonly lender: number | null;
  readonly steps: number;
  /** What is left of its energy period; null before the first. */
  readonly left: bigint | null;
}

/** Addresses of the kernel's tables, from compiled.mjs. */
const layout = JSON.parse(readFileSync(new URL("../../../../layout.json", import.meta.url), "utf8")) as Readonly<
  Record<
    "cells" | "stride" | "nobody" | "state" | "rank" | "lender" | "loanSteps" | "energyLeft" | "energyLength",
    number
  >
>;

/** Memories of cells that were destroyed. */
const unused: Uint8Array[] = [];

/** An empty memory. */
function takeMemory(): Uint8Array {
  return unused.pop()?.fill(0) ?? new Uint8Array(abi.WASM_PAGE);
}

type KernelFunction = (...args: (number | bigint)[]) => bigint | number;

/** With more entries than this in one dispatch, the kernel is in an endless loop. */
const ENTERS_MAX = 100_000;

export class Machine {
  now = 1000n;
  /** The deadline of the last timer_arm in this cell_enter, or null. */
  armed: bigint | null = null;
  readonly memories = new Map<number, Uint8Array>();
  /** Bases of the mapped windows, by "cell.window", and the cell of each bound line. */
  readonly windows = new Map<string, number>();
  readonly lines = new Map<number, number>();
  private readonly memory = new WebAssembly.Memory({ initial: abi.KERNEL_PAGES, maximum: abi.KERNEL_PAGES });
  private readonly kernel: Record<string, KernelFunction>;
  private cause = abi.CAUSE_NONE as number;
  private seed = 0x9e3779b9;
  private enters = 0;

  constructor(
    kernel: WebAssembly.Module,
    private readonly records: readonly Uint8Array[],
    private readonly script: Script,
    private readonly devices: readonly Device[] = [],
    private readonly sealed = false,
  ) {
    const table = new WebAssembly.Table({
      element: "anyfunc",
      initial: abi.KERNEL_TABLE,
      maximum: abi.KERNEL_TABLE,
    });
    const imports = { env: { memory: this.memory, table }, hal: this.hal() };
    this.kernel = new WebAssembly.Instance(kernel, imports).exports as Record<string, KernelFunction>;
  }

  /** Starts the system. */
  boot(): void {
    const view = new DataView(this.memory.buffer);
    const at = abi.KERNEL_BOOT_AREA;
    const { magic, version, cpuMask, timerHz, seed0, seed1, fdt } = abi.SysTable.fields;
    view.setUint32(at + magic.offset, abi.SYSTABLE_MAGIC, true);
    view.setUint16(at + version.offset, abi.ABI_VERSION, true);
    view.setBigUint64(at + cpuMask.offset, 1n, true);
    view.setBigUint64(at + timerHz.offset, 1_000_000_000n, true);
    view.setBigUint64(at + seed0.offset, 1n, true);
    view.setBigUint64(at + seed1.offset, 2n, true);
    view.setBigUint64(at + fdt.offset, BigInt(abi.KERNEL_FDT), true);
    new Uint8Array(this.memory.buffer).set(treeOf(this.devices), abi.KERNEL_FDT);
    const status = this.kernel["boot"]!(at);
    if (status !== 0) throw new Error(`boot answers ${status}`);
  }

  /** Runs cells until none is ready; returns the next deadline. */
  dispatch(until: bigint): bigint {
    this.enters = 0;
    return this.kernel["dispatch"]!(this.now, until) as bigint;
  }

  /** Makes a call for a cell. */
  call(cell: number, name: CallName, args: Arguments): bigint {
    const result = this.kernel[`sys_${name}`]!(cell, ...args);
    return result === undefined ? 0n : BigInt(result);
  }

  /** Scheduling state of a cell that no call reports, from the kernel's table. */
  scheduling(cell: number): Scheduling {
    const view = new DataView(this.memory.buffer, layout.cells + cell * layout.stride, layout.stride);
    const lender = view.getUint32(layout.lender, true);
    return {
      asleep: view.getUint32(layout.state, true) === abi.CELL_BLOCKED,
      rank: view.getUint32(layout.rank, true),
      lender: lender === layout.nobody ? null : lender,
      steps: view.getUint32(layout.loanSteps, true),
      left: view.getUint32(layout.energyLength, true) === 0 ? null : view.getBigInt64(layout.energyLeft, true),
    };
  }

  /** A device's line fires between two runs. */
  interrupt(line: number): void {
    this.kernel["interrupt"]!(line);
  }

  /** The result of the next cell_fault. */
  fault(cause: number): void {
    this.cause = cause;
  }

  /** Bytes of a cell's memory, as latin1 text. */
  read(cell: number, at: number, length: number): string {
    return Buffer.from(this.memories.get(cell)!.subarray(at, at + length)).toString("latin1");
  }

  write(cell: number, at: number, bytes: Uint8Array): void {
    this.memories.get(cell)!.set(bytes, at);
  }

  private map(place: string, base: number): number {
    if (this.windows.has(place)) throw new Error(`the kernel maps window ${place} twice`);
    this.windows.set(place, base);
    return 0;
  }

  private bind(line: number, cell: number): number {
    if (cell < 0) this.lines.delete(line);
    else this.lines.set(line, cell);
    return 0;
  }

  private destroy(cell: number): number {
    const memory = this.memories.get(cell);
    if (!memory) throw new Error(`the kernel destroys cell ${cell} twice`);
    this.memories.delete(cell);
    unused.push(memory);
    if ([...this.windows.keys()].some((place) => place.startsWith(`${cell}.`)))
      throw new Error(`the kernel destroys cell ${cell} before its windows are unmapped`);
    this.script.destroyed(cell);
    return 0;
  }

  private random(): number {
    this.seed ^= this.seed << 13;
    this.seed ^= this.seed >>> 17;
    this.seed ^= this.seed << 5;
    return this.seed & 0xff;
  }

  private copy(
    to: Uint8Array | undefined,
    toAt: number,
    from: Uint8Array | undefined,
    fromAt: number,
    length: number,
  ): number {
    const [target, source, size] = [toAt >>> 0, fromAt >>> 0, length >>> 0];
    if (!to || !from) return abi.EINVAL;
    if (size > abi.COPY_MAX || target + size > to.length || source + size > from.length) return abi.EFAULT;
    to.set(from.slice(source, source + size), target);
    return 0;
  }

  private report(cell: number, out: number): number {
    const memory = this.memories.get(cell);
    if (!memory) return abi.EINVAL;
    const view = new DataView(this.memory.buffer, out >>> 0, abi.CellReport.size);
    view.setUint32(abi.CellReport.fields.cause.offset, this.cause, true);
    view.setUint32(abi.CellReport.fields.pages.offset, memory.length / abi.WASM_PAGE, true);
    return 0;
  }

  private enter(cell: number, budget: bigint): number {
    if (++this.enters > ENTERS_MAX) throw new Error("the kernel enters cells without end");
    this.armed = null;
    return this.script.enter(cell, budget);
  }

  private hal(): WebAssembly.ModuleImports {
    const kernel = () => new Uint8Array(this.memory.buffer);
    const cellOf = (cell: number) => this.memories.get(cell);
    const done = () => 0;
    return {
      time_now: () => this.now,
      timer_arm: (deadline: bigint) => void (this.armed = deadline),
      entropy: (pointer: number, length: number) => {
        for (let i = 0; i < length; i++) kernel()[(pointer >>> 0) + i] = this.random();
        return 0;
      },
      cell_create: (image: number, cell: number) => {
        if (this.memories.has(cell)) throw new Error(`the kernel makes cell ${cell} twice`);
        this.memories.set(cell, takeMemory());
        this.script.created(cell, image);
        return 0;
      },
      cell_enter: (cell: number, budget: bigint) => this.enter(cell, budget),
      cell_fault: (cell: number, out: number) => this.report(cell, out),
      cell_destroy: (cell: number) => this.destroy(cell),
      cell_read: (cell: number, from: number, to: number, length: number) =>
        this.copy(kernel(), to, cellOf(cell), from, length),
      cell_write: (cell: number, to: number, from: number, length: number) =>
        this.copy(cellOf(cell), to, kernel(), from, length),
      cell_copy: (toCell: number, to: number, fromCell: number, from: number, length: number) =>
        this.copy(cellOf(toCell), to, cellOf(fromCell), from, length),
      window_map: (cell: number, window: number, base: bigint) => this.map(`${cell}.${window}`, Number(base)),
      window_unmap: (cell: number, window: number) => (this.windows.delete(`${cell}.${window}`) ? 0 : abi.EINVAL),
      irq_bind: (line: number, cell: number) => this.bind(line, cell),
      irq_unmask: done,
      quiesce: done,
      off: (status: number) => {
        throw new Error(`the kernel switches the machine off with ${status}`);
      },
      images: (out: number) => {
        this.records.forEach((record, n) => kernel().set(record, (out >>> 0) + n * abi.IMAGE_SIZE));
        return this.records.length;
      },
      package_read: () => (this.sealed ? 1 : abi.ENOSYS),
    };
  }
}

/** The device tree of a machine with these devices. */
function treeOf(devices: readonly Device[]): Uint8Array {
  const children = devices.map(({ compatible, base, length, line }) => ({
    name: `device@${base.toString(16)}`,
    properties: { compatible, reg: [base, length], interrupts: [line] },
  }));
  return writeDeviceTree({ name: "", properties: { "#address-cells": [1], "#size-cells": [1] }, children });
}
