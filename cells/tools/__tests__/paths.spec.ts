/*
 * Paths of the commands: relative ones start where the shell is.
 */
import { fromRoot, lastName, setCurrent } from "../paths";

describe("paths", () => {
  test("a relative path starts from the current directory", () => {
    setCurrent("/sysro/etc");
    expect(fromRoot("motd")).toBe("/sysro/etc/motd");
    expect(fromRoot("../usr")).toBe("/sysro/etc/../usr", "the file system takes dots away");
    expect(fromRoot("/tmp/a")).toBe("/tmp/a");
    expect(fromRoot("")).toBe("");
    setCurrent("");
    expect(fromRoot("tmp")).toBe("/tmp");
  });

  test("the last name of a path", () => {
    setCurrent("/tmp");
    expect(lastName("a/b")).toBe("b");
    expect(lastName("/")).toBe("");
    expect(lastName(".")).toBe("tmp");
  });
});
