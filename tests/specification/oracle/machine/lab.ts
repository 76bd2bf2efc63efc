/*
 * The kernel without the specification: a test makes calls one by one and checks the results. Except for a fault no
 * cell runs, so a call is made directly; it must not block.
 */
import {
  CAUSE_MEMORY,
  EXIT_BLOCKED,
  EXIT_FAULTED,
  META_CHANNEL,
  META_LOOKUP,
  META_PROMISES,
  META_RING,
  META_UNVEIL_OF,
  NEVER,
  RING_SEND,
  SpawnSpec,
  WOULD_BLOCK,
} from "../../../../host/abi.js";
import type { Image } from "../spec/world.js";
import { devices, imageRecord, spawnSpec } from "./images.js";
import { Machine, type Arguments, type CallName } from "./machine.js";

const AT_SPEC = 0x100;
const AT_TEXT = 0x4000;

export interface LabGift {
  readonly slot: number;
  readonly rights: number;
  readonly port: number;
}

export class Lab {
  readonly machine: Machine;
  /** Cells in the order in which the kernel made them; restarted cells appear again. */
  readonly made: number[] = [];
  private faulting: number | null = null;

  constructor(kernel: WebAssembly.Module, images: readonly Image[]) {
    this.machine = new Machine(
      kernel,
      images.map(imageRecord),
      {
        enter: (cell) => this.enter(cell),
        created: (cell) => void this.made.push(cell),
        destroyed: () => {},
      },
      devices,
    );
    this.machine.boot();
  }

  call(cell: number, name: CallName, ...args: Arguments): number {
    return Number(this.machine.call(cell, name, args));
  }

  meta(cell: number, operation: number, a = 0, b = 0n, c = 0n): bigint {
    return this.machine.call(cell, "meta", [operation, BigInt(a), b, c]);
  }

  /** Two ends of a new channel in a cell. */
  channel(cell: number): [number, number] {
    const both = Number(this.meta(cell, META_CHANNEL, 64, 4n));
    return [both & 0xff, both >> 8];
  }

  slotOf(cell: number, port: number): number {
    return Number(this.meta(cell, META_LOOKUP, port));
  }

  /** Whether a slot of a cell is a usable end of a channel. */
  holdsChannel(cell: number, slot: number): boolean {
    return this.meta(cell, META_RING, slot, BigInt(RING_SEND)) >= 0n;
  }

  promises(cell: number): bigint {
    return this.meta(cell, META_PROMISES);
  }

  /** Spawns; returns the slot, or an errno. The child is the last one in `made`. */
  spawn(cell: number, name: string, promises = -1n, gifts: readonly LabGift[] = []): number {
    this.machine.write(cell, AT_SPEC, spawnSpec(name, promises, gifts, AT_SPEC));
    return this.call(cell, "spawn", AT_SPEC, SpawnSpec.size);
  }

  send(cell: number, slot: number, text: string): number {
    this.machine.write(cell, AT_TEXT, Buffer.from(text));
    return this.call(cell, "send", slot, AT_TEXT, text.length, 1);
  }

  unveil(cell: number, path: string, rights: number): number {
    this.machine.write(cell, AT_TEXT, Buffer.from(path));
    return this.call(cell, "unveil", AT_TEXT, path.length, rights);
  }

  /** The rights of the server's client on `slot` at a path. */
  unveilOf(server: number, slot: number, path: string): number {
    this.machine.write(server, AT_TEXT, Buffer.from(path));
    return Number(this.meta(server, META_UNVEIL_OF, slot, (BigInt(path.length) << 32n) | BigInt(AT_TEXT)));
  }

  /**
   * Makes a cell fault; the others, and its next instance, go to sleep for good, which does not affect direct calls.
   * Only once per lab.
   */
  fault(cell: number): void {
    this.faulting = cell;
    this.machine.dispatch(this.machine.now + 1n);
    if (this.faulting !== null) throw new Error(`cell ${cell} is never entered`);
  }

  private enter(cell: number): number {
    if (cell === this.faulting) {
      this.faulting = null;
      this.machine.fault(CAUSE_MEMORY);
      return EXIT_FAULTED;
    }
    const answer = this.machine.call(cell, "wait", [0n, NEVER]);
    if (answer !== WOULD_BLOCK) throw new Error(`cell ${cell} does not sleep: ${answer}`);
    return EXIT_BLOCKED;
  }
}
