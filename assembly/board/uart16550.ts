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
 * The line is a host stream that waits: received bytes stay there until the driver asks for them (with the receive
 * interrupt or by reading LSR) and the FIFO has room, so nothing overruns. A byte is sent at once unless the host is
 * not ready to take it. So there are no line errors, and the receiver's time-out interrupt arrives without its delay of
 * four characters, since no further byte is on its way. The FIFOs are on from the start, as firmware leaves them.
 *
 * The transmitter interrupt is the latch of the data sheet: set when THR becomes empty or ETBEI is switched on while it
 * is empty, cleared by reading it from IIR or by writing THR.
 */
import { canTransmit, receive, transmit } from "./host";
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
const FCR_CLEAR_TRANSMIT: u32 = 0x04;
const LCR_DLAB: u32 = 0x80;
const MCR_DTR: u32 = 0x01;
const MCR_RTS: u32 = 0x02;
const MCR_OUTPUTS: u32 = 0x0c;
const MCR_LOOPBACK: u32 = 0x10;
const MCR_BITS: u32 = 0x1f;
const LSR_DATA_READY: u32 = 0x01;
/** THR and the shift register are empty. */
const LSR_EMPTY: u32 = 0x60;
/** Carrier, data set ready, clear to send. */
const MSR_CONNECTED: u32 = 0xb0;

/** A ring of bytes. */
@unmanaged
class Fifo {
  first: u32;
  length: u32;
  bytes: u64;
  moreBytes: u64;

  push(byte: u32): void {
    if (this.length == capacity()) return;
    store<u8>(this.at(this.length++), <u8>byte);
  }

  /** Takes the oldest byte; 0 if there is none. */
  pull(): u32 {
    if (this.length == 0) return 0;
    const byte = load<u8>(this.at(0));
    this.first++;
    this.length--;
    return byte;
  }

  private at(index: u32): usize {
    return changetype<usize>(this) + offsetof<Fifo>("bytes") + ((this.first + index) % FIFO_SIZE);
  }
}

/** Received bytes that the driver has not read. */
const received = changetype<Fifo>(memory.data(offsetof<Fifo>(), 8));
/** Bytes that the host has not taken. */
const sending = changetype<Fifo>(memory.data(offsetof<Fifo>(), 8));
let fifosOn: bool = true;
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
      return readLineStatus();
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
  else if (offset == 0) writeTransmitter(byte);
  else if (offset == 1 && latched) divisorHigh = byte;
  else if (offset == 1) writeInterruptEnable(byte);
  else if (offset == 2) writeFifoControl(byte);
  else if (offset == 3) lcr = byte;
  else if (offset == 4) mcr = byte & MCR_BITS;
  else if (offset == 7) scr = byte;
  uartUpdate();
}

/** Moves bytes both ways, as many as the host and the driver allow, and sets the interrupt. */
export function uartUpdate(): void {
  if (sending.length > 0) drain();
  if ((ier & IER_RECEIVE) != 0) fill();
  setLevel(UART_LINE, interruptId() != IIR_NONE);
}

/** Capacity of a FIFO in bytes. */
function capacity(): u32 {
  return fifosOn ? FIFO_SIZE : 1;
}

function loopback(): bool {
  return (mcr & MCR_LOOPBACK) != 0;
}

function drain(): void {
  while (sending.length > 0 && canTransmit()) transmit(sending.pull());
  if (sending.length == 0) latch = true;
}

function fill(): void {
  while (!loopback() && received.length < capacity()) {
    const byte = receive();
    if (byte < 0) return;
    received.push(byte);
  }
}

function interruptId(): u32 {
  if ((ier & IER_RECEIVE) != 0 && received.length > 0) {
    return !fifosOn || received.length >= trigger ? IIR_RECEIVE : IIR_TIMEOUT;
  }
  return (ier & IER_TRANSMIT) != 0 && latch ? IIR_TRANSMIT : IIR_NONE;
}

function readInterruptId(): u32 {
  const id = interruptId();
  if (id == IIR_TRANSMIT) latch = false;
  uartUpdate();
  return id | (fifosOn ? IIR_FIFOS_ON : 0);
}

function readLineStatus(): u32 {
  fill();
  uartUpdate();
  return (received.length > 0 ? LSR_DATA_READY : 0) | (sending.length == 0 ? LSR_EMPTY : 0);
}

function readModemStatus(): u32 {
  if (!loopback()) return MSR_CONNECTED;
  return ((mcr & MCR_DTR) << 5) | ((mcr & MCR_RTS) << 3) | ((mcr & MCR_OUTPUTS) << 4);
}

function readReceiver(): u32 {
  const byte = received.pull();
  uartUpdate();
  return byte;
}

function writeTransmitter(byte: u32): void {
  latch = loopback();
  if (loopback()) received.push(byte);
  else sending.push(byte);
}

function writeInterruptEnable(value: u32): void {
  const switchedOn = value & ~ier;
  ier = value & IER_BITS;
  if ((switchedOn & IER_TRANSMIT) != 0 && sending.length == 0) latch = true;
}

function writeFifoControl(value: u32): void {
  const on = (value & FCR_ENABLE) != 0;
  const switched = on != fifosOn;
  if (switched || (value & FCR_CLEAR_RECEIVE) != 0) received.length = 0;
  if (sending.length > 0 && (switched || (value & FCR_CLEAR_TRANSMIT) != 0)) {
    sending.length = 0;
    latch = true;
  }
  fifosOn = on;
  const level = (value >> 6) & 3;
  trigger = level == 0 ? 1 : level == 1 ? 4 : level == 2 ? 8 : 14;
}
