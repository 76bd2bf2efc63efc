/*
 * The 16550: its registers, when it interrupts, and that nothing is lost while the host or the driver lags.
 */
import { bindLine, isLineDeliverable } from "../lines";
import { UART_LINE, uartLoad, uartStore, uartUpdate } from "../uart16550";
import { put, ready, sent, take, waiting } from "./rim";

const DATA: u32 = 0;
const IER: u32 = 1;
const IIR: u32 = 2;
const FCR: u32 = 2;
const LCR: u32 = 3;
const MCR: u32 = 4;
const LSR: u32 = 5;
const MSR: u32 = 6;
const SCR: u32 = 7;

/** The chip's interrupt output: its line is bound and not taken. */
function level(): bool {
  return isLineDeliverable();
}

beforeEach(() => {
  ready(true);
  bindLine(UART_LINE, true);
  uartStore(LCR, 0);
  uartStore(MCR, 0);
  uartStore(IER, 0);
  uartStore(FCR, 0x07);
  while ((uartLoad(LSR) & 1) != 0) uartLoad(DATA);
  uartStore(IER, 2);
  uartLoad(IIR);
  uartStore(IER, 0);
  while (take() >= 0);
});

/** Receives the bytes first, first + 1, ... */
function receive(first: u32, count: u32): void {
  for (let index: u32 = 0; index < count; index++) put(first + index);
  uartUpdate();
}

describe("the transmitter", () => {
  it("sends bytes at once, and THR is empty again", () => {
    expect(uartLoad(LSR) & 0x60).toBe(0x60);
    uartStore(DATA, 0);
    uartStore(DATA, 10);
    uartStore(DATA, 255);
    expect([take(), take(), take(), take()]).toStrictEqual([0, 10, 255, -1]);
    expect(uartLoad(LSR) & 0x60).toBe(0x60);
  });

  it("stays full while the host is not ready; readiness interrupts", () => {
    uartStore(IER, 2);
    expect(uartLoad(IIR) & 0x0f).toBe(2);
    ready(false);
    uartStore(DATA, 65);
    expect(uartLoad(LSR) & 0x60).toBe(0);
    expect(level()).toBe(false);
    ready(true);
    uartUpdate();
    expect(take()).toBe(65);
    expect(level()).toBe(true);
  });

  it("is emptied by a driver that only polls", () => {
    ready(false);
    uartStore(DATA, 65);
    ready(true);
    expect(uartLoad(LSR) & 0x60).toBe(0x60);
    expect(take()).toBe(65);
  });

  it("holds 16 bytes in its FIFO, one without FIFOs", () => {
    for (let fifos: u32 = 0; fifos < 2; fifos++) {
      uartStore(FCR, fifos);
      ready(false);
      for (let byte: u32 = 0; byte < 20; byte++) uartStore(DATA, byte);
      expect(uartLoad(LSR) & 0x60).toBe(0);
      ready(true);
      uartUpdate();
      expect(sent()).toBe(fifos == 1 ? 16 : 1);
      for (let byte = 0; sent() > 0; byte++) expect(take()).toBe(byte);
      expect(uartLoad(LSR) & 0x60).toBe(0x60);
    }
  });

  it("has an interrupt latch that IIR and THR clear", () => {
    expect(uartLoad(IIR)).toBe(0xc1);
    uartStore(IER, 2);
    expect(level()).toBe(true);
    expect(uartLoad(IIR)).toBe(0xc2);
    expect(uartLoad(IIR)).toBe(0xc1);
    expect(level()).toBe(false);
    uartStore(DATA, 65);
    expect(uartLoad(IIR)).toBe(0xc2);
    uartStore(IER, 0);
    uartStore(IER, 2);
    expect(level()).toBe(true);
  });

  it("drops what is inside when it is cleared", () => {
    ready(false);
    uartStore(DATA, 1);
    uartStore(FCR, 0x05);
    expect(uartLoad(LSR) & 0x60).toBe(0x60);
    ready(true);
    uartUpdate();
    expect(sent()).toBe(0);
  });
});

describe("the receiver", () => {
  it("has its FIFOs on, interrupts at the trigger level, by time-out below it, and not when it is empty", () => {
    uartStore(FCR, 0x81);
    uartStore(IER, 1);
    receive(1, 3);
    expect(uartLoad(IIR)).toBe(0xcc);
    receive(4, 20);
    expect(uartLoad(IIR)).toBe(0xc4);
    expect(waiting()).toBe(7);
    expect(uartLoad(LSR) & 1).toBe(1);
    for (let byte: u32 = 1; byte <= 23; byte++) expect(uartLoad(DATA)).toBe(byte);
    expect(uartLoad(LSR) & 1).toBe(0);
    expect(uartLoad(IIR)).toBe(0xc1);
    expect(level()).toBe(false);
  });

  it("takes nothing from the line before the driver asks, so setting the FIFO up loses nothing", () => {
    receive(7, 2);
    expect(waiting()).toBe(2);
    uartStore(FCR, 0x07);
    expect(uartLoad(LSR) & 1).toBe(1);
    expect(uartLoad(DATA)).toBe(7);
    expect(uartLoad(DATA)).toBe(8);
  });

  it("takes one byte at a time without FIFOs; clearing drops what is inside", () => {
    uartStore(FCR, 0);
    uartStore(IER, 1);
    receive(1, 2);
    expect(waiting()).toBe(1);
    expect(uartLoad(IIR)).toBe(4);
    uartStore(FCR, 0x01);
    expect(uartLoad(DATA)).toBe(2);
  });

  it("answers 0 when it is empty", () => {
    expect(uartLoad(DATA)).toBe(0);
  });
});

describe("the other registers", () => {
  it("are divisor latch, scratch, loopback and modem status", () => {
    uartStore(LCR, 0x83);
    uartStore(DATA, 3);
    uartStore(IER, 1);
    expect(uartLoad(DATA)).toBe(3);
    expect(uartLoad(IER)).toBe(1);
    expect(sent()).toBe(0);
    uartStore(LCR, 3);
    expect(uartLoad(LCR)).toBe(3);
    expect(uartLoad(IER)).toBe(0);
    uartStore(SCR, 0x5a);
    expect(uartLoad(SCR)).toBe(0x5a);
    expect(uartLoad(MSR) & 0xf0).toBe(0xb0);
    uartStore(MCR, 0x1f);
    expect(uartLoad(MCR)).toBe(0x1f);
    expect(uartLoad(MSR) & 0xf0).toBe(0xf0);
    uartStore(DATA, 99);
    expect(uartLoad(DATA)).toBe(99);
    expect(sent()).toBe(0);
    expect(uartLoad(8)).toBe(0);
  });
});
