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
 * The line is a host stream that waits: received bytes stay there until the driver asks for them (by the receive
 * interrupt or by reading LSR) and the FIFO has room, so nothing overruns and nothing is lost while a driver sets the
 * FIFO up. A byte leaves at once unless the host is not ready to take it. So there are no line errors, and the time-out interrupt
 * of the receiver comes without its four characters of delay, since no further byte is on its way.
 * The transmitter interrupt is the latch of the data sheet: set when THR becomes empty or ETBEI is switched on while
 * it is empty, cleared by reading it from IIR or by writing THR.
 */
import type { Device } from "./device.js";

const FIFO_SIZE = 16;
const TRIGGER_LEVELS = [1, 4, 8, 14] as const;

const IER_RECEIVE = 0x01;
const IER_TRANSMIT = 0x02;
const IER_BITS = 0x0f;

const IIR_NONE = 0x01;
const IIR_TRANSMIT = 0x02;
const IIR_RECEIVE = 0x04;
const IIR_TIMEOUT = 0x0c;
const IIR_FIFOS_ON = 0xc0;

const FCR_ENABLE = 0x01;
const FCR_CLEAR_RECEIVE = 0x02;
const FCR_CLEAR_TRANSMIT = 0x04;

const LCR_DLAB = 0x80;

const MCR_DTR = 0x01;
const MCR_RTS = 0x02;
const MCR_OUTPUTS = 0x0c;
const MCR_LOOPBACK = 0x10;
const MCR_BITS = 0x1f;

const LSR_DATA_READY = 0x01;
const LSR_THR_EMPTY = 0x20;
const LSR_IDLE = 0x40;

/** Carrier, data set ready, clear to send. */
const MSR_CONNECTED = 0xb0;

/** The host's end of the serial line. */
export interface SerialLine {
  /** The next received byte, or -1 when none waits. */
  receive(): number;
  /** Whether the host takes another byte. */
  canTransmit(): boolean;
  /** Sends one byte. */
  transmit(byte: number): void;
}

export interface Uart extends Device {
  /** The host has new input, or takes output again. */
  update(): void;
}

/** The chip: its registers, and what is on its way. */
interface Chip {
  readonly line: SerialLine;
  setInterrupt(high: boolean): void;
  /** Received bytes that the driver has not read. */
  readonly received: number[];
  /** Bytes that the host has not taken. */
  readonly sending: number[];
  /** The transmitter's interrupt. */
  latch: boolean;
  fifosOn: boolean;
  trigger: number;
  ier: number;
  lcr: number;
  mcr: number;
  scr: number;
  /** DLL, DLM. */
  readonly divisor: [number, number];
}

/** A 16550 on `line`; `setInterrupt` is its interrupt output. */
export function createUart16550(line: SerialLine, setInterrupt: (high: boolean) => void): Uart {
  const chip: Chip = {
    line,
    setInterrupt,
    received: [],
    sending: [],
    latch: false,
    fifosOn: false,
    trigger: 1,
    ier: 0,
    lcr: 0,
    mcr: 0,
    scr: 0,
    divisor: [0, 0],
  };
  return {
    load: (offset) => load(chip, offset),
    store: (offset, value) => store(chip, offset, value & 0xff),
    update: () => update(chip),
  };
}

function load(chip: Chip, offset: number): number {
  const latched = (chip.lcr & LCR_DLAB) !== 0;
  switch (offset) {
    case 0:
      return latched ? chip.divisor[0] : readReceiver(chip);
    case 1:
      return latched ? chip.divisor[1] : chip.ier;
    case 2:
      return readInterruptId(chip);
    case 3:
      return chip.lcr;
    case 4:
      return chip.mcr;
    case 5:
      return readLineStatus(chip);
    case 6:
      return readModemStatus(chip);
    case 7:
      return chip.scr;
    default:
      return 0;
  }
}

function store(chip: Chip, offset: number, byte: number): void {
  const latched = (chip.lcr & LCR_DLAB) !== 0;
  switch (offset) {
    case 0:
      if (latched) chip.divisor[0] = byte;
      else writeTransmitter(chip, byte);
      break;
    case 1:
      if (latched) chip.divisor[1] = byte;
      else writeInterruptEnable(chip, byte);
      break;
    case 2:
      writeFifoControl(chip, byte);
      break;
    case 3:
      chip.lcr = byte;
      break;
    case 4:
      chip.mcr = byte & MCR_BITS;
      break;
    case 7:
      chip.scr = byte;
      break;
  }
  update(chip);
}

/** Moves bytes both ways, as far as the host and the driver allow, and sets the interrupt. */
function update(chip: Chip): void {
  const { line, sending } = chip;
  if (sending.length > 0) {
    while (sending.length > 0 && line.canTransmit()) line.transmit(sending.shift() as number);
    if (sending.length === 0) chip.latch = true;
  }
  if ((chip.ier & IER_RECEIVE) !== 0) fill(chip);
  chip.setInterrupt(interruptId(chip) !== IIR_NONE);
}

function fill(chip: Chip): void {
  while (!loopback(chip) && chip.received.length < size(chip)) {
    const byte = chip.line.receive();
    if (byte < 0) return;
    chip.received.push(byte);
  }
}

function size({ fifosOn }: Chip): number {
  return fifosOn ? FIFO_SIZE : 1;
}

function loopback({ mcr }: Chip): boolean {
  return (mcr & MCR_LOOPBACK) !== 0;
}

function interruptId({ ier, received, fifosOn, trigger, latch }: Chip): number {
  if ((ier & IER_RECEIVE) !== 0 && received.length > 0) {
    return !fifosOn || received.length >= trigger ? IIR_RECEIVE : IIR_TIMEOUT;
  }
  return (ier & IER_TRANSMIT) !== 0 && latch ? IIR_TRANSMIT : IIR_NONE;
}

function readInterruptId(chip: Chip): number {
  const id = interruptId(chip);
  if (id === IIR_TRANSMIT) chip.latch = false;
  update(chip);
  return id | (chip.fifosOn ? IIR_FIFOS_ON : 0);
}

function readLineStatus(chip: Chip): number {
  fill(chip);
  return (chip.received.length > 0 ? LSR_DATA_READY : 0) | (chip.sending.length === 0 ? LSR_THR_EMPTY | LSR_IDLE : 0);
}

function readModemStatus(chip: Chip): number {
  if (!loopback(chip)) return MSR_CONNECTED;
  const { mcr } = chip;
  return ((mcr & MCR_DTR) << 5) | ((mcr & MCR_RTS) << 3) | ((mcr & MCR_OUTPUTS) << 4);
}

function readReceiver(chip: Chip): number {
  const byte = chip.received.shift() ?? 0;
  update(chip);
  return byte;
}

function writeTransmitter(chip: Chip, byte: number): void {
  chip.latch = loopback(chip);
  const target = loopback(chip) ? chip.received : chip.sending;
  if (target.length < size(chip)) target.push(byte);
}

function writeInterruptEnable(chip: Chip, value: number): void {
  const switchedOn = value & ~chip.ier;
  chip.ier = value & IER_BITS;
  if ((switchedOn & IER_TRANSMIT) !== 0 && chip.sending.length === 0) chip.latch = true;
}

function writeFifoControl(chip: Chip, value: number): void {
  const on = (value & FCR_ENABLE) !== 0;
  if (on !== chip.fifosOn || (value & FCR_CLEAR_RECEIVE) !== 0) chip.received.length = 0;
  if (chip.sending.length > 0 && (on !== chip.fifosOn || (value & FCR_CLEAR_TRANSMIT) !== 0)) {
    chip.sending.length = 0;
    chip.latch = true;
  }
  chip.fifosOn = on;
  chip.trigger = TRIGGER_LEVELS[(value >> 6) & 3] as number;
}
