/*
 * One run: the kernel and the specification side by side, from boot. An act is a call by one cell. Meanwhile every
 * other cell naps (waits for nothing, until the next act), so that the kernel enters the acting cell, whatever its
 * spectrum. After each act the result, the bytes written to memory, and the cells that died or were made must be what
 * the specification allows; everything observable about the cell must match, and now and then and at the end everything
 * about every cell.
 */
import { COST_TICK, EBADF, EXIT_BLOCKED, EXIT_FAULTED, EXIT_RETURNED, EXIT_YIELDED } from "../../../../host/abi.js";
import {
  META_ENERGY,
  META_INFO,
  META_PROMISES,
  RIGHT_INFO,
  META_RING,
  RING_RECV,
  RING_SEND,
  WOULD_BLOCK,
} from "../../../../host/abi.js";
import { imageRecord } from "../machine/images.js";
import { Machine } from "../machine/machine.js";
import { newCell, startInstance, wireManifest } from "../spec/cells.js";
import { interrupt, windows } from "../spec/devices.js";
import { info, infoText, release } from "../spec/inspection.js";
import { beginRun, endRun, expire, rankOf, sleep, wake } from "../spec/loans.js";
import { endLends } from "../spec/lending.js";
import { AREA_AT, AREA_SIZE } from "../spec/memory.js";
import { startVerified } from "../spec/sealing.js";
import { choose, type Outcome } from "../spec/outcome.js";
import { inSlot, peerOf, World, type Capability, type Cell, type Device, type Image } from "../spec/world.js";

/** A call by one cell, or its end. */
export interface Act {
  readonly text: string;
  /** Makes the call; `null` if the cell exits or faults instead. */
  readonly call: ((machine: Machine) => bigint) | null;
  /** How cell_enter ends when there is no call. */
  readonly exit?: (machine: Machine) => number;
  readonly expects: () => Outcome[];
  /** The bytes that the call wrote to the cell's memory, given its result. */
  readonly wrote?: (machine: Machine, result: bigint) => string;
}

interface Judged {
  readonly cell: Cell;
  readonly act: Act;
  readonly result: bigint;
  /** The bytes that it wrote, read at once: the instance may be gone when the act is judged. */
  readonly bytes: string;
}

/** What a cell does when it runs on a loan, and how long it works before that. */
export interface Lent {
  readonly act: (cell: Cell) => Act;
  readonly time: bigint;
}

/** Kernel and specification disagree. */
export class Mismatch extends Error {}

const SLOTS = 63;
/** Where a CellInfo is written, after everything that acts use. */
const AT_INFO = 0xc000;
/**
 * After this many acts, every cell is compared with all its slots; after each act, only the acting cell, without slots.
 */
const EVERY = 8;
/** After this many acts, the cells in the table are compared. */
const SELDOM = 20;

export class Run {
  readonly world: World;
  readonly machine: Machine;
  /** What happened, one line per act. */
  readonly trace: string[] = [];
  acts = 0;
  private task: { cell: Cell; act: Act; time: bigint } | null = null;
  private lent: Lent[] = [];
  private judged: Judged | null = null;
  /** The calls in which cells are parked; null is a nap. */
  private readonly parked = new Map<number, Act | null>();
  /** When the last nap of a cell ends. */
  private readonly naps = new Map<number, bigint>();
  private created: number[] = [];
  private readonly destroyed = new Set<number>();

  constructor(kernel: WebAssembly.Module, images: readonly Image[], devices: readonly Device[], sealed: boolean) {
    this.world = new World(images, devices, sealed);
    this.machine = new Machine(
      kernel,
      images.map(imageRecord),
      {
        enter: (cell) => this.enter(cell),
        created: (cell) => void this.created.push(cell),
        destroyed: (cell) => this.instanceGone(cell),
      },
      devices,
      sealed,
    );
    this.machine.boot();
    const boot = images.filter((image) => image.boot);
    boot.forEach((image, index) => newCell(this.world, index, image, null, image.promises));
    this.created.splice(0);
    for (const cell of this.world.cells) startInstance(this.world, cell);
    for (const cell of this.world.cells) wireManifest(this.world, cell);
    this.settle();
  }

  /** Cells that can act: alive, and not parked in a call. */
  free(): Cell[] {
    return this.world.alive().filter((cell) => !this.parked.get(cell.index));
  }

  /**
   * Lets a cell act after it has run for `time`, then the cells that got a loan from that; compares.
   */
  perform(cell: Cell, act: Act, time = 0n, lent: readonly Lent[] = []): void {
    ++this.acts;
    this.trace.push(`${cell.image.name}#${cell.index} ${act.text}${time ? `, after ${time} ns of work` : ""}`);
    this.task = { cell, act, time };
    this.lent = [...lent];
    this.machine.now += 1n;
    this.world.now = this.machine.now;
    this.settle();
    if (this.task) throw new Mismatch(`${act.text}: its cell is never entered`);
    if (cell.state === "alive") this.compareCell(cell);
  }

  /** Lets time pass. */
  sleep(nanoseconds: bigint): void {
    this.trace.push(`${nanoseconds} ns pass`);
    this.machine.now += nanoseconds;
    this.world.now = this.machine.now;
    this.settle();
  }

  /** A device's line fires. */
  interrupt(device: Device): void {
    this.trace.push(`line ${device.line} fires`);
    interrupt(this.world, device);
    this.machine.interrupt(device.line);
    this.settle();
  }

  private settle(): void {
    while (this.machine.dispatch(this.machine.now + 1n) <= this.machine.now);
    this.closeRun();
    this.compareParked();
    this.compareLoans();
    if (this.acts % EVERY === 0) this.compareCells();
    if (this.acts % SELDOM === 0) this.compareTable();
  }

  private enter(index: number): number {
    this.closeRun();
    const cell = this.world.at(index);
    if (!cell || cell.state !== "alive") throw new Mismatch(`cell ${index} is entered, and is none`);
    beginRun(this.world, cell);
    this.compareLoans();
    if (this.parked.has(index)) {
      const act = this.parked.get(index)!;
      if (act) return this.make(cell, act);
      if (this.machine.call(index, "wait", [0n, this.naps.get(index)!]) === WOULD_BLOCK)
        throw new Mismatch(`cell ${index} is entered in the middle of its nap`);
      this.parked.delete(index);
      cell.energy += BigInt(COST_TICK);
      if (this.mustYield()) return EXIT_YIELDED;
    }
    if (this.task?.cell === cell) {
      const { act, time } = this.task;
      this.task = null;
      this.work(cell, time);
      return this.make(cell, act);
    }
    const lent = cell.loan && this.lent.shift();
    if (lent) {
      const { act, time } = lent;
      this.work(cell, time);
      return this.make(cell, this.actOnLoan(cell, act(cell)));
    }
    return this.nap(index);
  }

  private actOnLoan(cell: Cell, act: Act): Act {
    ++this.acts;
    this.trace.push(`${cell.image.name}#${cell.index} on a loan ${act.text}`);
    return act;
  }

  /** Ends the current run, with all its consequences. */
  private closeRun(): void {
    this.judge();
    endRun(this.world);
    this.noteWakes();
    expire(this.world);
  }

  /** Wakes in the specification the cells that the kernel woke. */
  private noteWakes(): void {
    for (const cell of this.world.alive())
      if (cell.asleep && !this.machine.scheduling(cell.index).asleep) wake(this.world, cell);
  }

  /** Lets the running cell compute. */
  private work(cell: Cell, time: bigint): void {
    cell.energy += time;
    this.machine.now += time;
    this.world.now = this.machine.now;
  }

  private mustYield(): boolean {
    return this.machine.armed !== null && this.machine.armed <= this.machine.now;
  }

  private nap(index: number): number {
    const end = this.machine.now + 1n;
    this.naps.set(index, end);
    const result = this.machine.call(index, "wait", [0n, end]);
    if (result !== WOULD_BLOCK) throw new Mismatch(`a nap of cell ${index} answers ${result}`);
    this.parked.set(index, null);
    sleep(this.world.at(index)!, []);
    return EXIT_BLOCKED;
  }

  private make(cell: Cell, act: Act): number {
    if (!act.call) {
      const reason = act.exit!(this.machine);
      this.judged = { cell, act, result: 0n, bytes: "" };
      return reason;
    }
    const result = act.call(this.machine);
    this.noteWakes();
    this.judged = { cell, act, result, bytes: result < 0n ? "" : (act.wrote?.(this.machine, result) ?? "") };
    if (result === WOULD_BLOCK) {
      this.parked.set(cell.index, act);
      return EXIT_BLOCKED;
    }
    this.parked.delete(cell.index);
    return this.mustYield() ? EXIT_YIELDED : this.napAfter(cell.index);
  }

  /** The cell that has acted goes to sleep in the same run; its act is judged first. */
  private napAfter(index: number): number {
    this.judge();
    return this.nap(index);
  }

  private instanceGone(index: number): void {
    this.parked.delete(index);
    this.destroyed.add(index);
  }

  /** Compares the last act with what the specification allows. */
  private judge(): void {
    if (!this.judged) return;
    const { cell, act, result, bytes } = this.judged;
    this.judged = null;
    const seen = {
      result: this.destroyed.has(cell.index) ? ("ended" as const) : result,
      bytes,
      created: this.created.splice(0),
    };
    this.destroyed.clear();
    const outcomes = act.expects();
    const outcome = choose(outcomes, seen);
    const shown = bytes ? `${seen.result} with ${JSON.stringify(bytes)}` : `${seen.result}`;
    this.trace.push(`    ${act.text}: ${shown}`);
    if (!outcome) {
      const allowed = outcomes.map(({ text }) => text).join(" or ");
      throw new Mismatch(`${cell.image.name}#${cell.index} ${act.text}: answers ${shown}, should be ${allowed}`);
    }
    outcome.effect(seen);
    startVerified(this.world);
    endLends(this.world);
    release(this.world);
    this.compareInstances();
  }

  private compareInstances(): void {
    const kernel = [...this.machine.memories.keys()].sort((a, b) => a - b).join(" ");
    const expected = this.world.alive().map(({ index }) => index);
    if (kernel !== expected.sort((a, b) => a - b).join(" "))
      throw new Mismatch(`cells ${kernel} run, should be ${expected.join(" ")}`);
  }

  /** The mapped windows, and the owners of the lines. */
  private compareWindows(): void {
    const sorted = (all: string[]) => all.sort().join(" ");
    const expected = windows(this.world).map(({ cell, window, device }) => `${cell.index}.${window}:${device.base}`);
    const mapped = sorted([...this.machine.windows].map(([place, base]) => `${place}:${base}`));
    if (mapped !== sorted(expected)) throw new Mismatch(`windows ${mapped} are mapped, should be ${sorted(expected)}`);
    const owned = windows(this.world).map(({ cell, device }) => `${device.line}:${cell.index}`);
    const lines = sorted([...this.machine.lines].map(([line, cell]) => `${line}:${cell}`));
    if (lines !== sorted(owned)) throw new Mismatch(`lines ${lines} are bound, should be ${sorted(owned)}`);
  }

  /** No cell sleeps in a call that could be answered. */
  private compareParked(): void {
    for (const [index, act] of this.parked) {
      if (!act) continue;
      const outcomes = act.expects();
      if (!outcomes.some(({ fits }) => fits({ result: WOULD_BLOCK, bytes: "", created: [] })))
        throw new Mismatch(
          `cell ${index} sleeps in ${act.text}, which should answer ${outcomes.map(({ text }) => text).join(" or ")}`,
        );
    }
  }

  /** The spectrum and account on which each cell runs, and what is left in the windows. */
  private compareLoans(): void {
    for (const cell of this.world.alive()) {
      const seen = this.machine.scheduling(cell.index);
      const { loan, account } = cell;
      const shown = (lender: number | null, steps: number, rank: number) =>
        lender === null ? `its own, rank ${rank}` : `that of ${lender}, rank ${rank}, in ${steps} steps`;
      const expected = shown(loan?.lender.index ?? null, loan?.steps ?? 0, rankOf(cell));
      const kernel = shown(seen.lender, seen.steps, seen.rank);
      const name = `${cell.image.name}#${cell.index}`;
      if (kernel !== expected) throw new Mismatch(`the account of ${name} is ${kernel}, should be ${expected}`);
      if (account.left !== null && account.left !== seen.left)
        throw new Mismatch(`in the window of ${name} is ${seen.left}, should be ${account.left}`);
    }
  }

  /** Everything observable about every cell. */
  compareCells(): void {
    this.compareWindows();
    for (const cell of this.world.alive()) {
      this.compareCell(cell);
      this.compareSlots(cell);
    }
  }

  /** Which cells are in the table and which are not, as the cell that manages all cells sees it. */
  private compareTable(): void {
    const holders = this.world.alive().flatMap((cell) => [...cell.slots.values()]);
    const all = holders.find((held) => held.kind === "cells" && (held.rights & RIGHT_INFO) !== 0);
    if (!all) return;
    const last = Math.max(...this.world.cells.map(({ index }) => index));
    for (let index = 0; index <= last; index++) this.compareInfo(all, index);
  }

  private compareInfo({ holder, slot }: Capability, index: number): void {
    const outcomes = info(this.world, holder, slot, index);
    const result = this.meta(holder, META_INFO, slot, index, AT_INFO);
    const bytes = result < 0n ? "" : infoText(this.machine.read(holder.index, AT_INFO, Number(result)));
    if (choose(outcomes, { result, bytes, created: [] })) return;
    const allowed = outcomes.map(({ text }) => text).join(" or ");
    throw new Mismatch(`cell ${index} is ${result} with "${bytes}" in the table, should be ${allowed}`);
  }

  private compareCell(cell: Cell): void {
    this.compare(cell, "energy", this.meta(cell, META_ENERGY), cell.energy);
    this.compare(cell, "promises", this.meta(cell, META_PROMISES), shownPromises(cell.promises));
    const memory = this.machine.memories.get(cell.index)!.subarray(AREA_AT, AREA_AT + AREA_SIZE);
    if (Buffer.compare(memory, cell.memory) !== 0) throw new Mismatch(`memory of ${cell.image.name}#${cell.index}`);
  }

  private compareSlots(cell: Cell): void {
    for (let slot = 0; slot <= SLOTS; slot++) this.compareSlot(cell, slot);
  }

  private compareSlot(cell: Cell, slot: number): void {
    const held = inSlot(cell, slot);
    for (const direction of [RING_SEND, RING_RECV]) {
      const kernel = this.meta(cell, META_RING, slot, direction);
      if (held?.kind === "device") {
        this.compare(cell, `window of slot ${slot}`, kernel, BigInt(held.device.length));
        continue;
      }
      if (held?.kind !== "channel") {
        this.compare(cell, `slot ${slot}`, kernel, BigInt(EBADF));
        continue;
      }
      const ring = held.channel.rings[direction === RING_SEND ? held.side : peerOf(held.side)];
      const geometry = ring ? (BigInt(ring.count) << 32n) | BigInt(ring.size) : 0n;
      this.compare(cell, `ring ${direction} of slot ${slot}`, kernel, geometry);
    }
  }

  private meta(cell: Cell, operation: number, a = 0, b = 0, c = 0): bigint {
    return this.machine.call(cell.index, "meta", [operation, BigInt(a), BigInt(b), BigInt(c)]);
  }

  private compare(cell: Cell, what: string, kernel: bigint, specification: bigint): void {
    if (kernel !== specification)
      throw new Mismatch(`${what} of ${cell.image.name}#${cell.index} is ${kernel}, should be ${specification}`);
  }
}

/** A cell exits. */
export function exits(status: number): (machine: Machine, cell: number) => number {
  return (machine, cell) => {
    machine.call(cell, "exit", [status]);
    return EXIT_RETURNED;
  };
}

/** A cell faults. */
export function faults(cause: number): (machine: Machine) => number {
  return (machine) => {
    machine.fault(cause);
    return EXIT_FAULTED;
  };
}

/** META_PROMISES: promises in bits 0 to 60, the spectrum above. */
function shownPromises(promises: bigint): bigint {
  return (promises & ((1n << 61n) - 1n)) | ((promises >> 62n) << 61n);
}
