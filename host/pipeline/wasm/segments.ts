/*
 * Joins data segments that are close together, with zeros between them: for each segment wasm2c writes a call with a
 * check of its range, which is bigger than such a gap. asc writes one segment for each stretch without zeros.
 *
 *     1036 |..|   1048 |.......|      2124 |.|
 *     1036 |..0000000000.......|      2124 |.|
 *
 * Only active segments at constant offsets are joined; they must be in order of their offsets, so that none overwrites
 * another. Segment numbers change, so this is only for asc's output, which has no instruction that names a segment.
 */
import { Reader, sectionsOf, unsignedBytes, withSections } from "./reader.js";

/** Gap between two segments, in bytes, up to which joining them is cheaper. */
const GAP_MAX = 24;
const SECTION_DATA = 11;
const SECTION_DATA_COUNT = 12;
const I32_CONST = 0x41;
const END = 0x0b;

interface Segment {
  offset: number;
  bytes: number[];
}

/** A module from asc with close data segments joined, or unchanged if that is impossible. */
export function joinSegments(bytes: Uint8Array): Uint8Array {
  const sections = sectionsOf(bytes);
  const data = sections.find(({ id }) => id === SECTION_DATA);
  if (!data) return bytes;
  const segments = readSegments(new Reader(bytes, data.body, data.end));
  if (!segments) return bytes;
  const joined: Segment[] = [];
  for (const { offset, bytes: content } of segments) {
    const last = joined.at(-1);
    const gap = last ? offset - (last.offset + last.bytes.length) : Infinity;
    if (gap < 0) return bytes;
    if (last && gap <= GAP_MAX) last.bytes.push(...new Array<number>(gap).fill(0), ...content);
    else joined.push({ offset, bytes: content });
  }
  const out = joined.flatMap(({ offset, bytes: content }) => [
    ...[0, I32_CONST, ...signedBytes(offset), END],
    ...[...unsignedBytes(content.length), ...content],
  ]);
  const count = unsignedBytes(joined.length);
  return withSections(
    bytes,
    new Map([
      [SECTION_DATA_COUNT, Uint8Array.from(count)],
      [SECTION_DATA, Uint8Array.from([...count, ...out])],
    ]),
  );
}

/** The segments, or undefined when one of them is not active, of memory 0, and at a constant offset. */
function readSegments(reader: Reader): Segment[] | undefined {
  const segments: Segment[] = [];
  for (let left = reader.unsigned(); left > 0; left--) {
    if (reader.unsigned() !== 0 || reader.byte() !== I32_CONST) return undefined;
    const offset = reader.signed() >>> 0;
    if (reader.byte() !== END) return undefined;
    const length = reader.unsigned();
    segments.push({ offset, bytes: [...reader.bytes.subarray(reader.at, reader.at + length)] });
    reader.at += length;
  }
  return segments;
}

/** A 32-bit number as signed LEB128. */
function signedBytes(value: number): number[] {
  const out: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const byte = rest & 127;
    if (rest >> 6 === 0 || rest >> 6 === -1) return [...out, byte];
    out.push(byte | 128);
  }
}
