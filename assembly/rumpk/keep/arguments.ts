/*
 * Arguments of cells: up to ARGS_MAX bytes each, which stay the same over restarts. A parent gives bytes, which the
 * kernel does not read. Boot cells get the words of the command line that are meant for them, each ended by a NUL:
 * `uart.console=pipe` is `console=pipe` for uart.
 */
import { ARGS_MAX } from "../../abi/spawn";
import { Cell, cellAt } from "../run/cell";
import { commandLine, commandLineLength } from "../base/machine";
import { ARGUMENTS_AT, ARGUMENTS_IN, VEIL_IN } from "../base/tables";
import { NAME_SIZE } from "../base/limits";

if (offsetof<Arguments>() > VEIL_IN - ARGUMENTS_IN) ERROR("an Arguments is larger than its place");

const SPACE: u32 = 0x20;
const DOT: u32 = 0x2e;


@unmanaged
export class Arguments {
  /** Their bytes. */
  length: u32;
}


@inline
export function argumentsOf(cell: Cell): Arguments {
  return changetype<Arguments>(changetype<usize>(cell) + ARGUMENTS_IN);
}

/** Where the arguments of a cell lie. */
@inline
export function argumentsAt(index: u32): usize {
  return ARGUMENTS_AT + <usize>index * ARGS_MAX;
}

function nameLength(name: usize): u32 {
  let length: u32 = 0;
  while (length < NAME_SIZE && load<u8>(name + length) != 0) ++length;
  return length;
}

/** Appends `length` bytes and a NUL. Returns the new length, or the old one when they do not fit. */
function append(index: u32, fill: u32, from: usize, length: u32): u32 {
  if (fill + length + 1 > ARGS_MAX) return fill;
  memory.copy(argumentsAt(index) + fill, from, length);
  store<u8>(argumentsAt(index) + fill + length, 0);
  return fill + length + 1;
}

/** Sets the arguments of a boot cell: its name, then its words of the command line. */
export function argumentsFromCommandLine(index: u32, name: usize): void {
  const own = nameLength(name);
  let fill = append(index, 0, name, own);
  let start: u32 = 0;
  for (let i: u32 = 0; i <= commandLineLength; ++i) {
    if (i < commandLineLength && load<u8>(commandLine + i) != SPACE) continue;
    const length = i - start;
    const word = commandLine + start;
    if (length > own + 1 && load<u8>(word + own) == DOT && memory.compare(word, name, own) == 0) {
      fill = append(index, fill, word + own + 1, length - own - 1);
    }
    start = i + 1;
  }
  argumentsOf(cellAt(index)).length = fill;
}
