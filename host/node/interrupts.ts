/*
 * Interrupt lines. A line is level-triggered: a device holds it high as long as it wants service. A line that is high,
 * bound to a cell and not masked is deliverable; taking it masks it, so that it comes again only after irq_ack.
 *
 *   high and bound and unmasked --take--> masked --unmask (irq_ack)--> deliverable again while still high
 */

/** Binds no cell. */
export const NO_CELL = -1;

export interface Lines {
  /** A device sets the level of its line. */
  setLevel(line: number, high: boolean): void;
  /** The line belongs to `cell` and is unmasked; NO_CELL unbinds and masks it. */
  bind(line: number, cell: number): boolean;
  /** Unmasks a line. */
  unmask(line: number): boolean;
  /** Takes a deliverable line and masks it; -1 when there is none. */
  take(): number;
  /** Whether take would answer a line. */
  deliverable(): boolean;
}

interface Line {
  high: boolean;
  masked: boolean;
  cell: number;
}

/**
 * The lines of a machine, numbered 0 to count - 1.
 * @param wake called when a line becomes deliverable, so that a sleeping machine goes on
 */
export function createLines(count: number, wake: () => void): Lines {
  const lines: Line[] = Array.from({ length: count }, () => ({ high: false, masked: true, cell: NO_CELL }));
  const pending = new Set<number>();

  function update(number: number): void {
    const line = lines[number] as Line;
    if (line.high && !line.masked && line.cell !== NO_CELL) {
      if (pending.has(number)) return;
      pending.add(number);
      wake();
    } else {
      pending.delete(number);
    }
  }

  return {
    setLevel(number, high) {
      (lines[number] as Line).high = high;
      update(number);
    },
    bind(number, cell) {
      const line = lines[number];
      if (line === undefined) return false;
      line.cell = cell;
      line.masked = cell === NO_CELL;
      update(number);
      return true;
    },
    unmask(number) {
      const line = lines[number];
      if (line === undefined) return false;
      line.masked = false;
      update(number);
      return true;
    },
    take() {
      for (const number of pending) {
        (lines[number] as Line).masked = true;
        pending.delete(number);
        return number;
      }
      return -1;
    },
    deliverable: () => pending.size > 0,
  };
}
