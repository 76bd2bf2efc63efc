/*
 * Interrupt lines: level-triggered, masked once taken, and a sleeping machine is woken once for each.
 */
import { LINE_COUNT, bindLine, isLineDeliverable, setLevel, takeLine, unmaskLine } from "../lines";
import { wakes } from "./rim";

beforeEach(() => {
  for (let line: u32 = 0; line < LINE_COUNT; line++) {
    setLevel(line, false);
    bindLine(line, false);
  }
});

describe("a line", () => {
  it("is delivered while it is high, bound and unmasked", () => {
    const before = wakes();
    setLevel(2, true);
    expect(takeLine()).toBe(-1);
    bindLine(2, true);
    expect(wakes()).toBe(before + 1);
    setLevel(2, true);
    expect(wakes()).toBe(before + 1);
    expect(isLineDeliverable()).toBe(true);
    expect(takeLine()).toBe(2);
    expect(takeLine()).toBe(-1);
    expect(unmaskLine(2)).toBe(true);
    expect(wakes()).toBe(before + 2);
    expect(takeLine()).toBe(2);
    setLevel(2, false);
    unmaskLine(2);
    expect(takeLine()).toBe(-1);
  });

  it("is not delivered when it is unbound, and unmasking does not bind it", () => {
    bindLine(2, true);
    setLevel(2, true);
    bindLine(2, false);
    expect(isLineDeliverable()).toBe(false);
    unmaskLine(2);
    expect(isLineDeliverable()).toBe(false);
  });

  it("waits for lower ones", () => {
    for (let line: u32 = 31; line > 28; line--) {
      bindLine(line, true);
      setLevel(line, true);
    }
    expect([takeLine(), takeLine(), takeLine(), takeLine()]).toStrictEqual([29, 30, 31, -1]);
  });

  it("exists or not", () => {
    expect(bindLine(LINE_COUNT, true)).toBe(false);
    expect(unmaskLine(u32.MAX_VALUE)).toBe(false);
    expect(unmaskLine(0)).toBe(true);
  });
});
