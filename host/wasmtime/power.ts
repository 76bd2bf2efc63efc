/*
 * Power-off. WASI passes on exit statuses from 0 to 125; a larger one is written to standard error as a separate line
 * `rumpk: status N`, and the process ends with 125. `rumpk run` removes the line and ends with N.
 */
import { STATUS_MAX, STDERR, Vector, fdWrite, procExit } from "./wasi";

const vector = changetype<Vector>(memory.data(8, 8));
const done: usize = memory.data(8, 8);
const line: usize = memory.data(256);

/** Ends the process; does not return. */
export function powerOff(status: u32): void {
  if (status <= STATUS_MAX) procExit(status);
  say("status " + status.toString());
  procExit(STATUS_MAX);
}

/** Writes `rumpk: words` to standard error. At most 200 bytes. */
export function say(words: string): void {
  const text = "rumpk: " + words + "\n";
  vector.bytes = line;
  vector.length = <u32>String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, line);
  fdWrite(STDERR, changetype<usize>(vector), 1, done);
}
