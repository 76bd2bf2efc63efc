/*
 * wc: lines, words and bytes of what it reads.
 */
import { printed, type } from "rumpk/__tests__/console";
import { OK } from "../output";
import { wc } from "../text";

describe("wc", () => {
  test("it counts lines, words and bytes", () => {
    type("one  two\n\tthree\nfour");
    expect(wc([])).toBe(OK);
    expect(printed()).toBe("       2       4      20\n");
  });
});
