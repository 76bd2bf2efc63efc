/*
 * Shared by all parts of the containment pass: the module in pieces, the globals with the cell's state, and how a fault
 * is raised.
 *
 *   fault      0, or what ends the cell: CAUSE_..., or ENDED for a call of exit. While it is set, all functions return
 *   address    the address or index that the fault was about, 0 for none
 *   pages      size of the cell's memory; limit: the same in bytes. Both absent when the memory cannot grow
 *   site       number of the place in the source where the fault was raised, 0 for none (places.ts)
 *   depth      bytes of stack left, with the costs of frames.ts
 *   fuel       loop iterations and function entries until the watchdog checks the clock
 */
import { CAUSE_MEMORY, WASM_PAGE } from "../../../abi.js";
import { Draft } from "./draft.js";
import { Code, globalGet, globalSet, i32Const, op, when, zero } from "./encode.js";

export interface Growth {
  pages: number;
  limit: number;
}

export interface Setting {
  draft: Draft;
  fault: number;
  address: number;
  site: number;
  depth: number;
  fuel: number;
  /** The imported function that checks the clock. */
  check: number;
  minPages: number;
  maxPages: number;
  /** Absent when minPages is maxPages. */
  growth: Growth | undefined;
  /** Number of the place for which code is being written. */
  place: number;
}

/** Sets the fault and returns from the function, whatever is on its stack. */
export function raise(setting: Setting, cause: number, results: number[]): Code {
  return [...i32Const(cause), ...globalSet(setting.fault), ...mark(setting), ...leave(results)];
}

/** The same for a memory access; `address` pushes the address on the stack. */
export function raiseAt(setting: Setting, address: Code, results: number[]): Code {
  return [...address, ...globalSet(setting.address), ...raise(setting, CAUSE_MEMORY, results)];
}

/** Stores the place; code outside the cell's own functions has none. */
function mark({ place, site }: Setting): Code {
  return place === 0 ? [] : [...i32Const(place), ...globalSet(site)];
}

/**
 * Returns from the function if the fault is set; follows every call. `foreign` says that the fault may have been raised
 * outside the cell's own functions, so that this is its place.
 */
export function leaveOnFault(setting: Setting, results: number[], foreign: boolean): Code {
  const unmarked = [...globalGet(setting.site), ...op.i32Eqz, ...when(mark(setting))];
  const marked = foreign && setting.place !== 0 ? unmarked : [];
  return [...globalGet(setting.fault), ...when(marked, leave(results))];
}

function leave(results: number[]): Code {
  return [...results.flatMap(zero), ...op.return];
}

/** Pushes the size of the cell's memory, in bytes, on the stack. */
export function memoryLimit({ growth, minPages }: Setting): Code {
  return growth ? globalGet(growth.limit) : i32Const(minPages * WASM_PAGE);
}
