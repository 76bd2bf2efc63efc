/*
 * Interrupt lines. A line is level-triggered: a device holds it high as long as it wants service. A line that is high,
 * bound and not masked is deliverable; taking it masks it, so that it is delivered again only after it was unmasked
 * (irq_ack).
 *
 *   high and bound and unmasked --take--> masked --unmask--> deliverable again while still high
 *
 * Each set is a word with one bit per line. `open` has only lines that are bound.
 */
import { wake } from "./host";

/** Interrupt lines of the board. */
export const LINE_COUNT: u32 = 32;

let high: u32 = 0;
let bound: u32 = 0;
let open: u32 = 0;

/** Changes the sets, and wakes the machine if that makes a line deliverable. */
function change(nowHigh: u32, nowOpen: u32): void {
  const before = high & open;
  high = nowHigh;
  open = nowOpen;
  if ((nowHigh & nowOpen & ~before) != 0) wake();
}

/** A device sets the level of its line. */
export function setLevel(line: u32, level: bool): void {
  const bit: u32 = 1 << line;
  change(level ? high | bit : high & ~bit, open);
}

/** Binds a line and unmasks it, or unbinds and masks it. False if there is no such line. */
export function bindLine(line: u32, on: bool): bool {
  if (line >= LINE_COUNT) return false;
  const bit: u32 = 1 << line;
  bound = on ? bound | bit : bound & ~bit;
  change(high, on ? open | bit : open & ~bit);
  return true;
}

/** Unmasks a line that is bound. False if there is no such line. */
export function unmaskLine(line: u32): bool {
  if (line >= LINE_COUNT) return false;
  change(high, open | ((1 << line) & bound));
  return true;
}

/** Whether a line is deliverable. */
export function isLineDeliverable(): bool {
  return (high & open) != 0;
}

/** Takes the lowest deliverable line and masks it; -1 if there is none. */
export function takeLine(): i32 {
  const deliverable = high & open;
  if (deliverable == 0) return -1;
  const line = ctz(deliverable);
  open &= ~(1 << line);
  return <i32>line;
}
