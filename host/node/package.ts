/*
 * Packages on the Node machine: the .npk files of the system's cells and its SealTable. The code that runs is the form
 * for this machine inside the very bytes that the sealing cell verifies; nothing in this file ever writes to them.
 */
import { EFAULT, EINVAL, ENOENT, SEAL_TABLE_IMAGE } from "../abi.js";

/** The packages of a system on a machine. */
export interface Carried {
  readonly images: readonly { readonly package: Uint8Array | null }[];
  readonly seals: Uint8Array | null;
}

/** Custom section of a package with the module that this machine runs. */
const FORM = "rumpk.form.node";
const MODULE_HEAD = 8;

/** The module that this machine runs, a part of the package's bytes; empty if the package has none. */
export function formOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let at = MODULE_HEAD; at < bytes.length;) {
    const id = bytes[at]!;
    const [body, length] = number(bytes, at + 1);
    const end = body + length;
    if (id === 0 && end <= bytes.length) {
      const [name, nameLength] = number(bytes, body);
      const inside = name + nameLength;
      if (inside <= end && new TextDecoder().decode(bytes.subarray(name, inside)) === FORM)
        return bytes.subarray(inside, end);
    }
    at = end;
  }
  return bytes.subarray(bytes.length);
}

/** The offset after an unsigned LEB128 number, and the number. */
function number(bytes: Uint8Array, at: number): [end: number, value: number] {
  let value = 0;
  for (let scale = 1; at < bytes.length; scale *= 128) {
    const byte = bytes[at++]!;
    value += (byte & 127) * scale;
    if (byte < 128) break;
  }
  return [at, value];
}

/** The machine's package_read over a kernel's memory: bytes copied, 0 at the end. */
export function packageReader({ images, seals }: Carried, memory: Uint8Array) {
  return (image: number, offset: number, pointer: number, length: number): number => {
    const isTable = image >>> 0 === SEAL_TABLE_IMAGE;
    const carried = isTable ? seals : images[image]?.package;
    if (!isTable && images[image] === undefined) return EINVAL;
    if (!carried) return ENOENT;
    if ((pointer >>> 0) + (length >>> 0) > memory.length) return EFAULT;
    const part = carried.subarray(offset >>> 0, (offset >>> 0) + (length >>> 0));
    memory.set(part, pointer >>> 0);
    return part.length;
  };
}
