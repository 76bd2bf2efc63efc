/*
 * Names as a terminal may be sent them.
 */
import { shown } from "../shown";

describe("shown", () => {
  test("leaves alone what a terminal only shows", () => {
    expect(shown("")).toBe("");
    expect(shown("a b-c.d\\x1b")).toBe("a b-c.d\\x1b");
    expect(shown("Grüße 世界 😀 o\u0308")).toBe("Grüße 世界 😀 o\u0308");
  });

  test("writes out every control character", () => {
    for (let code = 0; code < 0x100; code++) {
      const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
      const written = "\\x" + code.toString(16).padStart(2, "0");
      const character = String.fromCharCode(code);
      expect(shown("<" + character + ">")).toBe("<" + (isControl ? written : character) + ">");
    }
    expect(shown("\x1b]0;owned\x07")).toBe("\\x1b]0;owned\\x07");
    expect(shown("\n\n")).toBe("\\x0a\\x0a");
  });

  test("writes out bytes that are no characters, and no half of one that is", () => {
    expect(shown("a" + String.fromCharCode(0xdc9b) + "b")).toBe("a\\x9bb");
    expect(shown(String.fromCharCode(0xdcff))).toBe("\\xff");
    // U+1009B has the same second half.
    expect(shown(String.fromCodePoint(0x1009b))).toBe(String.fromCodePoint(0x1009b));
  });

  test("writes out what turns the order of letters around or parts lines", () => {
    const turns = [0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069];
    for (let i = 0; i < turns.length; i++) {
      expect(shown(String.fromCharCode(turns[i]))).toBe("\\u{" + turns[i].toString(16) + "}");
    }
    expect(shown("\u200d\u2027\u2030\u206a")).toBe("\u200d\u2027\u2030\u206a");
  });
});
