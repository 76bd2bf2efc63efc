/*
 * The console as a program sees it: both outputs in order, in messages that fit, and input in lines.
 */
import { console, stdout } from "../console";
import { stdin } from "../stdin";
import { complained, printed, type } from "./console";

describe("the console", () => {
  test("lines go to the output that they are for", () => {
    console.log("to read");
    console.error("to worry about");
    console.log("and ünïcode");
    expect(printed()).toBe("to read\nand ünïcode\n");
    expect(complained()).toBe("to worry about\n");
  });

  test("more than a message arrives whole", () => {
    const long = "0123456789".repeat(500);
    expect(stdout.write(long)).toBe(5000);
    expect(printed()).toBe(long);
  });

  test("input is read in lines, to its end", () => {
    type("first\nsecond\n\nwithout an end");
    expect(stdin.readLine()).toBe("first");
    expect(stdin.readLine()).toBe("second");
    expect(stdin.readLine()).toBe("");
    expect(stdin.readLine()).toBe("without an end");
    expect(stdin.readLine()).toBeNull();
  });
});
