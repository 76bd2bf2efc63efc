/*
 * Interrupt lines. A line is level-triggered: a device holds it high as long as it wants service. A line that is high,
 * bound to a cell and not masked is deliverable; taking it masks it, so that it comes again only after irq_ack.
 * Each set is a word with one bit a line.
 */

/** Interrupt lines of the board. */
export const LINE_COUNT: u32 = 32;
/** Binds no cell. */
export const NO_CELL: i32 = -1;

const owners = new StaticArray<i32>(LINE_COUNT).fill(NO_CELL);
let high: u32 = 0;
let unmasked: u32 = 0;

/** A device sets the level of its line. */
export function setLevel(line: u32, level: bool): void {
  high = level ? high | (1 << line) : high & ~(1 << line);
}

/** The line belongs to `cell` and is unmasked; NO_CELL unbinds and masks it. False when there is no such line. */
export function bindLine(line: u32, cell: i32): bool {
  if (line >= LINE_COUNT) return false;
  owners[line] = cell;
  unmasked = cell == NO_CELL ? unmasked & ~(1 << line) : unmasked | (1 << line);
  return true;
}

/** Unmasks a line that belongs to a cell. False when there is no such line. */
export function unmaskLine(line: u32): bool {
  if (line >= LINE_COUNT) return false;
  if (owners[line] != NO_CELL) unmasked |= 1 << line;
  return true;
}

/** Whether a line waits to be taken. */
export function isLineDeliverable(): bool {
  return (high & unmasked) != 0;
}

/** Takes the lowest deliverable line and masks it; -1 when there is none. */
export function takeLine(): i32 {
  const deliverable = high & unmasked;
  if (deliverable == 0) return -1;
  const line = ctz(deliverable);
  unmasked &= ~(1 << line);
  return <i32>line;
}
