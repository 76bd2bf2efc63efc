/*
 * Reading and writing the binary encoding of WebAssembly: LEB128 numbers, names, sections.
 * Section ids: 0 custom, 1 type, 2 import, 3 function, 4 table, 5 memory, 6 global, 7 export, 8 start, 9 element,
 * 10 code, 11 data, 12 data count.
 */
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    readonly end = bytes.length,
  ) {}

  byte(): number {
    if (this.at >= this.end) throw new Error(`the module ends at byte ${this.at}`);
    return this.bytes[this.at++]!;
  }

  /** An unsigned LEB128 number below 2^53. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** A signed LEB128 number of 32 bits. */
  signed(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte >= 128) continue;
      return shift < 25 && byte & 64 ? value | (-1 << (shift + 7)) : value;
    }
  }

  /** Skips a LEB128 number of any width and sign. */
  skipNumber(): void {
    while (this.byte() >= 128);
  }

  /** A name; a leading byte order mark is part of it. */
  name(): string {
    const length = this.unsigned();
    this.at += length;
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.bytes.subarray(this.at - length, this.at));
  }
}

export interface Section {
  id: number;
  /** Offset of the id byte. */
  start: number;
  /** Offset and end of the contents. */
  body: number;
  end: number;
}

/** The sections of a module in order. Throws when the bytes are not a module. */
export function sectionsOf(bytes: Uint8Array): Section[] {
  const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  if (magic.some((byte, index) => bytes[index] !== byte)) throw new Error("not a WebAssembly module of version 1");
  const reader = new Reader(bytes, magic.length);
  const sections: Section[] = [];
  while (reader.at < bytes.length) {
    const start = reader.at;
    const id = reader.byte();
    const length = reader.unsigned();
    sections.push({ id, start, body: reader.at, end: reader.at + length });
    reader.at += length;
  }
  return sections;
}

/** An unsigned LEB128 number as bytes. */
export function unsignedBytes(value: number): number[] {
  const out: number[] = [];
  do {
    const rest = Math.floor(value / 128);
    out.push((value % 128) + (rest ? 128 : 0));
    value = rest;
  } while (value);
  return out;
}

/** The module with the contents of some sections replaced, by id; "none" leaves a section out. */
export function withSections(bytes: Uint8Array, replaced: Map<number, Uint8Array | "none">): Uint8Array {
  const parts = [bytes.subarray(0, 8)];
  for (const { id, start, end } of sectionsOf(bytes)) {
    const contents = replaced.get(id);
    if (!contents) parts.push(bytes.subarray(start, end));
    else if (contents !== "none") parts.push(Uint8Array.from([id, ...unsignedBytes(contents.length)]), contents);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** The module without its custom sections of that name. */
export function withoutCustomSection(bytes: Uint8Array, name: string): Uint8Array {
  const kept = sectionsOf(bytes).filter(
    ({ id, body, end }) => id !== 0 || new Reader(bytes, body, end).name() !== name,
  );
  return new Uint8Array(
    Buffer.concat([bytes.subarray(0, 8), ...kept.map(({ start, end }) => bytes.subarray(start, end))]),
  );
}
