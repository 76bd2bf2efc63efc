/*
 * Active data segments past the end of the cell's memory must fault when the cell is instantiated. In the Node form the
 * memory has one page more, into which such a segment could fit: it is then replaced by one that fits nowhere.
 */
import { Reader, sectionsOf, unsignedBytes, withSections } from "../wasm/reader.js";
import { WASM_PAGE } from "../../abi.js";

const SECTION_DATA = 11;

/** The module as it is, or with a segment that faults when one of its active segments exceeds `pages`. */
export function keepSegmentFaults(bytes: Uint8Array, pages: number): Uint8Array {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_DATA);
  if (!section) return bytes;
  const reader = new Reader(bytes, section.body, section.end);
  const count = reader.unsigned();
  let exceeds = false;
  for (let index = 0; index < count; index++) {
    const offset = segmentOffset(reader);
    const length = reader.unsigned();
    reader.at += length;
    if (offset + length > pages * WASM_PAGE) exceeds = true;
  }
  return exceeds ? withSections(bytes, new Map([[SECTION_DATA, faultingSegments(count)]])) : bytes;
}

/** Offset of the segment at the reader; 0 for a passive one, or one whose offset is not a constant. */
function segmentOffset(reader: Reader): number {
  const kind = reader.unsigned();
  if (kind === 1) return 0;
  if (kind === 2) reader.unsigned();
  let offset = 0;
  const opcode = reader.byte();
  if (opcode === 0x41) offset = reader.signed() >>> 0;
  else reader.skipNumber();
  reader.byte();
  return offset;
}

/** One byte at 0xffffffff, then empty passive segments in place of all others. */
function faultingSegments(count: number): Uint8Array {
  const out = [0, 0x41, 0x7f, 0x0b, 1, 0];
  for (let index = 1; index < count; index++) out.push(1, 0);
  return Uint8Array.from([...unsignedBytes(count), ...out]);
}
