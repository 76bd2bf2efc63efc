/*
 * The kinds of crash that end in a trap of V8. The sessions test those that exhaust the stack or the memory or never
 * end, each in a cell of its own.
 */
import { complained } from "rumpk/__tests__/console";
import { main } from "../main";

describe("crash", () => {
  test("each kind dies", () => {
    expect(() => {
      main(["oob"]);
    }).toThrow("an access outside the memory");
    expect(() => {
      main(["unreachable"]);
    }).toThrow("an unreachable instruction");
    expect(() => {
      main(["div0"]);
    }).toThrow("a division by zero");
    expect(() => {
      main(["indirect"]);
    }).toThrow("a call of no function");
    expect(() => {
      main(["abort"]);
    }).toThrow("an exception");
  });

  test("a kind that is not known does not die", () => {
    expect(main([])).toBe(2);
    expect(complained()).toBe("usage: crash oob|unreachable|div0|recursion|stack|indirect|spin|start|abort|grow\n");
    expect(main(["oob", "again"])).toBe(2);
  });
});
