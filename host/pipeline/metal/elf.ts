/*
 * Sections of a 64-bit, little-endian ELF file: the linker's output, for hashing. Only the section headers are read.
 *
 *   file header      40 offset of the section headers u64 | 58 size of one u16 | 60 number u16 | 62 index of names u16
 *   section header    0 offset of the name u32 | 4 type u32 | 8 flags u64 | 24 offset u64 | 32 size u64
 */
const NO_BITS = 8;
const WRITABLE = 1n;

export interface ElfSection {
  name: string;
  /** Its bytes in the file; empty if it has none there. */
  bytes: Uint8Array;
  /** Bytes in memory. */
  size: number;
  writable: boolean;
}

/** The sections of a file. */
export function elfSections(file: Uint8Array): ElfSection[] {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length);
  const number = (at: number) => Number(view.readBigUInt64LE(at));
  const [headers, step, count] = [number(40), view.readUInt16LE(58), view.readUInt16LE(60)];
  const names = number(headers + view.readUInt16LE(62) * step + 24);
  return Array.from({ length: count }, (_, index) => {
    const at = headers + index * step;
    const start = names + view.readUInt32LE(at);
    const [offset, size] = [number(at + 24), number(at + 32)];
    const inFile = view.readUInt32LE(at + 4) === NO_BITS ? 0 : size;
    return {
      name: view.toString("latin1", start, view.indexOf(0, start)),
      bytes: file.subarray(offset, offset + inFile),
      size,
      writable: (view.readBigUInt64LE(at + 8) & WRITABLE) !== 0n,
    };
  });
}
