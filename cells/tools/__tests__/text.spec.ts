/*
 * The commands that read text, without files: what they print, what they complain about, and their status.
 */
import { complained, printed, type } from "rumpk/__tests__/console";
import { FAILED, OK, USAGE } from "../output";
import { cat, grep, head, wc } from "../text";

describe("commands without files", () => {
  test("wrong options are told, and nothing is read", () => {
    expect(cat(["-n"])).toBe(USAGE);
    expect(wc(["-x"])).toBe(USAGE);
    expect(head(["-n", "many"])).toBe(USAGE);
    expect(head(["-n", "0"])).toBe(USAGE);
    expect(grep([])).toBe(USAGE);
    expect(complained()).toBe(
      "usage: cat [path...]\nusage: wc [-l|-w|-c] [path...]\nusage: head [-n lines] [path...]\n" +
        "usage: head [-n lines] [path...]\nusage: grep [-v] text [path...]\n",
    );
    expect(printed()).toBe("");
  });

  test("one input, read by one after the other", () => {
    type("one two\nthree\n");
    expect(head(["-n", "1"])).toBe(OK);
    expect(printed()).toBe("one two\n");
    type("a needle\nhay\nneedles\n");
    expect(grep(["needle"])).toBe(OK);
    expect(printed()).toBe("a needle\nneedles\n");
    expect(grep(["needle"])).toBe(FAILED, "the input has ended");
    expect(printed()).toBe("");
    expect(wc([])).toBe(OK);
    expect(printed()).toBe("       0       0       0\n");
  });
});
