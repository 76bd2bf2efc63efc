/*
 * A 16550 UART (National Semiconductor PC16550D data sheet), registers one byte apart:
 *
 *   offset  read        write       with DLAB set
 *   0       RBR         THR         DLL
 *   1       IER         IER         DLM
 *   2       IIR         FCR
 *   3       LCR         LCR
 *   4       MCR         MCR
 *   5       LSR
 *   6       MSR
 *   7       SCR         SCR
 *
 * The same chip as host/node/uart16550.ts has. Received bytes stay with the host until the driver asks for them (by
 * the receive interrupt or by reading LSR) and the FIFO has room; a byte leaves at once, so the transmitter is always
 * empty. The transmitter interrupt is the latch of the data sheet: set when THR becomes empty or ETBEI is switched on,
 * cleared by reading it from IIR or by writing THR.
 */
import { receive, transmit } from "./console";
import { setLevel } from "./lines";

/** Interrupt line of the chip. */
export const UART_LINE: u32 = 10;

const FIFO_SIZE: u32 = 16;
const IER_RECEIVE: u32 = 0x01;
const IER_TRANSMIT: u32 = 0x02;
const IER_BITS: u32 = 0x0f;
const IIR_NONE: u32 = 0x01;
const IIR_TRANSMIT: u32 = 0x02;
const IIR_RECEIVE: u32 = 0x04;
const IIR_TIMEOUT: u32 = 0x0c;
const IIR_FIFOS_ON: u32 = 0xc0;
const FCR_ENABLE: u32 = 0x01;
const FCR_CLEAR_RECEIVE: u32 = 0x02;
const LCR_DLAB: u32 = 0x80;
const MCR_DTR: u32 = 0x01;
const MCR_RTS: u32 = 0x02;
const MCR_OUTPUTS: u32 = 0x0c;
const MCR_LOOPBACK: u32 = 0x10;
const MCR_BITS: u32 = 0x1f;
const LSR_DATA_READY: u32 = 0x01;
const LSR_EMPTY: u32 = 0x60;
/** Carrier, data set ready, clear to send. */
const MSR_CONNECTED: u32 = 0xb0;

/** Received bytes that the driver has not read: a ring. */
const fifo = new StaticArray<u8>(FIFO_SIZE);
let fifoAt: u32 = 0;
let fifoLength: u32 = 0;
let fifosOn: bool = false;
let trigger: u32 = 1;
/** The transmitter's interrupt. */
let latch: bool = false;
let ier: u32 = 0;
let lcr: u32 = 0;
let mcr: u32 = 0;
let scr: u32 = 0;
let divisorLow: u32 = 0;
let divisorHigh: u32 = 0;

/** The value of a register. */
export function uartLoad(offset: u32): u32 {
  const latched = (lcr & LCR_DLAB) != 0;
  switch (offset) {
    case 0:
      return latched ? divisorLow : readReceiver();
    case 1:
      return latched ? divisorHigh : ier;
    case 2:
      return readInterruptId();
    case 3:
      return lcr;
    case 4:
      return mcr;
    case 5:
      fill();
      return (fifoLength > 0 ? LSR_DATA_READY : 0) | LSR_EMPTY;
    case 6:
      return readModemStatus();
    case 7:
      return scr;
    default:
      return 0;
  }
}

/** Writes a register. */
export function uartStore(offset: u32, value: u32): void {
  const byte = value & 0xff;
  const latched = (lcr & LCR_DLAB) != 0;
  if (offset == 0 && latched) divisorLow = byte;
  else if (offset == 0) writeTransmitter(<u8>byte);
  else if (offset == 1 && latched) divisorHigh = byte;
  else if (offset == 1) writeInterruptEnable(byte);
  else if (offset == 2) writeFifoControl(byte);
  else if (offset == 3) lcr = byte;
  else if (offset == 4) mcr = byte & MCR_BITS;
  else if (offset == 7) scr = byte;
  uartUpdate();
}

/** Takes received bytes, as far as the driver allows, and sets the interrupt. */
export function uartUpdate(): void {
  if ((ier & IER_RECEIVE) != 0) fill();
  setLevel(UART_LINE, interruptId() != IIR_NONE);
}

function fill(): void {
  const size = fifosOn ? FIFO_SIZE : 1;
  while ((mcr & MCR_LOOPBACK) == 0 && fifoLength < size) {
    const byte = receive();
    if (byte < 0) return;
    push(<u8>byte);
  }
}

function push(byte: u8): void {
  if (fifoLength == (fifosOn ? FIFO_SIZE : 1)) return;
  fifo[(fifoAt + fifoLength++) % FIFO_SIZE] = byte;
}

function interruptId(): u32 {
  if ((ier & IER_RECEIVE) != 0 && fifoLength > 0) return !fifosOn || fifoLength >= trigger ? IIR_RECEIVE : IIR_TIMEOUT;
  return (ier & IER_TRANSMIT) != 0 && latch ? IIR_TRANSMIT : IIR_NONE;
}

function readInterruptId(): u32 {
  const id = interruptId();
  if (id == IIR_TRANSMIT) latch = false;
  uartUpdate();
  return id | (fifosOn ? IIR_FIFOS_ON : 0);
}

function readModemStatus(): u32 {
  if ((mcr & MCR_LOOPBACK) == 0) return MSR_CONNECTED;
  return ((mcr & MCR_DTR) << 5) | ((mcr & MCR_RTS) << 3) | ((mcr & MCR_OUTPUTS) << 4);
}

function readReceiver(): u32 {
  if (fifoLength == 0) return 0;
  const byte = fifo[fifoAt];
  fifoAt = (fifoAt + 1) % FIFO_SIZE;
  fifoLength--;
  uartUpdate();
  return byte;
}

function writeTransmitter(byte: u8): void {
  if ((mcr & MCR_LOOPBACK) != 0) push(byte);
  else transmit(byte);
  latch = true;
}

function writeInterruptEnable(value: u32): void {
  const switchedOn = value & ~ier;
  ier = value & IER_BITS;
  if ((switchedOn & IER_TRANSMIT) != 0) latch = true;
}

function writeFifoControl(value: u32): void {
  const on = (value & FCR_ENABLE) != 0;
  if (on != fifosOn || (value & FCR_CLEAR_RECEIVE) != 0) fifoLength = 0;
  fifosOn = on;
  const level = (value >> 6) & 3;
  trigger = level == 0 ? 1 : level == 1 ? 4 : level == 2 ? 8 : 14;
}
