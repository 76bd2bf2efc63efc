/*
 * What AssemblyScript calls when an assertion fails, an index is out of range or something is thrown:
 * one line on the console's error channel, NAME: MESSAGE (file:line:column), and the cell ends with
 * CAUSE_UNREACHABLE. It may run when memory is exhausted, so it allocates nothing and writes into a
 * fixed buffer. The build names it with --use abort=...
 */

import { meta, send } from "./raw";
import { storeText } from "./text";
import { messageLimit, portSlot } from "./channel";
import { META_ARGS, NOWAIT, RING_SEND } from "../abi/calls";
import { PORT_CONSOLE_ERROR } from "../abi/port";
import { ARGS_MAX } from "../abi/spawn";

/** Bytes of the line; a longer one is cut. */
const LINE_MAX: i32 = 512;
/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const UTF8_MAX: i32 = 3;

/** The line. It first receives all arguments (ARGS_MAX bytes), because the first of them is the cell's name. */
const line: usize = memory.data(1024);
/** Bytes of the line that are used. */
let used: i32 = 0;

function putByte(byte: u8): void {
  if (used < LINE_MAX - 1) store<u8>(line + used++, byte);
}

function putText(text: string): void {
  const fits = min(text.length, (LINE_MAX - 1 - used) / UTF8_MAX);
  used += storeText(text, fits, line + used);
}

function putNumber(value: u32): void {
  let unit: u32 = 1;
  while (value / unit >= 10) unit *= 10;
  for (; unit > 0; unit /= 10) putByte(<u8>(0x30 + ((value / unit) % 10)));
}

/** A long name is cut to leave room for the message. */
function putName(): void {
  if (meta(META_ARGS, line, ARGS_MAX, 0) <= 0) return;
  while (used < LINE_MAX / 4 && load<u8>(line + used) != 0) used++;
}

/** Called by compiled code; does not return. */
export function abort(message: string | null, fileName: string | null, lineNumber: u32, column: u32): void {
  const slot = portSlot(PORT_CONSOLE_ERROR);
  if (slot >= 0) {
    used = 0;
    putName();
    putText(": ");
    putText(message !== null ? message : "aborted");
    putText(" (");
    putText(fileName !== null ? fileName : "?");
    putByte(0x3a);
    putNumber(lineNumber);
    putByte(0x3a);
    putNumber(column);
    putByte(0x29);
    putByte(0x0a);
    send(slot, line, min(used, messageLimit(slot, RING_SEND)), NOWAIT);
  }
  unreachable();
}
