/*
 * The commands on all cells: ps, kill, revive, free.
 */

import { CELLS_MAX, CellState, allCells, errorText, killCell } from "rumpk";
import {
  CELL_BLOCKED,
  CELL_ENDED,
  CELL_FREE,
  CELL_HELD,
  CELL_QUARANTINED,
  CELL_READY,
  CELL_RUNNING,
  CellInfo,
  META_REVIVE,
  PROMISE_DEVICE,
  PROMISE_EXEC,
  PROMISE_INET,
  PROMISE_RPATH,
  PROMISE_STDIO,
  PROMISE_WPATH,
  RESTART_ALWAYS,
  RESTART_NEVER,
  SPECTRUM_GRAVITY,
  SPECTRUM_MATTER,
  SPECTRUM_PHOTON,
  WASM_PAGE,
} from "rumpk/abi";
import { meta } from "rumpk/raw";
import { decode, encode, padded } from "./bytes";
import { OK, failure, named, print, usage } from "./output";

/** Promises of the four device windows. */
const DEVICES: u64 = 15 * <u64>PROMISE_DEVICE;
/** Bytes in a KiB. */
const KIB: u64 = 1024;

/** ps */
export function ps(args: string[]): i32 {
  if (args.length > 0) return usage("ps");
  const cells = allCells();
  if (cells < 0) return failure("ps: " + errorText(cells));
  print("CELL GEN STATE       SPECTRUM  MEMORY      TIME CHANNELS FAULTS STRIKES RESTARTS     PROMISES NAME\n");
  const state = new CellState();
  for (let index = 0; index < CELLS_MAX; index++) {
    if (state.read(cells, index) && state.info.state != CELL_FREE) print(row(state));
  }
  return OK;
}

function row(state: CellState): string {
  const info = state.info;
  return (
    info.cell.toString().padStart(4) +
    info.generation.toString().padStart(4) +
    " " +
    stateText(info.state).padEnd(11) +
    " " +
    spectrumText(info.spectrum).padEnd(8) +
    ((<u64>info.pages * WASM_PAGE) / KIB).toString().padStart(7) +
    "K" +
    timeText(info.runtime).padStart(10) +
    info.channels.toString().padStart(9) +
    info.faults.toString().padStart(7) +
    info.strikes.toString().padStart(8) +
    " " +
    restartText(info).padEnd(12) +
    " " +
    promisesText(info.promises).padEnd(8) +
    " " +
    named(encode(state.name)) +
    "\n"
  );
}

/** The manifest's restart policy, and how many of the allowed restarts are used up. */
function restartText(info: CellInfo): string {
  if (info.policy == RESTART_NEVER) return "never";
  const count = " " + info.restarts.toString() + "/" + info.restartLimit.toString();
  return (info.policy == RESTART_ALWAYS ? "always" : "on-fault") + count;
}

/** A letter for each promise: stdio, rpath, wpath, inet, exec, and devices. */
function promisesText(promises: u64): string {
  return (
    (promises & PROMISE_STDIO ? "s" : "-") +
    (promises & PROMISE_RPATH ? "r" : "-") +
    (promises & PROMISE_WPATH ? "w" : "-") +
    (promises & PROMISE_INET ? "i" : "-") +
    (promises & PROMISE_EXEC ? "x" : "-") +
    (promises & DEVICES ? "d" : "-")
  );
}

/** Seconds, to the millisecond. */
function timeText(nanoseconds: u64): string {
  const milliseconds = nanoseconds / 1000000;
  return (milliseconds / 1000).toString() + "." + padded(milliseconds % 1000, 3);
}

function stateText(state: u32): string {
  switch (state) {
    case CELL_READY:
      return "ready";
    case CELL_RUNNING:
      return "running";
    case CELL_BLOCKED:
      return "blocked";
    case CELL_ENDED:
      return "ended";
    case CELL_QUARANTINED:
      return "quarantined";
    case CELL_HELD:
      return "held";
  }
  return "?";
}

function spectrumText(spectrum: u32): string {
  switch (spectrum) {
    case SPECTRUM_PHOTON:
      return "photon";
    case SPECTRUM_MATTER:
      return "matter";
    case SPECTRUM_GRAVITY:
      return "gravity";
  }
  return "void";
}

/** kill CELL, by its name or its number */
export function kill(args: string[]): i32 {
  if (args.length != 1) return usage("kill cell (name or number, see ps)");
  return toCells("kill", args[0], isAlive, killCell);
}

/** revive CELL, by its name or its number */
export function revive(args: string[]): i32 {
  if (args.length != 1) return usage("revive cell (name or number, see ps)");
  return toCells("revive", args[0], isQuarantined, reviveCell);
}

function reviveCell(cells: i32, index: i32): i32 {
  return <i32>meta(META_REVIVE, cells, index, 0);
}

/** Applies an operation to each cell of that name or number whose state allows it. */
function toCells(
  command: string,
  name: string,
  fits: (state: u32) => bool,
  action: (cells: i32, index: i32) => i32,
): i32 {
  const cells = allCells();
  if (cells < 0) return failure(command + ": " + errorText(cells));
  const state = new CellState();
  const wanted = decode(name);
  let found = false;
  let status = OK;
  for (let index = 0; index < CELLS_MAX; index++) {
    if (!state.read(cells, index) || !fits(state.info.state)) continue;
    if (state.name != wanted && index.toString() != wanted) continue;
    found = true;
    const error = action(cells, index);
    if (error < 0) status = failure(command + ": " + name + ": " + errorText(error));
  }
  return found ? status : failure(command + ": no such cell: " + name);
}

function isQuarantined(state: u32): bool {
  return state == CELL_QUARANTINED;
}

function isAlive(state: u32): bool {
  return state == CELL_READY || state == CELL_RUNNING || state == CELL_BLOCKED;
}

/** free */
export function free(args: string[]): i32 {
  if (args.length > 0) return usage("free");
  const cells = allCells();
  if (cells < 0) return failure("free: " + errorText(cells));
  const state = new CellState();
  let total: u64 = 0;
  let used: u64 = 0;
  for (let index = 0; index < CELLS_MAX; index++) {
    if (!state.read(cells, index) || state.info.state == CELL_FREE) continue;
    if (isAlive(state.info.state)) used += <u64>state.info.pages * WASM_PAGE;
    total = state.info.ram;
  }
  print("           TOTAL        USED        FREE\n");
  print("cells" + sizeText(total) + sizeText(used) + sizeText(total > used ? total - used : 0) + "\n");
  return OK;
}

function sizeText(bytes: u64): string {
  return ((bytes / KIB).toString() + "K").padStart(12);
}
