/*
 * What the driver needs from a serial chip. The driver says which interrupts it may raise; the chip's class keeps no
 * state of its own but its window.
 */

export abstract class Chip {
  constructor(protected readonly window: i32) {}

  /** Prepares the chip; raises no interrupts yet. The first time, a byte that came before may be lost. */
  abstract start(): void;

  /** The next received byte, or -1. */
  abstract read(): i32;

  /** How many bytes can be written now. */
  abstract room(): i32;

  /** Writes a byte; there must be room. */
  abstract write(byte: u8): void;

  /** True when everything written has left the chip. */
  abstract idle(): bool;

  /** Lets the chip interrupt when it has received something, and when there is room to write. */
  abstract enable(receive: bool, transmit: bool): void;
}
