/*
 * The tests' side of the rim (tests/parts/unit/rim.js): input that a test supplies in place of the host, and output for
 * it to check.
 */

/** Calls operation number `what` of the rim's list with a value. */
@external("rim", "play")
declare function play(what: i32, value: i32): i32;

/** Adds a byte to the console's input. */
export function put(byte: u32): void {
  play(0, byte);
}

/** Unread bytes in the console's input. */
export function waiting(): i32 {
  return play(1, 0);
}

/** Whether the host accepts output. */
export function ready(value: bool): void {
  play(2, value ? 1 : 0);
}

/** Bytes sent and not yet taken out. */
export function sent(): i32 {
  return play(3, 0);
}

/** Takes out the oldest byte sent; -1 if there is none. */
export function take(): i32 {
  return play(4, 0);
}

/** How often a line became deliverable. */
export function wakes(): i32 {
  return play(5, 0);
}

/** The offset of the last refused access, once; -1 if there was none. */
export function refused(): i32 {
  return play(6, 0);
}

/** A new disk of `length` bytes: byte i is i * 7 + (i >> 8). */
export function disk(length: u32): void {
  play(7, length);
}

export function diskByte(at: u32): i32 {
  return play(8, at);
}

export function flushes(): i32 {
  return play(9, 0);
}

/** The type of every path, HOSTDIR_FILE ...; or a negative errno to make status fail. */
export function kind(value: i32): void {
  play(10, value);
}

/** The result of requests. */
export function answer(value: i32): void {
  play(11, value);
}

/** Number, folder, path length, offset and length of the last request, by index; -1 if there was none. */
export function asked(index: i32): i32 {
  return play(12, index);
}

export function forget(): void {
  play(13, 0);
}
