/*
 * Access to the records of the ABI, with the offsets generated in host/abi.ts. Little endian, like Wasm.
 */

/** Offset and type of one field. */
export interface Field {
  readonly offset: number;
  readonly type: string;
}

/** Size and fields of one record. */
export interface RecordLayout {
  readonly size: number;
  readonly fields: Readonly<Record<string, Field>>;
}

/** Reads the field of a record that starts at `at`; fields of 64 bits must be in the range of a number. */
export function readField(view: DataView, at: number, field: Field): number {
  const place = at + field.offset;
  switch (field.type) {
    case "u8":
      return view.getUint8(place);
    case "u16":
      return view.getUint16(place, true);
    case "u32":
      return view.getUint32(place, true);
    case "i32":
      return view.getInt32(place, true);
    case "u64":
      return Number(view.getBigUint64(place, true));
    default:
      throw new TypeError(`field of type ${field.type}`);
  }
}

/** Writes one field of a record that starts at `at`. */
export function writeField(view: DataView, at: number, field: Field, value: number | bigint): void {
  const place = at + field.offset;
  switch (field.type) {
    case "u8":
      return view.setUint8(place, Number(value));
    case "u16":
      return view.setUint16(place, Number(value), true);
    case "u32":
      return view.setUint32(place, Number(value), true);
    case "i32":
      return view.setInt32(place, Number(value), true);
    case "u64":
      return view.setBigUint64(place, BigInt(value), true);
    default:
      throw new TypeError(`field of type ${field.type}`);
  }
}

/** Writes a whole record at `at`: the fields named in `values`, 0 elsewhere. */
export function writeRecord<L extends RecordLayout>(
  view: DataView,
  at: number,
  layout: L,
  values: Partial<Record<keyof L["fields"] & string, number | bigint>>,
): void {
  new Uint8Array(view.buffer, view.byteOffset + at, layout.size).fill(0);
  for (const [name, value] of Object.entries(values)) {
    writeField(view, at, layout.fields[name] as Field, value as number | bigint);
  }
}
