/*
 * The 16550 and its kin, as found at COM1 of a PC and on many boards (National Semiconductor PC16550D
 * data sheet). Registers are a byte each; offsets:
 *
 *   0  data   1  interrupt enable   2  interrupt id
 *   3  line control   4  modem control   5  line status
 */

import { load8, store8 } from "rumpk/mmio";
import { Chip } from "./chip";

const DATA: i32 = 0;
const INTERRUPT_ENABLE: i32 = 1;
const INTERRUPT_ID: i32 = 2;
const LINE_CONTROL: i32 = 3;
const MODEM_CONTROL: i32 = 4;
const LINE_STATUS: i32 = 5;

/** Interrupt enable: received data. */
const ENABLE_RECEIVE: i32 = 1;
/** Interrupt enable: room to transmit. */
const ENABLE_TRANSMIT: i32 = 2;
/** Interrupt id: both bits set while the FIFOs are on. */
const FIFOS_ON: i32 = 0xc0;
/** Line control: 8 data bits, no parity, 1 stop bit. */
const EIGHT_BITS: i32 = 3;
/** Modem control: DTR, RTS, and OUT2, which lets interrupts out on a PC. */
const READY: i32 = 0x0b;
/** Line status: a byte has been received. */
const RECEIVED: i32 = 1;
/** Line status: the transmit FIFO is empty. */
const TRANSMIT_EMPTY: i32 = 0x20;
/** Line status: the transmit FIFO and the shift register are empty. */
const ALL_SENT: i32 = 0x40;
/** Bytes that the transmit FIFO takes when it is empty. */
const FIFO_SIZE: i32 = 16;

export class Ns16550 extends Chip {
  /** Bytes that can be written when the transmitter is empty. */
  private size: i32 = 1;

  /**
   * Turning the FIFOs on empties them, and an unread byte may be in them. So they are used if the firmware has turned
   * them on, and left alone otherwise.
   */
  start(): void {
    store8(this.window, INTERRUPT_ENABLE, 0);
    store8(this.window, LINE_CONTROL, EIGHT_BITS);
    store8(this.window, MODEM_CONTROL, READY);
    const fifos = (load8(this.window, INTERRUPT_ID) & FIFOS_ON) == FIFOS_ON;
    this.size = fifos ? FIFO_SIZE : 1;
  }

  read(): i32 {
    return load8(this.window, LINE_STATUS) & RECEIVED ? load8(this.window, DATA) & 0xff : -1;
  }

  room(): i32 {
    return load8(this.window, LINE_STATUS) & TRANSMIT_EMPTY ? this.size : 0;
  }

  write(byte: u8): void {
    store8(this.window, DATA, byte);
  }

  idle(): bool {
    return (load8(this.window, LINE_STATUS) & ALL_SENT) != 0;
  }

  enable(receive: bool, transmit: bool): void {
    store8(this.window, INTERRUPT_ENABLE, (receive ? ENABLE_RECEIVE : 0) | (transmit ? ENABLE_TRANSMIT : 0));
  }
}
