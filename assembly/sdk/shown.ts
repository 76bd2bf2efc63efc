/*
 * Names as they may be sent to a terminal. A name can hold any character, and a terminal obeys some of them: those that
 * would move the cursor, change colours or the title, or reverse the order of letters are written out instead. Behind a
 * pipe a name is data and stays as it is.
 *
 *   \x1b        control characters U+0000 to U+001F and U+007F to U+009F, and bytes that are no characters (U+DC80 to
 *               U+DCFF)
 *   \u{202e}    what turns the order of letters around: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069; and
 *               U+2028 and U+2029, which part lines
 */

/** `text` with everything that a terminal obeys written out. */
export function shown(text: string): string {
  let result = "";
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const written = isControl(unit) ? "\\x" + hex(unit) : isByte(text, at) ? "\\x" + hex(unit - 0xdc00) : turned(unit);
    if (written.length == 0) continue;
    result += text.substring(start, at) + written;
    start = at + 1;
  }
  return start == 0 ? text : result + text.substring(start);
}

function isControl(unit: i32): bool {
  return unit < 0x20 || (unit >= 0x7f && unit <= 0x9f);
}

/** Whether there is a lone low surrogate, which stands for a byte. */
function isByte(text: string, at: i32): bool {
  const unit = text.charCodeAt(at);
  if (unit < 0xdc80 || unit > 0xdcff) return false;
  return at == 0 || (text.charCodeAt(at - 1) & 0xfc00) != 0xd800;
}

function turned(unit: i32): string {
  const turns =
    unit == 0x061c ||
    unit == 0x200e ||
    unit == 0x200f ||
    (unit >= 0x2028 && unit <= 0x202e) ||
    (unit >= 0x2066 && unit <= 0x2069);
  return turns ? "\\u{" + unit.toString(16) + "}" : "";
}

function hex(byte: i32): string {
  return byte.toString(16).padStart(2, "0");
}
