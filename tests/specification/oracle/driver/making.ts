/*
 * What acts are made of. fast-check makes an operation of plain numbers, so that it can shrink it; their meaning
 * depends on the world at that moment: the n-th cell, the n-th slot that it holds, and now and then one that nobody
 * holds.
 */
import * as abi from "../../../../host/abi.js";
import { PORT_FREE, PORT_SESSION, PORT_STREAM_OUT } from "../machine/images.js";
import type { Arguments, CallName } from "../machine/machine.js";
import type { Outcome } from "../spec/outcome.js";
import { inSlot, type Cell, type World } from "../spec/world.js";
import type { Act } from "./run.js";

/** An operation; its kind names a maker in acts.ts. */
export interface Op {
  readonly kind: string;
  readonly who: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Layout of a cell's memory; the area of spec/memory.ts follows. */
export const AT_SPEC = 0x100;
export const AT_TEXT = 0x4000;
export const AT_BUFFER = 0x6000;
/** An address outside any memory. */
export const AT_NOWHERE = 0x7fff0000;

export const PATHS = ["/", "/a", "/a/b", "/a/b/c", "/ab", "/d", "/d/e", "/sysro/etc", "/a/b/x"];
export const BAD_PATHS = ["a", "/a/", "//a", "/a/../d", "/a/./b", "/..", "", `/${"n".repeat(abi.PATH_MAX)}`];
export const PROMISES = [0x1f, 0x0f, 0x07, 0x03, 0x17, 0x13, 0x01, 0x11, 0x02, 0x04, 0x08, 0x00];
export const CAUSES = [abi.CAUSE_MEMORY, abi.CAUSE_UNREACHABLE, abi.CAUSE_STACK, abi.CAUSE_SPIN];
export const NAMES = ["worker", "shy", "orphan", "lazy", "worker", "nobody", "seal", "poor"];
export const PORTS = [0, PORT_STREAM_OUT, PORT_SESSION, PORT_FREE, 0, PORT_STREAM_OUT];
export const WEIRD_SLOTS = [0, 62, 63, 64, 0x10001, 0xffffffff, 40, 7];

export const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

/** Mostly a slot that holds something, or once did. */
export function slotOf(cell: Cell, n: number): number {
  const held = [...cell.slots.keys()];
  return n % 16 === 15 || held.length === 0 ? pick(WEIRD_SLOTS, n >> 4) : pick(held, n >> 4);
}

/** Mostly the slot's rights or fewer. */
export function rightsOf(cell: Cell, slot: number, n: number): number {
  const held = inSlot(cell, slot)?.rights ?? abi.RIGHTS_ALL;
  const other = (n >> 3) & abi.RIGHTS_ALL;
  return pick([held, held, held, held & other, held & ~(1 << (n % 10)), abi.RIGHTS_ALL, other, 0x400], n >> 2);
}

export function pathOf(n: number): string {
  return n % 8 === 7 ? pick(BAD_PATHS, n >> 3) : pick(PATHS, n >> 3);
}

/** Mostly a poll; else a sleep for some acts, or without end. */
export function deadlineOf(world: World, n: number): bigint {
  if (n % 8 !== 0) return 0n;
  return n % 16 === 0 ? abi.NEVER : world.now + 2n + BigInt((n >> 4) % 16);
}

export const spectrumOf = (n: number) => BigInt(n & 3) << BigInt(abi.SPECTRUM_SHIFT);

export interface Makers {
  readonly world: World;
  readonly cell: Cell;
  /** Counts messages, so that no two are the same. */
  readonly serial: number;
}

export function callAct(
  { cell }: Makers,
  text: string,
  name: CallName,
  args: Arguments,
  expects: () => Outcome[],
  input: Uint8Array | null = null,
  at = AT_TEXT,
): Act {
  return {
    text,
    call: (machine) => {
      if (input) machine.write(cell.index, at, input);
      return machine.call(cell.index, name, args);
    },
    expects,
  };
}

/** Makes an operation an act. */
export type Maker = (makers: Makers, op: Op) => Act;
