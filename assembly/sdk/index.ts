/*
 * What a cell's author imports as "rumpk". Everything here is imported by name, and code that a cell does not use is
 * not in its module. Drivers also import "rumpk/mmio", servers of files "rumpk/ninep/...".
 */

export { console, flush, stdout, stderr, Output } from "./console";
export { stdin, Input } from "./stdin";
export { now, realTime, realDate, sleep, sleepUntil, pause, MICROSECOND, MILLISECOND, SECOND } from "./clock";
export { dateText } from "./date";
export { cellName, exit, energy, entropy } from "./self";
export { checkpoint, demote, giveUp, lockUnveil, pledge, promises, restore, spectrum, unveil } from "./authority";
export { Channel, portSlot, waitAny } from "./channel";
export { nextEvent, EVENTS } from "./events";
export { spawn, Child, End, Grant, CellState, allCells, killCell, CELLS_MAX } from "./cells";
export { errorText, causeText } from "./errors";
export {
  File,
  Stat,
  readFile,
  fileError,
  OPEN_READ,
  OPEN_WRITE,
  OPEN_READ_WRITE,
  OPEN_TRUNCATE,
  OPEN_APPEND,
} from "./files";
export { DirectoryEntry, list, stat, makeDirectory, removeFile, removeDirectory, rename, touch } from "./tree";
