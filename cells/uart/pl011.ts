/*
 * The PrimeCell UART of ARM boards (PL011 Technical Reference Manual, r1p5). Registers are 32 bits wide:
 *
 *   0x00  data   0x18  flags   0x2c  line control   0x30  control
 *   0x38  interrupt mask (1 lets through)   0x44  interrupt clear
 */

import { load32, store32 } from "rumpk/mmio";
import { Chip } from "./chip";

const DATA: i32 = 0x00;
const FLAGS: i32 = 0x18;
const LINE_CONTROL: i32 = 0x2c;
const CONTROL: i32 = 0x30;
const INTERRUPT_MASK: i32 = 0x38;
const INTERRUPT_CLEAR: i32 = 0x44;

/** Flags: still transmitting. */
const BUSY: i32 = 0x08;
/** Flags: nothing received. */
const RECEIVE_EMPTY: i32 = 0x10;
/** Flags: no room to transmit. */
const TRANSMIT_FULL: i32 = 0x20;
/** Line control: FIFOs on. */
const FIFOS: i32 = 0x10;
/** Line control: 8 data bits. */
const EIGHT_BITS: i32 = 0x60;
/** Control: UART, transmitter and receiver on. */
const ALL_ON: i32 = 0x301;
/** Interrupt: received data, or received data that waits below the FIFO's mark. */
const RECEIVE: i32 = 0x50;
/** Interrupt: room to transmit. */
const TRANSMIT: i32 = 0x20;
/** Interrupts: line errors, which this driver ignores. */
const LINE_ERRORS: i32 = 0x780;

export class Pl011 extends Chip {
  /** Switching the FIFOs would empty them while input is coming in, so they stay as the firmware left them. */
  start(): void {
    store32(this.window, INTERRUPT_MASK, 0);
    const found = load32(this.window, LINE_CONTROL);
    const wanted = (found & FIFOS) | EIGHT_BITS;
    if (found != wanted) store32(this.window, LINE_CONTROL, wanted);
    store32(this.window, CONTROL, ALL_ON);
    store32(this.window, INTERRUPT_CLEAR, LINE_ERRORS);
  }

  read(): i32 {
    return load32(this.window, FLAGS) & RECEIVE_EMPTY ? -1 : load32(this.window, DATA) & 0xff;
  }

  room(): i32 {
    return load32(this.window, FLAGS) & TRANSMIT_FULL ? 0 : 1;
  }

  write(byte: u8): void {
    store32(this.window, DATA, byte);
  }

  idle(): bool {
    return (load32(this.window, FLAGS) & BUSY) == 0;
  }

  enable(receive: bool, transmit: bool): void {
    store32(this.window, INTERRUPT_MASK, (receive ? RECEIVE : 0) | (transmit ? TRANSMIT : 0));
  }
}
