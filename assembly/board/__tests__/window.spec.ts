/*
 * Windows of cells: on devices and the archive, with rights, lines and reset writes; and refused accesses.
 */
import { LEND_READ, LEND_WRITE } from "../../abi/calls";
import { EBUSY, EINVAL } from "../../abi/errno";
import { WINDOWS_MAX, WINDOW_IO_PORTS } from "../../abi/systable";
import { UART_BASE } from "../bus";
import { isLineDeliverable, setLevel } from "../lines";
import { uartLoad, uartStore } from "../uart16550";
import * as windows from "../window";
import { refused, take } from "./rim";

const BOTH: i32 = LEND_READ | LEND_WRITE;
const LCR: u32 = 3;
const SCR: u32 = 7;

/** Maps a window without a reset write. */
function map(cell: u32, number: u32, base: u64, length: u64, rights: i32): i32 {
  return windows.windowMap(cell, number, base, length, rights, 0, 0, 0);
}

beforeEach(() => {
  for (let cell: u32 = 0; cell < 4; cell++) windows.windowQuiesce(cell);
  windows.windowArchive(0);
  setLevel(10, false);
  uartStore(LCR, 0);
  while (take() >= 0);
  refused();
});

describe("a window", () => {
  it("lies on a device, as a whole", () => {
    expect(map(1, 0, UART_BASE, 8, LEND_READ)).toBe(0);
    expect(map(1, WINDOWS_MAX, UART_BASE, 8, LEND_READ)).toBe(EINVAL);
    expect(map(1, 1, UART_BASE + 0x100, 8, LEND_READ)).toBe(EINVAL);
    expect(map(1, 1, UART_BASE + 0xfc, 8, LEND_READ)).toBe(EINVAL);
    expect(map(1, 1, UART_BASE | WINDOW_IO_PORTS, 8, LEND_READ)).toBe(EINVAL);
    expect(map(1, 1, UART_BASE, 0, LEND_READ)).toBe(EINVAL);
    expect(map(1, 1, UART_BASE, u64.MAX_VALUE, LEND_READ)).toBe(EINVAL);
    expect(map(1, 0, UART_BASE, 8, LEND_READ)).toBe(EBUSY);
    expect(windows.windowUnmap(1, 0)).toBe(0);
    expect(windows.windowUnmap(1, 0)).toBe(EINVAL);
    expect(map(1, 0, UART_BASE, 8, LEND_READ)).toBe(0);
  });

  it("lies on the archive, which is read-only", () => {
    expect(map(1, 0, windows.ARCHIVE_BASE, 16, BOTH)).toBe(EINVAL);
    windows.windowArchive(32);
    expect(map(1, 0, windows.ARCHIVE_BASE + 16, 16, BOTH)).toBe(0);
    expect(map(1, 1, windows.ARCHIVE_BASE + 17, 16, BOTH)).toBe(EINVAL);
    windows.windowStore(1, 0, 0, 7, 4);
    expect(windows.windowLoad(1, 0, 0, 1)).toBe(0x11);
    expect(windows.windowLoad(1, 0, 4, 4)).toBe(0x04030215);
    expect(windows.windowLoad64(1, 0, 8)).toBe(0x0403021d04030219);
    expect(refused()).toBe(-1);
  });
});

describe("an access", () => {
  it("reaches the window, and nothing else", () => {
    map(1, 2, UART_BASE + 4, 4, BOTH);
    windows.windowStore(1, 2, 3, 0x15a, 1);
    expect(uartLoad(SCR)).toBe(0x5a);
    expect(windows.windowLoad(1, 2, 3, 1)).toBe(0x5a);
    expect(refused()).toBe(-1);
    expect(windows.windowLoad(1, 2, 4, 1)).toBe(0);
    expect(refused()).toBe(4);
    windows.windowLoad(1, 2, 1, 4);
    expect(refused()).toBe(1);
    windows.windowLoad64(1, 2, 0);
    expect(refused()).toBe(0);
    windows.windowLoad(1, 2, 0x7fffffff, 1);
    expect(refused()).toBe(0x7fffffff);
    windows.windowLoad(1, 1, 3, 1);
    expect(refused()).toBe(3);
    windows.windowLoad(2, 2, 3, 1);
    expect(refused()).toBe(3);
    windows.windowLoad(1, u32.MAX_VALUE, 3, 1);
    expect(refused()).toBe(3);
  });

  it("needs the right", () => {
    map(1, 0, UART_BASE, 8, LEND_READ);
    map(2, 0, UART_BASE, 8, LEND_WRITE);
    uartStore(SCR, 1);
    windows.windowStore(1, 0, SCR, 2, 1);
    expect(refused()).toBe(SCR);
    windows.windowStore64(1, 0, 0, u64.MAX_VALUE);
    expect(refused()).toBe(0);
    expect(uartLoad(SCR)).toBe(1);
    windows.windowLoad(2, 0, SCR, 1);
    expect(refused()).toBe(SCR);
    windows.windowStore(2, 0, SCR, 2, 1);
    expect(refused()).toBe(-1);
    expect(uartLoad(SCR)).toBe(2);
  });
});

describe("a line", () => {
  it("belongs to the window mapped last, and to one", () => {
    map(1, 0, UART_BASE, 8, BOTH);
    expect(windows.windowBindLine(10, 1)).toBe(0);
    expect(windows.windowBindLine(99, 1)).toBe(EINVAL);
    expect(windows.windowBindLine(3, 2)).toBe(EINVAL);
    map(2, 0, UART_BASE, 8, BOTH);
    expect(windows.windowBindLine(10, 2)).toBe(EBUSY);
    expect(windows.windowUnbindLine(10)).toBe(0);
    expect(windows.windowUnbindLine(99)).toBe(EINVAL);
    expect(windows.windowBindLine(10, 2)).toBe(0);
  });

  it("is unbound when its window goes", () => {
    map(1, 0, UART_BASE, 8, BOTH);
    windows.windowBindLine(10, 1);
    setLevel(10, true);
    expect(isLineDeliverable()).toBe(true);
    windows.windowQuiesce(1);
    expect(isLineDeliverable()).toBe(false);
    map(1, 0, UART_BASE, 8, BOTH);
    expect(windows.windowBindLine(10, 1)).toBe(0);
  });

  it("is unmasked by the window's acknowledgement alone", () => {
    map(1, 0, UART_BASE, 8, BOTH);
    map(2, 1, UART_BASE, 8, BOTH);
    windows.windowAck(1, 1);
    expect(refused()).toBe(0);
    windows.windowAck(1, 0);
    windows.windowAck(2, 1);
    expect(refused()).toBe(-1);
  });
});

describe("the reset write", () => {
  it("is done when the window goes, once, however it goes", () => {
    for (let turn = 0; turn < 2; turn++) {
      windows.windowMap(1, 0, UART_BASE + 4, 4, LEND_WRITE, 1, 3, 0x77);
      uartStore(SCR, 0);
      if (turn == 0) windows.windowQuiesce(1);
      else windows.windowUnmap(1, 0);
      expect(uartLoad(SCR)).toBe(0x77);
      uartStore(SCR, 0);
      windows.windowQuiesce(1);
      expect(uartLoad(SCR)).toBe(0);
    }
  });

  it("of eight bytes is two of four, low half first", () => {
    windows.windowMap(1, 0, UART_BASE, 8, LEND_WRITE, 8, 0, 0x4200000041);
    windows.windowQuiesce(1);
    expect(take()).toBe(0x41);
    expect(take()).toBe(-1);
    windows.windowMap(1, 0, UART_BASE + 4, 8, LEND_WRITE, 8, 3, 0x99 << 32);
    windows.windowQuiesce(1);
    expect(uartLoad(SCR)).toBe(0);
  });

  it("is left out where there is none, or none that fits", () => {
    uartStore(SCR, 5);
    map(1, 0, UART_BASE, 8, LEND_WRITE);
    windows.windowQuiesce(1);
    windows.windowMap(1, 0, UART_BASE + 4, 3, LEND_WRITE, 1, 3, 0x77);
    windows.windowQuiesce(1);
    expect(uartLoad(SCR)).toBe(5);
  });
});
