/*
 * Characters of a byte string (bytes.ts) as a terminal shows them: where one begins and ends, how many columns it
 * takes, and what to send instead when it must not be sent. A byte that is no part of well-formed UTF-8 (Unicode, table
 * 3-7), and a control character, are shown as U+FFFD, one column wide.
 *
 * The cursor moves by clusters: a character and the zero-width characters after it, such as a letter and its accents.
 */

import { WIDTH_RUNS } from "./widths";

/** Most bytes of a character. */
const SIZE_MAX: i32 = 4;
/** U+FFFD, as a byte string. */
const REPLACEMENT: string = "\xef\xbf\xbd";
/** Below this every character that is shown is one column wide. */
const MARKS: i32 = 0x300;

/** Bytes of the character that begins with `first`; 0 when none does. */
export function sizeOf(first: i32): i32 {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** Whether `second` may follow `first`. */
function mayFollow(first: i32, second: i32): bool {
  const lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  return second >= lowest && second <= highest;
}

/** Whether `text` is the beginning of a character. */
export function mayBecomeCharacter(text: string): bool {
  const first = text.charCodeAt(0);
  if (text.length >= sizeOf(first)) return false;
  return text.length < 2 || mayFollow(first, text.charCodeAt(1));
}

/** The character that begins at `at`, or -1 for a byte that is not part of one. */
function codeAt(text: string, at: i32): i32 {
  const first = text.charCodeAt(at);
  const size = sizeOf(first);
  if (size == 0 || at + size > text.length) return -1;
  if (size == 1) return first;
  if (!mayFollow(first, text.charCodeAt(at + 1))) return -1;
  let code = first & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const later = text.charCodeAt(at + i);
    if ((later & 0xc0) != 0x80) return -1;
    code = (code << 6) | (later & 0x3f);
  }
  return code;
}

function endOfCode(text: string, at: i32): i32 {
  return at + (codeAt(text, at) < 0 ? 1 : sizeOf(text.charCodeAt(at)));
}

/** Whether it is sent as it is. */
function isShown(code: i32): bool {
  return code >= 0x20 && (code < 0x7f || code > 0x9f);
}

/** Columns of the character that begins at `at`. */
function widthAt(text: string, at: i32): i32 {
  const code = codeAt(text, at);
  if (!isShown(code)) return 1;
  return code < MARKS && code != 0xad ? 1 : widthOf(code);
}

/** Columns of a character, by the table. */
function widthOf(code: i32): i32 {
  let start = 0;
  for (let at = 0; at < WIDTH_RUNS.length;) {
    let run = 0;
    let shift = 0;
    let byte: i32;
    do {
      byte = WIDTH_RUNS[at++];
      run |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte > 0x7f);
    start += run >> 2;
    if (code < start) return run & 3;
  }
  return 1;
}

/** Where the cluster ends that begins at `at`; at the end of the text, there. */
export function clusterEnd(text: string, at: i32): i32 {
  if (at >= text.length) return at;
  at = endOfCode(text, at);
  while (at < text.length && widthAt(text, at) == 0) at = endOfCode(text, at);
  return at;
}

/** Where the cluster begins that ends at `at`; at the start of the text, there. */
export function clusterStart(text: string, at: i32): i32 {
  while (at > 0) {
    at = codeBefore(text, at);
    if (widthAt(text, at) > 0) break;
  }
  return at;
}

/** Where the character begins that ends at `end`. */
function codeBefore(text: string, end: i32): i32 {
  let at = max(end - SIZE_MAX, 0);
  while (endOfCode(text, at) != end) at++;
  return at;
}

/** Columns between two places. */
export function columnsOf(text: string, start: i32, end: i32): i32 {
  let columns = 0;
  for (let at = start; at < end; at = endOfCode(text, at)) columns += widthAt(text, at);
  return columns;
}

/** What to send to a terminal for the text between two indexes. */
export function shownPart(text: string, start: i32, end: i32): string {
  let shown = "";
  for (let at = start; at < end;) {
    const next = endOfCode(text, at);
    shown += isShown(codeAt(text, at)) ? text.substring(at, next) : REPLACEMENT;
    at = next;
  }
  return shown;
}
