/*
 * What hello says, and the status that it is asked for.
 */
import { printed } from "rumpk/__tests__/console";
import { main } from "../main";

describe("hello", () => {
  test("it says hello, and repeats its words", () => {
    expect(main([])).toBe(0);
    expect(printed()).toBe("Hello from Rumpk.\n");
    expect(main(["a  b", "c"])).toBe(0);
    expect(printed()).toBe("Hello from Rumpk. a  b c\n");
  });

  test("it ends with the status that it is asked for", () => {
    expect(main(["--status", "7", "a"])).toBe(7);
    expect(printed()).toBe("Hello from Rumpk. a\n");
    expect(main(["--status"])).toBe(0);
    expect(printed()).toBe("Hello from Rumpk. --status\n");
  });
});
